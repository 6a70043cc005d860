/* What observed stats counts. */
#pragma once
#include "cli/observed_tally.h"
#include "codec/intern.h"
#include "store/observations.h"

struct observed_stats {
	struct observation_status *observers; /* their names live in names */
	uint32_t observer_count;
	struct observation_status sum;
	struct arena names;
	struct observations_summary summary;
	struct intern hosts;
	struct observed_tally by_code, by_node, by_hour;
	bool is_out_of_memory;
};

/* One object of schema cxaudit/observed-stats/1 on stdout; an exit code. */
int observed_stats_json(const struct observed_stats *s);
/* For people; an exit code. */
int observed_stats_text(const struct observed_stats *s);
