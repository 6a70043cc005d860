/* CSV: a row for each IMPI and IMPU, in the dialects that are met. */
#include "bench/generate_format.h"

#include <string.h>

struct dialect {
	const char *header;
	char separator;
	const char *quote, *line_end;
	const char *yes, *no;
	bool is_wide;      /* with columns that say nothing about registering */
	bool is_scattered; /* all first rows of all subscribers, then all second ones … */
};

static const struct dialect plain = {
	.header = "imsi,msisdn,impi,impu,barred,irs,default,profile",
	.separator = ',',
	.quote = "",
	.line_end = "\n",
	.yes = "1",
	.no = "0",
};

static const struct dialect scattered = {
	.header = "imsi,msisdn,impi,impu,barred,irs,default,profile",
	.separator = ',',
	.quote = "",
	.line_end = "\n",
	.yes = "1",
	.no = "0",
	.is_scattered = true,
};

/* As a spreadsheet writes it: byte order mark, separator line, quotes, CRLF. */
static const struct dialect quoted = {
	.header = "\xef\xbb\xbfsep=;\r\n\"IMSI\";\"MSISDN\";\"Private Identity\";"
		  "\"Public Identity\";\"Barring Indication\";\"Implicit Set\";"
		  "\"Is Default\";\"Service Profile\"",
	.separator = ';',
	.quote = "\"",
	.line_end = "\r\n",
	.yes = "TRUE",
	.no = "FALSE",
};

static const struct dialect wide = {
	.header = "imsi,msisdn,impi,impu,barred,irs,default,profile,tariff,region,created_on,"
		  "changed_on,changed_by,sales_channel,customer_segment,voice_mail,contract,"
		  "remark_1,remark_2,remark_3",
	.separator = ',',
	.quote = "",
	.line_end = "\n",
	.yes = "1",
	.no = "0",
	.is_wide = true,
};

struct writer {
	struct output out;
	const struct dialect *dialect;
};

static void add_cell(struct writer *w, const char *data, size_t length, bool is_last)
{
	output_str(&w->out, w->dialect->quote);
	output_add(&w->out, data, length);
	output_str(&w->out, w->dialect->quote);
	if (!is_last)
		output_char(&w->out, w->dialect->separator);
}

static void add_truth(struct writer *w, bool value)
{
	const char *word = value ? w->dialect->yes : w->dialect->no;

	add_cell(w, word, strlen(word), false);
}

/* impi is NULL for an IMPU that is not associated. */
static void add_row(struct writer *w, const struct subscriber *s, const struct identity *impi,
		    const struct public_identity *u)
{
	output_room(&w->out);
	add_cell(w, s->imsi.text, s->imsi.length, false);
	add_cell(w, s->msisdn.text, s->msisdn.length, false);
	add_cell(w, impi ? impi->text : "", impi ? impi->length : 0, false);
	add_cell(w, u->identity.text, u->identity.length, false);
	add_truth(w, u->is_barred);
	add_cell(w, u->set == 1 ? "1" : "2", 1, false);
	add_truth(w, u->is_default);
	add_cell(w, "volte", 5, true);
	if (w->dialect->is_wide) {
		output_str(&w->out, ",flat-");
		output_number(&w->out, s->index % 17);
		output_str(&w->out, ",north,2021-03-04,2026-01-02,batch,shop,consumer,yes,");
		output_number(&w->out, 70000000 + s->index);
		output_str(&w->out, ",,,");
	}
	output_str(&w->out, w->dialect->line_end);
}

/* Writes the rows of a subscriber that are wanted, all or one; false when there is none. */
static bool add_rows(struct writer *w, const struct subscriber *s, unsigned wanted)
{
	unsigned row = 0;

	for (unsigned impi = 0; impi < s->impi_count || impi == 0; impi++) {
		for (unsigned i = 0; i < s->impu_count; i++) {
			const struct public_identity *u = &s->impu[i];
			bool is_associated = u->impis >> impi & 1;

			if (!is_associated && (impi || u->impis))
				continue;
			if (wanted == row || wanted == UINT32_MAX)
				add_row(w, s, is_associated ? &s->impi[impi] : NULL, u);
			row++;
		}
	}
	return wanted < row;
}

static bool write_dialect(const struct export *e, const struct dialect *dialect)
{
	struct writer w = {.dialect = dialect};
	bool has_more = true;

	if (!output_open(&w.out, e->path))
		return false;
	output_str(&w.out, dialect->header);
	output_str(&w.out, dialect->line_end);
	for (unsigned wanted = dialect->is_scattered ? 0 : UINT32_MAX; has_more; wanted++) {
		has_more = false;
		for (uint64_t place = 0; place < e->population->subscribers; place++) {
			struct subscriber s;

			export_subscriber(e, place, &s);
			has_more |= add_rows(&w, &s, wanted);
		}
	}
	return output_close(&w.out);
}

bool csv_write(const struct export *e)
{
	return write_dialect(e, &plain);
}

bool csv_quoted_write(const struct export *e)
{
	return write_dialect(e, &quoted);
}

bool csv_wide_write(const struct export *e)
{
	return write_dialect(e, &wide);
}

bool csv_scattered_write(const struct export *e)
{
	return write_dialect(e, &scattered);
}
