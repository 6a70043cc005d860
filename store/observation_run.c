#include "store/observation_run.h"

#include <stdlib.h>

/* Blocks of a run, as many as are made into one, have fewer where an exchange names two identities.
 * More would be gathered in megabytes, which the heap of a host does not give back. */
#define RUN_ENTRIES_MOST (1u << 15)

/* --- writing pages --------------------------------------------------------------------------- */

enum rc lookup_run_end(struct lookup_run_writer *w, struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc;

	if (!w->count)
		return RC_OK;
	w->bytes.length = 0;
	lookup_block_pack(w->entry, w->count, &w->bytes);
	if (w->bytes.failed)
		return diag_set(diag, RC_NOMEM, "no memory for the index");
	rc = observations_prepare(w->o, OBSERVATIONS_PUT_PAGE, &insert, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(insert, 1, w->run);
	sqlite3_bind_int64(insert, 2, (sqlite3_int64)w->entry[0].fingerprint);
	sqlite3_bind_int64(insert, 3, w->entry[0].ordinal);
	db_bind_blob(insert, 4, text_of((const char *)w->bytes.data, w->bytes.length));
	w->count = 0;
	return db_run(insert, diag);
}

enum rc lookup_run_add(struct lookup_run_writer *w, struct lookup_entry entry, struct diag *diag)
{
	w->entry[w->count++] = entry;
	return w->count == LOOKUP_PAGE_ENTRIES ? lookup_run_end(w, diag) : RC_OK;
}

enum rc lookup_run_put(struct observations *o, int level, enum lookup_run_state state,
		       struct lookup_run *run, struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc = observations_prepare(o, OBSERVATIONS_PUT_RUN, &insert, diag);

	if (rc)
		return rc;
	sqlite3_bind_int(insert, 1, level);
	sqlite3_bind_int(insert, 2, (int)state);
	sqlite3_bind_int64(insert, 3, (sqlite3_int64)run->first);
	sqlite3_bind_int64(insert, 4, (sqlite3_int64)run->after);
	rc = db_run(insert, diag);
	run->number = sqlite3_last_insert_rowid(o->db);
	return rc;
}

enum rc lookup_run_set_state(struct observations *o, int64_t run, enum lookup_run_state state,
			     struct diag *diag)
{
	sqlite3_stmt *update;
	enum rc rc = observations_prepare(o, OBSERVATIONS_SET_RUN_STATE, &update, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(update, 1, run);
	sqlite3_bind_int(update, 2, (int)state);
	return db_run(update, diag);
}

enum rc observations_run_with(struct observations *o, enum observations_statement which,
			      uint64_t number, struct diag *diag)
{
	sqlite3_stmt *statement;
	enum rc rc = observations_prepare(o, which, &statement, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
	return db_run(statement, diag);
}

/* --- from the tail to a run ------------------------------------------------------------------ */

struct gathering {
	struct lookup_entry *entries;
	size_t count, capacity;
	uint32_t blocks;
	struct lookup_run run;
};

static enum rc gather_block(struct observations *o, struct gathering *g, sqlite3_stmt *row,
			    struct diag *diag)
{
	uint64_t first = (uint64_t)sqlite3_column_int64(row, 0);
	uint64_t fingerprint = (uint64_t)sqlite3_column_int64(row, 1);
	struct lookup_block block;

	if (!lookup_block_open(db_column_blob(row, 2), &block))
		return observation_index_damaged(o, diag);
	if (block.count > g->capacity - g->count) {
		size_t capacity = (g->capacity + block.count) * 2;
		struct lookup_entry *grown = realloc(g->entries, capacity * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory for the index");
		g->entries = grown;
		g->capacity = capacity;
	}
	if (!g->blocks)
		g->run.first = first;
	for (uint32_t i = 0; i < block.count; i++) {
		uint64_t ordinal = first + lookup_block_ordinal(&block, i) - g->run.first;

		g->entries[g->count++] = (struct lookup_entry){fingerprint, (uint32_t)ordinal};
		if (i + 1 < block.count)
			fingerprint += lookup_block_gap(&block, i);
	}
	g->blocks++;
	return RC_OK;
}

/* Blocks that are written no more, as many as make a run. */
static enum rc gather_tail(struct observations *o, struct gathering *g, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 1;
	enum rc rc = observations_prepare(o, OBSERVATIONS_TAIL_ABOVE, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, 0);
	g->run.after = o->batch.first_id;
	while ((rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		uint64_t first = (uint64_t)sqlite3_column_int64(select, 0);

		if (first >= o->batch.first_id)
			break;
		if (g->count >= RUN_ENTRIES_MOST ||
		    (g->blocks && first - g->run.first > UINT32_MAX - EXCHANGE_BLOCK_MAX)) {
			g->run.after = first;
			break;
		}
		rc = gather_block(o, g, select, diag);
		if (rc)
			break;
	}
	sqlite3_reset(select);
	return rc;
}

enum rc lookup_run_of_tail(struct observations *o, struct diag *diag)
{
	struct gathering g = {.entries = NULL};
	struct lookup_run_writer w = {.o = o};
	enum rc rc = gather_tail(o, &g, diag);

	if (!rc && g.blocks) {
		g.count = observation_entries_sort(g.entries, g.count);
		rc = lookup_run_put(o, 0, LOOKUP_RUN_LIVE, &g.run, diag);
		w.run = g.run.number;
		for (size_t i = 0; i < g.count && !rc; i++)
			rc = lookup_run_add(&w, g.entries[i], diag);
		if (!rc)
			rc = lookup_run_end(&w, diag);
		if (!rc)
			rc = observations_run_with(o, OBSERVATIONS_DROP_TAIL, g.run.after, diag);
	}
	byte_writer_clear(&w.bytes);
	free(g.entries);
	return rc;
}
