#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "store/db.h"
#include "store/observations.h"
#include "store/store_private.h"

#define OPEN_TRIES 5 /* of a snapshot that imports may replace twice meanwhile */

enum rc store_path(const struct store *s, enum store_file file, uint64_t number,
		   char out[STORE_PATH_BYTES], struct diag *diag)
{
	int length;

	if (file == STORE_CATALOG)
		length = snprintf(out, STORE_PATH_BYTES, "%s/catalog.db", s->folder);
	else
		length = snprintf(out, STORE_PATH_BYTES, "%s/snapshot-%" PRIu64 ".db%s", s->folder,
				  number, file == STORE_PART ? ".part" : "");
	if (length < 0 || length >= STORE_PATH_BYTES)
		return diag_set(diag, RC_IO, "%s: path is too long", s->folder);
	return RC_OK;
}

enum rc store_make_folder(const char *folder, struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	struct stat st;

	text_copy(text_from(folder), path, sizeof(path));
	for (char *slash = path + 1; *path && *slash; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		if (mkdir(path, 0700) == 0)
			chmod(path, 0700);
		*slash = '/';
	}
	/* umask may take bits away, so that they are set twice. */
	if (mkdir(path, 0700) == 0)
		return chmod(path, 0700) ? diag_set_errno(diag, RC_IO, "%s", folder) : RC_OK;
	if (errno != EEXIST)
		return diag_set_errno(diag, RC_IO, "%s", folder);
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return diag_set(diag, RC_IO, "%s: not a folder", folder);
	return RC_OK;
}

static enum rc open_store(struct store *s, struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	enum rc rc = store_path(s, STORE_CATALOG, 0, path, diag);

	if (!rc && s->mode == STORE_WRITE)
		rc = store_make_folder(s->folder, diag);
	if (!rc && s->mode == STORE_WRITE && access(s->folder, W_OK | X_OK))
		rc = diag_set_errno(diag, RC_IO, "%s", s->folder);
	if (!rc && s->mode == STORE_READ && access(path, F_OK) &&
	    (errno == ENOENT || errno == ENOTDIR))
		s->is_empty = true;
	if (s->is_empty && !observations_exist(s->folder))
		return diag_set(diag, RC_NOTFOUND, "%s: there is no store", s->folder);
	if (!rc && s->is_empty)
		return catalog_open_empty(&s->catalog, diag);
	return rc ? rc : catalog_open(&s->catalog, path, s->mode == STORE_WRITE, diag);
}

enum rc store_open(const char *folder, enum store_mode mode, struct store **out, struct diag *diag)
{
	struct store *s;
	enum rc rc;

	if (!folder[0] || strlen(folder) >= STORE_PATH_BYTES)
		return diag_set(diag, RC_USAGE, "'%.100s': not the name of a folder", folder);
	s = calloc(1, sizeof(*s));
	if (!s)
		return diag_set(diag, RC_NOMEM, "no memory to open %s", folder);
	text_copy(text_from(folder), s->folder, sizeof(s->folder));
	s->mode = mode;
	rc = open_store(s, diag);
	if (rc) {
		store_close(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

enum rc store_open_temporary(struct store **out, struct diag *diag)
{
	const char *parent = getenv("TMPDIR");
	char folder[STORE_PATH_BYTES];
	enum rc rc;

	if (snprintf(folder, sizeof(folder), "%s/cxaudit.XXXXXX",
		     parent && *parent ? parent : "/tmp") >= (int)sizeof(folder))
		return diag_set(diag, RC_IO, "TMPDIR: path is too long");
	if (!mkdtemp(folder))
		return diag_set_errno(diag, RC_IO, "%s", folder);
	chmod(folder, 0700);
	rc = store_open(folder, STORE_WRITE, out, diag);
	if (rc)
		rmdir(folder);
	else
		(*out)->is_temporary = true;
	return rc;
}

/* Only files: a store has no folders in it. */
static void remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(folder);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	catalog_close(&s->catalog);
	if (s->is_temporary)
		remove_folder(s->folder);
	free(s);
}

enum rc store_transaction(struct store *s,
			  enum rc (*fill)(struct store *s, void *context, struct diag *diag),
			  void *context, struct diag *diag)
{
	enum rc rc = catalog_run(&s->catalog, CATALOG_BEGIN, diag);

	if (rc)
		return rc;
	rc = fill(s, context, diag);
	if (!rc)
		rc = catalog_run(&s->catalog, CATALOG_COMMIT, diag);
	if (rc)
		catalog_run(&s->catalog, CATALOG_ROLLBACK, NULL);
	return rc;
}

/* --- reading --------------------------------------------------------------------------------- */

static void add_name(struct strbuf *out, struct text name)
{
	if (out->length)
		strbuf_add_str(out, ", ");
	strbuf_add_text(out, name);
}

/* The only IMS source's current snapshot. */
static enum rc find_only(struct store *s, uint64_t *number, struct diag *diag)
{
	struct strbuf names;
	sqlite3_stmt *select;
	int has_row = 1;
	unsigned count = 0;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_IMS_SOURCES, &select, diag);

	strbuf_init(&names);
	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		*number = (uint64_t)sqlite3_column_int64(select, 0);
		add_name(&names, db_column_text(select, 1));
		count++;
	}
	if (!rc && !count)
		rc = diag_set(diag, RC_NOTFOUND, "%s: the store holds no IMS source", s->folder);
	if (!rc && count > 1)
		rc = diag_set(diag, RC_USAGE, "the store holds several IMS sources, name one: %s",
			      names.data ? names.data : "");
	strbuf_clear(&names);
	return rc;
}

