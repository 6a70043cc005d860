#include "importers/fhoss_cursor.h"

#include <stdlib.h>

enum rc fhoss_cursor_next(struct fhoss_cursor *c, struct diag *diag)
{
	return fhoss_sorter_next(c->sorter, &c->row, &c->has_row, diag);
}

enum rc fhoss_cursor_open(struct fhoss_cursor *c, struct fhoss_sorter *sorter, struct diag *diag)
{
	enum rc rc = fhoss_sorter_finish(sorter, diag);

	*c = (struct fhoss_cursor){.sorter = sorter};
	return rc ? rc : fhoss_cursor_next(c, diag);
}

enum rc fhoss_unique_open(struct fhoss_unique *u, struct fhoss_loader *loader,
			  enum fhoss_table_id table, struct fhoss_sorter *sorter, struct diag *diag)
{
	enum rc rc;

	*u = (struct fhoss_unique){.loader = loader, .table = table};
	u->data = malloc(FHOSS_RECORD_MAX);
	if (!u->data)
		return diag_set(diag, RC_NOMEM, "no memory for joining tables");
	rc = fhoss_cursor_open(&u->ahead, sorter, diag);
	return rc ? rc : fhoss_unique_next(u, diag);
}

void fhoss_unique_clear(struct fhoss_unique *u)
{
	free(u->data);
	u->data = NULL;
}

static void take(struct fhoss_unique *u)
{
	memcpy(u->data, u->ahead.row.data, u->ahead.row.length);
	u->length = u->ahead.row.length;
}

/* The row ahead has the number of the current one. */
static enum rc take_duplicate(struct fhoss_unique *u, struct diag *diag)
{
	struct staged_head current, ahead;
	char where[DIAG_FILE_MAX + 40];
	const char *table = fhoss_tables[u->table].name;

	memcpy(&current, u->data, sizeof(current));
	memcpy(&ahead, u->ahead.row.data, sizeof(ahead));
	if (ahead.mode == SQL_REPLACE) {
		import_note(u->loader->import, "row of table %s replaced by REPLACE", table);
		take(u);
		return RC_OK;
	}
	if (ahead.mode == SQL_INSERT_IGNORE) {
		import_note(u->loader->import, "row of table %s left out by INSERT IGNORE", table);
		return RC_OK;
	}
	return fhoss_loader_reject(u->loader, ahead.place, TEXT_NONE, diag,
				   "row %u of table %s occurs twice: first at %s", u->id, table,
				   fhoss_loader_place(u->loader, current.place, where,
						      sizeof(where)));
}

enum rc fhoss_unique_next(struct fhoss_unique *u, struct diag *diag)
{
	enum rc rc = RC_OK;

	u->has_row = u->ahead.has_row;
	if (!u->has_row)
		return RC_OK;
	u->id = FHOSS_KEY_HIGH(u->ahead.row.key);
	take(u);
	for (;;) {
		rc = fhoss_cursor_next(&u->ahead, diag);
		if (rc || !u->ahead.has_row || FHOSS_KEY_HIGH(u->ahead.row.key) != u->id)
			return rc;
		rc = take_duplicate(u, diag);
		if (rc)
			return rc;
	}
}
