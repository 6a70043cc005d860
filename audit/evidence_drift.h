/* The drifts of a run: kept with their texts up to a bound, counted beyond it. */
#pragma once
#include "audit/drift.h"
#include "base/arena.h"

#define EVIDENCE_DRIFTS_MAX 100000u /* about 30 MB */

/* One drift with the exchange that showed it. */
struct evidence_drift {
	struct drift drift;
	struct text impi;
	struct text node; /* Origin-Host of the answer */
	uint64_t id;      /* exchange */
	int64_t time_us;
};

struct evidence_drifts {
	struct evidence_drift *list; /* in the order of the exchanges */
	uint32_t count, capacity;
	uint64_t of_kind[DRIFT_KINDS]; /* all, also those beyond the bound */
	uint64_t older;                /* exchanges from before the export, which prove nothing */
	struct arena arena;
	bool failed; /* memory was out */
};

void evidence_drifts_init(struct evidence_drifts *d);
void evidence_drifts_clear(struct evidence_drifts *d);

/* Compares one exchange (drift_compare) and keeps what it shows. snapshot_us: when the export was
 * taken; an older exchange is counted as such where it would drift. */
void evidence_drifts_add(struct evidence_drifts *d, const struct cx_exchange *e,
			 const struct resolution *resolution, const struct cx_answer *predicted,
			 int64_t snapshot_us);
