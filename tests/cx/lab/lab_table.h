/* The lab's files of rows: what the scripted HSS answers, what the client sends.
 *
 *   # comment
 *   [settings]        one section of what holds for all
 *   key = value
 *   [UAR]             one section for each row, in order
 *   key = value       a value is the rest of the line; a key may be repeated where it says so
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define LAB_ENTRIES_MAX 24
#define LAB_ROWS_MAX 256

struct lab_entry {
	const char *key, *value;
};

struct lab_row {
	const char *name; /* of the section */
	struct lab_entry entry[LAB_ENTRIES_MAX];
	size_t count;
};

struct lab_table {
	char *text;
	struct lab_row settings;
	struct lab_row row[LAB_ROWS_MAX];
	size_t count;
};

/* Reads a file; keys that are not in known (ended by NULL) are refused. On failure, false, and one
 * line in message. */
bool lab_table_read(const char *path, const char *const *known, struct lab_table *out,
		    char message[256]);
void lab_table_clear(struct lab_table *t);

/* The value of the first entry of that key, or NULL. */
const char *lab_row_get(const struct lab_row *row, const char *key);
/* As a number; otherwise when there is none. */
long lab_row_number(const struct lab_row *row, const char *key, long otherwise);
bool lab_row_is(const struct lab_row *row, const char *key); /* "yes" */

/* Whether value fits pattern: NULL and "*" fit all, "text*" what begins so, "-" what is absent. */
bool lab_matches(const char *pattern, struct text value);

/* Contents of a file, terminated; NULL when it cannot be read. The caller frees. */
char *lab_file_read(const char *path, size_t *length);
