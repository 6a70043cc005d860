#include "store/sql_module.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/db.h"

#define PLAN_MASK 3
#define PLAN_HAS_SOURCE 4 /* the last argument is the source's name */

struct table {
	sqlite3_vtab base;
	struct sql_binding *binding;
};

struct position {
	sqlite3_vtab_cursor base;
	struct sql_binding *binding;
	struct table_reader reader;
};

/* --- tables ---------------------------------------------------------------------------------- */

static int module_connect(sqlite3 *db, void *context, int argc, const char *const *argv,
			  sqlite3_vtab **out, char **error)
{
	struct sql_binding *binding = context;
	struct strbuf declaration;
	struct table *table;
	int code = SQLITE_NOMEM;

	(void)argc;
	(void)argv;
	strbuf_init(&declaration);
	sql_table_declare(binding->table, &declaration);
	table = sqlite3_malloc(sizeof(*table));
	if (table && !declaration.failed)
		code = sqlite3_declare_vtab(db, declaration.data);
	strbuf_clear(&declaration);
	if (code != SQLITE_OK) {
		*error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
		sqlite3_free(table);
		return code;
	}
	*table = (struct table){.binding = binding};
	*out = &table->base;
	return SQLITE_OK;
}

static int module_disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

/* Takes the most selective equality; SQLite checks every constraint again on the rows, so that a
 * plan need only find a superset. */
static int module_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info)
{
	static const double costs[] = {
		[PLAN_SCAN] = 1e6, [PLAN_SUBSCRIPTION] = 5, [PLAN_IDENTITY] = 20};
	const struct table *table = (const struct table *)vtab;
	int key = -1, source = -1;
	enum sql_plan plan = PLAN_SCAN;

	for (int i = 0; i < info->nConstraint; i++) {
		if (!info->aConstraint[i].usable ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		switch (sql_table_key(table->binding->table, info->aConstraint[i].iColumn)) {
		case SQL_KEY_SOURCE:
			source = i;
			break;
		case SQL_KEY_SUBSCRIPTION:
			plan = PLAN_SUBSCRIPTION;
			key = i;
			break;
		case SQL_KEY_IDENTITY:
			if (plan == PLAN_SCAN) {
				plan = PLAN_IDENTITY;
				key = i;
			}
			break;
		case SQL_KEY_NONE:
			break;
		}
	}
	int arguments = 0;
	if (key >= 0)
		info->aConstraintUsage[key].argvIndex = ++arguments;
	if (source >= 0)
		info->aConstraintUsage[source].argvIndex = ++arguments;
	info->idxNum = (int)plan | (source >= 0 ? PLAN_HAS_SOURCE : 0);
	info->estimatedCost = costs[plan] / (source >= 0 ? 2 : 1);
	info->estimatedRows = (sqlite3_int64)costs[plan];
	return SQLITE_OK;
}

/* --- reading --------------------------------------------------------------------------------- */

static int module_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out)
{
	struct sql_binding *binding = ((struct table *)vtab)->binding;
	struct position *p = calloc(1, sizeof(*p));

	if (!p)
		return SQLITE_NOMEM;
	p->binding = binding;
	table_reader_init(&p->reader, &binding->connection->scope, binding->table);
	*out = &p->base;
	return SQLITE_OK;
}

static int module_close(sqlite3_vtab_cursor *cursor)
{
	struct position *p = (struct position *)cursor;

	table_reader_clear(&p->reader);
	free(p);
	return SQLITE_OK;
}

/* Hands a failure to SQLite, and keeps it for the caller of the statement. */
static int report(struct position *p, enum rc rc)
{
	const struct diag *diag = &p->binding->connection->diag;

	if (!rc)
		return SQLITE_OK;
	p->binding->connection->diag.rc = rc;
	sqlite3_free(p->base.pVtab->zErrMsg);
	p->base.pVtab->zErrMsg = sqlite3_mprintf("%s", diag->text);
	return rc == RC_NOMEM ? SQLITE_NOMEM : SQLITE_ERROR;
}

