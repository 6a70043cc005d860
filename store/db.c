#include "store/db.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/strbuf.h"

#define BUSY_MILLISECONDS 20000

static const struct {
	const char *parameters;
	int flags;
} modes[] = {
	[DB_READ] = {"", SQLITE_OPEN_READONLY},
	[DB_IMMUTABLE] = {"?immutable=1", SQLITE_OPEN_READONLY},
	[DB_WRITE] = {"", SQLITE_OPEN_READWRITE},
	[DB_PRIVATE] = {"?nolock=1", SQLITE_OPEN_READWRITE},
};

/* "file:<path><parameters>" with what has a meaning in a URI escaped. */
static void add_uri(struct strbuf *out, const char *path, const char *parameters)
{
	strbuf_add_str(out, "file:");
	if (path[0] == '/')
		strbuf_add_str(out, "//");
	for (const char *s = path; *s; s++) {
		if (*s == '%' || *s == '?' || *s == '#')
			strbuf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
		else
			strbuf_add_char(out, *s);
	}
	strbuf_add_str(out, parameters);
}

enum rc db_open(const char *path, enum db_mode mode, sqlite3 **out, struct diag *diag)
{
	struct strbuf uri;
	sqlite3 *db = NULL;
	enum rc rc = RC_OK;

	strbuf_init(&uri);
	add_uri(&uri, path, modes[mode].parameters);
	if (uri.failed) {
		strbuf_clear(&uri);
		return diag_set(diag, RC_NOMEM, "no memory to open %s", path);
	}
	int code = sqlite3_open_v2(uri.data, &db,
				   modes[mode].flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI |
					   SQLITE_OPEN_PRIVATECACHE,
				   NULL);
	strbuf_clear(&uri);
	if (code != SQLITE_OK) {
		rc = db ? db_error(db, path, diag) : diag_set(diag, RC_NOMEM, "%s", path);
		sqlite3_close(db);
		return rc;
	}
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
	*out = db;
	return rc;
}

/* SQLite tells a full disk apart itself, but not a limit of the size of files; the error number of
 * the connection may have been overwritten when it reports. */
static bool is_full(sqlite3 *db)
{
	int errors[3] = {sqlite3_system_errno(db), 0, 0};
	sqlite3_file *journal = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &errors[1]);
	sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
	if (journal && journal->pMethods)
		journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &errors[2]);
	for (int i = 0; i < 3; i++)
		if (errors[i] == ENOSPC || errors[i] == EDQUOT || errors[i] == EFBIG)
			return true;
	return false;
}

static enum rc rc_of(sqlite3 *db, int code)
{
	int error = sqlite3_system_errno(db);

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return RC_NOMEM;
	case SQLITE_FULL:
		return RC_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return RC_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return RC_CORRUPT;
	case SQLITE_INTERRUPT:
		return RC_INTERRUPTED;
	case SQLITE_CANTOPEN:
		return error == ENOENT || error == ENOTDIR ? RC_NOTFOUND : RC_IO;
	case SQLITE_IOERR:
		return is_full(db) ? RC_FULL : RC_IO;
	case SQLITE_ERROR:
		return RC_SYNTAX;
	default:
		return RC_IO;
	}
}

enum rc db_error(sqlite3 *db, const char *what, struct diag *diag)
{
	int code = sqlite3_extended_errcode(db), error = sqlite3_system_errno(db);

	/* SQLite's own text does not say why. */
	if ((code & 0xff) == SQLITE_CANTOPEN && error)
		return diag_set(diag, rc_of(db, code), "%s: cannot open: %s", what,
				strerror(error));
	return diag_set(diag, rc_of(db, code), "%s: %s", what, sqlite3_errmsg(db));
}

enum rc db_exec(sqlite3 *db, const char *sql, struct diag *diag)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return RC_OK;
	const char *file = sqlite3_db_filename(db, "main");
	return db_error(db, file ? file : "database", diag);
}

static enum rc statement_error(sqlite3_stmt *statement, struct diag *diag)
{
	sqlite3 *db = sqlite3_db_handle(statement);
	const char *file = sqlite3_db_filename(db, "main");
	enum rc rc = db_error(db, file ? file : "database", diag);

	sqlite3_reset(statement);
	return rc;
}

enum rc db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement, struct diag *diag)
{
	if (*statement) {
		sqlite3_reset(*statement);
		return RC_OK;
	}
	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) ==
	    SQLITE_OK)
		return RC_OK;
	const char *file = sqlite3_db_filename(db, "main");
	enum rc rc = db_error(db, file ? file : "database", diag);
	/* A table or column of ours that is not there is damage. */
	return rc == RC_SYNTAX ? diag_set(diag, RC_CORRUPT, "%s: %s", file, sqlite3_errmsg(db))
			       : rc;
}

enum rc db_step(sqlite3_stmt *statement, int *has_row, struct diag *diag)
{
	int code = sqlite3_step(statement);

	*has_row = code == SQLITE_ROW;
	if (code == SQLITE_ROW)
		return RC_OK;
	if (code != SQLITE_DONE)
		return statement_error(statement, diag);
	sqlite3_reset(statement);
	return RC_OK;
}

enum rc db_run(sqlite3_stmt *statement, struct diag *diag)
{
	int has_row;
	enum rc rc = db_step(statement, &has_row, diag);

	sqlite3_reset(statement);
	return rc;
}

enum rc db_read_number(sqlite3 *db, const char *sql, int *out, struct diag *diag)
{
	sqlite3_stmt *statement = NULL;
	int has_row = 0;
	enum rc rc = db_prepare(db, sql, &statement, diag);

	if (!rc)
		rc = db_step(statement, &has_row, diag);
	*out = has_row ? sqlite3_column_int(statement, 0) : 0;
	sqlite3_finalize(statement);
	return rc;
}

int db_bind_text(sqlite3_stmt *statement, int index, struct text t)
{
	if (!t.data)
		return sqlite3_bind_null(statement, index);
	return sqlite3_bind_text64(statement, index, t.data, t.length, SQLITE_STATIC, SQLITE_UTF8);
}

int db_bind_blob(sqlite3_stmt *statement, int index, struct text t)
{
	if (!t.data)
		return sqlite3_bind_null(statement, index);
	return sqlite3_bind_blob64(statement, index, t.data, t.length, SQLITE_STATIC);
}

struct text db_column_text(sqlite3_stmt *statement, int column)
{
	const char *data = (const char *)sqlite3_column_text(statement, column);

	return text_of(data, data ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

struct text db_column_blob(sqlite3_stmt *statement, int column)
{
	const char *data = sqlite3_column_blob(statement, column);
	size_t length = (size_t)sqlite3_column_bytes(statement, column);

	return text_of(data ? data : "", length);
}
