#include "store/sql_exchange.h"

#include <stdlib.h>
#include <time.h>

#include "store/sql_exchange_column.h"

#define BATCH 256 /* exchanges that are read at once */
#define DAY_US (INT64_C(86400) * 1000000)

const char sql_exchange_name[] = "exchange";

/* --- table ----------------------------------------------------------------------------------- */

struct table {
	sqlite3_vtab base;
	struct sql_exchanges *exchanges;
};

struct position {
	sqlite3_vtab_cursor base;
	struct sql_exchanges *exchanges;
	struct observation_query query;
	uint64_t last_id; /* none above it is looked for */
	char *identity;   /* what query.identity is */
	struct arena arena;
	struct cx_exchange batch[BATCH];
	unsigned count, at;
	bool is_last, is_out_of_memory;
};

static int exchange_connect(sqlite3 *db, void *context, int argc, const char *const *argv,
			    sqlite3_vtab **out, char **error)
{
	struct strbuf sql;
	struct table *table = sqlite3_malloc(sizeof(*table));
	int code = SQLITE_NOMEM;

	(void)argc;
	(void)argv;
	strbuf_init(&sql);
	sql_exchange_declare(&sql);
	if (table && !sql.failed)
		code = sqlite3_declare_vtab(db, sql.data);
	strbuf_clear(&sql);
	if (code != SQLITE_OK) {
		*error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
		sqlite3_free(table);
		return code;
	}
	*table = (struct table){.exchanges = context};
	*out = &table->base;
	return SQLITE_OK;
}

static int exchange_disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

#define BOUND_BITS 3
#define ARGUMENTS_MOST 8

/* SQLite checks every constraint again on the rows, so that a bound need only be wide enough. */
static int exchange_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	int arguments = 0;
	unsigned plan = 0;
	double cost = 1e6;

	(void)table;
	for (int i = 0; i < info->nConstraint && arguments < ARGUMENTS_MOST; i++) {
		int column = info->aConstraint[i].iColumn;
		enum sql_exchange_bound bound;

		if (!info->aConstraint[i].usable || column < 0)
			continue;
		bound = sql_exchange_bound_of(column, info->aConstraint[i].op);
		if (bound == BOUND_NONE)
			continue;
		plan |= (unsigned)bound << arguments * BOUND_BITS;
		info->aConstraintUsage[i].argvIndex = ++arguments;
		cost /= bound == BOUND_IDENTITY ? 1000 : 4;
	}
	info->idxNum = (int)plan;
	info->estimatedCost = cost;
	info->estimatedRows = (sqlite3_int64)cost;
	return SQLITE_OK;
}

static int exchange_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	struct position *p = calloc(1, sizeof(*p));

	if (!p)
		return SQLITE_NOMEM;
	p->exchanges = ((struct table *)table)->exchanges;
	arena_init(&p->arena);
	*out = &p->base;
	return SQLITE_OK;
}

static int exchange_close(sqlite3_vtab_cursor *cursor)
{
	struct position *p = (struct position *)cursor;

	arena_clear(&p->arena);
	free(p->identity);
	free(p);
	return SQLITE_OK;
}

static bool keep(const struct cx_exchange *e, void *context)
{
	struct position *p = context;

	if (e->id > p->last_id) {
		p->is_last = true;
		return false;
	}
	if (!cx_exchange_copy(e, &p->arena, &p->batch[p->count])) {
		p->is_out_of_memory = true;
		return false;
	}
	p->query.after_id = e->id;
	return ++p->count < BATCH;
}

static int exchange_read(struct position *p)
{
	struct diag *diag = p->exchanges->diag;
	enum rc rc = RC_OK;

	arena_reset(&p->arena);
	p->count = p->at = 0;
	if (p->exchanges->unread.rc) {
		*diag = p->exchanges->unread;
		rc = diag->rc;
	} else if (!p->is_last && p->exchanges->observations)
		rc = observations_visit(p->exchanges->observations, &p->query, keep, p, diag);
	p->is_last |= p->count < BATCH;
	if (p->is_out_of_memory)
		return SQLITE_NOMEM;
	if (!rc)
		return SQLITE_OK;
	diag->rc = rc;
	sqlite3_free(p->base.pVtab->zErrMsg);
	p->base.pVtab->zErrMsg = sqlite3_mprintf("%s", diag->text);
	return SQLITE_ERROR;
}

static int exchange_next(sqlite3_vtab_cursor *cursor)
{
	struct position *p = (struct position *)cursor;

	return ++p->at < p->count || p->is_last ? SQLITE_OK : exchange_read(p);
}

/* The start of the day that a text begins with, as "2026-11-30"; false when it begins with none.
 * Texts of this form compare as the times that they stand for. */
