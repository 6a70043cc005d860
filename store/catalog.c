#include "store/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/store_private.h"

#define APPLICATION_ID 0x43584143 /* "CXAC" */
#define PATH_BYTES 4096

/* state: importing, published, refused (not made current), removed (superseded, file gone). */
static const char schema[] =
	"CREATE TABLE source(name TEXT PRIMARY KEY, format TEXT, role TEXT, hss TEXT,"
	" snapshot INTEGER, previous INTEGER) WITHOUT ROWID;"
	"CREATE TABLE snapshot(number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT, state TEXT,"
	" started_at INTEGER, taken_at INTEGER, format TEXT, role TEXT, hss TEXT,"
	" subscriptions INTEGER, orphan_impis INTEGER, orphan_impus INTEGER, impis INTEGER,"
	" impus INTEGER, associations INTEGER, rejects INTEGER, input_bytes INTEGER,"
	" is_truncated INTEGER, has_global_sets INTEGER);"
	"CREATE TABLE reject(snapshot INTEGER, number INTEGER, file TEXT, line INTEGER,"
	" offset INTEGER, reason TEXT, subject TEXT, PRIMARY KEY(snapshot, number)) WITHOUT ROWID;"
	"CREATE TABLE run(number INTEGER PRIMARY KEY AUTOINCREMENT, started_at INTEGER,"
	" totals TEXT);";

static const char *const statements[CATALOG_STATEMENTS] = {
	[CATALOG_BEGIN] = "BEGIN IMMEDIATE",
	[CATALOG_COMMIT] = "COMMIT",
	[CATALOG_ROLLBACK] = "ROLLBACK",
	[CATALOG_CURRENT] = "SELECT snapshot FROM source WHERE name = ?1",
	[CATALOG_IMS_SOURCES] = "SELECT snapshot, name FROM source"
				" WHERE role IN ('ims', '') AND snapshot IS NOT NULL ORDER BY name",
	[CATALOG_SOURCES] = "SELECT s.name, s.format, s.role, s.hss, s.snapshot, n.taken_at,"
			    " n.subscriptions, n.rejects FROM source s"
			    " LEFT JOIN snapshot n ON n.number = s.snapshot ORDER BY s.name",
	[CATALOG_REJECTS] = "SELECT file, line, offset, reason, subject FROM reject"
			    " WHERE snapshot = ?1 ORDER BY number",
	[CATALOG_STATE] = "SELECT state FROM snapshot WHERE number = ?1",
	[CATALOG_UNFINISHED] = "SELECT number FROM snapshot WHERE state = 'importing'",
	[CATALOG_RESERVE] = "INSERT INTO snapshot(source, state, started_at)"
			    " VALUES(?1, 'importing', ?2)",
	[CATALOG_FORGET] = "DELETE FROM snapshot WHERE number = ?1",
	[CATALOG_FINISH] = "UPDATE snapshot SET state = ?2, taken_at = ?3, format = ?4, role = ?5,"
			   " hss = ?6, subscriptions = ?7, orphan_impis = ?8, orphan_impus = ?9,"
			   " impis = ?10, impus = ?11, associations = ?12, rejects = ?13,"
			   " input_bytes = ?14, is_truncated = ?15, has_global_sets = ?16"
			   " WHERE number = ?1",
	[CATALOG_SOURCE] = "SELECT snapshot, previous FROM source WHERE name = ?1",
	[CATALOG_SWITCH] = "INSERT INTO source(name, format, role, hss, snapshot, previous)"
			   " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(name) DO UPDATE SET"
			   " format = excluded.format, role = excluded.role, hss = excluded.hss,"
			   " snapshot = excluded.snapshot, previous = excluded.previous",
	[CATALOG_RETIRE] = "UPDATE snapshot SET state = 'removed' WHERE number = ?1",
	[CATALOG_PRUNE_REJECTS] =
		"DELETE FROM reject WHERE snapshot IN (SELECT number FROM snapshot"
		" WHERE source = ?1 AND number < ?2"
		" AND state IN ('refused', 'removed'))",
	[CATALOG_ADD_REJECT] = "INSERT INTO reject VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[CATALOG_ADD_RUN] = "INSERT INTO run(started_at, totals) VALUES(?1, ?2)",
};

enum rc catalog_prepare(struct catalog *c, enum catalog_statement which, sqlite3_stmt **out,
			struct diag *diag)
{
	enum rc rc = db_prepare(c->db, statements[which], &c->statement[which], diag);

	*out = c->statement[which];
	return rc;
}

