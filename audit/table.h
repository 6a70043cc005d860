/* Aligned columns for people, by libsmartcols (of util-linux: wrapping, widths of UTF-8, no
 * borders). */
#pragma once
#include <stdio.h>

#include "base/rc.h"

struct table;
struct table_column {
	const char *title;
	int is_number; /* aligned to the right */
	int is_text;   /* long: may be cut at the terminal's edge */
};

/* NULL when memory is out. Columns are copied. */
struct table *table_new(const struct table_column *columns, size_t count);
/* Adds a row of count cells; NULL cells stay empty. Failure is remembered and returned by
 * table_print. */
void table_add(struct table *t, const char *const *cells);
/* Prints to out, indented by two blanks, and releases t. NULL t gives RC_NOMEM. */
enum rc table_print(struct table *t, FILE *out);
/* Releases t unprinted; NULL is fine. */
void table_free(struct table *t);
