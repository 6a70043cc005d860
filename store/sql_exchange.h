/* The virtual table exchange: live and imported Cx exchanges, for one SQLite connection. Empty
 * where there is no observations.db. */
#pragma once
#include "store/db.h"
#include "store/observations.h"

struct sql_exchanges {
	struct observations *observations; /* NULL: there are none */
	struct diag unread;                /* why, when there is a file that cannot be read */
	struct diag *diag;                 /* the caller's: what went wrong inside the table */
};

extern const char sql_exchange_name[];

/* Opens the observations of a store and registers the table; t must outlive db. A file that cannot
 * be read is told when the table is. */
enum rc sql_exchange_register(sqlite3 *db, struct sql_exchanges *t, const char *folder,
			      struct diag *diag);
void sql_exchange_clear(struct sql_exchanges *t);