static enum rc find_named(struct store *s, const char *source, uint64_t *number, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_CURRENT, &select, diag);

	if (rc)
		return rc;
	db_bind_text(select, 1, text_from(source));
	rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	*number = has_row ? (uint64_t)sqlite3_column_int64(select, 0) : 0;
	sqlite3_reset(select);
	if (!*number)
		return diag_set(diag, RC_NOTFOUND, "%s: the store has no source '%s'", s->folder,
				source);
	return RC_OK;
}

enum rc store_current(struct store *s, const char *source, struct snapshot **out, struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	uint64_t number = 0;
	enum rc rc = RC_OK;

	for (int i = 0; i < OPEN_TRIES; i++) {
		rc = source ? find_named(s, source, &number, diag) : find_only(s, &number, diag);
		if (!rc)
			rc = store_path(s, STORE_SNAPSHOT, number, path, diag);
		if (rc)
			return rc;
		rc = snapshot_open(path, out, diag);
		if (rc != RC_NOTFOUND)
			return rc;
	}
	return diag_set(diag, RC_CORRUPT, "%s: the current snapshot is missing", path);
}

enum rc store_sources(struct store *s, bool (*visit)(const struct store_source *, void *),
		      void *context, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 1;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_SOURCES, &select, diag);

	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		struct store_source source = {
			.snapshot = (uint64_t)sqlite3_column_int64(select, 4),
			.taken_at = sqlite3_column_int64(select, 5),
			.subscriptions = (uint64_t)sqlite3_column_int64(select, 6),
			.rejects = (uint64_t)sqlite3_column_int64(select, 7),
		};

		text_copy(db_column_text(select, 0), source.name, sizeof(source.name));
		text_copy(db_column_text(select, 1), source.format, sizeof(source.format));
		text_copy(db_column_text(select, 2), source.role, sizeof(source.role));
		text_copy(db_column_text(select, 3), source.hss, sizeof(source.hss));
		if (!visit(&source, context)) {
			sqlite3_reset(select);
			break;
		}
	}
	return rc;
}

enum rc store_rejects(struct store *s, uint64_t snapshot,
		      bool (*visit)(const struct reject *, void *), void *context,
		      struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 1;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_REJECTS, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, (sqlite3_int64)snapshot);
	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		struct reject reject = {
			.file = db_column_text(select, 0).data,
			.line = (uint64_t)sqlite3_column_int64(select, 1),
			.offset = (uint64_t)sqlite3_column_int64(select, 2),
			.reason = db_column_text(select, 3).data,
			.subject = db_column_text(select, 4).data,
		};

		if (!visit(&reject, context)) {
			sqlite3_reset(select);
			break;
		}
	}
	return rc;
}

struct run {
	int64_t started_at;
	const char *totals;
	uint64_t number;
};

static enum rc add_run(struct store *s, void *context, struct diag *diag)
{
	struct run *run = context;
	sqlite3_stmt *insert;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_ADD_RUN, &insert, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(insert, 1, run->started_at);
	db_bind_text(insert, 2, text_from(run->totals));
	rc = db_run(insert, diag);
	run->number = (uint64_t)sqlite3_last_insert_rowid(s->catalog.db);
	return rc;
}

enum rc store_record_run(struct store *s, int64_t started_at, const char *totals, uint64_t *run,
			 struct diag *diag)
{
	struct run record = {started_at, totals, 0};
	struct store *writable = NULL;
	enum rc rc;

	if (s->mode == STORE_WRITE)
		rc = store_transaction(s, add_run, &record, diag);
	else
		rc = store_open(s->folder, STORE_WRITE, &writable, diag);
	if (writable)
		rc = store_transaction(writable, add_run, &record, diag);
	store_close(writable);
	if (!rc)
		*run = record.number;
	return rc;
}
