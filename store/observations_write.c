#include "store/observation_index.h"
#include "store/observations_private.h"

/* Pages of the journal after which it is copied to the file, and after which its readers are waited
 * for, so that it can begin anew. */
#define CHECKPOINT_PAGES 1000
#define RESTART_PAGES 8000

enum rc observations_append(struct observations *o, const struct cx_exchange *e, struct diag *diag)
{
	return observation_batch_add(&o->batch, e, diag);
}

uint32_t observations_pending(const struct observations *o)
{
	return o->batch.total - o->batch.stored;
}

bool observations_is_block_whole(const struct observations *o)
{
	return exchange_packer_is_full(&o->batch.packer);
}

uint32_t observations_forget(struct observations *o)
{
	uint32_t forgotten = observations_pending(o);

	observation_batch_forget(&o->batch);
	return forgotten;
}

/* --- flush ----------------------------------------------------------------------------------- */

static struct text written(const struct byte_writer *w)
{
	return text_of((const char *)w->data, w->length);
}

static enum rc put_content(struct observations *o, uint64_t first,
			   const struct observation_block *block, struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc = observations_prepare(o, OBSERVATIONS_PUT_CONTENT, &insert, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)first);
	db_bind_blob(insert, 2, written(&block->exchanges));
	return db_run(insert, diag);
}

static enum rc put_tail(struct observations *o, uint64_t first,
			const struct observation_block *block, struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc = observations_prepare(o, OBSERVATIONS_PUT_TAIL, &insert, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)first);
	db_bind_blob(insert, 2, written(&block->entries));
	sqlite3_bind_int64(insert, 3, (sqlite3_int64)block->fingerprint);
	return db_run(insert, diag);
}

static enum rc put_block(struct observations *o, uint64_t first,
			 const struct observation_block *block, struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc = observations_prepare(o, OBSERVATIONS_PUT_BLOCK, &insert, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(insert, 1, (sqlite3_int64)first);
	sqlite3_bind_int64(insert, 2, block->count);
	sqlite3_bind_int64(insert, 3, block->from_us);
	sqlite3_bind_int64(insert, 4, block->to_us);
	rc = db_run(insert, diag);
	if (!rc)
		rc = put_content(o, first, block, diag);
	if (!rc && block->entries.length)
		rc = put_tail(o, first, block, diag);
	return rc;
}

static enum rc put_blocks(struct observations *o, struct diag *diag)
{
	struct observation_batch *b = &o->batch;
	struct observation_block open;
	uint64_t first = b->first_id;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < b->full_count && !rc; i++) {
		rc = put_block(o, first, &b->full[i], diag);
		first += b->full[i].count;
	}
	if (rc || !b->packer.count)
		return rc;
	if (!observation_batch_open_block(b, &open))
		return diag_set(diag, RC_NOMEM, "no memory to pack exchanges");
	rc = put_block(o, first, &open, diag);
	observation_block_clear(&open);
	return rc;
}

static enum rc write_batch(struct observations *o, const struct observation_status *status,
			   struct diag *diag)
{
	enum rc rc = observations_run(o, OBSERVATIONS_BEGIN_WRITE, diag);

	if (rc)
		return rc;
	if (observations_pending(o))
		rc = put_blocks(o, diag);
	if (!rc && status)
		rc = observations_put_status(o, status, diag);
	if (!rc)
		rc = observations_run(o, OBSERVATIONS_COMMIT, diag);
	if (rc)
		observations_run(o, OBSERVATIONS_ROLLBACK, NULL);
	return rc;
}

/* Readers go on; once the journal is long, those that read now are waited for, so that the next
 * transaction writes at its beginning. */
void observations_checkpoint(struct observations *o)
{
	int pages = 0, copied = 0;

	if (o->restart_pages < RESTART_PAGES)
		o->restart_pages = RESTART_PAGES;
	if (sqlite3_wal_checkpoint_v2(o->db, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &copied))
		return;
	if (pages < o->restart_pages)
		return;
	/* A reader that stays is not waited for each time. */
	bool is_restarted = sqlite3_wal_checkpoint_v2(o->db, "main", SQLITE_CHECKPOINT_RESTART,
						      NULL, NULL) == SQLITE_OK;
	o->restart_pages = (is_restarted ? 0 : pages) + RESTART_PAGES;
}

static int note_pages(void *context, sqlite3 *db, const char *schema, int pages)
{
	(void)db;
	(void)schema;
	*(int *)context = pages;
	return SQLITE_OK;
}

enum rc observations_flush(struct observations *o, const struct observation_status *status,
			   struct diag *diag)
{
	uint32_t fresh = observations_pending(o);
	int blocks;
	enum rc rc;

	if (o->mode != OBSERVATIONS_WRITE)
		return diag_set(diag, RC_USAGE, "%s: opened for reading", o->path);
	if (!fresh && !status)
		return RC_OK;
	rc = observations_refresh(o, diag);
	if (rc)
		return rc;
	blocks = (int)o->batch.full_count + (o->batch.packer.count > 0) - (o->batch.stored > 0);
	int pages = 0;
	sqlite3_wal_hook(o->db, note_pages, &pages);
	rc = write_batch(o, status, diag);
	if (rc == RC_FULL) {
		/* What the journal holds may fit into the file, which leaves it free to begin anew.
		 */
		observations_checkpoint(o);
		rc = write_batch(o, status, diag);
	}
	if (!rc) {
		o->is_made = false;
		observation_batch_mark_stored(&o->batch);
		o->tail_blocks += fresh ? blocks : 0;
		observation_index_work(o, fresh);
	}
	sqlite3_wal_hook(o->db, NULL, NULL);
	if (pages > CHECKPOINT_PAGES)
		observations_checkpoint(o);
	return rc;
}