static bool day_of(struct text t, int64_t *out)
{
	struct text year, month, day;
	struct tm tm = {0};

	if (t.length < 10)
		return false;
	year = text_of(t.data, 4);
	month = text_of(t.data + 5, 2);
	day = text_of(t.data + 8, 2);
	if (t.data[4] != '-' || t.data[7] != '-' || !text_is_digits(year) ||
	    !text_is_digits(month) || !text_is_digits(day))
		return false;
	tm.tm_year = atoi(year.data) - 1900;
	tm.tm_mon = atoi(month.data) - 1;
	tm.tm_mday = atoi(day.data);
	int month_day = tm.tm_mday;
	*out = (int64_t)timegm(&tm) * 1000000;
	/* A day that there is not becomes another. */
	return tm.tm_mday == month_day && tm.tm_mon == atoi(month.data) - 1;
}

static void bound_time(struct position *p, enum sql_exchange_bound bound, sqlite3_value *value)
{
	struct text t = text_of((const char *)sqlite3_value_text(value),
				(size_t)sqlite3_value_bytes(value));
	int64_t day;

	if (sqlite3_value_type(value) != SQLITE_TEXT || !day_of(t, &day))
		return;
	if (bound == BOUND_FROM)
		p->query.from_us = day > p->query.from_us ? day : p->query.from_us;
	else if (!p->query.to_us || day + DAY_US < p->query.to_us)
		p->query.to_us = day + DAY_US;
}

static void bound_id(struct position *p, enum sql_exchange_bound bound, sqlite3_value *value)
{
	sqlite3_int64 id = sqlite3_value_int64(value);

	/* Only a whole number says which id it is. */
	if (sqlite3_value_type(value) != SQLITE_INTEGER)
		return;
	if (bound != BOUND_ID_TO && id > 0 && (uint64_t)id - 1 > p->query.after_id)
		p->query.after_id = (uint64_t)id - 1;
	if (bound == BOUND_ID_FROM)
		return;
	if (id < 0)
		p->is_last = true;
	else if ((uint64_t)id < p->last_id)
		p->last_id = (uint64_t)id;
}

static int bound_identity(struct position *p, sqlite3_value *value)
{
	size_t length = (size_t)sqlite3_value_bytes(value);
	const void *data = sqlite3_value_text(value);

	if (p->identity || !data)
		return SQLITE_OK;
	p->identity = malloc(length + 1);
	if (!p->identity)
		return SQLITE_NOMEM;
	memcpy(p->identity, data, length);
	p->query.identity = text_of(p->identity, length);
	return SQLITE_OK;
}

static int exchange_filter(sqlite3_vtab_cursor *cursor, int plan, const char *name, int argc,
			   sqlite3_value **argv)
{
	struct position *p = (struct position *)cursor;
	int code = SQLITE_OK;

	(void)name;
	free(p->identity);
	p->identity = NULL;
	p->query = (struct observation_query){.from_us = INT64_MIN};
	p->last_id = UINT64_MAX;
	p->is_last = p->is_out_of_memory = false;
	for (int i = 0; i < argc && !code; i++) {
		enum sql_exchange_bound bound = (enum sql_exchange_bound)(
			(unsigned)plan >> i * BOUND_BITS & ((1 << BOUND_BITS) - 1));

		/* Nothing compares with NULL. */
		if (sqlite3_value_type(argv[i]) == SQLITE_NULL)
			p->is_last = true;
		else if (bound == BOUND_IDENTITY)
			code = bound_identity(p, argv[i]);
		else if (bound == BOUND_ID || bound == BOUND_ID_FROM || bound == BOUND_ID_TO)
			bound_id(p, bound, argv[i]);
		else
			bound_time(p, bound, argv[i]);
	}
	return code ? code : exchange_read(p);
}

static int exchange_eof(sqlite3_vtab_cursor *cursor)
{
	const struct position *p = (struct position *)cursor;

	return p->at >= p->count;
}

static int exchange_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column)
{
	const struct position *p = (struct position *)cursor;

	sql_exchange_result(column, &p->batch[p->at], out);
	return SQLITE_OK;
}

static int exchange_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	const struct position *p = (struct position *)cursor;

	*out = (sqlite3_int64)p->batch[p->at].id;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = exchange_connect,
	.xBestIndex = exchange_best_index,
	.xDisconnect = exchange_disconnect,
	.xOpen = exchange_open,
	.xClose = exchange_close,
	.xFilter = exchange_filter,
	.xNext = exchange_next,
	.xEof = exchange_eof,
	.xColumn = exchange_column,
	.xRowid = exchange_rowid,
};

enum rc sql_exchange_register(sqlite3 *db, struct sql_exchanges *t, const char *folder,
			      struct diag *diag)
{
	sqlite3_stmt *statement = NULL;
	enum rc rc = observations_open(folder, OBSERVATIONS_READ, &t->observations, &t->unread);

	if (rc == RC_NOTFOUND)
		diag_init(&t->unread);
	if (sqlite3_create_module(db, sql_exchange_name, &module, t))
		return db_error(db, "virtual tables", diag);
	/* Declared now: later an authorizer would refuse that. */
	rc = db_prepare(db, "SELECT 1 FROM exchange", &statement, diag);
	sqlite3_finalize(statement);
	return rc;
}

void sql_exchange_clear(struct sql_exchanges *t)
{
	observations_close(t->observations);
	t->observations = NULL;
}
