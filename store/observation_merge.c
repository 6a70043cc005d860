#include <stdlib.h>

#include "store/observation_run.h"

#define TAIL_BLOCKS 32 /* of which a run is made */
#define FANOUT 8       /* as LIMIT of OBSERVATIONS_RUNS_WITHIN */
/* A run of level 3 covers some eight million exchanges: it is not merged further, so that what is
 * removed goes in good time. */
#define LEVELS 3
/* Entries merged for each that is added: one a level, and some to catch up. */
#define WORK_FACTOR 6
#define WORK_LEAST 8192

/* --- from runs to a larger one --------------------------------------------------------------- */

/* Reads the entries of a run in order. */
struct run_cursor {
	struct lookup_run run;
	uint64_t shift; /* of its ordinals to those of the larger run */
	struct byte_writer bytes;
	struct lookup_page page;
	struct lookup_block block;
	uint32_t index;
	struct lookup_entry entry; /* of the run, valid unless is_at_end */
	bool is_at_end;
};

struct merge {
	struct observations *o;
	struct lookup_run run; /* the larger one */
	struct run_cursor cursor[FANOUT];
	uint32_t count;
	struct lookup_run_writer writer;
	bool has_work;
};

static bool is_before(struct lookup_entry a, struct lookup_entry b)
{
	return a.fingerprint != b.fingerprint ? a.fingerprint < b.fingerprint
					      : a.ordinal < b.ordinal;
}

static struct lookup_entry entry_of(const struct run_cursor *c)
{
	return (struct lookup_entry){c->entry.fingerprint, (uint32_t)(c->entry.ordinal + c->shift)};
}

static enum rc load_page(struct merge *m, struct run_cursor *c, enum observations_statement which,
			 struct diag *diag)
{
	int has_page = 0;
	enum rc rc = observation_index_page(m->o, which, c->run.number, &c->page, &has_page, diag);

	c->is_at_end = true;
	if (rc || !has_page)
		return rc;
	c->bytes.length = 0;
	byte_writer_bytes(&c->bytes, c->page.bytes.data, c->page.bytes.length);
	sqlite3_reset(m->o->statement[which]);
	if (c->bytes.failed)
		return diag_set(diag, RC_NOMEM, "no memory for the index");
	if (!lookup_block_open(text_of((const char *)c->bytes.data, c->bytes.length), &c->block))
		return observation_index_damaged(m->o, diag);
	c->index = 0;
	c->entry = (struct lookup_entry){(uint64_t)c->page.place.fingerprint,
					 lookup_block_ordinal(&c->block, 0)};
	c->is_at_end = false;
	return RC_OK;
}

static enum rc advance(struct merge *m, struct run_cursor *c, struct diag *diag)
{
	if (c->index + 1 == c->block.count)
		return load_page(m, c, OBSERVATIONS_PAGE_AFTER, diag);
	c->entry.fingerprint += lookup_block_gap(&c->block, c->index);
	c->entry.ordinal = lookup_block_ordinal(&c->block, ++c->index);
	return RC_OK;
}

/* The last entry that the larger run has already. */
static enum rc find_last(struct merge *m, struct run_cursor *at, struct diag *diag)
{
	enum rc rc;

	*at = (struct run_cursor){
		.run = m->run, .page.place = {INT64_MAX, INT64_MAX}, .is_at_end = true};
	rc = load_page(m, at, OBSERVATIONS_PAGE_AT, diag);
	while (!rc && !at->is_at_end && at->index + 1 < at->block.count)
		rc = advance(m, at, diag);
	return rc;
}

/* Goes on behind last. */
static enum rc start_cursor(struct merge *m, struct run_cursor *c, const struct run_cursor *last,
			    struct diag *diag)
{
	enum rc rc = RC_OK;

