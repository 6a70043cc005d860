#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "store/db.h"
#include "store/store_private.h"

#define REJECT_TEXT_MAX 512
#define SOURCE_NAME_MAX 63

struct kept_reject {
	struct text file, reason, subject;
	uint64_t line, offset;
};

struct store_import {
	struct store *store;
	char source[SOURCE_NAME_MAX + 1];
	uint64_t number;
	int64_t started_at;
	int source_lock; /* held until the import ends, -1: none */
	int part_lock;   /* on the file itself: it is in use */
	char part[STORE_PATH_BYTES], final[STORE_PATH_BYTES];
	struct snapshot_writer *writer;
	struct arena arena; /* of the rejects */
	struct kept_reject *rejects;
	size_t reject_count, reject_capacity;
	/* for the transaction at the end */
	const struct snapshot_info *info;
	bool is_published;
	uint64_t superseded; /* snapshot to be removed, 0: none */
};

/* --- locks ----------------------------------------------------------------------------------- */

static bool is_source_name(const char *name)
{
	size_t length = strlen(name);

	return length && length <= SOURCE_NAME_MAX && name[0] != '.' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
		       length;
}

enum rc store_lock_file(const char *path, int flags, int *fd, struct diag *diag)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	enum rc rc = RC_OK;

	if (file < 0 || fchmod(file, 0600))
		rc = diag_set_errno(diag, RC_IO, "%s", path);
	else if (flock(file, LOCK_EX | LOCK_NB))
		rc = errno == EWOULDBLOCK ? diag_set(diag, RC_BUSY, "%s: in use", path)
					  : diag_set_errno(diag, RC_IO, "%s", path);
	if (!rc)
		*fd = file;
	else if (file >= 0)
		close(file);
	return rc;
}

static enum rc lock_source(struct store_import *i, struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	enum rc rc;

	if (snprintf(path, sizeof(path), "%s/import-%s.lock", i->store->folder, i->source) >=
	    (int)sizeof(path))
		return diag_set(diag, RC_IO, "%s: path is too long", i->store->folder);
	rc = store_lock_file(path, 0, &i->source_lock, diag);
	if (rc == RC_BUSY)
		return diag_set(diag, RC_BUSY, "busy: another import of source '%s' is running",
				i->source);
	return rc;
}

/* --- beginning ------------------------------------------------------------------------------- */

/* Makes the row and the locked file together, so that store_clean sees both or none. */
static enum rc reserve(struct store *s, void *context, struct diag *diag)
{
	struct store_import *i = context;
	sqlite3_stmt *insert;
	enum rc rc = store_clean(s, diag);

	if (!rc)
		rc = catalog_prepare(&s->catalog, CATALOG_RESERVE, &insert, diag);
	if (rc)
		return rc;
	db_bind_text(insert, 1, text_from(i->source));
	sqlite3_bind_int64(insert, 2, i->started_at);
	rc = db_run(insert, diag);
	i->number = (uint64_t)sqlite3_last_insert_rowid(s->catalog.db);
	if (!rc)
		rc = store_path(s, STORE_PART, i->number, i->part, diag);
	if (!rc)
		rc = store_path(s, STORE_SNAPSHOT, i->number, i->final, diag);
	return rc ? rc : store_lock_file(i->part, O_EXCL, &i->part_lock, diag);
}

static void import_free(struct store_import *i)
{
	if (i->part_lock >= 0)
		close(i->part_lock);
	if (i->source_lock >= 0)
		close(i->source_lock);
	arena_clear(&i->arena);
	free(i->rejects);
	free(i);
}

enum rc store_import_begin(struct store *s, const char *source,
			   const struct snapshot_writer_options *options, struct store_import **out,
			   struct diag *diag)
{
	struct store_import *i;
	enum rc rc;

