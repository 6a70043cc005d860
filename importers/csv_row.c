#include "importers/csv_row.h"

enum byte_kind { BYTE_PLAIN, BYTE_CONTROL, BYTE_DELIMITER, BYTE_LF, BYTE_CR };

void csv_scanner_init(struct csv_scanner *s, char delimiter)
{
	memset(s->kind, BYTE_PLAIN, sizeof(s->kind));
	memset(s->kind, BYTE_CONTROL, 0x20);
	s->kind[0x7f] = BYTE_CONTROL;
	s->kind['\n'] = BYTE_LF;
	s->kind['\r'] = BYTE_CR;
	s->kind[(unsigned char)delimiter] = BYTE_DELIMITER;
	s->delimiter = delimiter;
}

static uint64_t count_line_ends(struct text t)
{
	uint64_t count = 0;

	for (size_t i = 0; i < t.length; i++)
		if (t.data[i] == '\n' ||
		    (t.data[i] == '\r' && (i + 1 == t.length || t.data[i + 1] != '\n')))
			count++;
	return count;
}

static struct text unescape(struct text raw, struct arena *scratch)
{
	char *out = arena_alloc(scratch, raw.length);
	size_t used = 0;

	for (size_t i = 0; out && i < raw.length; i++) {
		out[used++] = raw.data[i];
		i += raw.data[i] == '"';
	}
	return text_of(out, used);
}

/* *p is at the opening quote and is left behind the closing one, or at end. */
static enum csv_scan scan_quoted(const char **p, const char *end, bool is_last, struct csv_row *row,
				 struct text *cell)
{
	const char *content = *p + 1, *q = content;
	bool is_escaped = false;

	for (;;) {
		q = q < end ? memchr(q, '"', (size_t)(end - q)) : NULL;
		if (!q)
			return is_last ? CSV_SCAN_UNTERMINATED : CSV_SCAN_INCOMPLETE;
		if (q + 1 == end && !is_last)
			return CSV_SCAN_INCOMPLETE;
		if (q[1] != '"')
			break;
		is_escaped = true;
		q += 2;
	}
	*cell = text_of(content, (size_t)(q - content));
	row->line_ends += count_line_ends(*cell);
	row->quoted++;
	if (is_escaped) {
		*cell = unescape(*cell, &row->scratch);
		if (!cell->data)
			return CSV_SCAN_NO_MEMORY;
		row->has_scratch = true;
	}
	for (q++; *q == ' ';)
		q++;
	*p = q;
	return CSV_SCAN_ROW;
}

static void add_cell(struct csv_row *row, const char *start, struct text cell)
{
	if (row->count < LIMIT_CSV_COLUMNS) {
		row->cell[row->count] = cell;
		row->cell_start[row->count] = start;
	}
	row->count++;
}

static enum csv_scan end_row(struct csv_row *row, const char *next, uint64_t line_ends)
{
	row->next = next;
	row->line_ends += line_ends;
	row->has_line_end = line_ends > 0;
	return CSV_SCAN_ROW;
}

/* Zero bytes follow end, so that the inner loop needs no test for it; before it they are data. */
static const char *scan_plain(const unsigned char *kind, const char *p, const char *end,
			      bool *has_control)
{
	for (;;) {
		while (kind[(unsigned char)*p] == BYTE_PLAIN)
			p++;
		if (kind[(unsigned char)*p] != BYTE_CONTROL || p >= end)
			return p;
		*has_control = true;
		p++;
	}
}

enum csv_scan csv_scan_row(const struct csv_scanner *s, const char *start, const char *end,
			   bool is_last, unsigned first, struct csv_row *row)
{
	const char *p = start;

	row->count = first;
	row->line_ends = 0;
	row->quoted = 0;
	if (row->has_scratch)
		arena_reset(&row->scratch);
	row->has_scratch = false;
	row->has_control = false;
	for (;; p++) {
		const char *cell_start = p;
		struct text cell;

		if (*p == '"') {
			enum csv_scan result = scan_quoted(&p, end, is_last, row, &cell);

			if (result != CSV_SCAN_ROW)
				return result;
			row->has_control = true;
			if (p < end && s->kind[(unsigned char)*p] <= BYTE_CONTROL)
				return CSV_SCAN_BAD_QUOTE;
		} else {
			p = scan_plain(s->kind, p, end, &row->has_control);
			cell = text_of(cell_start, (size_t)(p - cell_start));
		}
		if (!is_last && (p >= end || (*p == '\r' && p + 1 == end)))
			return CSV_SCAN_INCOMPLETE;
		add_cell(row, cell_start, cell);
		if (p >= end)
			return end_row(row, end, 0);
		if (*p != s->delimiter)
			return end_row(row, p + 1 + (*p == '\r' && p[1] == '\n'), 1);
	}
}

const char *csv_skip_line(const char *start, const char *end, bool is_last)
{
	for (const char *p = start; p < end; p++) {
		if (*p == '\n')
			return p + 1;
		if (*p != '\r')
			continue;
		if (p + 1 == end)
			return is_last ? end : NULL;
		return p + 1 + (p[1] == '\n');
	}
	return NULL;
}