enum rc catalog_run(struct catalog *c, enum catalog_statement which, struct diag *diag)
{
	sqlite3_stmt *statement;
	enum rc rc = catalog_prepare(c, which, &statement, diag);

	return rc ? rc : db_run(statement, diag);
}

void catalog_close(struct catalog *c)
{
	for (int i = 0; i < CATALOG_STATEMENTS; i++)
		sqlite3_finalize(c->statement[i]);
	sqlite3_close(c->db);
	memset(c, 0, sizeof(*c));
}

static enum rc check_version(struct catalog *c, const char *path, int *version, struct diag *diag)
{
	int application = 0;
	enum rc rc = db_read_number(c->db, "PRAGMA user_version", version, diag);

	if (!rc)
		rc = db_read_number(c->db, "PRAGMA application_id", &application, diag);
	if (rc)
		return rc;
	if ((application || *version) && application != APPLICATION_ID)
		return diag_set(diag, RC_CORRUPT, "%s: not the catalog of a store", path);
	if (*version > CATALOG_FORMAT_VERSION)
		return diag_set(diag, RC_UNSUPPORTED,
				"%s: store format %d, this program reads up to %d", path, *version,
				CATALOG_FORMAT_VERSION);
	return RC_OK;
}

/* Another process may be doing the same: the version is read again under the lock. */
static enum rc create_tables(struct catalog *c, const char *path, struct diag *diag)
{
	char versions[96];
	int version;
	enum rc rc = db_exec(c->db, "BEGIN IMMEDIATE", diag);

	if (rc)
		return rc;
	rc = check_version(c, path, &version, diag);
	if (!rc && !version) {
		snprintf(versions, sizeof(versions),
			 "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
			 CATALOG_FORMAT_VERSION);
		rc = db_exec(c->db, schema, diag);
		if (!rc)
			rc = db_exec(c->db, versions, diag);
	}
	if (!rc)
		return db_exec(c->db, "COMMIT", diag);
	db_exec(c->db, "ROLLBACK", NULL);
	return rc;
}

/* umask may take bits away, so that they are set twice. */
enum rc store_create_file(const char *path, struct diag *diag)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum rc rc = RC_OK;

	if (fd < 0)
		return errno == EEXIST ? RC_OK : diag_set_errno(diag, RC_IO, "%s", path);
	if (fchmod(fd, 0600))
		rc = diag_set_errno(diag, RC_IO, "%s", path);
	close(fd);
	return rc;
}

/* Where no lock can be had, as on some read-only media, the file may still be read as it is, unless
 * an interrupted write is waiting to be undone. */
static bool may_open_immutable(const char *path)
{
	char journal[PATH_BYTES];
	struct stat st;

	return snprintf(journal, sizeof(journal), "%s-journal", path) < (int)sizeof(journal) &&
	       (stat(journal, &st) || st.st_size == 0);
}

static enum rc open_and_check(struct catalog *c, const char *path, enum db_mode mode, int *version,
			      struct diag *diag)
{
	enum rc rc = db_open(path, mode, &c->db, diag);

	if (!rc)
		rc = check_version(c, path, version, diag);
	if (rc)
		catalog_close(c);
	return rc;
}

enum rc catalog_open_empty(struct catalog *c, struct diag *diag)
{
	static const char in_memory[] = ":memory:";
	int version;
	enum rc rc;

	memset(c, 0, sizeof(*c));
	rc = open_and_check(c, in_memory, DB_PRIVATE, &version, diag);
	if (!rc)
		rc = create_tables(c, in_memory, diag);
	if (rc)
		catalog_close(c);
	return rc;
}

enum rc catalog_open(struct catalog *c, const char *path, bool is_writable, struct diag *diag)
{
	int version = 0;
	enum rc rc = RC_OK;

	memset(c, 0, sizeof(*c));
	if (!is_writable) {
		rc = open_and_check(c, path, DB_READ, &version, diag);
		if (rc == RC_IO && may_open_immutable(path))
			rc = open_and_check(c, path, DB_IMMUTABLE, &version, diag);
		if (!rc && !version) {
			catalog_close(c);
			rc = diag_set(diag, RC_NOTFOUND, "%s: the store is empty", path);
		}
		return rc;
	}
	rc = store_create_file(path, diag);
	if (!rc)
		rc = open_and_check(c, path, DB_WRITE, &version, diag);
	/* SQLite falls back to reading in silence. */
	if (!rc && sqlite3_db_readonly(c->db, "main")) {
		catalog_close(c);
		rc = diag_set(diag, RC_IO, "%s: not writable", path);
	}
	if (!rc && !version) {
		rc = create_tables(c, path, diag);
		if (rc)
			catalog_close(c);
	}
	return rc;
}
