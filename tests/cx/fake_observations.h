/* A store of observations in memory whose troubles a test decides: stands in for
 * store/observations.h. */
#pragma once
#include "store/observations.h"

#define FAKE_KEPT_MAX 64

struct fake_observations {
	enum rc open_rc, flush_rc, append_rc; /* what the next calls say */
	unsigned opens, closes, flush_calls, prunes;
	uint32_t pending;
	uint32_t block;   /* exchanges of a block; 0: one */
	uint64_t written; /* exchanges flushed */
	struct observation_status status;
	struct observation_status earlier; /* what is found before the first flush */
	struct observations_retention retention;
	uint64_t removable; /* what prunes find; each removes one */
	/* of the exchanges appended, up to FAKE_KEPT_MAX */
	uint32_t kept;
	enum cx_command command[FAKE_KEPT_MAX];
	enum cx_end end[FAKE_KEPT_MAX];
	int64_t time_us[FAKE_KEPT_MAX], latency_us[FAKE_KEPT_MAX];
	uint32_t damage[FAKE_KEPT_MAX];
};
extern struct fake_observations fake;
