#include "importers/csv_layout.h"

#include <stdlib.h>
#include <string.h>

#include "model/identity.h"

static const char delimiters[] = ",;\t|";

void csv_layout_init(struct csv_layout *l)
{
	memset(l, 0, sizeof(*l));
	for (int field = 0; field < CSV_FIELDS; field++)
		l->column[field] = -1;
}

void csv_layout_clear(struct csv_layout *l)
{
	free(l->name);
	free((char *)l->header.data);
	csv_layout_init(l);
}

char csv_layout_separator(struct text line)
{
	line = text_trim(line);
	if (line.length >= 2 && line.data[0] == '"' && line.data[line.length - 1] == '"')
		line = text_of(line.data + 1, line.length - 2);
	/* "sep=" and a tab is trimmed to "sep=". */
	if (text_equal_nocase(line, TEXT_LITERAL("sep=")))
		return '\t';
	if (line.length != 5 || !text_starts_with_nocase(line, "sep="))
		return '\0';
	return strchr("\"\r\n", line.data[4]) ? '\0' : line.data[4];
}

static bool is_identity(enum csv_field field)
{
	return field == CSV_IMSI || field == CSV_IMPI || field == CSV_IMPU;
}

static struct csv_guess try_delimiter(const char *start, const char *end, char delimiter,
				      struct csv_row *row)
{
	struct csv_guess guess = {.delimiter = delimiter};
	struct csv_scanner scanner;

	csv_scanner_init(&scanner, delimiter);
	if (csv_scan_row(&scanner, start, end, true, 0, row))
		return guess;
	for (unsigned i = 0; i < row->count && i < LIMIT_CSV_COLUMNS; i++) {
		enum csv_field field = csv_field_find(row->cell[i]);

		guess.known += field != CSV_UNKNOWN;
		guess.identities += is_identity(field);
	}
	return guess;
}

struct csv_guess csv_layout_guess(const char *start, const char *end)
{
	struct csv_guess best = {.delimiter = delimiters[0]};
	unsigned best_count = 0;
	struct csv_row row;

	row.has_scratch = false;
	row.count = 0;
	arena_init(&row.scratch);
	for (const char *d = delimiters; *d; d++) {
		struct csv_guess guess = try_delimiter(start, end, *d, &row);

		if (guess.known > best.known ||
		    (guess.known == best.known && row.count > best_count)) {
			best = guess;
			best_count = row.count;
		}
	}
	arena_clear(&row.scratch);
	return best;
}

/* What a header line never holds and the first row of data nearly always does. */
static bool looks_like_data(struct text cell)
{
	cell = text_trim(cell);
	return (cell.length >= IMSI_DIGITS_MIN && text_is_digits(cell)) ||
	       text_find(cell, '@') >= 0 || text_starts_with_nocase(cell, "sip:") ||
	       text_starts_with_nocase(cell, "tel:") || text_starts_with(cell, "+");
}

static bool is_data(const struct csv_row *row)
{
	for (unsigned i = 0; i < row->count; i++)
		if (looks_like_data(row->cell[i]))
			return true;
	return false;
}

/* Names no cell: the row may be data, and data may be keys. */
static enum rc refuse(const char *what, struct diag *diag)
{
	struct strbuf names;

	strbuf_init(&names);
	csv_add_field_names(&names);
	enum rc rc = diag_set(diag, RC_SYNTAX, "%s; the first line names the columns: %s", what,
			      names.data ? names.data : "");
	strbuf_clear(&names);
	return rc;
}

static bool has_identity(const struct csv_layout *l)
{
	return csv_layout_has(l, CSV_IMSI) || csv_layout_has(l, CSV_IMPI) ||
	       csv_layout_has(l, CSV_IMPU);
}

static enum csv_field twin(enum csv_field field)
{
	return field == CSV_SUSPENDED        ? CSV_IMS_AUTHORISED
	       : field == CSV_IMS_AUTHORISED ? CSV_SUSPENDED
					     : field;
}

