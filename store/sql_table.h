/* The tables that SQL shows of the snapshots, and their columns: what a person expects of
 * subscription, impi, impu, irs and association. Unknown is NULL; yes and no are 1 and 0. */
#pragma once
#include <sqlite3.h>
#include "base/strbuf.h"
#include "model/subscription.h"
#include "store/snapshot.h"

enum sql_table { SQL_SUBSCRIPTION, SQL_IMPI, SQL_IMPU, SQL_IRS, SQL_ASSOCIATION, SQL_TABLES };

/* One implicit registration set of a record. */
struct sql_set {
	struct text label; /* absent for a set of its own */
	enum irs_state state;
	struct text first; /* identity of its first IMPU */
	uint32_t impus, barred, unbarred;
};

/* What the columns of a row are taken from; what a table does not have is NULL. */
struct sql_row {
	const struct snapshot_info *info;
	const struct ims_subscription *record;
	const struct impi *impi;
	const struct impu *impu;
	const struct association *association;
	const struct sql_set *set;
	uint32_t ordinal;
};

/* What an equality on a column can be answered with. */
enum sql_key {
	SQL_KEY_NONE,
	SQL_KEY_SOURCE,
	SQL_KEY_SUBSCRIPTION, /* ordinal */
	SQL_KEY_IDENTITY,     /* snapshot_find */
};

const char *sql_table_name(enum sql_table table);
/* "CREATE TABLE x(…)" */
void sql_table_declare(enum sql_table table, struct strbuf *out);
enum sql_key sql_table_key(enum sql_table table, int column);
void sql_table_result(enum sql_table table, int column, const struct sql_row *row,
		      sqlite3_context *out);
