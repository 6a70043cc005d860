/* CREATE TABLE and ALTER TABLE: which columns a table has, and in which order. */
#include "importers/sql_dump_internal.h"

#include <stdio.h>

static void add_column(struct sql_dump *d, const char *name)
{
	if (d->columns.count < SQL_COLUMNS_MAX)
		text_copy(text_from(name), d->columns.name[d->columns.count], SQL_NAME_BYTES);
	d->columns.count++;
}

enum rc sql_dump_columns(struct sql_dump *d, struct diag *diag)
{
	struct sql_token token;
	enum rc rc;

	d->columns.count = 0;
	for (;;) {
		rc = sql_token_next(d->reader, &token, diag);
		if (rc || token.kind == SQL_TOKEN_END || sql_token_is_mark(&token, ')'))
			return rc;
		if (token.kind == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_NAME)
			add_column(d, token.text);
	}
}

/* What may begin a line of CREATE TABLE or follow ADD without being a column. */
static bool is_key_word(const struct sql_token *token)
{
	static const char *const words[] = {"PRIMARY",  "KEY",     "UNIQUE",     "INDEX",
					    "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN",
					    "CHECK",    "PERIOD",  "PARTITION"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sql_token_is(token, words[i]))
			return true;
	return false;
}

/* The definitions between the parentheses: the first token of each is the column's name. */
static enum rc read_definitions(struct sql_dump *d, struct diag *diag)
{
	unsigned depth = 1;
	bool is_first = true;

	d->columns.count = 0;
	while (depth) {
		struct sql_token token;
		enum rc rc = sql_token_next(d->reader, &token, diag);

		if (rc || token.kind == SQL_TOKEN_END)
			return rc;
		if (is_first && (token.kind == SQL_TOKEN_NAME || token.kind == SQL_TOKEN_WORD) &&
		    !is_key_word(&token))
			add_column(d, token.text);
		is_first = depth == 1 && sql_token_is_mark(&token, ',');
		depth += sql_token_is_mark(&token, '(');
		depth -= sql_token_is_mark(&token, ')');
	}
	return RC_OK;
}

enum rc sql_dump_create(struct sql_dump *d, struct diag *diag)
{
	static const char *const words[] = {"IF", "NOT", "EXISTS", NULL};
	struct sql_token token;
	bool found = false;
	enum rc rc = sql_token_next(d->reader, &token, diag);

	if (!rc && sql_token_is(&token, "OR"))
		rc = sql_token_next(d->reader, &token, diag);
	if (!rc && sql_token_is(&token, "REPLACE"))
		rc = sql_token_next(d->reader, &token, diag);
	if (rc || !sql_token_is(&token, "TABLE"))
		return rc;
	rc = sql_dump_skip_words(d, words, &token, diag);
	if (!rc)
		rc = sql_dump_name(d, &token, &found, diag);
	if (rc || !found)
		return rc;
	rc = sql_token_next(d->reader, &token, diag);
	if (rc || !sql_token_is_mark(&token, '('))
		return rc;
	rc = read_definitions(d, diag);
	if (rc || !d->handler->create || !d->columns.count)
		return rc;
	return d->handler->create(d->context, &d->name, &d->columns, diag);
}

/* One alteration, to its ',' or the end of the statement. *moves: "ADD [COLUMN] x", "DROP [COLUMN]
 * x", "CHANGE x" move columns. */
static enum rc read_alteration(struct sql_dump *d, bool *moves, bool *is_over, struct diag *diag)
{
	static const char *const column[] = {"COLUMN", "IF", "NOT", "EXISTS", NULL};
	struct sql_token token;
	enum rc rc = sql_token_next(d->reader, &token, diag);

	if (!rc && (sql_token_is(&token, "DISABLE") || sql_token_is(&token, "ENABLE")) &&
	    d->handler->data_section)
		d->handler->data_section(d->context, &d->name);
	if (!rc && sql_token_is(&token, "CHANGE"))
		*moves = true;
	if (!rc && (sql_token_is(&token, "ADD") || sql_token_is(&token, "DROP"))) {
		rc = sql_dump_skip_words(d, column, &token, diag);
		*moves |= !rc && !is_key_word(&token);
	}
	while (!rc && token.kind != SQL_TOKEN_END && !sql_token_is_mark(&token, ','))
		rc = sql_token_next(d->reader, &token, diag);
	*is_over = token.kind == SQL_TOKEN_END;
	return rc;
}

enum rc sql_dump_alter(struct sql_dump *d, struct diag *diag)
{
	struct sql_token token;
	char reason[SQL_NAME_BYTES + 100];
	bool found = false, moves = false, is_over = false;
	enum rc rc = sql_token_next(d->reader, &token, diag);

	if (rc || !sql_token_is(&token, "TABLE"))
		return rc;
	rc = sql_token_next(d->reader, &token, diag);
	if (!rc)
		rc = sql_dump_name(d, &token, &found, diag);
	while (!rc && found && !moves && !is_over)
		rc = read_alteration(d, &moves, &is_over, diag);
	if (rc || !moves || !d->handler->change ||
	    !d->handler->change(d->context, "ALTER", &d->name))
		return rc;
	snprintf(reason, sizeof(reason),
		 "ALTER of table %s changes its columns: expected them in CREATE TABLE",
		 d->name.table);
	return sql_dump_reject(d, d->start, reason, diag);
}
