#include "store/observations.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/observations_private.h"
#include "store/observations_schema.h"

#define OPEN_MILLISECONDS 2000 /* somebody may be recovering the journal */
#define BUSY_MILLISECONDS 50

enum rc observations_prepare(struct observations *o, enum observations_statement which,
			     sqlite3_stmt **out, struct diag *diag)
{
	enum rc rc = db_prepare(o->db, observations_sql[which], &o->statement[which], diag);

	*out = o->statement[which];
	return rc;
}

enum rc observations_run(struct observations *o, enum observations_statement which,
			 struct diag *diag)
{
	sqlite3_stmt *statement;
	enum rc rc = observations_prepare(o, which, &statement, diag);

	return rc ? rc : db_run(statement, diag);
}

/* --- files ----------------------------------------------------------------------------------- */

static enum rc companion(const struct observations *o, const char *suffix,
			 char out[STORE_PATH_BYTES], struct diag *diag)
{
	if (snprintf(out, STORE_PATH_BYTES, "%s%s", o->path, suffix) >= STORE_PATH_BYTES)
		return diag_set(diag, RC_IO, "%s: path is too long", o->folder);
	return RC_OK;
}

static struct file_identity identity_of(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return (struct file_identity){0, 0};
	return (struct file_identity){st.st_dev, st.st_ino};
}

static bool is_same(struct file_identity a, struct file_identity b)
{
	return a.device == b.device && a.inode == b.inode;
}

static void note_files(struct observations *o)
{
	char path[STORE_PATH_BYTES];

	o->file = identity_of(o->path);
	o->journal = companion(o, "-wal", path, NULL) ? (struct file_identity){0, 0}
						      : identity_of(path);
}

/* A journal without its database, or with another, would be taken for that one's. */
static void remove_journal(const struct observations *o)
{
	char path[STORE_PATH_BYTES];

	if (!companion(o, "-wal", path, NULL))
		unlink(path);
	if (!companion(o, "-shm", path, NULL))
		unlink(path);
}

static uint64_t bytes_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

uint64_t observations_bytes(const struct observations *o)
{
	char path[STORE_PATH_BYTES];

	return bytes_of(o->path) + (companion(o, "-wal", path, NULL) ? 0 : bytes_of(path));
}

/* --- opening --------------------------------------------------------------------------------- */

static enum rc check_version(struct observations *o, int *version, struct diag *diag)
{
	int application = 0;
	enum rc rc = db_read_number(o->db, "PRAGMA user_version", version, diag);

	if (!rc)
		rc = db_read_number(o->db, "PRAGMA application_id", &application, diag);
	if (rc)
		return rc;
	if ((application || *version) && application != OBSERVATIONS_APPLICATION_ID)
		return diag_set(diag, RC_CORRUPT, "%s: holds no observations", o->path);
	if (*version > OBSERVATIONS_FORMAT_VERSION)
		return diag_set(diag, RC_UNSUPPORTED,
				"%s: format %d of observations, this program reads up to %d",
				o->path, *version, OBSERVATIONS_FORMAT_VERSION);
	return RC_OK;
}

static enum rc create_tables(struct observations *o, struct diag *diag)
{
	char versions[96];
	enum rc rc = db_exec(o->db, observations_pragmas, diag);

	if (!rc)
		rc = observations_run(o, OBSERVATIONS_BEGIN_WRITE, diag);
	if (rc)
		return rc;
	snprintf(versions, sizeof(versions),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		 OBSERVATIONS_APPLICATION_ID, OBSERVATIONS_FORMAT_VERSION);
	rc = db_exec(o->db, observations_schema, diag);
	if (!rc)
		rc = db_exec(o->db, versions, diag);
	if (!rc)
		rc = observations_run(o, OBSERVATIONS_COMMIT, diag);
	if (rc)
		observations_run(o, OBSERVATIONS_ROLLBACK, NULL);
	return rc;
}

