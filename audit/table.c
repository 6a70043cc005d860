#include "audit/table.h"

#include <libsmartcols.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct table {
	struct libscols_table *scols;
	size_t columns;
	bool failed;
};

struct table *table_new(const struct table_column *columns, size_t count)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->columns = count + 1;
	t->scols = scols_new_table();
	if (t->scols)
		scols_table_set_column_separator(t->scols, "  ");
	/* An empty first column is the indent. */
	t->failed = !t->scols || !scols_table_new_column(t->scols, "", 1, 0);
	for (size_t i = 0; i < count && !t->failed; i++) {
		int flags = (columns[i].is_number ? SCOLS_FL_RIGHT : 0) |
			    (columns[i].is_text ? SCOLS_FL_TRUNC : 0);

		t->failed = !scols_table_new_column(t->scols, columns[i].title, 0, flags);
	}
	return t;
}

void table_add(struct table *t, const char *const *cells)
{
	struct libscols_line *line;

	if (!t || t->failed)
		return;
	line = scols_table_new_line(t->scols, NULL);
	t->failed = !line;
	for (size_t i = 1; i < t->columns && !t->failed; i++)
		t->failed = cells[i - 1] && scols_line_set_data(line, i, cells[i - 1]) != 0;
}

enum rc table_print(struct table *t, FILE *out)
{
	enum rc rc = RC_NOMEM;

	if (!t)
		return rc;
	if (!t->failed) {
		scols_table_set_stream(t->scols, out);
		/* Only a terminal has an edge to cut at: files and pipes get whole lines. */
		if (!isatty(fileno(out)))
			scols_table_set_termforce(t->scols, SCOLS_TERMFORCE_NEVER);
		rc = scols_print_table(t->scols) == 0 && !ferror(out) ? RC_OK : RC_IO;
	}
	table_free(t);
	return rc;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	scols_unref_table(t->scols);
	free(t);
}
