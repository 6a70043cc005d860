#include <stdlib.h>

#include "store/db.h"
#include "store/snapshot_private.h"

static const char *const statements[CURSOR_FIND] = {
	[CURSOR_READ_BLOCK] = "SELECT first, records FROM record_block WHERE first <= ?1"
			      " ORDER BY first DESC LIMIT 1",
	[CURSOR_SCAN] = "SELECT first, records FROM record_block WHERE first >= ?1 AND first < ?2"
			" ORDER BY first",
	[CURSOR_DICTIONARY] = "SELECT content FROM dictionary WHERE id = ?1",
};

enum rc snapshot_cursor_statement(struct snapshot_cursor *c, int which, sqlite3_stmt **out,
				  struct diag *diag)
{
	const char *sql = which >= CURSOR_RANGE  ? snapshot_lookup_range[which - CURSOR_RANGE]
			  : which >= CURSOR_FIND ? snapshot_lookup_find[which - CURSOR_FIND]
						 : statements[which];
	enum rc rc = db_prepare(c->db, sql, &c->statement[which], diag);

	*out = c->statement[which];
	return rc;
}

enum rc snapshot_cursor_open(struct snapshot *s, struct snapshot_cursor **out, struct diag *diag)
{
	struct snapshot_cursor *c = calloc(1, sizeof(*c));
	enum rc rc = RC_OK;

	if (!c)
		return diag_set(diag, RC_NOMEM, "no memory to read %s", s->path);
	arena_init(&c->arena);
	c->snapshot = s;
	c->db = atomic_exchange(&s->spare, NULL);
	if (!c->db)
		rc = snapshot_connect(s->path, &c->db, diag);
	if (rc) {
		snapshot_cursor_close(c);
		return rc;
	}
	*out = c;
	return RC_OK;
}

void snapshot_cursor_count_block(struct snapshot_cursor *c)
{
	if (c->blocks_read == SNAPSHOT_BLOCKS_UNMAPPED)
		return;
	/* Without a map all goes on, slower. */
	if (++c->blocks_read == SNAPSHOT_BLOCKS_UNMAPPED)
		db_exec(c->db, "PRAGMA mmap_size = 2147418112", NULL);
}

void snapshot_cursor_close(struct snapshot_cursor *c)
{
	sqlite3 *none = NULL;

	if (!c)
		return;
	for (int i = 0; i < CURSOR_STATEMENTS; i++)
		sqlite3_finalize(c->statement[i]);
	/* The next cursor may have the connection. */
	if (!c->db || !atomic_compare_exchange_strong(&c->snapshot->spare, &none, c->db))
		sqlite3_close(c->db);
	for (int i = 0; i < DICTIONARY_KINDS; i++)
		free(c->dictionary[i].texts);
	arena_clear(&c->arena);
	free(c);
}

/* --- dictionaries ---------------------------------------------------------------------------- */

static enum rc corrupt(const struct snapshot_cursor *c, const char *what, struct diag *diag)
{
	return diag_set(diag, RC_CORRUPT, "%s: %s", c->snapshot->path, what);
}

/* The caps of codec/record_pack.h: what lies beyond was never written. */
static const uint32_t dictionary_max[DICTIONARY_KINDS] = {
	[DICTIONARY_TAIL] = 1u << 13,
	[DICTIONARY_TEXT] = 1u << 15,
	[DICTIONARY_SHAPE] = 1u << 16,
};

static enum rc grow_dictionary(struct cursor_dictionary *d, uint32_t id, struct diag *diag)
{
	uint32_t capacity = d->capacity ? d->capacity : 64;

	while (capacity <= id)
		capacity *= 2;
	struct text *texts = realloc(d->texts, capacity * sizeof(*texts));
	if (!texts)
		return diag_set(diag, RC_NOMEM, "no memory for a dictionary");
	memset(texts + d->capacity, 0, (capacity - d->capacity) * sizeof(*texts));
	d->texts = texts;
	d->capacity = capacity;
	return RC_OK;
}

enum rc snapshot_cursor_dictionary(struct snapshot_cursor *c, enum snapshot_dictionary kind,
				   uint32_t id, struct text *out, struct diag *diag)
{
	struct cursor_dictionary *d = &c->dictionary[kind];
	sqlite3_stmt *select;
	int has_row;
	enum rc rc = RC_OK;

	if (id < d->capacity && d->texts[id].data) {
		*out = d->texts[id];
		return RC_OK;
	}
	if (!id || id > dictionary_max[kind])
		return corrupt(c, "a dictionary entry is out of range", diag);
	if (id >= d->capacity)
		rc = grow_dictionary(d, id, diag);
	if (!rc)
		rc = snapshot_cursor_statement(c, CURSOR_DICTIONARY, &select, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, (sqlite3_int64)kind << 32 | id);
	rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	if (!has_row)
		return corrupt(c, "a dictionary entry is missing", diag);
	d->texts[id] = arena_text(&c->arena, db_column_blob(select, 0));
	sqlite3_reset(select);
	*out = d->texts[id];
	return out->data ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for a dictionary");
}

static struct text find_text(void *context, enum record_text kind, uint32_t id)
{
	struct snapshot_cursor *c = context;
	struct text t = TEXT_NONE;

	c->dictionary_rc = snapshot_cursor_dictionary(
		c, kind == RECORD_TAIL ? DICTIONARY_TAIL : DICTIONARY_TEXT, id, &t, NULL);
	return t;
}

/* --- records --------------------------------------------------------------------------------- */

static enum rc unpack(struct snapshot_cursor *c, const struct record_block *block,
		      const struct record_view *view, struct ims_subscription *out,
		      struct diag *diag)
{
	struct record_dictionary dictionary = {find_text, c};
	struct text shape = view->inline_shape;
	enum rc rc = RC_OK;