	c->shift = c->run.first - m->run.first;
	c->is_at_end = true;
	c->page.place = (struct lookup_place){-1, -1};
	if (!last->is_at_end) {
		c->page.place =
			(struct lookup_place){(int64_t)last->entry.fingerprint,
					      (int64_t)last->entry.ordinal - (int64_t)c->shift};
		rc = load_page(m, c, OBSERVATIONS_PAGE_AT, diag);
	}
	if (!rc && c->is_at_end) {
		c->page.place = (struct lookup_place){-1, -1};
		rc = load_page(m, c, OBSERVATIONS_PAGE_AFTER, diag);
	}
	while (!rc && !c->is_at_end && !last->is_at_end && !is_before(last->entry, entry_of(c)))
		rc = advance(m, c, diag);
	return rc;
}

static enum rc find_runs(struct merge *m, int level, uint64_t first, uint64_t after,
			 struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 1;
	enum rc rc = observations_prepare(m->o, OBSERVATIONS_RUNS_WITHIN, &select, diag);

	m->count = 0;
	if (rc)
		return rc;
	sqlite3_bind_int(select, 1, level);
	sqlite3_bind_int64(select, 2, (sqlite3_int64)first);
	sqlite3_bind_int64(select, 3, (sqlite3_int64)after);
	while (m->count < FANOUT && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row)
		m->cursor[m->count++].run = (struct lookup_run){
			sqlite3_column_int64(select, 0), (uint64_t)sqlite3_column_int64(select, 1),
			(uint64_t)sqlite3_column_int64(select, 2)};
	sqlite3_reset(select);
	return rc;
}