static int module_next(sqlite3_vtab_cursor *cursor)
{
	struct position *p = (struct position *)cursor;

	return report(p, table_reader_next(&p->reader, &p->binding->connection->diag));
}

static bool copy_bytes(sqlite3_value *value, char **out, size_t *length)
{
	const void *data = sqlite3_value_text(value);

	*length = (size_t)sqlite3_value_bytes(value);
	*out = data ? malloc(*length + 1) : NULL;
	if (!*out)
		return false;
	memcpy(*out, data, *length);
	(*out)[*length] = '\0';
	return true;
}

/* Nothing equals NULL; false when memory is out. */
static bool take_arguments(struct table_reader *r, int plan, int argc, sqlite3_value **argv)
{
	size_t length;
	char *key;

	for (int i = 0; i < argc; i++)
		if (sqlite3_value_type(argv[i]) == SQLITE_NULL)
			r->is_at_end = true;
	r->plan = (enum sql_plan)(plan & PLAN_MASK);
	if (r->is_at_end)
		return true;
	if (plan & PLAN_HAS_SOURCE && !copy_bytes(argv[argc - 1], &r->source, &length))
		return false;
	if (r->plan == PLAN_SUBSCRIPTION) {
		sqlite3_int64 ordinal = sqlite3_value_int64(argv[0]);

		r->ordinal = (uint32_t)ordinal;
		r->is_at_end = ordinal < 0 || ordinal > UINT32_MAX;
	}
	if (r->plan != PLAN_IDENTITY)
		return true;
	if (!copy_bytes(argv[0], &key, &length))
		return false;
	r->key = text_of(key, length);
	return true;
}

static int module_filter(sqlite3_vtab_cursor *cursor, int plan, const char *name, int argc,
			 sqlite3_value **argv)
{
	struct position *p = (struct position *)cursor;

	(void)name;
	table_reader_reset(&p->reader);
	if (!take_arguments(&p->reader, plan, argc, argv))
		return SQLITE_NOMEM;
	return report(p, table_reader_start(&p->reader, &p->binding->connection->diag));
}

static int module_eof(sqlite3_vtab_cursor *cursor)
{
	return ((struct position *)cursor)->reader.is_at_end;
}

static int module_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column)
{
	const struct position *p = (struct position *)cursor;

	sql_table_result(p->binding->table, column, &p->reader.row, out);
	return SQLITE_OK;
}

/* Unique: snapshot, record, row of the record (LIMIT_ASSOCIATION_PER_SUBSCRIPTION and fewer). */
static int module_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	const struct table_reader *r = &((struct position *)cursor)->reader;

	*out = (sqlite3_int64)((uint64_t)(r->snapshot & 0x3fff) << 49 |
			       (uint64_t)r->row.ordinal << 17 | r->index);
	return SQLITE_OK;
}

/* No xCreate: the tables exist by their names alone, in no schema. */
static const sqlite3_module module = {
	.xConnect = module_connect,
	.xBestIndex = module_best_index,
	.xDisconnect = module_disconnect,
	.xOpen = module_open,
	.xClose = module_close,
	.xFilter = module_filter,
	.xNext = module_next,
	.xEof = module_eof,
	.xColumn = module_column,
	.xRowid = module_rowid,
};

/* Makes SQLite declare the table now: later an authorizer would refuse that, as it looks like a
 * change of the schema. */
static enum rc declare(sqlite3 *db, enum sql_table table, struct diag *diag)
{
	sqlite3_stmt *statement = NULL;
	char sql[64];

	snprintf(sql, sizeof(sql), "SELECT 1 FROM %s", sql_table_name(table));
	enum rc rc = db_prepare(db, sql, &statement, diag);
	sqlite3_finalize(statement);
	return rc;
}

enum rc sql_module_register(sqlite3 *db, struct sql_connection *connection, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < SQL_TABLES && !rc; i++) {
		struct sql_binding *binding = &connection->binding[i];

		*binding = (struct sql_binding){connection, (enum sql_table)i};
		if (sqlite3_create_module(db, sql_table_name(binding->table), &module, binding))
			return db_error(db, "virtual tables", diag);
		rc = declare(db, binding->table, diag);
	}
	return rc;
}
