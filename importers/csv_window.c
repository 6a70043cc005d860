#include "importers/csv_private.h"

#define SCAN_STOP NULL /* nothing more in this window */

/* The next line is where reading goes on after a row that cannot be read. */
static const char *resync(struct csv *c, const char *row, const char *end, bool is_last)
{
	const char *next = csv_skip_line(row, end, is_last);

	c->lead = TEXT_NONE;
	if (next) {
		c->line++;
		return next;
	}
	c->is_skipping = !is_last;
	/* A CR at the end of the window may be half of a CRLF. */
	return !is_last && end > row && end[-1] == '\r' ? end - 1 : end;
}

static const char *skip_rest(struct csv *c, const char *start, const char *end, bool is_last)
{
	c->is_skipping = false;
	return resync(c, start, end, is_last);
}

/* A row cut off by the end of the input is no reject: the input is truncated. */
static bool is_cut_off(const struct csv *c, const char *row, const char *end)
{
	const char *next = csv_skip_line(row, end, true);

	return !c->row.has_line_end && (!next || next == end);
}

static enum rc reject_scan(struct csv *c, enum csv_scan result, const char *row, const char *end,
			   struct diag *diag)
{
	c->row.count = 0;
	switch (result) {
	case CSV_SCAN_UNTERMINATED:
		c->row.has_line_end = false;
		if (!is_cut_off(c, row, end))
			return csv_reject_row(c, diag,
					      "a quoted cell has no closing quote before the end"
					      " of the file");
		import_mark_truncated(c->import, c->source, c->line, c->offset,
				      "the file ends within a quoted cell");
		return RC_OK;
	case CSV_SCAN_BAD_QUOTE:
		return csv_reject_row(c, diag,
				      "a closing quote is followed by other characters, expected a"
				      " delimiter or the end of the line");
	case CSV_SCAN_INCOMPLETE:
		return csv_reject_row(c, diag,
				      "the row does not end within %u bytes (a quote that is never"
				      " closed?)",
				      LIMIT_RECORD_BYTES);
	case CSV_SCAN_NO_MEMORY:
	case CSV_SCAN_ROW:
		break;
	}
	return diag_set(diag, RC_NOMEM, "no memory for a row");
}

static bool is_header_again(const struct csv *c, const char *row)
{
	struct text bytes = text_of(row, (size_t)(c->row.next - row));

	return text_equal(bytes, c->layout.header);
}

static enum rc take_row(struct csv *c, const char *row, struct diag *diag)
{
	if (!c->row.has_line_end && c->row.count < c->layout.columns && !csv_is_padding(&c->row)) {
		import_mark_truncated(c->import, c->source, c->line, c->offset,
				      "the file ends within a row");
		return RC_OK;
	}
	if (!c->row.has_line_end && c->row.count == c->layout.columns)
		import_note(c->import, "the last line has no line end");
	if (!c->is_lead_same && is_header_again(c, row)) {
		import_note(c->import, "the header is repeated");
		return RC_OK;
	}
	uint64_t rows = c->rows;
	enum rc rc = csv_take_row(c, diag);
	if (c->rows > rows && !c->is_lead_same && c->layout.lead && !c->row.quoted &&
	    c->pending.key != CSV_KEY_NONE)
		c->lead = text_of(row, (size_t)(c->row.cell_start[c->layout.lead] - row));
	return rc;
}

static enum csv_scan scan(struct csv *c, const char *row, const char *end, bool is_last)
{
	size_t lead = c->lead.length;

	c->is_lead_same = lead && lead < (size_t)(end - row) &&
			  memcmp(row, c->lead.data, lead) == 0;
	if (c->is_lead_same)
		return csv_scan_row(&c->layout.scanner, row + lead, end, is_last, c->layout.lead,
				    &c->row);
	return csv_scan_row(&c->layout.scanner, row, end, is_last, 0, &c->row);
}

/* Behind the row at row; SCAN_STOP when it is not whole yet or *rc tells of trouble. */
static const char *step(struct csv *c, const char *row, const char *end, bool is_last, enum rc *rc,
			struct diag *diag)
{
	if (c->is_skipping)
		return skip_rest(c, row, end, is_last);
	enum csv_scan result = scan(c, row, end, is_last);
	if (result == CSV_SCAN_INCOMPLETE && end - row < LIMIT_RECORD_BYTES)
		return SCAN_STOP;
	if (result != CSV_SCAN_ROW) {
		*rc = reject_scan(c, result, row, end, diag);
		return *rc ? SCAN_STOP : resync(c, row, end, is_last);
	}
	*rc = take_row(c, row, diag);
	c->line += c->row.line_ends;
	return *rc ? SCAN_STOP : c->row.next;
}

enum rc csv_take_window(struct csv *c, bool is_last, bool is_cut, struct diag *diag)
{
	const char *data = source_data(c->source), *end = data + source_length(c->source);
	const char *p = data;
	uint64_t base = source_offset(c->source);
	enum rc rc = RC_OK;

	while (p < end) {
		c->offset = base + (uint64_t)(p - data);
		/* Of cut input the last row may be half of one: it is left alone. */
		const char *next = step(c, p, end, is_last && !is_cut, &rc, diag);

		if (next == SCAN_STOP || next == p)
			break;
		p = next;
	}
	if (!rc)
		rc = csv_record_detach(c, diag);
	if (is_cut && is_last)
		p = end;
	source_consume(c->source, (size_t)(p - data));
	return rc;
}
