#include "importers/sql_dump.h"

#include <stdio.h>
#include <stdlib.h>

#include "importers/sql_dump_internal.h"

enum rc sql_dump_reject(struct sql_dump *d, uint64_t offset, const char *reason, struct diag *diag)
{
	return d->handler->reject(d->context, sql_reader_line(d->reader, offset), offset, reason,
				  diag);
}

enum rc sql_dump_name(struct sql_dump *d, struct sql_token *token, bool *found, struct diag *diag)
{
	struct sql_reader *r = d->reader;
	enum rc rc;

	*found = token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_NAME;
	if (!*found)
		return RC_OK;
	text_copy(text_from(d->database), d->name.database, SQL_NAME_BYTES);
	text_copy(text_from(token->text), d->name.table, SQL_NAME_BYTES);
	rc = sql_reader_gap(r, diag);
	if (rc || r->at == r->length || *sql_reader_here(r) != '.')
		return rc;
	r->at++;
	rc = sql_token_next(r, token, diag);
	if (!rc) {
		memcpy(d->name.database, d->name.table, SQL_NAME_BYTES);
		text_copy(text_from(token->text), d->name.table, SQL_NAME_BYTES);
	}
	return rc;
}

enum rc sql_dump_skip_words(struct sql_dump *d, const char *const *words, struct sql_token *token,
			    struct diag *diag)
{
	for (;;) {
		const char *const *word = words;
		enum rc rc = sql_token_next(d->reader, token, diag);

		while (!rc && *word && !sql_token_is(token, *word))
			word++;
		if (rc || !*word)
			return rc;
	}
}

static enum rc read_use(struct sql_dump *d, struct diag *diag)
{
	struct sql_token token;
	enum rc rc = sql_token_next(d->reader, &token, diag);

	if (!rc)
		text_copy(text_from(token.text), d->database, SQL_NAME_BYTES);
	return rc;
}

/* DELIMITER is a line of the client, not a statement: it ends with its line. */
static enum rc read_delimiter(struct sql_dump *d, struct diag *diag)
{
	struct sql_reader *r = d->reader;
	enum rc rc = sql_reader_fill(r, SQL_LOOK_AHEAD, diag);
	const char *p = sql_reader_here(r), *end = sql_reader_end(r), *start;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	start = p;
	while (p < end && (unsigned char)*p > ' ')
		p++;
	if (p > start && p - start <= SQL_DELIMITER_MAX)
		text_copy(text_of(start, (size_t)(p - start)), r->delimiter, sizeof(r->delimiter));
	r->at = (size_t)(p - r->data);
	return rc;
}

/* One setting changes how a dump is read, another one ends it. */
static enum rc read_set(struct sql_dump *d, struct diag *diag)
{
	struct sql_reader *r = d->reader;
	enum rc rc = sql_reader_fill(r, SQL_LOOK_AHEAD, diag);
	const char *p = sql_reader_here(r);
	size_t length = r->length - r->at;
	const char *end = length ? memchr(p, r->delimiter[0], length) : NULL;
	bool sets_mode = false, is_plain = false;

	for (end = end ? end : p + length; p < end; p++) {
		struct text rest = text_of(p, (size_t)(end - p));

		sets_mode |= text_starts_with_nocase(rest, "sql_mode");
		is_plain |= text_starts_with_nocase(rest, "NO_BACKSLASH_ESCAPES");
		/* The last statement of every mysqldump since 4.1, which wrote no end mark yet. */
		r->has_tail |= text_starts_with_nocase(rest, "SQL_NOTES=@OLD_SQL_NOTES");
		if (rest.length > SQL_LOOK_AHEAD)
			end = p + SQL_LOOK_AHEAD;
	}
	if (sets_mode)
		r->plain_backslash = is_plain;
	return rc;
}

/* LOCK TABLES `a` WRITE, `b` READ: mysqldump locks what it dumps the rows of. */
static enum rc read_lock(struct sql_dump *d, struct diag *diag)
{
	static const char *const words[] = {"TABLES", "TABLE", NULL};
	struct sql_token token;
	enum rc rc = sql_dump_skip_words(d, words, &token, diag);
	bool found = false;

	while (!rc && token.kind != SQL_TOKEN_END) {
		rc = sql_dump_name(d, &token, &found, diag);
		if (!rc)
			rc = sql_token_next(d->reader, &token, diag);
		if (!rc && found && sql_token_is(&token, "WRITE") && d->handler->data_section)
			d->handler->data_section(d->context, &d->name);
		while (!rc && token.kind != SQL_TOKEN_END && !sql_token_is_mark(&token, ','))
			rc = sql_token_next(d->reader, &token, diag);
		if (!rc && token.kind != SQL_TOKEN_END)
			rc = sql_token_next(d->reader, &token, diag);
	}
	return rc;
}

/* UPDATE, DELETE, TRUNCATE, LOAD DATA of a table that matters: what remains is not an export. */
static enum rc read_change(struct sql_dump *d, const char *verb, struct diag *diag)
{
	static const char *const words[] = {"TABLE", "FROM",    "IGNORE", "LOW_PRIORITY",
					    "QUICK", "DATA",    "LOCAL",  "INFILE",
					    "INTO",  "REPLACE", NULL};
	struct sql_token token;
	char reason[SQL_NAME_BYTES + 100];
	enum rc rc = sql_dump_skip_words(d, words, &token, diag);
	bool found = false;

	if (!rc && token.kind == SQL_TOKEN_STRING)
		rc = sql_dump_skip_words(d, words, &token, diag);
	if (!rc)
		rc = sql_dump_name(d, &token, &found, diag);
	if (rc || !found || !d->handler->change || !d->handler->change(d->context, verb, &d->name))
		return rc;
	snprintf(reason, sizeof(reason),
		 "%s of table %s: expected an export, found a script that changes rows", verb,
		 d->name.table);
	return sql_dump_reject(d, d->start, reason, diag);
}

