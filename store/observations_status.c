#include <stddef.h>

#include "store/observations_private.h"

#define FIRST_COUNTER 3 /* columns before: observer and two times */

/* The columns from FIRST_COUNTER on. */
static const size_t counters[] = {
	offsetof(struct observation_status, seen),
	offsetof(struct observation_status, stored),
	offsetof(struct observation_status, dropped),
	offsetof(struct observation_status, unanswered),
	offsetof(struct observation_status, undecodable),
	offsetof(struct observation_status, queue_depth),
	offsetof(struct observation_status, queue_depth_max),
	offsetof(struct observation_status, queue_size),
	offsetof(struct observation_status, store_failures),
};
#define COUNTERS ((int)(sizeof(counters) / sizeof(counters[0])))

enum rc observations_put_status(struct observations *o, const struct observation_status *status,
				struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc = observations_prepare(o, OBSERVATIONS_PUT_STATUS, &insert, diag);

	if (rc)
		return rc;
	db_bind_text(insert, 1, status->observer.data ? status->observer : TEXT_LITERAL(""));
	sqlite3_bind_int64(insert, 2, status->started_at);
	sqlite3_bind_int64(insert, 3, status->updated_at);
	for (int i = 0; i < COUNTERS; i++) {
		const void *at = (const char *)status + counters[i];

		sqlite3_bind_int64(insert, FIRST_COUNTER + 1 + i,
				   (sqlite3_int64) * (const uint64_t *)at);
	}
	rc = db_run(insert, diag);
	sqlite3_clear_bindings(insert);
	return rc;
}

enum rc observations_status(struct observations *o,
			    bool (*visit)(const struct observation_status *s, void *context),
			    void *context, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 1;
	enum rc rc = observations_refresh(o, diag);

	if (!rc)
		rc = observations_prepare(o, OBSERVATIONS_GET_STATUS, &select, diag);
	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		struct observation_status status = {
			.observer = db_column_text(select, 0),
			.started_at = sqlite3_column_int64(select, 1),
			.updated_at = sqlite3_column_int64(select, 2),
		};

		for (int i = 0; i < COUNTERS; i++) {
			void *at = (char *)&status + counters[i];

			*(uint64_t *)at = (uint64_t)sqlite3_column_int64(select, FIRST_COUNTER + i);
		}
		if (!visit(&status, context)) {
			sqlite3_reset(select);
			break;
		}
	}
	return rc;
}
