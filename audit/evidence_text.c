#include "audit/evidence_text.h"

#include "audit/evidence_finding.h"
#include "audit/table.h"
#include "base/print.h"
#include "base/time_text.h"

#define SUBJECTS_SHOWN 10
#define CONTRADICTIONS_SHOWN 3
#define DRIFTS_SHOWN 3
#define NUMBER_MAX 24

static char *number_text(uint64_t n, char out[NUMBER_MAX])
{
	snprintf(out, NUMBER_MAX, "%llu", (unsigned long long)n);
	return out;
}

static void head_print(const struct report *r, const struct live_evidence *e)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX], taken[TIME_TEXT_MAX];

	report_heading(r, "Evidence: what the live HSS answered");
	if (!e->exchanges) {
		fputs("  No Cx exchange was observed in that time.\n", r->out);
		return;
	}
	fprintf(r->out,
		"  %llu Cx exchange%s, %s to %s UTC; %llu of them\n  registrations, %llu "
		"different ones. The export was taken %s UTC.\n",
		(unsigned long long)e->exchanges, text_plural(e->exchanges),
		time_text(TIME_SECOND, e->first_us, first),
		time_text(TIME_SECOND, e->last_us, last), (unsigned long long)e->registrations,
		(unsigned long long)e->pairs.used, time_text(TIME_SECOND, e->snapshot_us, taken));
	if (e->elsewhere)
		fprintf(r->out,
			"  %llu registrations, %llu different ones, are of other sources of the "
			"store "
			"and count there.\n",
			(unsigned long long)e->elsewhere, (unsigned long long)e->elsewhere_pairs);
	if (e->silent || e->relay_made)
		fprintf(r->out,
			"  %llu without an answer and %llu answered by a relay tell nothing of "
			"provisioning.\n",
			(unsigned long long)e->silent, (unsigned long long)e->relay_made);
	if (e->is_damaged)
		fputs("  Some blocks of the observations could not be read and do not count.\n",
		      r->out);
	if (e->pairs.beyond)
		fprintf(r->out,
			"  Not judged, as there are too many pairs: %llu exchange%s of further "
			"ones.\n",
			(unsigned long long)e->pairs.beyond, text_plural(e->pairs.beyond));
}

/* --- the confusion table ---------------------------------------------------------------------- */

/* "99.5 % (99.1 to 99.7)"; what was never confirmed is marked so. */
static void share_text(const struct evidence_rule *r, char *out, size_t size)
{
	uint64_t compared = r->confirmed + r->other_code + r->contradicted;
	struct evidence_interval v = evidence_interval_of(r->confirmed, compared);

	if (!compared)
		snprintf(out, size, "not seen");
	else if (!r->confirmed)
		snprintf(out, size, "never confirmed (at most %.1f %%)", v.high * 100);
	else
		snprintf(out, size, "%.1f %% (%.1f to %.1f)",
			 (double)r->confirmed * 100 / (double)compared, v.low * 100, v.high * 100);
}

static void confusion_row(struct table *table, const char *name, const struct evidence_rule *r)
{
	char number[6][NUMBER_MAX], share[64];
	const char *const cells[] = {
		name,
		number_text(r->pairs, number[0]),
		number_text(r->confirmed, number[1]),
		number_text(r->other_code, number[2]),
		number_text(r->contradicted, number[3]),
		number_text(r->in_incidents, number[4]),
		number_text(r->unproven, number[5]),
		share,
	};

	share_text(r, share, sizeof(share));
	table_add(table, cells);
}

static void rule_add(struct evidence_rule *sum, const struct evidence_rule *r)
{
	sum->pairs += r->pairs;
	sum->confirmed += r->confirmed;
	sum->other_code += r->other_code;
	sum->contradicted += r->contradicted;
	sum->in_incidents += r->in_incidents;
	sum->unproven += r->unproven;
}

