/* Reads a MySQL or MariaDB dump statement by statement and hands out tables, columns and rows.
 * Rows are streamed out of INSERT statements of any length. Everything that a dump holds beside
 * (SET, LOCK, indexes, triggers, grants) is passed over. */
#pragma once
#include "importers/sql_token.h"

struct sql_table_name {
	char database[SQL_NAME_BYTES]; /* named by the statement, else by USE, else "" */
	char table[SQL_NAME_BYTES];
};

enum sql_mode { SQL_INSERT, SQL_INSERT_IGNORE, SQL_REPLACE };

/* The columns that a statement lists, in order. */
struct sql_columns {
	uint32_t count; /* 0: no list; may be more than are kept */
	char name[SQL_COLUMNS_MAX][SQL_NAME_BYTES];
};

/* What the reader tells; any may be NULL but row and reject. A failing rc ends the reading. Offsets
 * are those of the first byte of the statement or row. */
struct sql_handler {
	enum rc (*create)(void *context, const struct sql_table_name *name,
			  const struct sql_columns *columns, struct diag *diag);
	/* Rows of this table follow. *wanted = false passes over the whole statement. */
	enum rc (*insert)(void *context, const struct sql_table_name *name, enum sql_mode mode,
			  const struct sql_columns *columns, bool *wanted, struct diag *diag);
	/* The number of values that a row of the current statement must have; 0 = not known. */
	uint32_t (*arity)(void *context);
	enum rc (*row)(void *context, uint64_t offset, const struct sql_row *row,
		       struct diag *diag);
	/* A row or statement could not be read; line is 1-based. */
	enum rc (*reject)(void *context, uint64_t line, uint64_t offset, const char *reason,
			  struct diag *diag);
	/* The dump has a section for the rows of this table, be they none. */
	void (*data_section)(void *context, const struct sql_table_name *name);
	/* A statement that changes what earlier ones said: "UPDATE", "DELETE", "ALTER". True when
	 * the table matters, so that the statement is rejected. */
	bool (*change)(void *context, const char *verb, const struct sql_table_name *name);
	void (*truncated)(void *context, uint64_t line, uint64_t offset, const char *what);
};

/* Reads to the end of the input. context goes to the handler. */
enum rc sql_dump_read(struct sql_reader *r, const struct sql_handler *handler, void *context,
		      struct diag *diag);
