#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "store/observation_run.h"

/* The writer goes on between two calls: none takes longer than about this. */
#define CALL_MILLISECONDS 40
#define SLICE_BLOCKS 32
#define SLICE_PAGES 128
/* Free pages that stay: what is written next takes them. */
#define SPARE_PAGES 64

static int64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct pruning {
	struct observations *o;
	const struct observations_retention *retention;
	int64_t deadline; /* 0: none */
	uint64_t removed;
	bool is_done; /* nothing is left to remove, of the index neither */
};

static bool is_late(const struct pruning *p)
{
	return p->deadline && milliseconds() >= p->deadline;
}

/* Bytes that are in use, of the file as it will be when the free pages are given back. */
static enum rc bytes_used(struct observations *o, uint64_t *out, int *spare, struct diag *diag)
{
	int pages = 0, size = 0;
	enum rc rc = db_read_number(o->db, "PRAGMA page_count", &pages, diag);

	if (!rc)
		rc = db_read_number(o->db, "PRAGMA freelist_count", spare, diag);
	if (!rc)
		rc = db_read_number(o->db, "PRAGMA page_size", &size, diag);
	*out = (uint64_t)(pages - *spare) * (uint64_t)size;
	return rc;
}

static enum rc drop_block(struct pruning *p, uint64_t first, uint32_t count, struct diag *diag)
{
	enum rc rc = observations_run_with(p->o, OBSERVATIONS_SET_NEXT, first + count, diag);

	if (!rc)
		rc = observations_run_with(p->o, OBSERVATIONS_DROP_TAIL_OF, first, diag);
	if (!rc)
		rc = observations_run_with(p->o, OBSERVATIONS_DROP_BLOCK, first, diag);
	if (!rc)
		rc = observations_run_with(p->o, OBSERVATIONS_DROP_CONTENT, first, diag);
	if (!rc)
		p->removed += count;
	return rc;
}

/* Removes the first block with an end before before_us; none: p->is_done. The block that is still
 * written stays. */
static enum rc drop_first(struct pruning *p, int64_t before_us, struct diag *diag)
{
	struct observations *o = p->o;
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = observations_prepare(o, OBSERVATIONS_OLDEST, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, before_us);
	sqlite3_bind_int64(select, 2,
			   o->batch.total ? (sqlite3_int64)o->batch.first_id : INT64_MAX);
	rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	p->is_done = !has_row;
	if (!has_row)
		return RC_OK;
	uint64_t first = (uint64_t)sqlite3_column_int64(select, 0);
	uint32_t count = (uint32_t)sqlite3_column_int64(select, 1);
	sqlite3_reset(select);
	return drop_block(p, first, count, diag);
}

static enum rc drop_some(struct pruning *p, struct diag *diag)
{
	const struct observations_retention *retention = p->retention;
	uint64_t used = 0;
	int spare = 0;
	enum rc rc = RC_OK;

	for (int i = 0; i < SLICE_BLOCKS && !rc; i++) {
		p->is_done = !retention->before_us;
		if (!p->is_done)
			rc = drop_first(p, retention->before_us, diag);
		if (rc || !p->is_done)
			continue;
		if (retention->bytes_most)
			rc = bytes_used(p->o, &used, &spare, diag);
		if (rc || !retention->bytes_most || used <= retention->bytes_most)
			break;
		/* What it holds of the index of removed exchanges goes first. */
		p->is_done = false;
		if (p->o->has_dying_run)
			break;
		rc = drop_first(p, INT64_MAX, diag);
		if (p->is_done)
			break;
	}
	return rc;
}

/* A part of the removal, in a transaction of its own. */
static enum rc prune_slice(struct pruning *p, struct diag *diag)
{
	struct observations *o = p->o;
	uint64_t before = p->removed;
	enum rc rc = observations_run(o, OBSERVATIONS_BEGIN_WRITE, diag);

	if (rc)
		return rc;
	rc = drop_some(p, diag);
	if (!rc)
		rc = observation_index_prune(o, diag);
	if (!rc)
		rc = observation_index_bury(o, SLICE_PAGES, diag);
	if (!rc)
		rc = observations_run(o, OBSERVATIONS_COMMIT, diag);
	if (rc) {
		observations_run(o, OBSERVATIONS_ROLLBACK, NULL);
		p->removed = before;
	}
	p->is_done = p->is_done && !o->has_dying_run;
	return rc;
}

static enum rc give_back(struct pruning *p, struct diag *diag)
{
	int spare = 0, before = INT_MAX, most = p->deadline ? SPARE_PAGES : 0;
	uint64_t used;
	char sql[64];
	enum rc rc = RC_OK;

	snprintf(sql, sizeof(sql), "PRAGMA incremental_vacuum(%d)", SLICE_PAGES);
	while (!rc && !is_late(p)) {
		rc = bytes_used(p->o, &used, &spare, diag);
		/* A file that somebody else made may have no map of pages: then they stay. */
		if (rc || spare <= most || spare >= before)
			break;
		before = spare;
		rc = db_exec(p->o->db, sql, diag);
	}
	observations_checkpoint(p->o);
	return rc;
}

enum rc observations_prune(struct observations *o, const struct observations_retention *retention,
			   uint64_t *removed, struct diag *diag)
{
	struct pruning p = {.o = o, .retention = retention};
	enum rc rc;

	*removed = 0;
	if (o->mode != OBSERVATIONS_WRITE)
		return diag_set(diag, RC_USAGE, "%s: opened for reading", o->path);
	rc = observations_refresh(o, diag);
	if (rc)
		return rc;
	/* What is stored of the open block need not be written again. */
	if (!observations_pending(o))
		observation_batch_forget(&o->batch);
	if (!retention->is_whole)
		p.deadline = milliseconds() + CALL_MILLISECONDS;
	do {
		rc = prune_slice(&p, diag);
	} while (!rc && !p.is_done && !is_late(&p));
	if (!rc)
		rc = give_back(&p, diag);
	*removed = p.removed;
	return rc;
}
