/* Which names occurred most, and how often. Memory is bounded: of more than most names those with
 * the fewest occurrences are forgotten, and floor tells how many a name may be short of, or have
 * and be missing. Up to that number all is exact. (Manku, Motwani: Lossy Counting, with forgetting
 * when there is no room instead of after so many.) */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "base/text.h"

/* The first member of what a caller keeps of each name. */
struct frequent_name {
	struct text name; /* owned; ends with a NUL */
	uint64_t key;
	uint64_t count;
	uint64_t missed; /* at most, before it was kept */
};

struct frequent_names {
	uint32_t most;
	size_t bytes;                          /* of an entry */
	void (*clear)(struct frequent_name *); /* what the entry owns besides; may be NULL */
	struct frequent_name **slot;           /* a hash table, until frequent_names_sort */
	uint32_t count, capacity;
	uint64_t floor;
};

/* An empty table: most and bytes set, all else zero. Counts one of the name; *out: its entry, all
 * zero behind the first member when it is new. key: the same for the same name; names that differ
 * may share one, and the same name under two keys is two. RC_NOMEM: not counted. */
enum rc frequent_names_add(struct frequent_names *f, uint64_t key, struct text name,
			   struct frequent_name **out);
/* Puts the entries into the first count slots, in the order of compare (qsort, on pointers to
 * entries), or, when that is NULL, the most frequent first, then by name. Ends the counting. */
void frequent_names_sort(struct frequent_names *f, int (*compare)(const void *, const void *));
void frequent_names_clear(struct frequent_names *f);
