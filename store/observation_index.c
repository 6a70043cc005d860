#include "store/observation_index.h"

#define CANDIDATES (sizeof(((struct observation_candidates *)0)->id) / sizeof(uint64_t))

enum rc observation_index_damaged(const struct observations *o, struct diag *diag)
{
	return diag_set(diag, RC_CORRUPT, "%s: the index of identities does not decode", o->path);
}

enum rc observation_index_page(struct observations *o, enum observations_statement which,
			       int64_t run, struct lookup_page *page, int *has_page,
			       struct diag *diag)
{
	sqlite3_stmt *select;
	enum rc rc = observations_prepare(o, which, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, run);
	sqlite3_bind_int64(select, 2, page->place.fingerprint);
	sqlite3_bind_int64(select, 3, page->place.ordinal);
	rc = db_step(select, has_page, diag);
	if (rc || !*has_page)
		return rc;
	page->place.fingerprint = sqlite3_column_int64(select, 0);
	page->place.ordinal = sqlite3_column_int64(select, 1);
	page->bytes = db_column_blob(select, 2);
	return RC_OK;
}

/* --- one block of entries -------------------------------------------------------------------- */

/* Where the ordinals of a block count from, and whether the wanted fingerprint may go on behind it.
 */
struct entries_place {
	int64_t fingerprint; /* of the first entry */
	uint64_t base;
	bool goes_on;
};

/* Takes what the block has of the wanted fingerprint. False when it is damaged. */
static bool take_matches(struct observation_candidates *c, struct text bytes,
			 struct entries_place *place)
{
	struct lookup_block block;
	uint32_t at = 0, count = 0;
	int64_t distance = (int64_t)c->fingerprint - place->fingerprint;

	if (!lookup_block_open(bytes, &block))
		return false;
	if (distance >= 0)
		count = lookup_block_find(&block, (uint64_t)distance, &at);
	place->goes_on = at + (count ? count : 1) == block.count;
	for (uint32_t i = 0; i < count && c->count < CANDIDATES; i++) {
		uint32_t index = c->is_descending ? at + count - 1 - i : at + i;
		uint64_t id = place->base + lookup_block_ordinal(&block, index);

		if (c->is_descending ? id < c->bound : id > c->bound)
			c->id[c->count++] = id;
	}
	return true;
}

/* --- runs ------------------------------------------------------------------------------------ */

struct run_search {
	int64_t run;
	uint64_t base;
	struct lookup_page page;
	int has_page;
	bool goes_on;
};

static enum rc search_page(struct observations *o, struct observation_candidates *c,
			   struct run_search *s, enum observations_statement which,
			   struct diag *diag)
{
	struct entries_place place;
	enum rc rc;

	rc = observation_index_page(o, which, s->run, &s->page, &s->has_page, diag);
	if (rc || !s->has_page)
		return rc;
	place = (struct entries_place){s->page.place.fingerprint, s->base, false};
	if (!take_matches(c, s->page.bytes, &place))
		rc = observation_index_damaged(o, diag);
	s->goes_on = place.goes_on;
	sqlite3_reset(o->statement[which]);
	return rc;
}

static enum rc search_ascending(struct observations *o, struct observation_candidates *c,
				struct run_search *s, struct diag *diag)
{
	uint64_t ordinal = c->bound + 1 > s->base ? c->bound + 1 - s->base : 0;
	enum rc rc;

	s->page.place = (struct lookup_place){(int64_t)c->fingerprint, (int64_t)ordinal};
	s->goes_on = true;
	rc = search_page(o, c, s, OBSERVATIONS_PAGE_AT, diag);
	while (!rc && s->goes_on && c->count < CANDIDATES) {
		rc = search_page(o, c, s, OBSERVATIONS_PAGE_AFTER, diag);
		if (!s->has_page)
			break;
	}
	return rc;
}

static enum rc search_descending(struct observations *o, struct observation_candidates *c,
				 struct run_search *s, struct diag *diag)
{
	enum rc rc = RC_OK;

	s->page.place =
		(struct lookup_place){(int64_t)c->fingerprint, (int64_t)(c->bound - 1 - s->base)};
	while (!rc && c->count < CANDIDATES) {
		rc = search_page(o, c, s, OBSERVATIONS_PAGE_AT, diag);
		/* Pages before one that begins with the fingerprint may end with it. */
		if (!s->has_page || s->page.place.fingerprint != (int64_t)c->fingerprint)
			break;
		s->page.place.ordinal--;
	}
	return rc;
}

/* --- runs and tail alike --------------------------------------------------------------------- */

/* Takes what one row, of a run or of the tail, has of the wanted fingerprint. */
typedef enum rc search_row(struct observations *o, struct observation_candidates *c,
			   sqlite3_stmt *row, struct diag *diag);

static enum rc search_run(struct observations *o, struct observation_candidates *c,
			  sqlite3_stmt *row, struct diag *diag)
{
	struct run_search s = {.run = sqlite3_column_int64(row, 0),
			       .base = (uint64_t)sqlite3_column_int64(row, 1)};

	return c->is_descending ? search_descending(o, c, &s, diag)
				: search_ascending(o, c, &s, diag);
}

static enum rc search_tail_block(struct observations *o, struct observation_candidates *c,
				 sqlite3_stmt *row, struct diag *diag)
{
	struct entries_place place = {sqlite3_column_int64(row, 1),
				      (uint64_t)sqlite3_column_int64(row, 0), false};

	return take_matches(c, db_column_blob(row, 2), &place) ? RC_OK
							       : observation_index_damaged(o, diag);
}

/* Searches the rows that the statement finds beyond the bound, until there are candidates enough.
 */
static enum rc search_rows(struct observations *o, struct observation_candidates *c,
			   enum observations_statement which, search_row *search, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 1;
	enum rc rc = observations_prepare(o, which, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, (sqlite3_int64)c->bound);
	while (!rc && c->count < CANDIDATES) {
		rc = db_step(select, &has_row, diag);
		if (rc || !has_row)
			break;
		rc = search(o, c, select, diag);
	}
	sqlite3_reset(select);
	return rc;
}

static enum rc search_runs(struct observations *o, struct observation_candidates *c,
			   struct diag *diag)
{
	return search_rows(o, c,
			   c->is_descending ? OBSERVATIONS_RUNS_BELOW : OBSERVATIONS_RUNS_ABOVE,
			   search_run, diag);
}

static enum rc search_tail(struct observations *o, struct observation_candidates *c,
			   struct diag *diag)
{
	return search_rows(o, c,
			   c->is_descending ? OBSERVATIONS_TAIL_BELOW : OBSERVATIONS_TAIL_ABOVE,
			   search_tail_block, diag);
}

enum rc observation_index_find(struct observations *o, struct observation_candidates *c,
			       struct diag *diag)
{
	/* Runs and tail as of one moment: a merge moves entries from one to the other. */
	enum rc rc = observations_run(o, OBSERVATIONS_BEGIN, diag);

	c->count = 0;
	if (rc)
		return rc;
	rc = c->is_descending ? search_tail(o, c, diag) : search_runs(o, c, diag);
	if (!rc)
		rc = c->is_descending ? search_runs(o, c, diag) : search_tail(o, c, diag);
	observations_run(o, OBSERVATIONS_COMMIT, NULL);
	return rc;
}
