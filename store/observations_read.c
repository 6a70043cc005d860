#include <inttypes.h>

#include "codec/lookup_key.h"
#include "store/observation_index.h"
#include "store/observations_private.h"

/* One call of observations_visit. */
struct visiting {
	struct observations *o;
	const struct observation_query *query;
	bool (*visit)(const struct cx_exchange *e, void *context);
	void *context;
	int64_t to_us;
	uint64_t key;     /* of the identity */
	uint64_t cursor;  /* the number visited last; 0: none */
	uint64_t damaged; /* number of the first block that does not decode; 0: none */
	bool is_stopped;
};

/* --- blocks ---------------------------------------------------------------------------------- */

/* A row of table block. */
struct place {
	uint64_t first; /* 0: there is none */
	uint32_t count;
};

static enum rc load_content(struct observations *o, struct place place, struct diag *diag)
{
	struct observation_page *page = &o->page;
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = observations_prepare(o, OBSERVATIONS_CONTENT, &select, diag);

	page->first = 0;
	page->bytes.length = 0;
	page->bytes.failed = false;
	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, (sqlite3_int64)place.first);
	rc = db_step(select, &has_row, diag);
	if (rc || !has_row)
		return rc;
	/* A copy, so that no transaction lasts while the visitor works. */
	struct text bytes = db_column_blob(select, 0);
	byte_writer_bytes(&page->bytes, bytes.data, bytes.length);
	sqlite3_reset(select);
	if (page->bytes.failed)
		return diag_set(diag, RC_NOMEM, "no memory for a block of exchanges");
	rc = exchange_block_open(&page->block,
				 text_of((const char *)page->bytes.data, page->bytes.length),
				 place.first);
	/* It may have grown since the row was read. */
	if (!rc && page->block.count < place.count)
		rc = RC_CORRUPT;
	if (rc)
		return diag_set(diag, rc, "%s: block %" PRIu64 " does not decode", o->path,
				place.first);
	page->first = place.first;
	page->count = page->block.count;
	return RC_OK;
}

/* Makes o->page the block that the statement finds; page.first is 0 when there is none. A block may
 * have grown since it was read. */
static enum rc load_block(struct observations *o, sqlite3_stmt *select, struct place *place,
			  struct diag *diag)
{
	int has_row = 0;
	int64_t first = 0, count = 0;
	enum rc rc = db_step(select, &has_row, diag);

	*place = (struct place){0, 0};
	if (!rc && has_row) {
		first = sqlite3_column_int64(select, 0);
		count = sqlite3_column_int64(select, 1);
	}
	sqlite3_reset(select);
	/* The cursor of a visit is moved by them. */
	if (!rc && has_row && (first < 1 || count < 1 || count > EXCHANGE_BLOCK_MAX))
		rc = diag_set(diag, RC_CORRUPT, "%s: the list of blocks is damaged", o->path);
	if (rc || !has_row) {
		o->page.first = 0;
		return rc;
	}
	*place = (struct place){(uint64_t)first, (uint32_t)count};
	if (o->page.first == place->first && o->page.count == place->count)
		return RC_OK;
	return load_content(o, *place, diag);
}

static enum rc load_block_of(struct observations *o, uint64_t id, struct place *place,
			     struct diag *diag)
{
	sqlite3_stmt *select;
	enum rc rc;

	if (o->page.first && id >= o->page.first && id - o->page.first < o->page.count) {
		*place = (struct place){o->page.first, o->page.count};
		return RC_OK;
	}
	rc = observations_prepare(o, OBSERVATIONS_BLOCK_OF, &select, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, (sqlite3_int64)id);
	return load_block(o, select, place, diag);
}

/* --- one exchange ---------------------------------------------------------------------------- */

static bool has_key(const struct cx_exchange *e, uint64_t key)
{
	if (e->impi.data && lookup_key(LOOKUP_IDENTITY, e->impi) == key)
		return true;
	for (uint32_t i = 0; i < e->impu_count; i++)
		if (e->impu[i].data && lookup_key(LOOKUP_IDENTITY, e->impu[i]) == key)
			return true;
	return false;
}

/* RC_CORRUPT when it does not decode. */
static enum rc visit_one(struct visiting *v, uint32_t index)
{
	struct observations *o = v->o;
	struct cx_exchange e;
	enum rc rc;

	if (v->query->is_wanted && !v->query->is_wanted(o->page.first + index, v->context))
		return RC_OK;
	arena_reset(&o->arena);
	rc = exchange_block_read(&o->page.block, index, &o->arena, &e);
	if (rc)
		return rc;
	if (e.time_us < v->query->from_us || e.time_us >= v->to_us)
		return RC_OK;
	if (!v->query->identity.data || has_key(&e, v->key))
		v->is_stopped = !v->visit(&e, v->context);
	return RC_OK;
}

/* Damage is kept for the end; anything else ends the visit. */
static enum rc pass_damage(struct visiting *v, enum rc rc, uint64_t first)
{
	if (rc != RC_CORRUPT || !first)
		return rc;
	if (!v->damaged)
		v->damaged = first;
	return RC_OK;
}

/* --- all exchanges --------------------------------------------------------------------------- */

/* Visits what the loaded block has beyond the cursor. */
static enum rc visit_block(struct visiting *v)
{
	const struct observation_page *page = &v->o->page;
	bool is_descending = v->query->newest_first;
	uint64_t first = page->first;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < page->count && !rc && !v->is_stopped; i++) {
		uint32_t index = is_descending ? page->count - 1 - i : i;
		uint64_t id = first + index;

		if (is_descending ? id >= v->cursor : id <= v->cursor)
			continue;
		if (is_descending && id <= v->query->after_id)
			break;
		rc = pass_damage(v, visit_one(v, index), first);
	}
	v->cursor = is_descending ? first : first + page->count - 1;
	return rc;
}

