#include "importers/sql_token.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (c & 0x80);
}

static bool is_delimiter(const struct sql_reader *r)
{
	size_t length = strlen(r->delimiter);

	return r->length - r->at >= length && memcmp(sql_reader_here(r), r->delimiter, length) == 0;
}

/* Behind the string or name whose opening quote stands at the position. */
static enum rc skip_quoted(struct sql_reader *r, struct diag *diag)
{
	char quote = r->data[r->at++];
	bool plain = r->plain_backslash || quote == '`';

	for (;;) {
		while (r->at < r->length && r->data[r->at] != quote &&
		       (plain || r->data[r->at] != '\\'))
			r->at++;
		if (r->length - r->at < 2) {
			enum rc rc = sql_reader_fill(r, 2, diag);

			if (rc)
				return rc;
			if (r->length - r->at < 2) {
				r->at = r->length;
				return RC_OK;
			}
			continue;
		}
		if (r->data[r->at] == quote && r->data[r->at + 1] != quote) {
			r->at++;
			return RC_OK;
		}
		r->at += 2;
	}
}

/* The name in quotes at the position, as far as it fits; longer ones are no names. */
static void copy_name(const struct sql_reader *r, char *out)
{
	const char *p = sql_reader_here(r), *end = sql_reader_end(r);
	char quote = *p++;
	size_t length = 0;

	for (; p < end && length < SQL_NAME_BYTES - 1; p++) {
		if (*p == quote) {
			if (p + 1 == end || p[1] != quote)
				break;
			p++;
		}
		out[length++] = *p;
	}
	out[length] = '\0';
}

static void read_word(struct sql_reader *r, char *out)
{
	const char *p = sql_reader_here(r), *end = sql_reader_end(r), *start = p;

	while (p < end && is_word(*p))
		p++;
	text_copy(text_of(start, (size_t)(p - start)), out, SQL_NAME_BYTES);
	r->at += (size_t)(p - start);
}

enum rc sql_token_next(struct sql_reader *r, struct sql_token *token, struct diag *diag)
{
	enum rc rc = sql_reader_gap(r, diag);

	token->kind = SQL_TOKEN_END;
	token->mark = token->text[0] = '\0';
	if (!rc)
		rc = sql_reader_fill(r, SQL_LOOK_AHEAD, diag);
	if (rc || r->at == r->length || is_delimiter(r))
		return rc;
	char c = *sql_reader_here(r);
	if (is_word(c)) {
		token->kind = SQL_TOKEN_WORD;
		read_word(r, token->text);
		return RC_OK;
	}
	if (c == '\'' || c == '"' || c == '`') {
		token->kind = c == '\'' ? SQL_TOKEN_STRING : SQL_TOKEN_NAME;
		if (c != '\'')
			copy_name(r, token->text);
		return skip_quoted(r, diag);
	}
	token->kind = SQL_TOKEN_MARK;
	token->mark = c;
	r->at++;
	return RC_OK;
}

bool sql_token_is(const struct sql_token *token, const char *word)
{
	return token->kind == SQL_TOKEN_WORD &&
	       text_equal_nocase(text_from(token->text), text_from(word));
}

bool sql_token_is_mark(const struct sql_token *token, char mark)
{
	return token->kind == SQL_TOKEN_MARK && token->mark == mark;
}

enum rc sql_take_delimiter(struct sql_reader *r, bool *taken, struct diag *diag)
{
	enum rc rc = sql_reader_gap(r, diag);

	*taken = !rc && is_delimiter(r);
	if (*taken)
		r->at += strlen(r->delimiter);
	return rc;
}

/* Where a statement can hold something else than itself. */
static bool is_special(const struct sql_reader *r, char c)
{
	return c == r->delimiter[0] || c == '\'' || c == '"' || c == '`' || c == '#' || c == '-' ||
	       c == '/' || c == '*';
}

enum rc sql_skip_statement(struct sql_reader *r, bool *is_complete, struct diag *diag)
{
	*is_complete = false;
	for (;;) {
		bool skipped;
		enum rc rc;

		while (r->at < r->length && !is_special(r, r->data[r->at]))
			r->at++;
		rc = sql_reader_fill(r, SQL_DELIMITER_MAX + 1, diag);
		if (rc || r->at == r->length)
			return rc;
		char c = r->data[r->at];
		if (is_delimiter(r)) {
			r->at += strlen(r->delimiter);
			*is_complete = true;
			return RC_OK;
		}
		if (c == '\'' || c == '"' || c == '`') {
			rc = skip_quoted(r, diag);
		} else {
			rc = sql_reader_skip_remark(r, &skipped, diag);
			if (!rc && !skipped)
				r->at++;
		}
		if (rc)
			return rc;
	}
}
