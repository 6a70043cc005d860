/* INSERT and REPLACE: rows out of statements of any length, and what follows damage. */
#include "importers/sql_dump_internal.h"

#include <stdio.h>

#include "base/limits.h"

#define ROW_BYTES_MAX (2 * LIMIT_SQL_VALUE_BYTES)
#define FILL_BYTES (1u << 20)
#define REASON_MAX 320
#define BETWEEN_ROWS UINT32_MAX /* as count: the fault is in no value */

/* Table, columns and the word VALUES; *has_rows = false for every other form. */
static enum rc read_head(struct sql_dump *d, enum sql_mode *mode, bool *has_rows, struct diag *diag)
{
	static const char *const words[] = {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "INTO",
					    NULL};
	struct sql_token token;
	bool found = false;
	enum rc rc = sql_dump_skip_words(d, words, &token, diag);

	if (!rc && sql_token_is(&token, "IGNORE")) {
		*mode = SQL_INSERT_IGNORE;
		rc = sql_dump_skip_words(d, words, &token, diag);
	}
	d->columns.count = 0;
	d->name.table[0] = '\0';
	if (!rc)
		rc = sql_dump_name(d, &token, &found, diag);
	if (!rc && found)
		rc = sql_token_next(d->reader, &token, diag);
	if (!rc && sql_token_is_mark(&token, '(')) {
		rc = sql_dump_columns(d, diag);
		if (!rc)
			rc = sql_token_next(d->reader, &token, diag);
	}
	*has_rows = found && (sql_token_is(&token, "VALUES") || sql_token_is(&token, "VALUE"));
	return rc;
}

/* Rejects the row at the position, whose fault is in d->row, and moves on. */
static enum rc reject_row(struct sql_dump *d, enum sql_row_result result, bool *is_over,
			  struct diag *diag)
{
	static const char *const expected[] = {
		[SQL_ROW_NOT_LITERAL] = "expected a literal: this is a script, not an export",
		[SQL_ROW_DAMAGED] = "expected a literal",
	};
	struct sql_reader *r = d->reader;
	uint64_t offset = sql_reader_offset(r), line = sql_reader_line(r, offset);
	char reason[REASON_MAX + SQL_NAME_BYTES];
	enum rc rc;

	if (d->row.count == BETWEEN_ROWS)
		snprintf(reason, sizeof(reason), "table %s: found %s", d->name.table,
			 d->row.reason);
	else
		snprintf(reason, sizeof(reason), "table %s, value %u: found %s, %s", d->name.table,
			 d->row.count + 1, d->row.reason, expected[result]);
	rc = sql_dump_resync(d, result, is_over, diag);
	return rc ? rc : d->handler->reject(d->context, line, offset, reason, diag);
}

/* The row at the position, with as many bytes as it needs. */
static enum rc read_row(struct sql_dump *d, enum sql_row_result *result, struct diag *diag)
{
	struct sql_reader *r = d->reader;

	for (;;) {
		size_t there = r->length - r->at;
		enum rc rc;

		d->row.plain_backslash = r->plain_backslash;
		*result = sql_row_parse(sql_reader_here(r), sql_reader_end(r), &d->row);
		if (*result != SQL_ROW_MORE || r->is_at_end)
			return RC_OK;
		if (there >= ROW_BYTES_MAX) {
			*result = SQL_ROW_DAMAGED;
			d->row.count = BETWEEN_ROWS;
			snprintf(d->row.reason, sizeof(d->row.reason),
				 "no end of the row within %u bytes", ROW_BYTES_MAX);
			return RC_OK;
		}
		rc = sql_reader_fill(r, there + FILL_BYTES + there / 2, diag);
		if (rc)
			return rc;
	}
}

enum behind { BEHIND_ROW, BEHIND_STATEMENT, BEHIND_TAIL, BEHIND_END, BEHIND_DAMAGE };

/* What follows a row: another one, the delimiter, "ON DUPLICATE KEY" or "AS", the end. */
static enum rc look_behind(struct sql_dump *d, enum behind *behind, struct diag *diag)
{
	struct sql_reader *r = d->reader;
	bool taken;
	enum rc rc;

	*behind = BEHIND_ROW;
	if (r->length - r->at > 1 && r->data[r->at] == ',') {
		r->at++;
		return RC_OK;
	}
	rc = sql_take_delimiter(r, &taken, diag);
	if (rc)
		return rc;
	if (taken)
		*behind = BEHIND_STATEMENT;
	else if (r->at == r->length)
		*behind = BEHIND_END;
	else if (r->data[r->at] == ',')
		r->at++;
	else if ((r->data[r->at] | 0x20) == 'o' || (r->data[r->at] | 0x20) == 'a')
		*behind = BEHIND_TAIL;
	else
		*behind = BEHIND_DAMAGE;
	return RC_OK;
}

/* One row and what separates it from the next. */
static enum rc take_row(struct sql_dump *d, enum behind *behind, struct diag *diag)
{
	struct sql_reader *r = d->reader;
	enum sql_row_result result = SQL_ROW_DAMAGED;
	bool is_over = false;
	enum rc rc = sql_reader_gap(r, diag);

	*behind = BEHIND_END;
	if (rc || r->at == r->length)
		return rc;
	d->row.count = BETWEEN_ROWS;
	if (r->data[r->at] != '(')
		snprintf(d->row.reason, sizeof(d->row.reason), "no '(' at the start of a row");
	else
		rc = read_row(d, &result, diag);
	if (rc)
		return rc;
	if (result == SQL_ROW_MORE) {
		r->at = r->length;
		return RC_OK;
	}
	if (result != SQL_ROW_OK) {
		rc = reject_row(d, result, &is_over, diag);
		*behind = is_over ? BEHIND_STATEMENT : BEHIND_ROW;
		return rc;
	}
	rc = d->handler->row(d->context, sql_reader_offset(r), &d->row, diag);
	r->at = (size_t)(d->row.end - r->data);
	return rc ? rc : look_behind(d, behind, diag);
}

static enum rc read_rows(struct sql_dump *d, bool *is_complete, struct diag *diag)
{
	enum behind behind = BEHIND_ROW;
	enum rc rc = RC_OK;

	while (!rc && behind == BEHIND_ROW) {
		rc = take_row(d, &behind, diag);
		if (!rc && behind == BEHIND_DAMAGE) {
			bool is_over;

			d->row.count = BETWEEN_ROWS;
			snprintf(d->row.reason, sizeof(d->row.reason),
				 "something behind a row that is neither ',' nor '%s'",
				 d->reader->delimiter);
			rc = reject_row(d, SQL_ROW_DAMAGED, &is_over, diag);
			behind = is_over ? BEHIND_STATEMENT : BEHIND_ROW;
		}
	}
	*is_complete = behind == BEHIND_STATEMENT;
	return rc;
}

enum rc sql_dump_insert(struct sql_dump *d, enum sql_mode mode, bool *is_complete,
			struct diag *diag)
{
	char reason[REASON_MAX + SQL_NAME_BYTES];
	bool has_rows = false, wanted = true;
	enum rc rc = read_head(d, &mode, &has_rows, diag);

	*is_complete = false;
	if (rc || !d->name.table[0])
		return rc;
	if (d->handler->insert)
		rc = d->handler->insert(d->context, &d->name, mode, &d->columns, &wanted, diag);
	if (rc || !wanted)
		return rc;
	if (has_rows)
		return read_rows(d, is_complete, diag);
	snprintf(reason, sizeof(reason),
		 "INSERT into table %s without VALUES: expected literal rows, found a script",
		 d->name.table);
	return sql_dump_reject(d, d->start, reason, diag);
}
