/* Which record an observed registration is of, for all pairs at a time: by one walk through the
 * index of the snapshot. */
#pragma once
#include "audit/evidence_pairs.h"
#include "store/snapshot.h"

/* A pair whose IMPI and IMPU lead to one record and to no other, if they lead to any: whether it
 * really has them is still to be seen. */
struct evidence_place {
	uint32_t ordinal, pair;
};
struct evidence_places {
	struct evidence_place *list; /* by ordinal, then pair */
	size_t count;
};
void evidence_places_clear(struct evidence_places *p);

/* Only usable witnesses are looked for. *out is to be cleared in any case. */
enum rc evidence_locate(struct snapshot_cursor *cursor, const struct evidence_pairs *pairs,
			struct evidence_places *out, struct diag *diag);
