#include "importers/sql_reader.h"

#define FILL_BYTES (1u << 20)
#define VERSION_NEVER 990000 /* "M!999999": no server is that new */

void sql_reader_init_memory(struct sql_reader *r, const char *data, size_t length, size_t shown)
{
	if (shown > length)
		shown = length;
	*r = (struct sql_reader){.data = data, .length = shown, .hidden = length - shown};
	r->is_at_end = shown == length;
	r->delimiter[0] = ';';
}

void sql_reader_init(struct sql_reader *r, struct source *source, uint32_t index)
{
	sql_reader_init_memory(r, "", 0, 0);
	r->source = source;
	r->source_index = index;
	r->is_at_end = false;
}

/* By memchr: the lines of dumps are long. */
static uint64_t count_lines(const char *p, size_t length)
{
	const char *end = p + length;
	uint64_t lines = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		lines++;
		p++;
	}
	return lines;
}

uint64_t sql_reader_line(struct sql_reader *r, uint64_t offset)
{
	size_t to;

	if (offset < r->base || offset - r->base > r->length)
		return 0;
	to = (size_t)(offset - r->base);
	if (to < r->mark)
		r->mark = r->mark_lines = 0;
	r->mark_lines += count_lines(r->data + r->mark, to - r->mark);
	r->mark = to;
	return r->lines + r->mark_lines + 1;
}

static void show_more(struct sql_reader *r, size_t need)
{
	size_t more = need - (r->length - r->at);

	if (more > r->hidden)
		more = r->hidden;
	r->length += more;
	r->hidden -= more;
	r->is_at_end = !r->hidden;
}

enum rc sql_reader_fill(struct sql_reader *r, size_t need, struct diag *diag)
{
	enum rc rc;

	if (r->length - r->at >= need || r->is_at_end)
		return RC_OK;
	if (!r->source) {
		show_more(r, need);
		return RC_OK;
	}
	sql_reader_line(r, r->base + r->at);
	r->lines += r->mark_lines;
	r->mark = r->mark_lines = 0;
	r->base += r->at;
	source_consume(r->source, r->at);
	r->at = 0;
	rc = source_fill(r->source, need > FILL_BYTES ? need : FILL_BYTES, diag);
	if (rc == RC_TRUNCATED) {
		r->is_cut = true;
		rc = RC_OK;
	}
	r->data = source_data(r->source);
	r->length = source_length(r->source);
	r->is_at_end = r->is_cut || source_at_end(r->source);
	r->base = source_offset(r->source);
	return rc;
}

/* "-- Dumping data for table `x`", "-- MySQL dump", "-- Dump completed": line is one comment. */
static void read_remark(struct sql_reader *r, struct text line)
{
	static const char data_for[] = "-- Dumping data for table ";
	static const char old[] = "-- MySQL dump 10.9";
	char name[SQL_NAME_BYTES];

	if (text_starts_with(line, data_for)) {
		struct text table = text_of(line.data + sizeof(data_for) - 1,
					    line.length - (sizeof(data_for) - 1));

		table = text_trim(table);
		while (table.length && memchr("`\"'", *table.data, 3)) {
			table.data++;
			table.length--;
		}
		while (table.length && memchr("`\"'", table.data[table.length - 1], 3))
			table.length--;
		if (r->data_section)
			r->data_section(r->context, text_copy(table, name, sizeof(name)));
	} else if (text_starts_with(line, "-- Dump completed")) {
		r->has_tail = true;
	} else if (text_starts_with(line, "-- MySQL dump ") ||
		   text_starts_with(line, "-- MariaDB dump ")) {
		/* That of MySQL 4.1, "10.9", had no end mark yet. */
		r->has_head = !text_starts_with(line, old) ||
			      (line.length >= sizeof(old) && line.data[sizeof(old) - 1] >= '0' &&
			       line.data[sizeof(old) - 1] <= '9');
		r->has_tail = false;
	}
}

/* A comment to the end of its line. */
static enum rc skip_line(struct sql_reader *r, struct diag *diag)
{
	bool is_first = true;

