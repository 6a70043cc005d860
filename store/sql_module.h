/* The read-only virtual tables over snapshots, for one SQLite connection. */
#pragma once
#include <sqlite3.h>
#include "store/table_reader.h"

struct sql_connection {
	struct sql_scope scope; /* filled by the caller */
	struct diag diag;       /* what went wrong inside a table; rc is RC_OK when nothing did */
	struct sql_binding {
		struct sql_connection *connection;
		enum sql_table table;
	} binding[SQL_TABLES];
};

/* Registers the tables; connection must outlive db. */
enum rc sql_module_register(sqlite3 *db, struct sql_connection *connection, struct diag *diag);