/* Numbers go on after those of the file, and after those that were given before. */
static enum rc find_place(struct observations *o, struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row;
	uint64_t next = 0;
	enum rc rc = observations_prepare(o, OBSERVATIONS_NEXT, &select, diag);

	if (!rc)
		rc = db_step(select, &has_row, diag);
	/* Without a place to go on at, what is there would be written over. */
	if (!rc && (!has_row || sqlite3_column_int64(select, 0) < 1))
		rc = diag_set(diag, RC_CORRUPT, "%s: does not tell its next number", o->path);
	if (!rc) {
		next = (uint64_t)sqlite3_column_int64(select, 0);
		o->oldest = (uint64_t)sqlite3_column_int64(select, 1);
		sqlite3_reset(select);
	}
	if (!rc)
		rc = db_read_number(o->db, "SELECT count(*) FROM lookup_tail", &o->tail_blocks,
				    diag);
	if (rc)
		return rc;
	o->has_index_work = true;
	o->batch.first_id = next > o->batch.first_id ? next : o->batch.first_id;
	return RC_OK;
}

static enum rc open_for_writing(struct observations *o, struct diag *diag)
{
	int version = 0;
	enum rc rc = store_create_file(o->path, diag);

	if (!rc && !bytes_of(o->path))
		remove_journal(o);
	if (!rc)
		rc = db_open(o->path, DB_WRITE, &o->db, diag);
	if (rc)
		return rc;
	sqlite3_busy_timeout(o->db, OPEN_MILLISECONDS);
	rc = check_version(o, &version, diag);
	/* SQLite falls back to reading in silence. */
	if (!rc && sqlite3_db_readonly(o->db, "main"))
		rc = diag_set(diag, RC_IO, "%s: not writable", o->path);
	o->is_made = !rc && !version;
	if (o->is_made)
		rc = create_tables(o, diag);
	if (!rc)
		rc = db_exec(o->db,
			     "PRAGMA synchronous = NORMAL;"
			     "PRAGMA wal_autocheckpoint = 0;"
			     "PRAGMA journal_size_limit = 16777216;"
			     "PRAGMA cache_size = -8192;",
			     diag);
	if (!rc)
		rc = find_place(o, diag);
	sqlite3_busy_timeout(o->db, BUSY_MILLISECONDS);
	return rc;
}

static enum rc open_for_reading(struct observations *o, enum db_mode mode, struct diag *diag)
{
	int version = 0;
	enum rc rc = db_open(o->path, mode, &o->db, diag);

	if (rc)
		return rc;
	sqlite3_busy_timeout(o->db, OPEN_MILLISECONDS);
	rc = check_version(o, &version, diag);
	if (!rc && !version)
		rc = diag_set(diag, RC_NOTFOUND, "%s: there are no observations", o->path);
	return rc;
}

/* Where the journal's index cannot be made, as in a read-only folder, the file may still be read as
 * it is, unless the journal holds something. */
static enum rc read_unlocked(struct observations *o, struct diag *diag)
{
	char journal[STORE_PATH_BYTES];
	enum rc rc = companion(o, "-wal", journal, diag);

	if (!rc && bytes_of(journal))
		return diag_set(diag, RC_IO,
				"%s: its journal is in use, and reading it needs the right to "
				"write to the folder",
				o->path);
	return rc ? rc : open_for_reading(o, DB_IMMUTABLE, diag);
}

static enum rc open_file(struct observations *o, struct diag *diag)
{
	enum rc rc;

	if (o->mode == OBSERVATIONS_WRITE) {
		rc = open_for_writing(o, diag);
	} else if (access(o->path, F_OK) && (errno == ENOENT || errno == ENOTDIR)) {
		rc = diag_set(diag, RC_NOTFOUND, "%s: there are no observations", o->path);
	} else {
		rc = open_for_reading(o, DB_READ, diag);
		if (rc == RC_IO || rc == RC_NOTFOUND) {
			observations_leave(o);
			rc = read_unlocked(o, diag);
		}
	}
	if (rc)
		observations_leave(o);
	else
		note_files(o);
	return rc;
}

