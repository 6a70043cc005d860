/* Words, names, strings and marks between the rows of a dump, and the ends of its statements. */
#pragma once
#include "importers/sql_reader.h"

enum sql_token_kind {
	SQL_TOKEN_END, /* of the input, or of the statement: before its delimiter */
	SQL_TOKEN_WORD,
	SQL_TOKEN_NAME, /* in backticks or double quotes */
	SQL_TOKEN_STRING,
	SQL_TOKEN_MARK, /* any other character */
};

struct sql_token {
	enum sql_token_kind kind;
	char mark;                 /* of a SQL_TOKEN_MARK */
	char text[SQL_NAME_BYTES]; /* of a word or name, quotes removed; cut when longer */
};

/* The next token; it is consumed, but for SQL_TOKEN_END. */
enum rc sql_token_next(struct sql_reader *r, struct sql_token *token, struct diag *diag);

/* A word, in any case. */
bool sql_token_is(const struct sql_token *token, const char *word);
bool sql_token_is_mark(const struct sql_token *token, char mark);

/* Behind blanks, comments and the delimiter when it stands there; *taken tells. */
enum rc sql_take_delimiter(struct sql_reader *r, bool *taken, struct diag *diag);

/* Behind the delimiter that ends the statement; *is_complete = false when the input ends first. */
enum rc sql_skip_statement(struct sql_reader *r, bool *is_complete, struct diag *diag);
