/* Finding the next row behind damage. A lost or doubled quote turns all following strings inside
 * out, so that quotes cannot be trusted: a place counts as the start of a row when what stands
 * there reads as a whole row with the right number of values. */
#include "importers/sql_dump_internal.h"

#include "base/limits.h"

#define TRIAL_BYTES (64u << 10) /* longest row that is tried */
#define SPENT_FREELY                                                             \
	(64ull << 20) /* bytes tried beyond those of the input itself: keeps the \
		       * whole search linear whatever the input is */

/* The end of the row at the position by its parentheses, as far as quotes tell; NULL if none. */
static const char *find_row_end(const struct sql_reader *r)
{
	const char *p = sql_reader_here(r), *end = sql_reader_end(r);
	unsigned depth = 0;

	if ((size_t)(end - p) > TRIAL_BYTES)
		end = p + TRIAL_BYTES;
	while (p && p < end) {
		if (*p == '\'' || *p == '"' || *p == '`') {
			p = sql_skip_quoted(p, end, r->plain_backslash);
			continue;
		}
		depth += *p == '(';
		if (*p == ')' && --depth == 0)
			return p + 1;
		if (!depth)
			return NULL;
		p++;
	}
	return NULL;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* At p, behind a ')': the start of a next row, or behind the delimiter, which unless the quotes are
 * trusted must end the line or the input. NULL when neither stands there. The bytes for both are in
 * the window. */
static const char *next_start(struct sql_dump *d, const char *p, bool is_trusted, bool *is_over)
{
	const struct sql_reader *r = d->reader;
	const char *end = sql_reader_end(r);
	size_t delimiter = strlen(r->delimiter);

	*is_over = false;
	p = skip_blanks(p, end);
	if ((size_t)(end - p) >= delimiter && memcmp(p, r->delimiter, delimiter) == 0) {
		p += delimiter;
		*is_over = is_trusted || p == end || *p == '\n' || *p == '\r';
		return *is_over ? p : NULL;
	}
	if (p == end || *p != ',')
		return NULL;
	p = skip_blanks(p + 1, end);
	return p < end && *p == '(' ? p : NULL;
}

/* True when a whole row of the right form stands at p. */
static bool is_row(struct sql_dump *d, const char *p)
{
	const struct sql_reader *r = d->reader;
	const char *end = sql_reader_end(r);
	uint32_t arity = d->handler->arity ? d->handler->arity(d->context) : 0;
	enum sql_row_result result;

	if ((size_t)(end - p) > TRIAL_BYTES)
		end = p + TRIAL_BYTES;
	d->row.plain_backslash = r->plain_backslash;
	result = sql_row_parse(p, end, &d->row);
	d->reader->resync_spent += (uint64_t)(result == SQL_ROW_MORE ? end - p : d->row.end - p);
	return result == SQL_ROW_OK && (!arity || d->row.count == arity) &&
	       d->row.value[0].kind <= SQL_NUMBER;
}

/* True when the position is at the start of another statement, or of what a dump writes between
 * two. No row begins like that, and in a text mysqldump writes a line break as "\n". */
static enum rc check_statement(struct sql_dump *d, bool *is_statement, struct diag *diag)
{
	static const char *const starts[] = {
		"INSERT INTO ",     "INSERT IGNORE ",      "REPLACE INTO ",
		"LOCK TABLES ",     "UNLOCK TABLES",       "CREATE TABLE ",
		"DROP TABLE ",      "ALTER TABLE ",        "/*!40000 ALTER TABLE ",
		"-- Dumping data ", "-- Table structure ", "-- Dump completed",
	};
	struct sql_reader *r = d->reader;
	enum rc rc = sql_reader_fill(r, SQL_LOOK_AHEAD, diag);
	struct text rest;

	*is_statement = false;
	if (rc)
		return rc;
	rest = text_of(sql_reader_here(r), r->length - r->at);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]) && !*is_statement; i++)
		*is_statement = text_starts_with_nocase(rest, starts[i]);
	return RC_OK;
}

/* The next ')' or end of a line. Byte by byte: two memchr would each read to the end of the window
 * again for what the other one finds. */
static const char *find_stop(const char *p, const char *end)
{
	while (p < end && *p != ')' && *p != '\n')
		p++;
	return p;
}

/* From the position on, each ')' is looked at, and each start of a line. */
static enum rc search(struct sql_dump *d, bool *is_over, struct diag *diag)
{
	struct sql_reader *r = d->reader;

	for (;;) {
		const char *found, *start;
		enum rc rc = sql_reader_fill(r, 1, diag);

		*is_over = false;
		if (rc || r->at == r->length)
			return rc;
		found = find_stop(sql_reader_here(r), sql_reader_end(r));
		if (found == sql_reader_end(r)) {
			r->at = r->length;
			continue;
		}
		r->at = (size_t)(found + 1 - r->data);
		if (*found == '\n') {
			rc = check_statement(d, is_over, diag);
			if (rc || *is_over)
				return rc;
			continue;
		}
		rc = sql_reader_fill(r, TRIAL_BYTES, diag);
		if (rc)
			return rc;
		start = next_start(d, sql_reader_here(r), false, is_over);
		if (!start)
			continue;
		if (!*is_over && r->resync_spent > sql_reader_offset(r) + SPENT_FREELY)
			continue;
		if (*is_over || is_row(d, start)) {
			r->at = (size_t)(start - r->data);
			return RC_OK;
		}
	}
}

enum rc sql_dump_resync(struct sql_dump *d, enum sql_row_result result, bool *is_over,
			struct diag *diag)
{
	struct sql_reader *r = d->reader;
	enum rc rc = sql_reader_fill(r, 2 * TRIAL_BYTES, diag);

	*is_over = false;
	if (rc)
		return rc;
	if (result == SQL_ROW_NOT_LITERAL) {
		const char *end = find_row_end(r);
		const char *start = end ? next_start(d, end, true, is_over) : NULL;

		if (start) {
			r->at = (size_t)(start - r->data);
			return RC_OK;
		}
	}
	rc = check_statement(d, is_over, diag);
	if (rc || *is_over)
		return rc;
	if (r->at < r->length)
		r->at++;
	return search(d, is_over, diag);
}
