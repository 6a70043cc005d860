#include "tests/cx/lab/lab_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *lab_file_read(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t size = 0;
	FILE *memory = file ? open_memstream(&text, &size) : NULL;
	char piece[4096];
	size_t got;

	while (memory && (got = fread(piece, 1, sizeof(piece), file)) > 0)
		fwrite(piece, 1, got, memory);
	if (file)
		fclose(file);
	if (!memory || fclose(memory) != 0)
		return NULL;
	*length = size;
	return text;
}

static bool is_known(const char *key, const char *const *known)
{
	for (; *known; known++)
		if (strcmp(key, *known) == 0)
			return true;
	return false;
}

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (*s == ' ' || *s == '\t')
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		*--end = '\0';
	return s;
}

/* One line; *row is the section that it belongs to. What is wrong with it, or NULL. */
static const char *read_line(struct lab_table *t, struct lab_row **row, char *line,
			     const char *const *known)
{
	char *value;

	line = trim(line);
	if (!*line || *line == '#')
		return NULL;
	if (*line == '[') {
		char *end = strchr(line, ']');

		if (!end || end[1])
			return "a section is [NAME]";
		*end = '\0';
		if (strcmp(line + 1, "settings") == 0)
			*row = &t->settings;
		else if (t->count == LAB_ROWS_MAX)
			return "too many rows";
		else
			*row = &t->row[t->count++];
		(*row)->name = line + 1;
		return NULL;
	}
	value = strchr(line, '=');
	if (!value || !*row || (*row)->count == LAB_ENTRIES_MAX)
		return "expected key = value in a section";
	*value++ = '\0';
	line = trim(line);
	if (!is_known(line, known))
		return "no such key";
	(*row)->entry[(*row)->count++] = (struct lab_entry){line, trim(value)};
	return NULL;
}

bool lab_table_read(const char *path, const char *const *known, struct lab_table *out,
		    char message[256])
{
	struct lab_row *row = NULL;
	const char *wrong = NULL;
	char *at, *line;
	size_t length;
	unsigned number = 0;

	memset(out, 0, sizeof(*out));
	out->text = path ? lab_file_read(path, &length) : NULL;
	if (!out->text) {
		snprintf(message, 256, "%.200s: cannot be read", path ? path : "(no file)");
		return false;
	}
	at = out->text;
	while (!wrong && (line = strsep(&at, "\n"))) {
		number++;
		wrong = read_line(out, &row, line, known);
	}
	if (!wrong)
		return true;
	snprintf(message, 256, "%.200s:%u: %s", path, number, wrong);
	lab_table_clear(out);
	return false;
}

void lab_table_clear(struct lab_table *t)
{
	free(t->text);
	memset(t, 0, sizeof(*t));
}

const char *lab_row_get(const struct lab_row *row, const char *key)
{
	for (size_t i = 0; i < row->count; i++)
		if (strcmp(row->entry[i].key, key) == 0)
			return row->entry[i].value;
	return NULL;
}

long lab_row_number(const struct lab_row *row, const char *key, long otherwise)
{
	const char *value = lab_row_get(row, key);

	return value ? strtol(value, NULL, 0) : otherwise;
}

bool lab_row_is(const struct lab_row *row, const char *key)
{
	const char *value = lab_row_get(row, key);

	return value && strcmp(value, "yes") == 0;
}

bool lab_matches(const char *pattern, struct text value)
{
	size_t length = pattern ? strlen(pattern) : 0;

	if (!pattern || strcmp(pattern, "*") == 0)
		return true;
	if (strcmp(pattern, "-") == 0)
		return !value.data;
	if (!value.data)
		return false;
	if (length && pattern[length - 1] == '*')
		return value.length >= length - 1 && memcmp(pattern, value.data, length - 1) == 0;
	return text_equal(text_from(pattern), value);
}
