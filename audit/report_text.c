#include "audit/evidence_text.h"
#include "audit/report.h"
#include "audit/table.h"
#include "base/print.h"
#include "base/time_text.h"

#define EXAMPLES_SHOWN 3
#define LINE_WIDTH 100
#define INDENT 6

static const char *paint(const struct report *r, const char *escape)
{
	return r->use_colour ? escape : "";
}

static const char *severity_escape(enum severity s)
{
	static const char *const escapes[] = {
		[SEVERITY_INFO] = "\033[36m",
		[SEVERITY_NOTICE] = "\033[36m",
		[SEVERITY_WARNING] = "\033[33m",
		[SEVERITY_ERROR] = "\033[31m",
	};

	return escapes[s];
}

void report_heading(const struct report *r, const char *title)
{
	fprintf(r->out, "\n%s%s%s\n", paint(r, "\033[1m"), title, paint(r, "\033[0m"));
}

/* "remedy: …", indented; both lines of a label and its text. */
static void paragraph(FILE *out, const char *label, const char *text)
{
	fprintf(out, "%*s%s", INDENT, "", label);
	print_wrapped(out, INDENT + (unsigned)strlen(label), LINE_WIDTH, text_from(text));
}

static void head_print(const struct report *r)
{
	const struct snapshot_info *s = r->info->input;
	char when[TIME_TEXT_MAX];

	if (r->is_continued)
		fputc('\n', r->out);
	fprintf(r->out, "%scxaudit%s  source %s (%s), read %s\n", paint(r, "\033[1m"),
		paint(r, "\033[0m"), s->source, s->format,
		time_text(TIME_MINUTE, time_of_seconds(s->taken_at), when));
	fprintf(r->out, "         %llu subscription%s, %llu record%s could not be read\n",
		(unsigned long long)s->subscriptions, text_plural(s->subscriptions),
		(unsigned long long)s->rejects, text_plural(s->rejects));
	fprintf(r->out, "         judged as HSS %s, CSCF %s\n", r->info->hss, r->info->cscf);
	if (s->is_truncated)
		fprintf(r->out,
			"         %sthe input was truncated: this covers only what could be "
			"read%s\n",
			paint(r, "\033[31m"), paint(r, "\033[0m"));
}

static enum rc totals_print(const struct report *r)
{
	static const struct table_column columns[] = {{"WHAT A REGISTER GETS", 0, 0},
						      {"ATTEMPTS", 1, 0}};
	const struct audit_totals *t = &r->result->totals;
	const struct {
		const char *name;
		uint64_t value;
		bool is_always;
	} rows[] = {
		{"200: registers", t->registers, true},
		{"403: refused", t->refused, true},
		{"another failure: 480, 500, 600 and the like", t->fails, true},
		{"provisioning does not decide it", t->undecided, false},
		{"unproven: facts are missing in the export", t->unproven, true},
	};
	struct table *table = table_new(columns, 2);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char number[24];
		const char *const cells[] = {rows[i].name, number};

		snprintf(number, sizeof(number), "%llu", (unsigned long long)rows[i].value);
		if (rows[i].value || rows[i].is_always)
			table_add(table, cells);
	}
	fputc('\n', r->out);
	return table_print(table, r->out);
}

static void result_print(const struct report *r)
{
	const struct audit_totals *t = &r->result->totals;

	fprintf(r->out, "\n%s%llu of %llu subscription%s will be refused for certain.%s\n",
		paint(r, t->refused_subscriptions ? "\033[1;31m" : "\033[32m"),
		(unsigned long long)t->refused_subscriptions, (unsigned long long)t->subscriptions,
		text_plural(t->subscriptions), paint(r, "\033[0m"));
	if (t->conditional)
		fprintf(r->out, "%llu verdict%s conditional: resting on what no export says.\n",
			(unsigned long long)t->conditional, t->conditional == 1 ? " is" : "s are");
	if (t->naive_refused)
		fprintf(r->out,
			"\"IMPU barred, therefore 403\" would have flagged %llu attempt%s.\n",
			(unsigned long long)t->naive_refused, text_plural(t->naive_refused));
}

static bool on_group(const struct audit_finding *f, void *context)
{
	const struct report *r = context;

	fprintf(r->out, "  %s%s%s  %s %s, %llu subscription%s\n",
		paint(r, severity_escape(f->severity)), severity_str(f->severity),
		paint(r, "\033[0m"), f->rule->id, f->rule->slug, (unsigned long long)f->count,
		text_plural(f->count));
	paragraph(r->out, "", f->text);
	paragraph(r->out, "remedy: ", f->remedy);
	return true;
}

static enum rc causes_print(const struct report *r)
{
	static const struct table_column columns[] = {
		{"SEVERITY", 0, 0},    {"RULE", 0, 0},  {"ROW", 0, 0},
		{"SUBSCRIBERS", 1, 0}, {"CAUSE", 0, 1},
	};
	struct table *table = table_new(columns, 5);

