#include "audit/evidence_finding.h"
#include "audit/exchange_json.h"
#include "audit/verdict_json.h"
#include "base/print.h"
#include "base/time_text.h"
#include "cli/lookup.h"

#define LINE_WIDTH 100
#define INDENT 9 /* of what follows the first line of an exchange */

static const char *match_name(const struct lookup_observed *o)
{
	static const char *const names[] = {
		[EVIDENCE_UNJUDGED] = NULL,
		[EVIDENCE_CONFIRMED] = "confirmed",
		[EVIDENCE_OTHER_CODE] = "other-code",
		[EVIDENCE_MISSED] = "missed",
		[EVIDENCE_FALSE_ALARM] = "false-alarm",
	};

	return o->is_compared ? names[o->match] : NULL;
}

/* --- text ------------------------------------------------------------------------------------- */

static void agreement_text(FILE *out, const struct lookup_observed *o)
{
	char predicted[EVIDENCE_CODE_TEXT_MAX];

	if (!o->is_compared)
		return;
	if (o->match == EVIDENCE_CONFIRMED) {
		fputs(", as predicted", out);
		return;
	}
	fprintf(out, "\n%*s%s %s%s%s", INDENT, "",
		lookup_observed_agrees(o) == TRI_NO ? "otherwise than predicted:"
						    : "the verdict is unproven:",
		evidence_code_text(o->predicted, predicted, sizeof(predicted)), o->rule ? ", " : "",
		o->rule ? o->rule : "");
	if (o->is_older)
		fputs("; the export is newer than this answer", out);
}

static void drift_text(FILE *out, const struct lookup_observed *o, const struct drift *d)
{
	char text[EVIDENCE_DRIFT_TEXT_MAX];

	fprintf(out, "%*s", INDENT, "");
	print_text(out, d->subject);
	fputs(": ", out);
	print_text(out, text_from(evidence_drift_text(d, text, sizeof(text))));
	fputs(o->is_older ? "; the export is newer\n" : "\n", out);
}

static void exchange_text(FILE *out, const struct lookup_observed *o)
{
	const struct cx_exchange *e = &o->exchange;
	const struct evidence_code code = {(uint8_t)e->answer.kind, e->answer.code};
	char when[TIME_TEXT_MAX], answer[EVIDENCE_CODE_TEXT_MAX];

	fprintf(out, "    %s  %s UTC, ", cx_command_str(e->command),
		time_text(TIME_SECOND, e->time_us, when));
	if (e->end == CX_END_RELAY_ANSWERED)
		fputs("made by the relay, ", out);
	if (e->answer_origin_host.length) {
		print_text(out, e->answer_origin_host);
		fputs(": ", out);
	}
	fputs(evidence_code_text(code, answer, sizeof(answer)), out);
	agreement_text(out, o);
	fprintf(out, "\n%*s", INDENT, "");
	print_text(out, e->impu_count ? e->impu[0] : e->impi);
	if (e->visited_network.data) {
		fputs(" from ", out);
		print_text(out, e->visited_network);
	}
	fprintf(out, ", exchange %llu\n", (unsigned long long)e->id);
	for (unsigned i = 0; i < o->drift_count; i++)
		drift_text(out, o, &o->drift[i]);
}

void lookup_observed_text(FILE *out, const struct lookup_view *v)
{
	fprintf(out, "\n  observed on Cx%s\n", v->observed_count ? "" : ": nothing");
	for (unsigned i = 0; i < v->observed_count; i++)
		exchange_text(out, &v->observed[i]);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void prediction_json(struct json_writer *j, const struct lookup_observed *o)
{
	const struct cx_answer predicted = {
		.kind = (enum answer_kind)o->predicted.kind,
		.code = o->predicted.code,
	};

	json_write_key(j, "predicted");
	if (o->is_compared)
		cx_answer_json(j, &predicted);
	else
		json_write_null(j);
	json_write_member_str(j, "rule", o->rule);
	json_write_member_str(j, "match", match_name(o));
	json_write_member_str(j, "certainty", o->is_compared ? certainty_str(o->certainty) : NULL);
	json_write_member_tri(j, "agrees", lookup_observed_agrees(o));
	json_write_member_bool(j, "older_than_export", o->is_older);
}

static void drifts_json(struct json_writer *j, const struct lookup_observed *o)
{
	json_write_key(j, "drift");
	json_write_array_begin(j);
	for (unsigned i = 0; i < o->drift_count; i++) {
		const struct drift *d = &o->drift[i];
		const struct rule *rule = rule_find(text_from(drift_rule_slug(d->kind)));

		json_write_object_begin(j);
		json_write_member_str(j, "rule", rule ? rule->id : NULL);
		json_write_member_text(j, "subject", d->subject);
		json_write_member_text(j, "live", d->live);
		json_write_member_text(j, "exported", d->exported);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void exchange_object(struct json_writer *j, const struct lookup_observed *o)
{
	const struct cx_exchange *e = &o->exchange;
	struct cx_answer answer = e->answer;

	answer.user_data = NULL;
	json_write_object_begin(j);
	json_write_member_uint(j, "exchange", e->id);
	json_write_member_microseconds(j, "time", e->time_us);
	json_write_member_str(j, "command", cx_command_str(e->command));
	json_write_member_str(j, "end", cx_end_str(e->end));
	json_write_member_text(j, "host", e->answer_origin_host);
	json_write_member_text(j, "impi", e->impi);
	json_write_member_text(j, "impu", e->impu_count ? e->impu[0] : TEXT_NONE);
	json_write_member_text(j, "visited_network", e->visited_network);
	json_write_key(j, "answer");
	cx_answer_json(j, &answer);
	prediction_json(j, o);
	drifts_json(j, o);
	json_write_object_end(j);
}

void lookup_observed_json(struct json_writer *j, const struct lookup_view *v)
{
	json_write_key(j, "observed");
	json_write_array_begin(j);
	for (unsigned i = 0; i < v->observed_count; i++)
		exchange_object(j, &v->observed[i]);
	json_write_array_end(j);
}
