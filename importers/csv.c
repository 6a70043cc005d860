#include "importers/csv_private.h"

#include <stdlib.h>

#define PROBE_LINE_MAX ((size_t)16 << 10)

static size_t line_length(const char *head, size_t length)
{
	const char *next = csv_skip_line(head, head + length, true);

	return next ? (size_t)(next - head) : length;
}

/* Text whose first lines are split alike by some delimiter: no header, but told to be csv it will
 * say so better than "unknown format" does. */
static bool is_split_alike(const char *head, size_t length)
{
	size_t first = line_length(head, length), second;

	if (!first || first == length || strchr("<{[(-#/", head[0]))
		return false;
	second = line_length(head + first, length - first);
	for (const char *d = ",;\t|"; *d; d++) {
		size_t a = 0, b = 0;

		for (size_t i = 0; i < first; i++)
			a += head[i] == *d;
		for (size_t i = first; i < first + second; i++)
			b += head[i] == *d;
		if (a && a == b)
			return true;
	}
	return false;
}

static int probe(const char *head, size_t length)
{
	char line[PROBE_LINE_MAX + SOURCE_PADDING] = "";
	size_t first = line_length(head, length);

	while (first && first < length && !text_trim(text_of(head, first)).length) {
		head += first;
		length -= first;
		first = line_length(head, length);
	}
	if (csv_layout_separator(text_of(head, first)))
		return 95;
	if (first > PROBE_LINE_MAX)
		first = PROBE_LINE_MAX;
	memcpy(line, head, first);
	struct csv_guess guess = csv_layout_guess(line, line + first);
	if (guess.identities)
		return guess.known > 1 ? 90 : 40;
	/* Column lists of SQL dumps hold such names too: those are surer of themselves. */
	return guess.known > 1 ? 20 : is_split_alike(head, length) ? 5 : 0;
}

/* More input behind what the window holds. *is_cut: compressed data ended too early. */
static enum rc fill_more(struct csv *c, bool *is_cut, struct diag *diag)
{
	struct diag trouble;
	char place[DIAG_TEXT_MAX];

	diag_init(&trouble);
	enum rc rc = source_fill(c->source, source_length(c->source) + 1, &trouble);
	if (rc == RC_TRUNCATED) {
		if (!*is_cut)
			import_mark_truncated(c->import, NULL, 0, 0,
					      diag_format(&trouble, place, sizeof(place)));
		*is_cut = true;
		return RC_OK;
	}
	if (rc && diag)
		*diag = trouble;
	return rc;
}

/* Blank lines and "sep=;" before the header. The first byte of the header is then the window's. */
static enum rc skip_preamble(struct csv *c, char *delimiter, bool *is_cut, struct diag *diag)
{
	for (;;) {
		const char *data = source_data(c->source), *end = data + source_length(c->source);
		bool is_last = source_at_end(c->source);
		const char *next = csv_skip_line(data, end, is_last);

		if (!next && !is_last && end - data < LIMIT_RECORD_BYTES) {
			enum rc rc = fill_more(c, is_cut, diag);

			if (rc)
				return rc;
			continue;
		}
		if (!next)
			next = end;
		struct text line = text_of(data, (size_t)(next - data));
		char separator = *delimiter ? '\0' : csv_layout_separator(line);
		if (!line.length || (text_trim(line).length && !separator))
			return RC_OK;
		if (separator)
			*delimiter = separator;
		c->line++;
		source_consume(c->source, line.length);
	}
}

static enum rc scan_header(struct csv *c, char *delimiter, bool *is_cut, struct diag *diag)
{
	for (;;) {
		const char *data = source_data(c->source), *end = data + source_length(c->source);
		bool is_last = source_at_end(c->source);
		struct csv_scanner scanner;
		char d = *delimiter ? *delimiter : csv_layout_guess(data, end).delimiter;
		enum rc rc;

		csv_scanner_init(&scanner, d);
		switch (csv_scan_row(&scanner, data, end, is_last, 0, &c->row)) {
		case CSV_SCAN_ROW:
			*delimiter = d;
			return RC_OK;
		case CSV_SCAN_NO_MEMORY:
			return diag_set(diag, RC_NOMEM, "no memory for a header");
		case CSV_SCAN_INCOMPLETE:
			if (end - data >= LIMIT_RECORD_BYTES)
				return diag_set(diag, RC_LIMIT,
						"the header does not end within %u bytes",
						LIMIT_RECORD_BYTES);
			rc = fill_more(c, is_cut, diag);
			if (rc)
				return rc;
			break;
		case CSV_SCAN_UNTERMINATED:
		case CSV_SCAN_BAD_QUOTE:
			return diag_set(diag, RC_SYNTAX, "the header is not well quoted");
		}
	}
}