static enum rc confusion_print(const struct report *r, const struct live_evidence *e)
{
	static const struct table_column columns[] = {
		{"PREDICTED", 0, 0},    {"PAIRS", 1, 0},
		{"AS PREDICTED", 1, 0}, {"OTHER CODE", 1, 0},
		{"OTHERWISE", 1, 0},    {"INCIDENT", 1, 0},
		{"UNPROVEN", 1, 0},     {"CONFIRMED (95 %)", 0, 0},
	};
	struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	struct evidence_rule all = {0}, refusals = {0};

	fputc('\n', r->out);
	for (size_t i = 0; i < e->rule_count; i++) {
		const struct evidence_rule *rule = &e->rule[i];
		char name[96];

		snprintf(name, sizeof(name), "%s%s%s", rule->rule ? rule->rule->id : "passes",
			 rule->rule ? " " : "", rule->rule ? rule->rule->slug : "");
		confusion_row(table, name, rule);
		rule_add(&all, rule);
		if (rule->rule)
			rule_add(&refusals, rule);
	}
	confusion_row(table, "every failure", &refusals);
	confusion_row(table, "in total", &all);
	return table_print(table, r->out);
}

/* --- cases and incidents ---------------------------------------------------------------------- */

struct listing {
	const struct report *report;
	const char *slug; /* of the rule shown; NULL: any drift */
	unsigned most, shown;
};

static bool on_finding(const struct audit_finding *f, void *context)
{
	struct listing *l = context;
	FILE *out = l->report->out;

	if (!text_equal(text_from(f->rule->slug), text_from(l->slug)) || l->shown == l->most)
		return true;
	l->shown++;
	fputs("    ", out);
	if (f->impi.data || f->impu.data) {
		print_text(out, f->impi);
		fputs(f->impi.data && f->impu.data ? "  " : "", out);
		print_text(out, f->impu);
		fputs("\n      ", out);
	}
	print_wrapped(out, f->impi.data || f->impu.data ? 6 : 4, 100, text_from(f->text));
	for (size_t i = 0; i < f->evidence_count; i++) {
		fputs("      ", out);
		print_wrapped(out, 6, 100, text_from(f->evidence[i]));
	}
	return true;
}

static void list_print(const struct report *r, const struct live_evidence *e, const char *slug,
		       unsigned most)
{
	struct listing l = {r, slug, most, 0};

	evidence_findings_visit(e, on_finding, &l);
}

static void contradictions_print(const struct report *r, const struct live_evidence *e)
{
	uint64_t total = 0;

	for (size_t i = 0; i < e->rule_count; i++)
		total += e->rule[i].contradicted + e->rule[i].other_code;
	if (!total)
		return;
	fprintf(r->out, "\n  %llu pair%s answered otherwise than predicted, among them\n",
		(unsigned long long)total, total == 1 ? " was" : "s were");
	list_print(r, e, "live-answer-contradicts", CONTRADICTIONS_SHOWN);
}

static void incidents_print(const struct report *r, const struct live_evidence *e)
{
	if (!e->incident_count)
		return;
	report_heading(r, "Incidents: one cause, many subscribers, a short time");
	list_print(r, e, "live-incident", SUBJECTS_SHOWN);
	if (e->incident_count > SUBJECTS_SHOWN)
		fprintf(r->out, "    ... and %zu more\n", e->incident_count - SUBJECTS_SHOWN);
}

static void drifts_print(const struct report *r, const struct live_evidence *e)
{
	uint64_t total = e->drifts.older;

	for (int kind = 0; kind < DRIFT_KINDS; kind++)
		total += e->drifts.of_kind[kind];
	if (!total)
		return;
	report_heading(r, "Drift: the live HSS no longer says what the export says");
	for (int kind = 0; kind < DRIFT_KINDS; kind++) {
		const char *slug = drift_rule_slug((enum drift_kind)kind);
		const struct rule *rule = rule_find(text_from(slug));

		if (!e->drifts.of_kind[kind])
			continue;
		fprintf(r->out, "  %s %s, %llu time%s\n", rule->id, rule->slug,
			(unsigned long long)e->drifts.of_kind[kind],
			text_plural(e->drifts.of_kind[kind]));
		list_print(r, e, slug, DRIFTS_SHOWN);
	}
	if (e->drifts.older)
		fprintf(r->out,
			"  %llu answer%s from before the export: different from it, and no "
			"proof.\n",
			(unsigned long long)e->drifts.older, text_plural(e->drifts.older));
}

