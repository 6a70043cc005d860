/* What the parts of the dump reader share. */
#pragma once
#include "importers/sql_dump.h"

struct sql_dump {
	struct sql_reader *reader;
	const struct sql_handler *handler;
	void *context;
	char database[SQL_NAME_BYTES]; /* of the last USE */
	struct sql_table_name name;    /* of the current statement */
	struct sql_columns columns;
	uint64_t start; /* offset of the current statement */
	struct sql_row row;
};

enum rc sql_dump_reject(struct sql_dump *d, uint64_t offset, const char *reason, struct diag *diag);

/* Reads "[database .] table", token being its first; false when there is no name. */
enum rc sql_dump_name(struct sql_dump *d, struct sql_token *token, bool *found, struct diag *diag);

/* Reads "(name, name, ...)" into columns, from behind its '('. */
enum rc sql_dump_columns(struct sql_dump *d, struct diag *diag);
/* Reads tokens up to the first that is none of the words, which end with NULL. */
enum rc sql_dump_skip_words(struct sql_dump *d, const char *const *words, struct sql_token *token,
			    struct diag *diag);
/* CREATE TABLE, behind CREATE. */
enum rc sql_dump_create(struct sql_dump *d, struct diag *diag);
/* ALTER TABLE, behind ALTER. */
enum rc sql_dump_alter(struct sql_dump *d, struct diag *diag);
/* INSERT and REPLACE, behind the verb; *is_complete when the delimiter was consumed. */
enum rc sql_dump_insert(struct sql_dump *d, enum sql_mode mode, bool *is_complete,
			struct diag *diag);

/* The row at the position is damaged: moves to the next one that can be read, or behind the
 * statement (*is_over). */
enum rc sql_dump_resync(struct sql_dump *d, enum sql_row_result result, bool *is_over,
			struct diag *diag);
