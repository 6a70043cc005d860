#include "importers/csv_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "model/identity.h"

#define EXCERPT_MAX 40
#define KEY_DIGITS 16 /* hexadecimal digits in a row: longer than any number, as keys are */
#define DECIMAL_KEY_DIGITS 25

static struct text cell_of(const struct csv *c, enum csv_field field)
{
	int column = c->layout.column[field];

	return column < 0 ? TEXT_NONE : c->row.cell[column];
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Decimal digits alone may be a number with too many of them: such are shown up to 24. */
static bool may_be_key(struct text t)
{
	size_t run = 0, letters = 0;

	for (size_t i = 0; i < t.length; i++) {
		if (!is_hex(t.data[i])) {
			run = letters = 0;
			continue;
		}
		run++;
		letters += t.data[i] > '9';
		if (run >= (letters ? KEY_DIGITS : DECIMAL_KEY_DIGITS))
			return true;
	}
	return false;
}

/* A shifted row brings keys into other columns: where the file holds keys no cell is shown. */
static const char *excerpt(const struct csv *c, struct text cell, char *out, size_t size)
{
	size_t shown = cell.length < EXCERPT_MAX ? cell.length : EXCERPT_MAX;

	if (c->layout.has_secrets || may_be_key(cell))
		snprintf(out, size, "a value of %zu bytes", cell.length);
	else
		snprintf(out, size, "\"%.*s%s\"", (int)shown, cell.data,
			 shown < cell.length ? "..." : "");
	return out;
}

/* An identity of the row for the reject, if one can be read; NULL else. */
static const char *subject_of(const struct csv *c, char *out, size_t size)
{
	struct text imsi = text_trim(cell_of(c, CSV_IMSI));
	struct text impi = cell_of(c, CSV_IMPI), impu = cell_of(c, CSV_IMPU), subject = TEXT_NONE;

	if (identity_is_imsi(imsi))
		subject = imsi;
	else if (text_find(impi, '@') > 0)
		subject = impi;
	else if (text_starts_with_nocase(impu, "sip:") || text_starts_with_nocase(impu, "tel:"))
		subject = impu;
	if (!subject.length || may_be_key(subject))
		return NULL;
	text_copy(subject, out, size);
	text_hide_control(out);
	return out;
}

enum rc csv_reject_row(struct csv *c, struct diag *diag, const char *format, ...)
{
	char reason[DIAG_TEXT_MAX], subject[128];
	bool is_whole = c->row.count == c->layout.columns;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	c->lead = TEXT_NONE;
	return import_reject(c->import, c->source, c->line, c->offset,
			     is_whole ? subject_of(c, subject, sizeof(subject)) : NULL, diag, "%s",
			     reason);
}

/* 2.63E+14, 262010000000001.0, ="262…", '262…: what spreadsheets make of long numbers. Several dots
 * are visual separators. */
static bool is_mangled_number(struct text t)
{
	size_t digits = 0, points = 0, marks = 0;

	for (size_t i = 0; i < t.length; i++) {
		if (t.data[i] >= '0' && t.data[i] <= '9')
			digits++;
		else if (t.data[i] == '.' || t.data[i] == ',')
			points++;
		else if (t.data[i] && strchr("eE='\"", t.data[i]))
			marks++;
		else if (t.data[i] != '+' && t.data[i] != '-')
			return false;
	}
	return digits && (marks || points == 1);
}

static enum rc reject_number(struct csv *c, enum csv_field field, struct text cell,
			     const char *expected, struct diag *diag)
{
	char found[EXCERPT_MAX + 16];

	return csv_reject_row(c, diag, "column \"%s\": found %s, expected %s%s",
			      c->layout.name[c->layout.column[field]],
			      excerpt(c, cell, found, sizeof(found)), expected,
			      is_mangled_number(cell)
				      ? "; a spreadsheet has changed it: export the column as text"
				      : "");
}

static bool is_plain_msisdn(struct text t)
{
	if (t.length && t.data[0] == '+')
		t = text_of(t.data + 1, t.length - 1);
	return t.length <= E164_DIGITS_MAX && text_is_digits(t);
}

/* Written for people: "+49 (170) 12-34". */
static bool is_msisdn(struct text t)
{
	size_t digits = 0;

	if (is_plain_msisdn(t))
		return true;
	for (size_t i = 0; i < t.length; i++) {
		if (t.data[i] >= '0' && t.data[i] <= '9')
			digits++;
		else if (!(t.data[i] == '+' && i == 0) &&
			 !(t.data[i] && strchr(" -.()/", t.data[i])))
			return false;
	}
	return digits && digits <= E164_DIGITS_MAX && !is_mangled_number(t);
}

/* What is wrong with an IMPI or IMPU as a text; NULL = nothing. */
static const char *identity_fault(struct text t, bool may_have_control)
{
	size_t hex = 0;

	if (t.length > LIMIT_IDENTITY_LENGTH)
		return "more than 1024 bytes";
	for (size_t i = 0; may_have_control && i < t.length; i++)
		if ((unsigned char)t.data[i] < 0x20 || t.data[i] == 0x7f)
			return "a control character";
	while (t.length == 32 && hex < 32 && is_hex(t.data[hex]))
		hex++;
	return hex == 32 ? "32 hexadecimal digits, as of a key" : NULL;
}

/* TEXT_NONE for an empty cell; *rejected when the cell is none. */
static enum rc take_identity(struct csv *c, enum csv_field field, struct text *out, bool *rejected,
			     struct diag *diag)
{
	struct text cell = cell_of(c, field);
	const char *fault = cell.length ? identity_fault(cell, c->row.has_control) : NULL;

