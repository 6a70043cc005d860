/* Verdicts by (shape, PLMN): one judgement for all local records that share both
 * (store/snapshot.h). */
#pragma once
#include "audit/tally.h"

struct memo_entry {
	uint64_t key;   /* 0 = free slot */
	uint64_t count; /* records counted under it */
	struct audit_unit unit;
	uint32_t ordinal[AUDIT_EXAMPLES];
	unsigned ordinal_count;
	struct tally_group *group;
	unsigned group_count;
};

struct memo {
	struct memo_entry *slot;
	size_t slots, used;
	struct arena arena;
};

void memo_init(struct memo *m);
void memo_clear(struct memo *m);
/* The entry of a pair, added when it is new (*is_new); NULL when memory is out. Valid until the
 * next call. */
struct memo_entry *memo_get(struct memo *m, uint32_t shape, uint32_t plmn, bool *is_new);
/* Keeps a group key with an entry. */
bool memo_add_group(struct memo *m, struct memo_entry *e, const struct tally_group *added);
/* Counts one more record under the entry. */
static inline void memo_count(struct memo_entry *e, uint32_t ordinal)
{
	e->count++;
	if (e->ordinal_count < AUDIT_EXAMPLES)
		e->ordinal[e->ordinal_count++] = ordinal;
}
/* Adds all entries to the tally. */
void memo_settle(const struct memo *m, struct tally *t);
