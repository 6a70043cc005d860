#include <stdlib.h>

#include "store/db.h"
#include "store/snapshot_schema.h"
#include "store/snapshot_writer_private.h"

#define PAGE_OVERHEAD 32 /* of a page, and again of each row in it */
#define GAP_BITS 27      /* mean distance of fingerprints, and the spread within a block */

/* Entries waiting for a whole block. */
struct pending {
	struct lookup_entry *entries;
	size_t count, capacity;
	size_t limit;
	struct byte_writer block;
	sqlite3_stmt *insert;
};

/* Entries to a block so that whole rows fill a page. */
static size_t choose_limit(uint32_t ordinals)
{
	unsigned width = GAP_BITS + (ordinals > 1 ? 32 - (unsigned)__builtin_clz(ordinals - 1) : 0);
	size_t usable = SNAPSHOT_PAGE_BYTES - PAGE_OVERHEAD;
	size_t row = LOOKUP_BLOCK_ENTRIES * width / 8 + PAGE_OVERHEAD;
	size_t rows = (usable + row - 1) / row;

	return (usable / rows - PAGE_OVERHEAD) * 8 / width;
}

static enum rc write_block(struct pending *p, struct diag *diag)
{
	p->block.length = 0;
	lookup_block_pack(p->entries, (uint32_t)p->count, &p->block);
	if (p->block.failed)
		return diag_set(diag, RC_NOMEM, "no memory to pack lookup entries");
	sqlite3_bind_int64(p->insert, 1, (sqlite3_int64)p->entries[0].fingerprint);
	db_bind_blob(p->insert, 2, text_of((const char *)p->block.data, p->block.length));
	p->count = 0;
	return db_run(p->insert, diag);
}

static enum rc add(struct pending *p, struct lookup_entry entry, struct diag *diag)
{
	enum rc rc = RC_OK;

	if (p->count >= p->limit && p->entries[p->count - 1].fingerprint != entry.fingerprint)
		rc = write_block(p, diag);
	if (rc)
		return rc;
	if (p->count == p->capacity) {
		size_t capacity = p->capacity ? p->capacity * 2 : 2 * LOOKUP_BLOCK_ENTRIES;
		struct lookup_entry *grown = realloc(p->entries, capacity * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory for lookup entries");
		p->entries = grown;
		p->capacity = capacity;
	}
	p->entries[p->count++] = entry;
	return RC_OK;
}

static enum rc add_bucket(struct snapshot_writer *w, struct pending *p,
			  const struct entry_list *list, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < list->count && !rc; i++)
		if (!snapshot_writer_is_dead(w, list->entries[i].ordinal))
			rc = add(p, list->entries[i], diag);
	return rc;
}

enum rc snapshot_writer_lookup(struct snapshot_writer *w, int space, uint64_t *bits,
			       struct diag *diag)
{
	struct entry_pool *pool = &w->pool[space];
	struct pending pending = {.limit = choose_limit(w->next)};
	struct entry_list list = {0};
	bool is_indexed = space == LOOKUP_IDENTITY ||
			  (space == LOOKUP_IRS ? w->options.index_sets : w->options.index_names);
	enum rc rc;

	*bits = 0;
	if (!is_indexed)
		return RC_OK;
	*bits = lookup_block_bits(pool->count);
	rc = db_prepare(w->db, snapshot_lookup_insert[space], &pending.insert, diag);
	for (unsigned bucket = 0; bucket < ENTRY_BUCKETS && !rc; bucket++) {
		rc = entry_pool_load(pool, &w->spill, bucket, (unsigned)*bits, &list, diag);
		entry_pool_drop(pool, bucket);
		if (!rc)
			rc = add_bucket(w, &pending, &list, diag);
	}
	if (!rc && pending.count)
		rc = write_block(&pending, diag);
	sqlite3_finalize(pending.insert);
	byte_writer_clear(&pending.block);
	free(pending.entries);
	entry_list_clear(&list);
	return rc;
}