/* --- impact ----------------------------------------------------------------------------------- */

static enum rc subjects_print(const struct report *r, const struct evidence_subject *list,
			      unsigned count)
{
	static const struct table_column columns[] = {
		{"ATTEMPTS", 1, 0}, {"DAYS", 1, 0},   {"LAST (UTC)", 0, 0},
		{"CAUSE", 0, 0},    {"ANSWER", 0, 0}, {"IMPU", 0, 1},
	};
	struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (unsigned i = 0; i < count && i < SUBJECTS_SHOWN; i++) {
		const struct evidence_subject *s = &list[i];
		char attempts[NUMBER_MAX], days[NUMBER_MAX], last[TIME_TEXT_MAX], answer[48];
		char impu[256];
		const char *const cells[] = {
			number_text(s->attempts, attempts),
			days,
			time_text(TIME_SECOND, s->last_us, last),
			s->rule       ? s->rule->id
			: s->is_known ? "none foretold"
				      : "not in the export",
			answer,
			impu,
		};

		snprintf(days, sizeof(days), "%u%s", evidence_days_count(s->days),
			 evidence_days_are_capped(s->days) ? "+" : "");
		snprintf(answer, sizeof(answer), "%s %s%u", cx_command_str(s->command),
			 s->observed.kind == ANSWER_EXPERIMENTAL ? "exp " : "",
			 (unsigned)s->observed.code);
		text_copy(s->impu, impu, sizeof(impu));
		text_hide_control(impu);
		table_add(table, cells);
	}
	return table_print(table, r->out);
}

/* Which findings hurt nobody at the moment. */
static void never_tried_print(const struct report *r, const struct live_evidence *e)
{
	const struct rule *rules = rule_table(NULL);
	char first[TIME_TEXT_MAX];

	fprintf(r->out,
		"\n  Subscribers with a finding that did not try to register since %s UTC:\n",
		time_text(TIME_SECOND, e->first_us, first));
	for (size_t i = 0; i < r->result->cause_count; i++) {
		const struct audit_cause *c = &r->result->cause[i];
		uint64_t tried = e->tried[c->rule - rules];

		if (c->severity < SEVERITY_WARNING)
			continue;
		fprintf(r->out, "    %s %s: %llu of %llu\n", c->rule->id, c->rule->slug,
			(unsigned long long)(c->subscribers > tried ? c->subscribers - tried : 0),
			(unsigned long long)c->subscribers);
	}
}

static enum rc impact_print(const struct report *r, const struct live_evidence *e)
{
	enum rc rc = RC_OK;

	if (e->failing_count) {
		report_heading(r, "Impact: who fails most often now");
		rc = subjects_print(r, e->failing, e->failing_count);
	}
	if (rc == RC_OK && e->unknown_count) {
		fprintf(r->out, "\n  %llu pair%s that the export does not know:\n",
			(unsigned long long)e->unknown_pairs,
			e->unknown_pairs == 1 ? " fails" : "s fail");
		rc = subjects_print(r, e->unknown, e->unknown_count);
	}
	if (rc == RC_OK && r->result->cause_count)
		never_tried_print(r, e);
	return rc;
}

enum rc report_evidence(const struct report *r)
{
	const struct live_evidence *e = r->info->evidence;
	enum rc rc;

	head_print(r, e);
	if (!e->exchanges)
		return RC_OK;
	rc = confusion_print(r, e);
	if (rc != RC_OK)
		return rc;
	contradictions_print(r, e);
	incidents_print(r, e);
	rc = impact_print(r, e);
	if (rc == RC_OK)
		drifts_print(r, e);
	return rc;
}