static enum rc lock_folder(struct observations *o, struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	enum rc rc;

	if (snprintf(path, sizeof(path), "%s/observations.lock", o->folder) >= (int)sizeof(path))
		return diag_set(diag, RC_IO, "%s: path is too long", o->folder);
	rc = store_make_folder(o->folder, diag);
	if (!rc)
		rc = store_lock_file(path, 0, &o->lock, diag);
	if (rc == RC_BUSY)
		return diag_set(diag, RC_BUSY, "%s: another process writes observations",
				o->folder);
	return rc;
}

enum rc observations_open(const char *folder, enum observations_mode mode,
			  struct observations **out, struct diag *diag)
{
	struct observations *o;
	enum rc rc = RC_OK;

	if (!folder[0] || strlen(folder) > STORE_PATH_BYTES - 32)
		return diag_set(diag, RC_USAGE, "'%.100s': not the name of a folder", folder);
	o = calloc(1, sizeof(*o));
	if (!o)
		return diag_set(diag, RC_NOMEM, "no memory to open %s", folder);
	o->mode = mode;
	o->lock = -1;
	observation_batch_init(&o->batch);
	arena_init(&o->arena);
	snprintf(o->folder, sizeof(o->folder), "%s", folder);
	if (snprintf(o->path, sizeof(o->path), "%s/observations.db", folder) >=
	    (int)sizeof(o->path))
		rc = diag_set(diag, RC_IO, "%s: path is too long", folder);
	if (!rc && mode == OBSERVATIONS_WRITE)
		rc = lock_folder(o, diag);
	if (!rc)
		rc = open_file(o, diag);
	if (rc) {
		observations_close(o);
		return rc;
	}
	*out = o;
	return RC_OK;
}

bool observations_exist(const char *folder)
{
	char path[STORE_PATH_BYTES];

	return snprintf(path, sizeof(path), "%s/observations.db", folder) < (int)sizeof(path) &&
	       access(path, F_OK) == 0;
}

/* --- leaving --------------------------------------------------------------------------------- */

void observations_leave(struct observations *o)
{
	for (int i = 0; i < OBSERVATIONS_STATEMENTS; i++) {
		sqlite3_finalize(o->statement[i]);
		o->statement[i] = NULL;
	}
	sqlite3_close(o->db);
	o->db = NULL;
	o->page.first = 0;
	o->oldest = 0;
	o->is_index_broken = false;
}

void observations_close(struct observations *o)
{
	if (!o)
		return;
	bool is_empty = o->is_made && o->db && is_same(identity_of(o->path), o->file);

	observations_leave(o);
	if (is_empty) {
		remove_journal(o);
		unlink(o->path);
	}
	if (o->lock >= 0)
		close(o->lock);
	observation_batch_clear(&o->batch);
	byte_writer_clear(&o->page.bytes);
	exchange_block_clear(&o->page.block);
	arena_clear(&o->arena);
	free(o);
}

enum rc observations_refresh(struct observations *o, struct diag *diag)
{
	char journal[STORE_PATH_BYTES];
	bool is_ours;
	enum rc rc;

	/* What was read before may have been removed since. */
	o->page.first = 0;
	if (o->db && is_same(identity_of(o->path), o->file))
		return RC_OK;
	rc = companion(o, "-wal", journal, diag);
	if (rc)
		return rc;
	is_ours = o->db && o->mode == OBSERVATIONS_WRITE && o->journal.inode &&
		  is_same(identity_of(journal), o->journal);
	/* Closing would otherwise write to, or remove, the journal of the file in its place. */
	if (o->db)
		sqlite3_db_config(o->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	observations_leave(o);
	if (is_ours)
		remove_journal(o);
	if (o->mode == OBSERVATIONS_WRITE) {
		if (o->lock >= 0)
			close(o->lock);
		o->lock = -1;
		rc = lock_folder(o, diag);
	}
	return rc ? rc : open_file(o, diag);
}
