/* SQLite as the store uses it: opening, errors as enum rc, statements prepared when they are first
 * needed. */
#pragma once
#include <sqlite3.h>
#include "base/diag.h"
#include "base/rc.h"
#include "base/text.h"

enum db_mode {
	DB_READ,      /* read-only; locks as usual */
	DB_IMMUTABLE, /* read-only; nobody changes the file, so no locks and no journal are looked
			 at */
	DB_WRITE,     /* read and write; the file exists */
	DB_PRIVATE,   /* as DB_WRITE, of a file that nobody else opens: no locks */
};

/* No mutex: a connection belongs to one thread. RC_NOTFOUND, RC_IO, RC_NOMEM. */
enum rc db_open(const char *path, enum db_mode mode, sqlite3 **out, struct diag *diag);

/* What a failed call on db means, with SQLite's message after what. Never RC_OK. */
enum rc db_error(sqlite3 *db, const char *what, struct diag *diag);

/* Runs statements that give no rows. */
enum rc db_exec(sqlite3 *db, const char *sql, struct diag *diag);

/* Prepares *statement unless it is there already; otherwise resets it. */
enum rc db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement, struct diag *diag);

/* The number that a statement gives in its only row, 0 for no row. */
enum rc db_read_number(sqlite3 *db, const char *sql, int *out, struct diag *diag);

/* One step: *has_row tells whether there is a row. The statement is reset when there is none. */
enum rc db_step(sqlite3_stmt *statement, int *has_row, struct diag *diag);

/* One step of a statement that gives no row, and reset. */
enum rc db_run(sqlite3_stmt *statement, struct diag *diag);

/* Binds a text that stays valid until the statement is reset; absent is NULL. */
int db_bind_text(sqlite3_stmt *statement, int index, struct text t);
int db_bind_blob(sqlite3_stmt *statement, int index, struct text t);

/* A column's bytes, valid until the next step; absent for NULL. */
struct text db_column_text(sqlite3_stmt *statement, int column);
struct text db_column_blob(sqlite3_stmt *statement, int column);
