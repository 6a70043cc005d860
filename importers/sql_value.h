/* Literals of MySQL and MariaDB dumps: what one is, and what it says. Numbers, strings with every
 * escape, hexadecimal and bit literals, NULL, TRUE and FALSE; character set introducers are
 * dropped, as the dumps at hand are UTF-8. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/text.h"

enum sql_kind { SQL_NULL, SQL_NUMBER, SQL_STRING, SQL_HEX, SQL_BITS };

/* A view into the statement: of a string what stands between its quotes, of a hexadecimal or bit
 * literal its digits. */
struct sql_value {
	const char *data;
	uint32_t length;
	uint8_t kind;         /* enum sql_kind */
	char quote;           /* of a string: what is doubled inside */
	bool has_escapes;     /* a string holds backslash escapes or doubled quotes */
	bool plain_backslash; /* NO_BACKSLASH_ESCAPES: a backslash is itself */
	bool has_integer;     /* integer is set: a number of plain digits */
	int64_t integer;
};

/* The bytes that the literal stands for: a view where it can be, else a copy in the arena. NULL
 * gives TEXT_NONE. False when memory is out. */
bool sql_value_text(const struct sql_value *v, struct arena *arena, struct text *out);

/* True when the literal stands for no byte at all: NULL, '', x''. */
bool sql_value_is_empty(const struct sql_value *v);

/* The whole number that a number, a string of digits, a hexadecimal or bit literal stands for;
 * "1.0" and "1e3" are whole. False for anything else, and beyond 64 bits. */
bool sql_value_integer(const struct sql_value *v, int64_t *out);

/* What it is, for messages: "a string of 12 bytes", "a number", "NULL" ...; never its content.
 * Returns out. */
char *sql_value_describe(const struct sql_value *v, char *out, size_t size);
