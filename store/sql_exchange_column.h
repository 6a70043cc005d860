/* The columns of the virtual table exchange. Unknown is NULL. */
#pragma once
#include <sqlite3.h>

#include "base/strbuf.h"
#include "model/cx_exchange.h"

/* "CREATE TABLE x(…)" */
void sql_exchange_declare(struct strbuf *out);
void sql_exchange_result(int column, const struct cx_exchange *e, sqlite3_context *out);

/* What a comparison of a column bounds. */
enum sql_exchange_bound {
	BOUND_NONE,
	BOUND_IDENTITY,
	BOUND_ID,
	BOUND_ID_FROM,
	BOUND_ID_TO,
	BOUND_FROM,
	BOUND_TO,
};
/* operation is one of SQLITE_INDEX_CONSTRAINT_… */
enum sql_exchange_bound sql_exchange_bound_of(int column, int operation);
