#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/sql_exchange.h"
#include "store/sql_module.h"
#include "store/store_private.h"

/* Instructions of SQLite's machine between two looks at the signal. */
#define PROGRESS_STEPS 10000

struct query {
	struct store *store;
	struct catalog catalog; /* a connection of its own, for the tables and the authorizer */
	struct sql_connection connection;
	struct sql_exchanges exchanges;
	const struct store_sql_sink *sink;
};

/* --- what may be done ------------------------------------------------------------------------ */

static bool may_read(const char *table)
{
	static const char *const tables[] = {"source", "snapshot", "reject", "run"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(table, tables[i]) == 0)
			return true;
	for (int i = 0; i < SQL_TABLES; i++)
		if (strcmp(table, sql_table_name((enum sql_table)i)) == 0)
			return true;
	return strcmp(table, sql_exchange_name) == 0;
}

static bool may_describe(const char *pragma, const char *argument)
{
	return argument &&
	       (strcmp(pragma, "table_info") == 0 || strcmp(pragma, "table_xinfo") == 0);
}

static int authorize(void *context, int action, const char *first, const char *second,
		     const char *database, const char *trigger)
{
	bool allowed = false;

	(void)context;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		allowed = true;
		break;
	case SQLITE_READ:
		/* Without a column it may be the name of a WITH. */
		allowed = may_read(first) || (!second[0] && strncmp(first, "sqlite_", 7) != 0);
		break;
	case SQLITE_FUNCTION:
		allowed = strcmp(second, "load_extension") != 0 &&
			  strcmp(second, "fts3_tokenizer") != 0;
		break;
	case SQLITE_PRAGMA:
		allowed = may_describe(first, second);
		break;
	}
	return allowed ? SQLITE_OK : SQLITE_DENY;
}

static int is_interrupted(void *context)
{
	const volatile int *interrupted = context;

	return *interrupted;
}

/* --- snapshots ------------------------------------------------------------------------------- */

struct names {
	char (*name)[sizeof(((struct store_source *)0)->name)];
	size_t count;
	bool is_out_of_memory;
};

static bool add_name(const struct store_source *source, void *context)
{
	struct names *names = context;
	void *grown;

	if (!source->snapshot)
		return true;
	grown = realloc(names->name, (names->count + 1) * sizeof(*names->name));
	if (!grown) {
		names->is_out_of_memory = true;
		return false;
	}
	names->name = grown;
	memcpy(names->name[names->count++], source->name, sizeof(source->name));
	return true;
}

static enum rc open_snapshots(struct query *q, struct diag *diag)
{
	struct names names = {0};
	enum rc rc = store_sources(q->store, add_name, &names, diag);

	if (!rc && names.count)
		q->connection.scope.snapshots = calloc(names.count, sizeof(struct snapshot *));
	if (!rc && (names.is_out_of_memory || (names.count && !q->connection.scope.snapshots)))
		rc = diag_set(diag, RC_NOMEM, "no memory to open the snapshots");
	for (size_t i = 0; i < names.count && !rc; i++) {
		rc = store_current(q->store, names.name[i], &q->connection.scope.snapshots[i],
				   diag);
		if (!rc)
			q->connection.scope.count++;
	}
	free(names.name);
	return rc;
}

static enum rc open_query(struct query *q, struct diag *diag)
{
	char path[STORE_PATH_BYTES];
	enum rc rc = store_path(q->store, STORE_CATALOG, 0, path, diag);

	if (!rc)
		rc = q->store->is_empty ? catalog_open_empty(&q->catalog, diag)
					: catalog_open(&q->catalog, path, false, diag);
	if (!rc)
		rc = open_snapshots(q, diag);
	if (!rc)
		rc = sql_module_register(q->catalog.db, &q->connection, diag);
	q->exchanges.diag = &q->connection.diag;
	if (!rc)
		rc = sql_exchange_register(q->catalog.db, &q->exchanges, q->store->folder, diag);
	if (rc)
		return rc;
	sqlite3 *db = q->catalog.db;
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_set_authorizer(db, authorize, NULL);
	return RC_OK;
}