	*out = cell.length ? cell : TEXT_NONE;
	if (!fault)
		return RC_OK;
	*rejected = true;
	return csv_reject_row(c, diag, "column \"%s\": found %s, expected an identity",
			      c->layout.name[c->layout.column[field]], fault);
}

static enum rc take_numbers(struct csv *c, struct csv_identities *ids, bool *rejected,
			    struct diag *diag)
{
	ids->imsi = text_trim(cell_of(c, CSV_IMSI));
	ids->msisdn = text_trim(cell_of(c, CSV_MSISDN));
	if (ids->imsi.length && !identity_is_imsi(ids->imsi)) {
		*rejected = true;
		return reject_number(c, CSV_IMSI, ids->imsi, "5 to 15 digits", diag);
	}
	if (ids->msisdn.length && !is_msisdn(ids->msisdn)) {
		*rejected = true;
		return reject_number(c, CSV_MSISDN, ids->msisdn,
				     "at most 15 digits, with or without \"+\"", diag);
	}
	return RC_OK;
}

static enum rc take_identities(struct csv *c, struct csv_identities *ids, bool *rejected,
			       struct diag *diag)
{
	enum rc rc = take_numbers(c, ids, rejected, diag);

	if (!rc && !*rejected)
		rc = take_identity(c, CSV_SUBSCRIPTION, &ids->name, rejected, diag);
	if (!rc && !*rejected)
		rc = take_identity(c, CSV_IMPI, &ids->impi, rejected, diag);
	ids->key = ids->name.length   ? CSV_KEY_NAME
		   : ids->imsi.length ? CSV_KEY_IMSI
		   : ids->impi.length ? CSV_KEY_IMPI
				      : CSV_KEY_NONE;
	return rc;
}

static enum rc reject_fact(struct csv *c, unsigned column, enum csv_field field, bool *rejected,
			   struct diag *diag)
{
	char found[EXCERPT_MAX + 16];

	*rejected = true;
	return csv_reject_row(c, diag, "column \"%s\": found %s, expected %s",
			      c->layout.name[column],
			      excerpt(c, c->row.cell[column], found, sizeof(found)),
			      csv_fields[field].expected);
}

static enum rc take_facts(struct csv *c, bool *rejected, struct diag *diag)
{
	const struct csv_layout *l = &c->layout;
	int mandatory = l->column[CSV_CAPABILITIES_MANDATORY];
	int optional = l->column[CSV_CAPABILITIES_OPTIONAL];

	/* Readers overwrite what the row before left, but for this one, which several columns fill.
	 */
	if (!c->is_lead_same)
		c->facts.impi.has_key = TRI_UNKNOWN;
	for (unsigned i = c->is_lead_same ? l->lead_steps : 0; i < l->step_count; i++) {
		const struct csv_step *step = &l->step[i];

		if (!csv_readers[step->field](c->row.cell[step->column], &c->facts, &c->directory))
			return reject_fact(c, step->column, step->field, rejected, diag);
	}
	if ((mandatory >= 0 || optional >= 0) &&
	    !csv_read_capabilities(&c->directory, cell_of(c, CSV_CAPABILITIES_MANDATORY),
				   cell_of(c, CSV_CAPABILITIES_OPTIONAL), &c->facts.capability_set))
		return reject_fact(c, (unsigned)(mandatory >= 0 ? mandatory : optional),
				   CSV_CAPABILITIES_MANDATORY, rejected, diag);
	return c->directory.is_out_of_memory
		       ? diag_set(diag, RC_NOMEM, "no memory for the names in a csv file")
		       : RC_OK;
}

static bool is_empty(const struct csv_row *row)
{
	for (unsigned i = 0; i < row->count && i < LIMIT_CSV_COLUMNS; i++)
		if (text_trim(row->cell[i]).length)
			return false;
	return true;
}

bool csv_is_padding(const struct csv_row *row)
{
	struct text t = row->cell[0];

	if (row->count != 1)
		return false;
	for (size_t i = 0; i < t.length; i++)
		if (t.data[i] && !strchr("\x1a \t", t.data[i]))
			return false;
	return true;
}

static enum rc take_ragged(struct csv *c, struct diag *diag)
{
	c->lead = TEXT_NONE;
	return csv_reject_row(c, diag, "found %u cell%s, expected %u as in the header",
			      c->row.count, text_plural(c->row.count), c->layout.columns);
}

enum rc csv_take_row(struct csv *c, struct diag *diag)
{
	struct csv_identities ids = {.key = CSV_KEY_NONE};
	uint64_t rows = c->rows;
	bool rejected = false;
	enum rc rc = RC_OK;

	if (csv_is_padding(&c->row)) {
		if (!is_empty(&c->row))
			import_note(c->import, "padding (NUL or ^Z) skipped");
		return RC_OK;
	}
	if (c->row.count != c->layout.columns)
		return take_ragged(c, diag);
	if (!c->is_lead_same) {
		c->lead = TEXT_NONE;
		if (!c->row.cell[0].length && is_empty(&c->row)) {
			import_note(c->import, "row without content skipped");
			return RC_OK;
		}
		rc = take_identities(c, &ids, &rejected, diag);
	}
	if (!rc && !rejected)
		rc = take_identity(c, CSV_IMPU, &ids.impu, &rejected, diag);
	if (rc || rejected)
		return rc;
	rc = take_facts(c, &rejected, diag);
	/* Who the row names is known all the same: left out, a sibling or an association would look
	 * as if it were not provisioned. */
	if (rejected)
		c->facts = (struct csv_facts){.impi.has_key = TRI_UNKNOWN};
	if (!rc)
		rc = csv_record_take(c, &ids, diag);
	/* It counts as a reject alone. */
	if (rejected)
		c->rows = rows;
	return rc;
}
