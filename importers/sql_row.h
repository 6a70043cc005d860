/* One "(value, value, ...)" of an INSERT: the hot path of reading a dump. Pure: bytes in, views
 * out. Values that are no literals (functions, variables, expressions, placeholders) are refused:
 * what they stand for only a server knows. */
#pragma once
#include "importers/sql_value.h"

#define SQL_COLUMNS_MAX 128

enum sql_row_result {
	SQL_ROW_OK,          /* the row is read; end points behind its ')' */
	SQL_ROW_MORE,        /* the bytes end inside the row */
	SQL_ROW_NOT_LITERAL, /* a value is no literal: the quotes before it can be trusted */
	SQL_ROW_DAMAGED,     /* something stands where it cannot: the quotes cannot be trusted */
};

struct sql_row {
	struct sql_value value[SQL_COLUMNS_MAX];
	uint32_t count;
	const char *end;      /* with SQL_ROW_OK; else where it went wrong */
	char reason[120];     /* what was found and what was expected; without any content */
	bool plain_backslash; /* set by the caller: NO_BACKSLASH_ESCAPES */
};

/* Reads the row that begins with the '(' at p. */
enum sql_row_result sql_row_parse(const char *p, const char *end, struct sql_row *row);

/* Behind blanks and comments; NULL when the bytes end before that is clear. */
const char *sql_skip_gap(const char *p, const char *end);

/* Behind the end of a string, identifier or name quoted by *p; NULL when the bytes end before. */
const char *sql_skip_quoted(const char *p, const char *end, bool plain_backslash);
