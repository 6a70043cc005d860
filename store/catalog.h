/* catalog.db of a store: sources, snapshots, rejects, runs. Its tables are also what "cxaudit sql"
 * shows of them, so that their columns are named for people. */
#pragma once
#include <sqlite3.h>
#include <stdbool.h>
#include "base/diag.h"
#include "base/rc.h"

#define CATALOG_FORMAT_VERSION 1

enum catalog_statement {
	CATALOG_BEGIN,
	CATALOG_COMMIT,
	CATALOG_ROLLBACK,
	CATALOG_CURRENT,     /* ?1 source */
	CATALOG_IMS_SOURCES, /* current and name of each source that has verdicts of its own */
	CATALOG_SOURCES,
	CATALOG_REJECTS,       /* ?1 snapshot */
	CATALOG_STATE,         /* ?1 snapshot */
	CATALOG_UNFINISHED,    /* snapshots whose import has not ended */
	CATALOG_RESERVE,       /* ?1 source ?2 started_at */
	CATALOG_FORGET,        /* ?1 snapshot */
	CATALOG_FINISH,        /* ?1 snapshot ?2 state, then the columns in their order */
	CATALOG_SOURCE,        /* ?1 source: current and previous snapshot */
	CATALOG_SWITCH,        /* ?1 source ?2 format ?3 role ?4 hss ?5 snapshot ?6 previous */
	CATALOG_RETIRE,        /* ?1 snapshot */
	CATALOG_PRUNE_REJECTS, /* ?1 source ?2 snapshot: rejects of older imports that do not count
				*/
	CATALOG_ADD_REJECT,
	CATALOG_ADD_RUN,
	CATALOG_STATEMENTS
};

struct catalog {
	sqlite3 *db;
	sqlite3_stmt *statement[CATALOG_STATEMENTS];
};

/* Opens path, read-only or not; is_writable creates what is missing. RC_NOTFOUND, RC_IO,
 * RC_CORRUPT, RC_UNSUPPORTED. *c is empty on failure. */
enum rc catalog_open(struct catalog *c, const char *path, bool is_writable, struct diag *diag);
/* A catalog without sources, in memory: of a store that holds nothing but observations. */
enum rc catalog_open_empty(struct catalog *c, struct diag *diag);
void catalog_close(struct catalog *c);

/* The statement, prepared and reset. */
enum rc catalog_prepare(struct catalog *c, enum catalog_statement which, sqlite3_stmt **out,
			struct diag *diag);
/* Runs one that has no parameters and gives no rows. */
enum rc catalog_run(struct catalog *c, enum catalog_statement which, struct diag *diag);