/* The run of the level above that is being made, or a new one when there are enough for it. */
static enum rc find_work(struct merge *m, int level, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = observations_prepare(m->o, OBSERVATIONS_BUILDING, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int(select, 1, level + 1);
	rc = db_step(select, &has_row, diag);
	if (!rc && has_row)
		m->run = (struct lookup_run){sqlite3_column_int64(select, 0),
					     (uint64_t)sqlite3_column_int64(select, 1),
					     (uint64_t)sqlite3_column_int64(select, 2)};
	sqlite3_reset(select);
	if (rc)
		return rc;
	m->has_work = has_row;
	if (has_row)
		return find_runs(m, level, m->run.first, m->run.after, diag);
	rc = find_runs(m, level, 0, INT64_MAX, diag);
	if (rc)
		return rc;
	m->run = (struct lookup_run){0, m->cursor[0].run.first, m->cursor[FANOUT - 1].run.after};
	if (m->count < FANOUT || m->run.after - m->run.first > UINT32_MAX)
		return RC_OK;
	m->has_work = true;
	return lookup_run_put(m->o, level + 1, LOOKUP_RUN_BUILDING, &m->run, diag);
}

static struct run_cursor *least(struct merge *m)
{
	struct run_cursor *found = NULL;

	for (uint32_t i = 0; i < m->count; i++) {
		struct run_cursor *c = &m->cursor[i];

		if (!c->is_at_end && (!found || is_before(entry_of(c), entry_of(found))))
			found = c;
	}
	return found;
}

/* The larger run is whole: it is read from now on, and those that it was made of are not. */
static enum rc finish(struct merge *m, struct diag *diag)
{
	enum rc rc = lookup_run_set_state(m->o, m->run.number, LOOKUP_RUN_LIVE, diag);

	for (uint32_t i = 0; i < m->count && !rc; i++)
		rc = lookup_run_set_state(m->o, m->cursor[i].run.number, LOOKUP_RUN_DYING, diag);
	return rc;
}

/* Merges about *budget entries, in whole pages. */
static enum rc merge_some(struct merge *m, int64_t *budget, struct diag *diag)
{
	struct run_cursor last, *next = NULL;
	enum rc rc = find_last(m, &last, diag);

	m->writer = (struct lookup_run_writer){.o = m->o, .run = m->run.number};
	for (uint32_t i = 0; i < m->count && !rc; i++)
		rc = start_cursor(m, &m->cursor[i], &last, diag);
	while (!rc && (next = least(m)) && (*budget > 0 || m->writer.count)) {
		if (m->run.first + entry_of(next).ordinal >= m->o->oldest)
			rc = lookup_run_add(&m->writer, entry_of(next), diag);
		if (!rc)
			rc = advance(m, next, diag);
		--*budget;
	}
	if (!rc)
		rc = lookup_run_end(&m->writer, diag);
	if (!rc && !next)
		rc = finish(m, diag);
	byte_writer_clear(&last.bytes);
	byte_writer_clear(&m->writer.bytes);
	return rc;
}

static enum rc work_on_level(struct observations *o, int level, int64_t *budget, struct diag *diag)
{
	struct merge *m = calloc(1, sizeof(*m));
	enum rc rc;

	if (!m)
		return diag_set(diag, RC_NOMEM, "no memory for the index");
	m->o = o;
	rc = find_work(m, level, diag);
	if (!rc && m->has_work) {
		o->has_index_work = true;
		rc = merge_some(m, budget, diag);
	}
	for (uint32_t i = 0; i < FANOUT; i++)
		byte_writer_clear(&m->cursor[i].bytes);
	free(m);
	return rc;
}

/* --- all of it ------------------------------------------------------------------------------- */

enum rc observation_index_bury(struct observations *o, int64_t pages, struct diag *diag)
{
	sqlite3_stmt *statement;
	int has_row = 0;
	int64_t run = 0;
	enum rc rc = observations_prepare(o, OBSERVATIONS_DYING, &statement, diag);

	if (!rc)
		rc = db_step(statement, &has_row, diag);
	if (rc)
		return rc;
	o->has_dying_run = has_row;
	if (!has_row)
		return RC_OK;
	run = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	o->has_index_work = true;
	rc = observations_prepare(o, OBSERVATIONS_DROP_PAGES, &statement, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, pages);
	rc = db_run(statement, diag);
	if (rc || sqlite3_changes(o->db))
		return rc;
	return observations_run_with(o, OBSERVATIONS_DROP_RUN, (uint64_t)run, diag);
}

static enum rc work(struct observations *o, int64_t budget)
{
	enum rc rc = RC_OK;

	if (o->tail_blocks >= TAIL_BLOCKS) {
		o->has_index_work = true;
		rc = lookup_run_of_tail(o, NULL);
		if (!rc)
			rc = db_read_number(o->db, "SELECT count(*) FROM lookup_tail",
					    &o->tail_blocks, NULL);
	}
	if (!rc)
		rc = observation_index_bury(o, budget / LOOKUP_PAGE_ENTRIES * 2 + 2, NULL);
	for (int level = 0; level < LEVELS && budget > 0 && !rc; level++)
		rc = work_on_level(o, level, &budget, NULL);
	return rc;
}

void observation_index_work(struct observations *o, uint32_t exchanges)
{
	bool had_work = o->has_index_work;
	enum rc rc;

	if (o->is_index_broken || (!had_work && o->tail_blocks < TAIL_BLOCKS) ||
	    observations_run(o, OBSERVATIONS_BEGIN_WRITE, NULL))
		return;
	o->has_index_work = false;
	rc = work(o, (int64_t)exchanges * WORK_FACTOR + WORK_LEAST);
	if (!rc)
		rc = observations_run(o, OBSERVATIONS_COMMIT, NULL);
	if (rc) {
		observations_run(o, OBSERVATIONS_ROLLBACK, NULL);
		o->has_index_work = true;
	}
	o->is_index_broken = rc == RC_CORRUPT;
}

enum rc observation_index_prune(struct observations *o, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = observations_prepare(o, OBSERVATIONS_FIRST, &select, diag);

	if (!rc)
		rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	o->oldest = sqlite3_column_type(select, 0) == SQLITE_NULL
			    ? o->batch.first_id
			    : (uint64_t)sqlite3_column_int64(select, 0);
	sqlite3_reset(select);
	o->has_index_work = true;
	return observations_run_with(o, OBSERVATIONS_KILL_RUNS, o->oldest, diag);
}