enum verb {
	VERB_UNKNOWN,
	VERB_PASSED_OVER,
	VERB_INSERT,
	VERB_REPLACE,
	VERB_CREATE,
	VERB_ALTER,
	VERB_LOCK,
	VERB_USE,
	VERB_SET,
	VERB_DELIMITER,
	VERB_CHANGE
};

static enum verb find_verb(const struct sql_token *token, const char **word)
{
	static const struct {
		const char *word;
		enum verb verb;
	} table[] = {
		{"INSERT", VERB_INSERT}, {"REPLACE", VERB_REPLACE}, {"CREATE", VERB_CREATE},
		{"ALTER", VERB_ALTER},   {"LOCK", VERB_LOCK},       {"USE", VERB_USE},
		{"SET", VERB_SET},       {"UPDATE", VERB_CHANGE},   {"DELETE", VERB_CHANGE},
		{"LOAD", VERB_CHANGE},   {"TRUNCATE", VERB_CHANGE}, {"DELIMITER", VERB_DELIMITER},
	};

	static const char *const passed_over[] = {
		"UNLOCK",   "DROP",    "GRANT",    "REVOKE",    "COMMIT",  "START",   "BEGIN",
		"ROLLBACK", "SELECT",  "SHOW",     "CALL",      "FLUSH",   "RENAME",  "ANALYZE",
		"OPTIMIZE", "CHECK",   "DO",       "WITH",      "PREPARE", "EXECUTE", "DEALLOCATE",
		"RESET",    "CHANGE",  "STOP",     "SAVEPOINT", "RELEASE", "END",     "SOURCE",
		"DESCRIBE", "EXPLAIN", "CHECKSUM", "REPAIR",    "IF",      "DECLARE", "HANDLER",
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (sql_token_is(token, table[i].word)) {
			*word = table[i].word;
			return table[i].verb;
		}
	}
	for (size_t i = 0; i < sizeof(passed_over) / sizeof(passed_over[0]); i++)
		if (sql_token_is(token, passed_over[i]))
			return VERB_PASSED_OVER;
	return token->kind == SQL_TOKEN_END ? VERB_PASSED_OVER : VERB_UNKNOWN;
}

/* One statement; the position is at its first byte. */
static enum rc read_statement(struct sql_dump *d, bool *is_complete, struct diag *diag)
{
	struct sql_token token;
	const char *word = "";
	enum rc rc = sql_token_next(d->reader, &token, diag);

	*is_complete = false;
	if (rc)
		return rc;
	switch (find_verb(&token, &word)) {
	case VERB_INSERT:
		return sql_dump_insert(d, SQL_INSERT, is_complete, diag);
	case VERB_REPLACE:
		return sql_dump_insert(d, SQL_REPLACE, is_complete, diag);
	case VERB_CREATE:
		return sql_dump_create(d, diag);
	case VERB_ALTER:
		return sql_dump_alter(d, diag);
	case VERB_LOCK:
		return read_lock(d, diag);
	case VERB_USE:
		return read_use(d, diag);
	case VERB_SET:
		return read_set(d, diag);
	case VERB_DELIMITER:
		*is_complete = true;
		return read_delimiter(d, diag);
	case VERB_CHANGE:
		return read_change(d, word, diag);
	case VERB_UNKNOWN:
		return sql_dump_reject(d, d->start, "found something that begins no SQL statement",
				       diag);
	case VERB_PASSED_OVER:
		break;
	}
	return RC_OK;
}

static void forward_section(void *context, const char *table)
{
	struct sql_dump *d = context;
	struct sql_table_name name;

	text_copy(text_from(d->database), name.database, SQL_NAME_BYTES);
	text_copy(text_from(table), name.table, SQL_NAME_BYTES);
	if (d->handler->data_section)
		d->handler->data_section(d->context, &name);
}

static void report_truncated(struct sql_dump *d, uint64_t offset, const char *what)
{
	if (d->handler->truncated)
		d->handler->truncated(d->context, sql_reader_line(d->reader, offset), offset, what);
}

static enum rc read_statements(struct sql_dump *d, struct diag *diag)
{
	struct sql_reader *r = d->reader;
	bool is_complete = true, is_cut = false;
	enum rc rc;

	for (;;) {
		rc = sql_reader_gap(r, diag);
		d->start = sql_reader_offset(r);
		if (rc || r->at == r->length)
			break;
		rc = read_statement(d, &is_complete, diag);
		if (!rc && !is_complete)
			rc = sql_skip_statement(r, &is_complete, diag);
		if (rc)
			break;
		is_cut = !is_complete;
	}
	if (rc)
		return rc;
	d->start = sql_reader_offset(r);
	if (r->is_cut)
		report_truncated(d, d->start, "the compressed data end too early");
	else if (is_cut)
		report_truncated(d, d->start, "the input ends inside of a statement");
	else if (r->has_head && !r->has_tail)
		report_truncated(d, d->start, "the end mark \"-- Dump completed\" is missing");
	return RC_OK;
}

enum rc sql_dump_read(struct sql_reader *r, const struct sql_handler *handler, void *context,
		      struct diag *diag)
{
	struct sql_dump *d = calloc(1, sizeof(*d));
	enum rc rc;

	if (!d)
		return diag_set(diag, RC_NOMEM, "no memory for reading a dump");
	d->reader = r;
	d->handler = handler;
	d->context = context;
	r->data_section = forward_section;
	r->context = d;
	rc = read_statements(d, diag);
	r->data_section = NULL;
	free(d);
	return rc;
}