	if (view->shape)
		rc = snapshot_cursor_dictionary(c, DICTIONARY_SHAPE, view->shape, &shape, diag);
	if (rc)
		return rc;
	c->dictionary_rc = RC_OK;
	rc = record_unpack(block, view, shape, &dictionary, out, diag);
	if (rc == RC_CORRUPT && c->dictionary_rc)
		return diag_set(diag, c->dictionary_rc, "%s: a dictionary cannot be read",
				c->snapshot->path);
	return rc;
}

/* Takes the block in the row that statement stands on. */
static enum rc open_block(struct snapshot_cursor *c, struct cursor_block *b,
			  sqlite3_stmt *statement, struct diag *diag)
{
	sqlite3_int64 first = sqlite3_column_int64(statement, 0);

	snapshot_cursor_count_block(c);
	b->statement = statement;
	b->bytes = db_column_blob(statement, 1);
	b->is_open = first >= 0 && first < UINT32_MAX && record_block_open(b->bytes, &b->block) &&
		     b->block.count <= c->snapshot->meta.ordinals - (uint64_t)first;
	b->first = (uint32_t)first;
	return b->is_open ? RC_OK : corrupt(c, "a block of records does not decode", diag);
}

/* The block that holds ordinal. */
static enum rc seek_block(struct snapshot_cursor *c, uint32_t ordinal, struct diag *diag)
{
	struct cursor_block *b = &c->read;
	sqlite3_stmt *statement;
	int has_row;

	if (b->is_open && ordinal >= b->first && ordinal - b->first < b->block.count) {
		if (ordinal - b->first >= b->block.next || record_block_open(b->bytes, &b->block))
			return RC_OK;
	}
	b->is_open = false;
	enum rc rc = snapshot_cursor_statement(c, CURSOR_READ_BLOCK, &statement, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(statement, 1, ordinal);
	rc = db_step(statement, &has_row, diag);
	if (rc)
		return rc;
	return has_row ? open_block(c, b, statement, diag)
		       : corrupt(c, "a block of records is missing", diag);
}

enum rc snapshot_read(struct snapshot_cursor *c, uint32_t ordinal, struct ims_subscription *out,
		      struct diag *diag)
{
	struct record_view view;
	enum rc rc;

	if (ordinal >= c->snapshot->meta.ordinals)
		return diag_set(diag, RC_NOTFOUND, "there is no record %u", ordinal);
	rc = seek_block(c, ordinal, diag);
	if (rc)
		return rc;
	if (record_block_seek(&c->read.block, ordinal - c->read.first, &view))
		return unpack(c, &c->read.block, &view, out, diag);
	if (!c->read.block.reader.failed)
		return diag_set(diag, RC_NOTFOUND, "there is no record %u", ordinal);
	c->read.is_open = false;
	return corrupt(c, "a record does not decode", diag);
}

enum rc snapshot_scan(struct snapshot_cursor *c, uint32_t first, uint32_t end, struct diag *diag)
{
	uint32_t block_first = 0;
	sqlite3_stmt *statement;
	enum rc rc = RC_OK;

	c->scan.is_open = false;
	c->scan_first = first;
	c->scan_end = end;
	if (first && first < c->snapshot->meta.ordinals) {
		rc = seek_block(c, first, diag);
		block_first = c->read.first;
	} else {
		block_first = first;
	}
	if (!rc)
		rc = snapshot_cursor_statement(c, CURSOR_SCAN, &statement, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(statement, 1, block_first);
	sqlite3_bind_int64(statement, 2, end);
	c->scan.statement = statement;
	return RC_OK;
}

/* Steps to the next block of the scan. */
static enum rc next_block(struct snapshot_cursor *c, bool *more, struct diag *diag)
{
	int has_row = 0;
	enum rc rc = RC_OK;

	c->scan.is_open = false;
	if (c->scan.statement)
		rc = db_step(c->scan.statement, &has_row, diag);
	*more = has_row;
	if (!has_row)
		c->scan.statement = NULL;
	return rc || !has_row ? rc : open_block(c, &c->scan, c->scan.statement, diag);
}

enum rc snapshot_next(struct snapshot_cursor *c, struct snapshot_view *view, bool *more,
		      struct diag *diag)
{
	struct record_view *v = &c->scan_view;

	for (;;) {
		while (c->scan.is_open && record_block_next(&c->scan.block, v)) {
			uint32_t ordinal = c->scan.first + v->index;

			if (ordinal < c->scan_first || ordinal >= c->scan_end)
				continue;
			view->ordinal = ordinal;
			view->shape = v->shape;
			view->is_local = v->flags & RECORD_IS_LOCAL;
			view->plmn = v->flags & RECORD_HAS_LEAD ? record_lead_plmn(v->lead) : 0;
			view->packed = (const unsigned char *)v->bytes.data;
			view->packed_end = view->packed + v->bytes.length;
			*more = true;
			return RC_OK;
		}
		if (c->scan.is_open && c->scan.block.reader.failed) {
			c->scan.is_open = false;
			return corrupt(c, "a record does not decode", diag);
		}
		enum rc rc = next_block(c, more, diag);
		if (rc || !*more)
			return rc;
	}
}

enum rc snapshot_unpack(struct snapshot_cursor *c, const struct snapshot_view *view,
			struct ims_subscription *out, struct diag *diag)
{
	struct text bytes =
		text_of((const char *)view->packed, (size_t)(view->packed_end - view->packed));
	struct record_view v;

	if (!c->scan.is_open || !record_view_parse(&c->scan.block, bytes, &v))
		return diag_set(diag, RC_USAGE, "the view is no longer valid");
	v.index = view->ordinal - c->scan.first;
	return unpack(c, &c->scan.block, &v, out, diag);
}
