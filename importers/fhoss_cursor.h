/* A position in sorted rows. */
#pragma once
#include "importers/fhoss_loader.h"

/* Plain: every row. */
struct fhoss_cursor {
	struct fhoss_sorter *sorter;
	struct fhoss_record row; /* valid when has_row */
	bool has_row;
};

enum rc fhoss_cursor_open(struct fhoss_cursor *c, struct fhoss_sorter *sorter, struct diag *diag);
enum rc fhoss_cursor_next(struct fhoss_cursor *c, struct diag *diag);

/* Of a table with row numbers: one row for each number. Of rows with the same number REPLACE keeps
 * the last, INSERT IGNORE the first; else the later ones are rejected. */
struct fhoss_unique {
	struct fhoss_cursor ahead;
	struct fhoss_loader *loader;
	enum fhoss_table_id table;
	bool has_row;
	uint32_t id;
	size_t length;
	unsigned char *data; /* a copy */
};

enum rc fhoss_unique_open(struct fhoss_unique *u, struct fhoss_loader *loader,
			  enum fhoss_table_id table, struct fhoss_sorter *sorter,
			  struct diag *diag);
void fhoss_unique_clear(struct fhoss_unique *u);
enum rc fhoss_unique_next(struct fhoss_unique *u, struct diag *diag);