	for (;;) {
		const char *p = sql_reader_here(r), *end = sql_reader_end(r);
		const char *found = p == end ? NULL : memchr(p, '\n', (size_t)(end - p));
		struct text line = text_of(p, (size_t)((found ? found : end) - p));

		if (is_first && (found || line.length >= SQL_LOOK_AHEAD || r->is_at_end)) {
			read_remark(r, line);
			is_first = false;
		}
		if (!found && is_first) {
			enum rc rc = sql_reader_fill(r, SQL_LOOK_AHEAD, diag);

			if (rc)
				return rc;
			continue;
		}
		r->at += line.length + (found != NULL);
		if (found || r->is_at_end)
			return RC_OK;
		enum rc rc = sql_reader_fill(r, 1, diag);
		if (rc)
			return rc;
	}
}

static enum rc skip_block(struct sql_reader *r, struct diag *diag)
{
	r->at += 2;
	for (;;) {
		const char *p = sql_reader_here(r), *end = sql_reader_end(r);
		const char *found = p == end ? NULL : memchr(p, '*', (size_t)(end - p));

		if (found && end - found > 1) {
			r->at += (size_t)(found - p) + 1;
			if (found[1] == '/') {
				r->at++;
				return RC_OK;
			}
			continue;
		}
		r->at = found ? (size_t)(found - r->data) : r->length;
		if (r->is_at_end) {
			r->at = r->length;
			return RC_OK;
		}
		enum rc rc = sql_reader_fill(r, 2, diag);
		if (rc)
			return rc;
	}
}

/* The bytes of "/<star>!40101" or "/<star>M!100100" at p, 0 when it is an ordinary comment. */
static size_t executable_head(const char *p, size_t length)
{
	size_t at = length > 2 && p[2] == 'M' ? 3 : 2, version = 0;

	if (length <= at || p[at] != '!')
		return 0;
	for (at++; at < length && p[at] >= '0' && p[at] <= '9' && version < VERSION_NEVER; at++)
		version = version * 10 + (size_t)(p[at] - '0');
	return version < VERSION_NEVER ? at : 0;
}

enum rc sql_reader_skip_remark(struct sql_reader *r, bool *skipped, struct diag *diag)
{
	const char *p = sql_reader_here(r);
	size_t length = r->length - r->at, head;

	*skipped = true;
	if (*p == '#' || (length >= 2 && p[0] == '-' && p[1] == '-' &&
			  (length == 2 || (unsigned char)p[2] <= ' ')))
		return skip_line(r, diag);
	if (length >= 2 && p[0] == '/' && p[1] == '*') {
		head = executable_head(p, length);
		if (!head)
			return skip_block(r, diag);
		r->in_executable = true;
		r->at += head;
		return RC_OK;
	}
	if (r->in_executable && length >= 2 && p[0] == '*' && p[1] == '/') {
		r->in_executable = false;
		r->at += 2;
		return RC_OK;
	}
	/* A line that goes on, for the mysql client. */
	if (length >= 2 && *p == '\\' && (p[1] == '\n' || p[1] == '\r')) {
		r->at += 2;
		return RC_OK;
	}
	*skipped = false;
	return RC_OK;
}

/* NUL and ^Z are what transfers pad files with. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0' || c == 26;
}

enum rc sql_reader_gap(struct sql_reader *r, struct diag *diag)
{
	bool skipped = true;
	enum rc rc;

	while (skipped) {
		while (r->at < r->length && is_blank(r->data[r->at]))
			r->at++;
		if (r->length - r->at < 16) {
			size_t before = r->length - r->at;

			rc = sql_reader_fill(r, SQL_LOOK_AHEAD, diag);
			if (rc)
				return rc;
			if (r->at == r->length)
				return RC_OK;
			if (!before)
				continue;
		}
		rc = sql_reader_skip_remark(r, &skipped, diag);
		if (rc)
			return rc;
	}
	return RC_OK;
}