static enum rc place_column(struct csv_layout *l, unsigned column, enum csv_field field,
			    struct diag *diag)
{
	int other = l->column[field] >= 0 ? l->column[field] : l->column[twin(field)];

	l->has_secrets |= csv_fields[field].is_secret;
	l->has_subscription_facts |= csv_fields[field].level == CSV_LEVEL_SUBSCRIPTION;
	l->has_impi_facts |= csv_fields[field].level == CSV_LEVEL_IMPI;
	if (other >= 0 && !csv_fields[field].is_secret)
		return diag_set(diag, RC_SYNTAX,
				"columns %d (\"%s\") and %u (\"%s\") say the same thing (%s)",
				other + 1, l->name[other], column + 1, l->name[column],
				csv_fields[field].name);
	l->column[field] = (int)column;
	if (csv_fields[field].level > CSV_LEVEL_IDENTITY && field != CSV_CAPABILITIES_MANDATORY &&
	    field != CSV_CAPABILITIES_OPTIONAL)
		l->step[l->step_count++] = (struct csv_step){column, field};
	return RC_OK;
}

static bool ends_lead(enum csv_field field)
{
	return field == CSV_IMPU || csv_fields[field].level == CSV_LEVEL_IMPU ||
	       field == CSV_CAPABILITIES_MANDATORY || field == CSV_CAPABILITIES_OPTIONAL;
}

static void find_lead(struct csv_layout *l)
{
	static const enum csv_field keys[] = {CSV_SUBSCRIPTION, CSV_IMSI, CSV_IMPI};

	l->lead = l->columns;
	for (int field = CSV_UNKNOWN + 1; field < CSV_FIELDS; field++)
		if (csv_layout_has(l, (enum csv_field)field) && ends_lead((enum csv_field)field) &&
		    (unsigned)l->column[field] < l->lead)
			l->lead = (unsigned)l->column[field];
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (l->column[keys[i]] >= (int)l->lead)
			l->lead = 0;
	if (l->lead == l->columns)
		l->lead = 0; /* without IMPUs no two rows are alike */
	l->lead_steps = 0;
	while (l->lead_steps < l->step_count && l->step[l->lead_steps].column < l->lead)
		l->lead_steps++;
}

static enum rc keep_header(struct csv_layout *l, const struct csv_row *row, struct text header,
			   struct diag *diag)
{
	char *copy = malloc(header.length + 1);

	l->columns = row->count;
	l->name = calloc(row->count, sizeof(*l->name));
	l->header = text_of(copy, header.length);
	if (!copy || !l->name)
		return diag_set(diag, RC_NOMEM, "no memory for a header");
	memcpy(copy, header.data, header.length);
	for (unsigned i = 0; i < row->count; i++) {
		text_copy(text_trim(row->cell[i]), l->name[i], sizeof(l->name[i]));
		text_hide_control(l->name[i]);
	}
	return RC_OK;
}

enum rc csv_layout_read(struct csv_layout *l, char delimiter, const struct csv_row *row,
			struct text header, struct diag *diag)
{
	enum rc rc;

	csv_scanner_init(&l->scanner, delimiter);
	if (row->count > LIMIT_CSV_COLUMNS)
		return diag_set(diag, RC_LIMIT, "the header has %u columns, at most %d are read",
				row->count, LIMIT_CSV_COLUMNS);
	if (is_data(row))
		return refuse("there is no header: the first row holds data", diag);
	rc = keep_header(l, row, header, diag);
	for (unsigned i = 0; !rc && i < row->count; i++) {
		enum csv_field field = csv_field_find(row->cell[i]);

		if (field != CSV_UNKNOWN)
			rc = place_column(l, i, field, diag);
	}
	if (rc)
		return rc;
	if (!has_identity(l))
		return refuse("no column of the header names an identity (imsi, impi or impu)",
			      diag);
	find_lead(l);
	return RC_OK;
}