	for (size_t i = 0; i < r->result->cause_count; i++) {
		const struct audit_cause *c = &r->result->cause[i];
		char number[24];
		const char *const cells[] = {
			c->intended == c->subscribers ? "intended" : severity_str(c->severity),
			c->rule->id, c->rule->row ? c->rule->row : "", number, c->rule->title};

		snprintf(number, sizeof(number), "%llu", (unsigned long long)c->subscribers);
		table_add(table, cells);
	}
	report_heading(r, "Causes");
	return table_print(table, r->out);
}

struct example_printer {
	const struct report *report;
	const struct rule *rule;
	bool is_printed;
};

static bool on_example(const struct audit_finding *f, const struct ims_subscription *record,
		       void *context)
{
	struct example_printer *p = context;
	FILE *out = p->report->out;
	struct text who = f->imsi.data ? f->imsi : f->impi.data ? f->impi : f->impu;

	if (f->rule != p->rule || p->is_printed)
		return true;
	fputs("    ", out);
	print_text(out, who);
	if (record && record->name.data) {
		fputs(" (", out);
		print_text(out, record->name);
		fputc(')', out);
	}
	fprintf(out, "%s%s\n", f->certainty == CERTAINTY_CERTAIN ? "" : ", ",
		f->certainty == CERTAINTY_CERTAIN ? "" : certainty_str(f->certainty));
	paragraph(out, "", f->text);
	paragraph(out, "remedy: ", f->remedy);
	p->is_printed = true;
	return false;
}

static enum rc cause_examples(const struct report *r, const struct audit_cause *c,
			      struct diag *diag)
{
	unsigned shown = c->example_count < EXAMPLES_SHOWN ? c->example_count : EXAMPLES_SHOWN;
	enum rc rc = RC_OK;

	fprintf(r->out, "  %s%s%s  %s %s, %s\n", paint(r, severity_escape(c->severity)),
		severity_str(c->severity), paint(r, "\033[0m"), c->rule->id, c->rule->slug,
		c->rule->clause);
	for (unsigned k = 0; k < shown && rc == RC_OK; k++) {
		struct example_printer printer = {r, c->rule, false};

		rc = audit_list_one(r->request, r->result, c->example[k], on_example, &printer,
				    diag);
	}
	if (c->subscribers > shown)
		fprintf(r->out, "    ... and %llu more\n",
			(unsigned long long)(c->subscribers - shown));
	return rc;
}

/* Notices and what is intended stay in the table of causes: they must not drown the faults. */
static enum rc examples_print(const struct report *r, struct diag *diag)
{
	size_t left_out = 0;
	enum rc rc = RC_OK;

	report_heading(r, "Subscribers");
	for (size_t i = 0; i < r->result->cause_count && rc == RC_OK; i++) {
		const struct audit_cause *c = &r->result->cause[i];

		if (c->severity < SEVERITY_WARNING || c->intended == c->subscribers)
			left_out++;
		else
			rc = cause_examples(r, c, diag);
	}
	if (left_out)
		fprintf(r->out, "  %zu further cause%s or intended.\n", left_out,
			left_out == 1 ? " is a notice" : "s are notices");
	fputs("  Every finding: -o ndjson or -o csv. What a rule means: cxaudit rules CXA007.\n",
	      r->out);
	return rc;
}

enum rc report_completeness(FILE *out, const struct completeness *rows, size_t count)
{
	static const struct table_column columns[] = {
		{"FACT", 0, 0},
		{"KNOWN", 1, 0},
		{"DEFAULTED", 1, 0},
		{"UNKNOWN", 1, 0},
	};
	struct table *table = table_new(columns, 4);

	for (size_t i = 0; i < count; i++) {
		char known[24], defaulted[24], unknown[24];
		const char *const cells[] = {rows[i].fact, known, defaulted, unknown};

		snprintf(known, sizeof(known), "%llu", (unsigned long long)rows[i].known);
		snprintf(defaulted, sizeof(defaulted), "%llu",
			 (unsigned long long)rows[i].defaulted);
		snprintf(unknown, sizeof(unknown), "%llu", (unsigned long long)rows[i].unknown);
		table_add(table, cells);
	}
	return table_print(table, out);
}

enum rc report_text(const struct report *r, struct diag *diag)
{
	enum rc rc;

	head_print(r);
	rc = r->info->evidence ? report_evidence(r) : RC_OK;
	if (rc == RC_OK)
		rc = totals_print(r);
	if (rc == RC_OK)
		result_print(r);
	if (rc == RC_OK && r->result->group_count) {
		report_heading(r, "One cause, many subscribers");
		audit_list_population(r->result, on_group, (void *)(uintptr_t)r);
	}
	if (rc == RC_OK && r->result->cause_count) {
		rc = causes_print(r);
		if (rc == RC_OK)
			rc = examples_print(r, diag);
	}
	for (size_t i = 0; i < r->result->note_count && rc == RC_OK; i++) {
		fputs(i ? "note: " : "\nnote: ", r->out);
		print_wrapped(r->out, 6, LINE_WIDTH, text_from(r->result->notes[i]));
	}
	if (rc == RC_OK) {
		report_heading(r, "What the export says");
		rc = report_completeness(r->out, r->info->completeness,
					 r->info->completeness_count);
	}
	if (rc == RC_OK && ferror(r->out))
		rc = diag_set_errno(diag, RC_IO, "cannot write the report");
	return rc;
}