static void note_unknown_columns(const struct csv *c)
{
	for (unsigned i = 0; i < c->layout.columns; i++) {
		enum csv_field field = csv_field_find(text_from(c->layout.name[i]));

		if (field == CSV_UNKNOWN)
			import_note(c->import, "unknown column \"%s\" ignored", c->layout.name[i]);
		else if (csv_fields[field].is_secret)
			import_note(c->import,
				    "secret column \"%s\" dropped, only its presence may be kept",
				    c->layout.name[i]);
	}
}

static void mark_exported(const struct csv *c)
{
	struct hss_directory *d = import_directory(c->import);

	if (csv_layout_has(&c->layout, CSV_CAPABILITIES_MANDATORY) ||
	    csv_layout_has(&c->layout, CSV_CAPABILITIES_OPTIONAL))
		d->has_capability_sets = TRI_YES;
	if (csv_layout_has(&c->layout, CSV_PREFERRED_SCSCF))
		d->has_preferred_sets = TRI_YES;
}

static enum rc take_header(struct csv *c, char delimiter, bool *is_cut, struct diag *diag)
{
	if (!source_length(c->source))
		return diag_set(diag, RC_SYNTAX, "the file holds no line of text");
	enum rc rc = scan_header(c, &delimiter, is_cut, diag);
	if (rc)
		return rc;
	const char *data = source_data(c->source);
	struct text header = text_of(data, (size_t)(c->row.next - data));
	return csv_layout_read(&c->layout, delimiter, &c->row, header, diag);
}

static enum rc read_header(struct csv *c, bool *is_cut, struct diag *diag)
{
	char delimiter = '\0';
	enum rc rc = source_skip_bom(c->source, diag);

	if (!rc)
		rc = skip_preamble(c, &delimiter, is_cut, diag);
	if (rc)
		return rc;
	rc = take_header(c, delimiter, is_cut, diag);
	if (rc) {
		diag_at(diag, source_name(c->source), c->line, source_offset(c->source));
		return rc;
	}
	note_unknown_columns(c);
	mark_exported(c);
	c->line += c->row.line_ends;
	source_consume(c->source, c->layout.header.length);
	return RC_OK;
}

static enum rc read_source(struct csv *c, struct source *source, struct diag *diag)
{
	bool is_cut = false;
	uint64_t rows = c->rows;

	c->source = source;
	c->file = import_file(c->import, source);
	c->line = 1;
	c->is_skipping = false;
	c->lead = TEXT_NONE;
	csv_layout_clear(&c->layout);
	enum rc rc = read_header(c, &is_cut, diag);
	while (!rc) {
		bool is_last = source_at_end(source);

		rc = csv_take_window(c, is_last, is_cut, diag);
		if (!rc && is_last)
			break;
		if (!rc)
			rc = fill_more(c, &is_cut, diag);
	}
	if (!rc)
		rc = csv_record_flush(c, diag);
	import_count(c->import, c->rows - rows);
	return rc;
}

static enum rc run(struct import *import, struct source **sources, size_t count, struct diag *diag)
{
	struct csv *c = calloc(1, sizeof(*c));
	enum rc rc = RC_OK;

	if (!c)
		return diag_set(diag, RC_NOMEM, "no memory for a csv import");
	c->import = import;
	c->sources = sources;
	c->source_count = count;
	csv_layout_init(&c->layout);
	arena_init(&c->row.scratch);
	csv_directory_init(&c->directory, import_directory(import));
	subscription_init(&c->pending.record);
	strbuf_init(&c->order.last);
	for (size_t i = 0; i < count && !rc; i++)
		rc = read_source(c, sources[i], diag);
	if (!rc)
		rc = csv_record_merge(c, diag);
	if (c->directory.is_full)
		import_note(import,
			    "more than %d different names in one column: the others are"
			    " unknown",
			    CSV_NAMES_MAX);
	csv_record_clear(c);
	csv_disputes_clear(&c->disputes);
	csv_directory_clear(&c->directory);
	csv_layout_clear(&c->layout);
	arena_clear(&c->row.scratch);
	free(c);
	return rc;
}

const struct importer csv_importer = {
	.name = "csv",
	.description = "flat table with a header, one row per IMPI and IMPU",
	.probe = probe,
	.run = run,
	.writer = {.index_names = true},
};
