#include "audit/evaluator.h"
#include "base/print.h"
#include "base/time_text.h"
#include "cli/lookup.h"
#include "cli/verdict_text.h"
#include "model/words.h"

#define LABEL_WIDTH 8
#define IDENTITY_WIDTH_MAX 72
#define LINE_WIDTH 100

static void list_line(FILE *out, const char *label, const struct text *texts, uint32_t count,
		      const char *none)
{
	fprintf(out, "  %-*s ", LABEL_WIDTH, label);
	for (uint32_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", out);
		print_text(out, texts[i]);
	}
	fprintf(out, "%s\n", count ? "" : none);
}

static void impi_lines(FILE *out, const struct ims_subscription *r)
{
	if (!r->impi_count)
		fprintf(out, "  %-*s none\n", LABEL_WIDTH, "IMPI");
	for (uint32_t i = 0; i < r->impi_count; i++) {
		fprintf(out, "  %-*s ", LABEL_WIDTH, i ? "" : "IMPI");
		print_text(out, r->impi[i].identity);
		fprintf(out, "%s%s\n", r->impi[i].has_key == TRI_NO ? ", no key" : "",
			r->impi[i].barred == TRI_YES ? ", barred" : "");
	}
}

static bool is_associated(const struct ims_subscription *r, uint32_t impu)
{
	for (uint32_t i = 0; i < r->association_count; i++)
		if (r->association[i].impu == impu)
			return true;
	return false;
}

/* The column where the attributes of the IMPUs begin. */
static unsigned identity_column(const struct ims_subscription *r)
{
	unsigned widest = 0;

	for (uint32_t i = 0; i < r->impu_count; i++) {
		unsigned width = print_width(r->impu[i].identity);

		if (width > widest && width <= IDENTITY_WIDTH_MAX)
			widest = width;
	}
	return widest;
}

static void impu_line(FILE *out, const struct ims_subscription *r, uint32_t i, unsigned column)
{
	const struct impu *u = &r->impu[i];
	unsigned width = print_width(u->identity);

	fprintf(out, "  %-*s ", LABEL_WIDTH, i ? "" : "IMPU");
	print_text(out, u->identity);
	fprintf(out, "%*s  %-15s", width < column ? (int)(column - width) : 0, "",
		u->barred == TRI_YES  ? "barred"
		: u->barred == TRI_NO ? "not barred"
				      : "barring unknown");
	if (u->irs_state == IRS_NAMED) {
		fputs("  set ", out);
		print_text(out, u->irs);
	} else {
		fprintf(out, "  %s", u->irs_state == IRS_OWN ? "a set of its own" : "set unknown");
	}
	if (u->is_default == TRI_YES)
		fputs(", default", out);
	if (u->kind != IMPU_DISTINCT && impu_kind_str(u->kind))
		fprintf(out, ", %s", impu_kind_str(u->kind));
	if (u->may_register == TRI_NO)
		fputs(", may not register", out);
	if (reg_state_str(u->state))
		fprintf(out, ", %s", reg_state_str(u->state));
	if (r->has_associations == TRI_YES && !is_associated(r, i))
		fputs(", NOT ASSOCIATED with any IMPI", out);
	fputc('\n', out);
}

static void head_line(FILE *out, const struct lookup_view *v, bool use_colour)
{
	char when[TIME_TEXT_MAX];

	fprintf(out, "%ssource %s, snapshot %llu of %s%s", use_colour ? "\033[1m" : "",
		v->info->source, (unsigned long long)v->info->number,
		time_text(TIME_MINUTE, time_of_seconds(v->info->taken_at), when),
		use_colour ? "\033[0m" : "");
	if (v->record->name.data) {
		fputs(", subscription ", out);
		print_text(out, v->record->name);
	}
	fputc('\n', out);
}

void lookup_text(FILE *out, const struct lookup_view *v, bool use_colour)
{
	const struct ims_subscription *r = v->record;
	unsigned column = identity_column(r);

	head_line(out, v, use_colour);
	list_line(out, "IMSI", r->imsi, r->imsi_count,
		  r->has_imsi_column == TRI_YES ? "none" : "not exported");
	if (r->msisdn_count)
		list_line(out, "MSISDN", r->msisdn, r->msisdn_count, "");
	impi_lines(out, r);
	if (!r->impu_count)
		fprintf(out, "  %-*s none\n", LABEL_WIDTH, "IMPU");
	for (uint32_t i = 0; i < r->impu_count; i++)
		impu_line(out, r, i, column);
	if (r->scscf_name.length)
		list_line(out, "S-CSCF", &r->scscf_name, 1, "");
	for (unsigned i = 0; i < v->evidence_count; i++)
		list_line(out, i ? "" : "read as",
			  &(struct text){v->evidence[i], strlen(v->evidence[i])}, 1, "");
	if (v->verdict_count)
		fprintf(out, "\n  judged as HSS %s, CSCF %s\n", v->hss, v->cscf);
	for (unsigned i = 0; i < v->verdict_count; i++)
		verdict_text(out, &v->verdict[i].attempt, &v->verdict[i].verdict,
			     &v->verdict[i].explanation, 2, use_colour);
	if (v->verdicts_left_out)
		fprintf(out, "\n  %u more attempts of this subscription are not shown\n",
			v->verdicts_left_out);
	if (v->check_count)
		fputs("\n  checks of the record\n", out);
	for (unsigned i = 0; i < v->check_count; i++) {
		fprintf(out, "    %-8s%s  ",
			severity_str(finding_severity(v->check[i].rule, v->check[i].certainty)),
			v->check[i].rule->id);
		print_wrapped(out, 20, LINE_WIDTH, text_from(v->check[i].text));
	}
	if (v->checks_left_out)
		fprintf(out, "    %u more are not shown\n", v->checks_left_out);
	if (v->has_observations)
		lookup_observed_text(out, v);
}