	if (!is_source_name(source))
		return diag_set(diag, RC_USAGE,
				"'%.80s': a source is named by 1 to %d letters, digits, '.', '_' "
				"and '-', the first no '.'",
				source, SOURCE_NAME_MAX);
	i = calloc(1, sizeof(*i));
	if (!i)
		return diag_set(diag, RC_NOMEM, "no memory to import");
	i->store = s;
	i->source_lock = i->part_lock = -1;
	i->started_at = time(NULL);
	arena_init(&i->arena);
	memcpy(i->source, source, strlen(source) + 1);
	rc = lock_source(i, diag);
	if (!rc)
		rc = store_transaction(s, reserve, i, diag);
	if (!rc)
		rc = snapshot_writer_open(i->part, options, &i->writer, diag);
	if (rc) {
		store_import_abort(i);
		return rc;
	}
	*out = i;
	return RC_OK;
}

struct snapshot_writer *store_import_writer(struct store_import *i)
{
	return i->writer;
}

static enum rc forget(struct store *s, void *context, struct diag *diag)
{
	const struct store_import *i = context;
	sqlite3_stmt *delete;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_FORGET, &delete, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(delete, 1, (sqlite3_int64)i->number);
	return db_run(delete, diag);
}

void store_import_abort(struct store_import *i)
{
	if (!i)
		return;
	snapshot_writer_abort(i->writer);
	if (i->part_lock >= 0) {
		unlink(i->part);
		unlink(i->final);
		store_transaction(i->store, forget, i, NULL);
	}
	import_free(i);
}

/* --- rejects --------------------------------------------------------------------------------- */

static struct text keep(struct store_import *i, const char *s)
{
	struct text t = text_from(s);

	if (t.length > REJECT_TEXT_MAX)
		t.length = REJECT_TEXT_MAX;
	return arena_text(&i->arena, t);
}

enum rc store_import_reject(struct store_import *i, const struct reject *r, struct diag *diag)
{
	struct kept_reject kept = {.line = r->line, .offset = r->offset};

	if (i->reject_count >= LIMIT_REJECTS_KEPT)
		return RC_OK;
	if (i->reject_count == i->reject_capacity) {
		size_t capacity = i->reject_capacity ? i->reject_capacity * 2 : 16;
		struct kept_reject *grown = realloc(i->rejects, capacity * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory to keep a reject");
		i->rejects = grown;
		i->reject_capacity = capacity;
	}
	kept.file = keep(i, r->file);
	kept.reason = keep(i, r->reason);
	kept.subject = keep(i, r->subject);
	if ((r->file && !kept.file.data) || (r->reason && !kept.reason.data) ||
	    (r->subject && !kept.subject.data))
		return diag_set(diag, RC_NOMEM, "no memory to keep a reject");
	i->rejects[i->reject_count++] = kept;
	return RC_OK;
}

static enum rc write_rejects(struct store_import *i, struct diag *diag)
{
	struct catalog *catalog = &i->store->catalog;
	sqlite3_stmt *insert, *prune;
	enum rc rc = catalog_prepare(catalog, CATALOG_PRUNE_REJECTS, &prune, diag);

	if (rc)
		return rc;
	db_bind_text(prune, 1, text_from(i->source));
	sqlite3_bind_int64(prune, 2, (sqlite3_int64)i->number);
	rc = db_run(prune, diag);
	for (size_t k = 0; k < i->reject_count && !rc; k++) {
		const struct kept_reject *r = &i->rejects[k];

		rc = catalog_prepare(catalog, CATALOG_ADD_REJECT, &insert, diag);
		if (rc)
			return rc;
		sqlite3_bind_int64(insert, 1, (sqlite3_int64)i->number);
		sqlite3_bind_int64(insert, 2, (sqlite3_int64)k + 1);
		db_bind_text(insert, 3, r->file);
		sqlite3_bind_int64(insert, 4, (sqlite3_int64)r->line);
		sqlite3_bind_int64(insert, 5, (sqlite3_int64)r->offset);
		db_bind_text(insert, 6, r->reason);
		db_bind_text(insert, 7, r->subject);
		rc = db_run(insert, diag);
	}
	return rc;
}

/* --- end ------------------------------------------------------------------------------------- */

static enum rc write_snapshot_row(struct store_import *i, struct diag *diag)
{
	const struct snapshot_info *info = i->info;
	const uint64_t numbers[] = {info->subscriptions,  info->orphan_impis, info->orphan_impus,
				    info->impis,          info->impus,        info->associations,
				    info->rejects,        info->input_bytes,  info->is_truncated,
				    info->has_global_sets};
	sqlite3_stmt *update;
	enum rc rc = catalog_prepare(&i->store->catalog, CATALOG_FINISH, &update, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(update, 1, (sqlite3_int64)i->number);
	db_bind_text(update, 2, text_from(i->is_published ? "published" : "refused"));
	sqlite3_bind_int64(update, 3, info->taken_at);
	db_bind_text(update, 4, text_from(info->format));
	db_bind_text(update, 5, text_from(info->role));
	db_bind_text(update, 6, text_from(info->hss));
	for (int k = 0; k < (int)(sizeof(numbers) / sizeof(numbers[0])); k++)
		sqlite3_bind_int64(update, 7 + k, (sqlite3_int64)numbers[k]);
	return db_run(update, diag);
}

/* Makes the snapshot current; the one before is kept, the one before that is retired. */
static enum rc switch_source(struct store_import *i, struct diag *diag)
{
	struct catalog *catalog = &i->store->catalog;
	sqlite3_stmt *select, *update;
	int has_row = 0;
	enum rc rc = catalog_prepare(catalog, CATALOG_SOURCE, &select, diag);

