/* The identities that failed, with how often. Memory is bounded: of more than FAILING_IDENTITIES
 * those with the fewest failures are forgotten, and floor tells how many failures an identity may
 * be short of, or have and be missing. Up to that number all is exact. (Manku, Motwani: Lossy
 * Counting, with forgetting when there is no room instead of after so many.) */
#pragma once
#include <stdint.h>

#include "base/rc.h"
#include "trace/cause.h"

#define FAILING_IDENTITIES 65536u

struct failing_identity {
	uint64_t key; /* 0: an empty slot */
	uint64_t failed;
	uint64_t missed;        /* at most, before it was kept */
	char *name;             /* owned */
	enum cause_class cause; /* of the last failure */
};

struct failing_identities {
	struct failing_identity *slot; /* a hash table, until failing_identities_sort */
	uint32_t count, capacity;
	uint64_t floor;
};

/* An empty list is all zero. key: not 0, the same for the same identity. RC_NOMEM: not counted. */
enum rc failing_identities_add(struct failing_identities *f, uint64_t key, const char *name,
			       enum cause_class cause);
/* Most failures first, then by name; the first count slots are used. Ends the counting. */
void failing_identities_sort(struct failing_identities *f);
void failing_identities_clear(struct failing_identities *f);