static enum rc visit_all(struct visiting *v, struct diag *diag)
{
	bool is_descending = v->query->newest_first;
	enum observations_statement which = is_descending ? OBSERVATIONS_BLOCK_BEFORE
							  : OBSERVATIONS_BLOCK_AFTER;
	sqlite3_stmt *select;
	struct place place = {1, 0};
	enum rc rc = RC_OK;

	while (!rc && !v->is_stopped && place.first) {
		rc = observations_prepare(v->o, which, &select, diag);
		if (rc)
			break;
		sqlite3_bind_int64(select, 1, (sqlite3_int64)v->cursor);
		sqlite3_bind_int64(select, 2, v->query->from_us);
		sqlite3_bind_int64(select, 3, v->to_us);
		rc = load_block(v->o, select, &place, diag);
		if (!rc && v->o->page.first) {
			rc = visit_block(v);
		} else if (place.first) {
			/* Also one that was removed between the two statements. */
			rc = pass_damage(v, rc, place.first);
			v->cursor = place.first + (is_descending ? 0 : place.count - 1);
		}
		if (is_descending && v->cursor <= v->query->after_id + 1)
			break;
	}
	return rc;
}

/* --- those of an identity -------------------------------------------------------------------- */

static enum rc visit_candidate(struct visiting *v, uint64_t id, struct diag *diag)
{
	struct place place = {0, 0};
	enum rc rc = load_block_of(v->o, id, &place, diag);
	const struct observation_page *page = &v->o->page;

	if (rc)
		return pass_damage(v, rc, place.first);
	/* Not there: it was removed. */
	if (!page->first || id - page->first >= page->count)
		return RC_OK;
	return pass_damage(v, visit_one(v, (uint32_t)(id - page->first)), place.first);
}

static enum rc visit_found(struct visiting *v, struct diag *diag)
{
	struct observation_candidates found = {
		.fingerprint = observation_fingerprint(v->key),
		.bound = v->cursor,
		.is_descending = v->query->newest_first,
	};
	enum rc rc;

	do {
		rc = observation_index_find(v->o, &found, diag);
		for (uint32_t i = 0; i < found.count && !rc && !v->is_stopped; i++) {
			found.bound = found.id[i];
			if (found.is_descending && found.bound <= v->query->after_id)
				return RC_OK;
			rc = visit_candidate(v, found.bound, diag);
		}
	} while (found.count && !rc && !v->is_stopped);
	return rc;
}

enum rc observations_visit(struct observations *o, const struct observation_query *query,
			   bool (*visit)(const struct cx_exchange *e, void *context), void *context,
			   struct diag *diag)
{
	struct visiting v = {
		.o = o,
		.query = query,
		.visit = visit,
		.context = context,
		.to_us = query->to_us ? query->to_us : INT64_MAX,
		.cursor = query->newest_first ? INT64_MAX : query->after_id,
	};
	enum rc rc = observations_refresh(o, diag);

	if (rc)
		return rc;
	if (query->after_id >= INT64_MAX)
		return RC_OK;
	if (query->identity.data) {
		v.key = lookup_key(LOOKUP_IDENTITY, query->identity);
		rc = visit_found(&v, diag);
	} else {
		rc = visit_all(&v, diag);
	}
	if (!rc && v.damaged)
		rc = diag_set(diag, RC_CORRUPT, "%s: block %" PRIu64 " does not decode", o->path,
			      v.damaged);
	return rc;
}

/* --- one, and all together ------------------------------------------------------------------- */

enum rc observations_get(struct observations *o, uint64_t id, struct arena *arena,
			 struct cx_exchange *out, struct diag *diag)
{
	struct cx_exchange found;
	struct place place;
	enum rc rc = observations_refresh(o, diag);

	if (!rc && id <= INT64_MAX)
		rc = load_block_of(o, id, &place, diag);
	if (rc)
		return rc;
	if (id > INT64_MAX || !o->page.first || id - o->page.first >= o->page.count)
		return diag_set(diag, RC_NOTFOUND, "%s: there is no exchange %" PRIu64, o->path,
				id);
	arena_reset(&o->arena);
	rc = exchange_block_read(&o->page.block, (uint32_t)(id - o->page.first), &o->arena, &found);
	if (rc == RC_CORRUPT)
		return diag_set(diag, rc, "%s: exchange %" PRIu64 " does not decode", o->path, id);
	if (rc || !cx_exchange_copy(&found, arena, out))
		return diag_set(diag, RC_NOMEM, "no memory for an exchange");
	return RC_OK;
}

enum rc observations_summarize(struct observations *o, struct observations_summary *out,
			       struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = observations_refresh(o, diag);

	if (!rc)
		rc = observations_prepare(o, OBSERVATIONS_SUMMARY, &select, diag);
	if (!rc)
		rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	*out = (struct observations_summary){
		.count = (uint64_t)sqlite3_column_int64(select, 0),
		.first_id = (uint64_t)sqlite3_column_int64(select, 1),
		.last_id = (uint64_t)sqlite3_column_int64(select, 2),
		.first_us = sqlite3_column_int64(select, 3),
		.last_us = sqlite3_column_int64(select, 4),
		.bytes = observations_bytes(o),
	};
	sqlite3_reset(select);
	return RC_OK;
}