	if (rc)
		return rc;
	db_bind_text(select, 1, text_from(i->source));
	rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	sqlite3_int64 previous = has_row ? sqlite3_column_int64(select, 0) : 0;
	i->superseded = has_row ? (uint64_t)sqlite3_column_int64(select, 1) : 0;
	sqlite3_reset(select);
	rc = catalog_prepare(catalog, CATALOG_SWITCH, &update, diag);
	if (rc)
		return rc;
	db_bind_text(update, 1, text_from(i->source));
	db_bind_text(update, 2, text_from(i->info->format));
	db_bind_text(update, 3, text_from(i->info->role));
	db_bind_text(update, 4, text_from(i->info->hss));
	sqlite3_bind_int64(update, 5, (sqlite3_int64)i->number);
	if (previous)
		sqlite3_bind_int64(update, 6, previous);
	else
		sqlite3_bind_null(update, 6);
	rc = db_run(update, diag);
	if (rc || !i->superseded)
		return rc;
	rc = catalog_prepare(catalog, CATALOG_RETIRE, &update, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(update, 1, (sqlite3_int64)i->superseded);
	return db_run(update, diag);
}

static enum rc finish(struct store *s, void *context, struct diag *diag)
{
	struct store_import *i = context;
	enum rc rc = write_snapshot_row(i, diag);

	(void)s;
	if (!rc && i->is_published)
		rc = switch_source(i, diag);
	return rc ? rc : write_rejects(i, diag);
}

static enum rc sync_folder(const char *folder, struct diag *diag)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || fsync(fd))
		rc = diag_set_errno(diag, RC_IO, "%s", folder);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* The whole file under its final name; nobody looks for it before the catalog says so. */
static enum rc place_file(struct store_import *i, struct snapshot_info *info, struct diag *diag)
{
	enum rc rc = snapshot_writer_commit(i->writer, info, diag);

	i->writer = NULL;
	if (!rc && rename(i->part, i->final))
		rc = diag_set_errno(diag, RC_IO, "%s", i->final);
	return rc ? rc : sync_folder(i->store->folder, diag);
}

enum rc store_import_commit(struct store_import *i, struct snapshot_info *info, bool publish,
			    struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	enum rc rc = RC_OK;

	info->number = i->number;
	memcpy(info->source, i->source, sizeof(info->source));
	i->info = info;
	i->is_published = publish;
	if (publish)
		rc = place_file(i, info, diag);
	if (!rc)
		rc = store_transaction(i->store, finish, i, diag);
	if (rc) {
		store_import_abort(i);
		return rc;
	}
	snapshot_writer_abort(i->writer);
	if (publish && i->superseded &&
	    store_path(i->store, STORE_SNAPSHOT, i->superseded, path, NULL) == RC_OK)
		unlink(path);
	import_free(i);
	return RC_OK;
}