static void close_query(struct query *q)
{
	catalog_close(&q->catalog);
	sql_exchange_clear(&q->exchanges);
	for (size_t i = 0; i < q->connection.scope.count; i++)
		snapshot_close(q->connection.scope.snapshots[i]);
	free(q->connection.scope.snapshots);
}

/* --- running --------------------------------------------------------------------------------- */

static enum rc sql_error(struct query *q, struct diag *diag)
{
	sqlite3 *db = q->catalog.db;

	if (q->connection.diag.rc) {
		if (diag)
			*diag = q->connection.diag;
		return q->connection.diag.rc;
	}
	int code = sqlite3_errcode(db) & 0xff;
	if (code == SQLITE_AUTH || code == SQLITE_READONLY)
		return diag_set(diag, RC_USAGE,
				"only SELECT is allowed, from subscription, impi, impu, irs, "
				"association, exchange, source, snapshot, reject and run: %s",
				sqlite3_errmsg(db));
	return db_error(db, "SQL", diag);
}

static enum rc prepare(struct query *q, const char *sql, sqlite3_stmt **out, struct diag *diag)
{
	sqlite3_stmt *rest = NULL;
	const char *tail;

	*out = NULL;
	if (sqlite3_prepare_v2(q->catalog.db, sql, -1, out, &tail) != SQLITE_OK)
		return sql_error(q, diag);
	if (!*out)
		return diag_set(diag, RC_USAGE, "there is no statement");
	/* VACUUM INTO passes for reading, and no authorizer is asked. */
	if (!sqlite3_stmt_readonly(*out) || !sqlite3_column_count(*out))
		return diag_set(diag, RC_USAGE, "only SELECT is allowed");
	int code = sqlite3_prepare_v2(q->catalog.db, tail, -1, &rest, NULL);
	sqlite3_finalize(rest);
	if (code != SQLITE_OK || rest)
		return diag_set(diag, RC_USAGE, "one statement at a time: found more behind it");
	return RC_OK;
}

static bool show_columns(struct query *q, sqlite3_stmt *statement, struct text *cells, int count)
{
	for (int i = 0; i < count; i++)
		cells[i] = text_from(sqlite3_column_name(statement, i));
	return !q->sink->columns || q->sink->columns(cells, count, q->sink->context);
}

static bool show_row(struct query *q, sqlite3_stmt *statement, struct text *cells, int *types,
		     int count)
{
	for (int i = 0; i < count; i++) {
		types[i] = sqlite3_column_type(statement, i);
		cells[i] = types[i] == SQLITE_NULL   ? TEXT_NONE
			   : types[i] == SQLITE_BLOB ? db_column_blob(statement, i)
						     : db_column_text(statement, i);
	}
	return q->sink->row(cells, types, count, q->sink->context);
}

static enum rc run(struct query *q, sqlite3_stmt *statement, struct diag *diag)
{
	int count = sqlite3_column_count(statement), code = SQLITE_ROW;
	struct text *cells = calloc((size_t)count + 1, sizeof(*cells));
	int *types = calloc((size_t)count + 1, sizeof(*types));
	enum rc rc = RC_OK;

	if (q->sink->interrupted)
		sqlite3_progress_handler(q->catalog.db, PROGRESS_STEPS, is_interrupted,
					 (void *)(uintptr_t)q->sink->interrupted);
	if (!cells || !types) {
		rc = diag_set(diag, RC_NOMEM, "no memory for a row");
	} else if (show_columns(q, statement, cells, count)) {
		while ((code = sqlite3_step(statement)) == SQLITE_ROW)
			if (!show_row(q, statement, cells, types, count))
				break;
		if (code != SQLITE_ROW && code != SQLITE_DONE)
			rc = sql_error(q, diag);
	}
	free(cells);
	free(types);
	return rc;
}

enum rc store_sql(struct store *s, const char *statement, const struct store_sql_sink *sink,
		  struct diag *diag)
{
	struct query q = {.store = s, .sink = sink};
	sqlite3_stmt *prepared = NULL;
	enum rc rc;

	diag_init(&q.connection.diag);
	rc = open_query(&q, diag);
	if (!rc)
		rc = prepare(&q, statement, &prepared, diag);
	if (!rc)
		rc = run(&q, prepared, diag);
	sqlite3_finalize(prepared);
	close_query(&q);
	return rc;
}
