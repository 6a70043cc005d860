#include "audit/evidence_json.h"

#include <stdio.h>

#include "base/time_text.h"

static void member_time(struct json_writer *j, const char *key, int64_t time_us)
{
	char out[TIME_TEXT_MAX];

	if (time_us)
		json_write_member_str(j, key, time_text(TIME_ISO_MICRO, time_us, out));
	else
		json_write_member_null(j, key);
}

/* A share with four digits, as the writer knows whole numbers only. */
static void share(struct json_writer *j, double value)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%.4f", value);
	json_write_number(j, text_from(digits));
}

static void code_json(struct json_writer *j, const char *key, struct evidence_code code)
{
	enum answer_kind kind = (enum answer_kind)code.kind;

	json_write_key(j, key);
	if (kind == ANSWER_SILENT) {
		json_write_null(j);
		return;
	}
	json_write_object_begin(j);
	json_write_member_str(j, "avp", answer_kind_avp(kind));
	if (answer_kind_avp(kind))
		json_write_member_uint(j, "code", code.code);
	else
		json_write_member_null(j, "code");
	json_write_member_str(j, "name",
			      answer_kind_avp(kind) ? cx_code_name(kind, code.code) : NULL);
	json_write_object_end(j);
}

static void days_json(struct json_writer *j, uint64_t days)
{
	json_write_member_uint(j, "days", evidence_days_count(days));
	json_write_member_bool(j, "days_capped", evidence_days_are_capped(days));
}

static void cases_json(struct json_writer *j, const struct evidence_rule *r)
{
	json_write_key(j, "contradictions");
	json_write_array_begin(j);
	for (unsigned i = 0; i < r->contradiction_count; i++) {
		const struct evidence_case *c = &r->contradiction[i];

		json_write_object_begin(j);
		json_write_member_uint(j, "exchange", c->id);
		member_time(j, "time", c->time_us);
		json_write_member_text(j, "impi", c->impi);
		json_write_member_text(j, "impu", c->impu);
		json_write_member_str(j, "command", cx_command_str(c->command));
		code_json(j, "predicted", c->predicted);
		code_json(j, "observed", c->observed);
		json_write_member_str(j, "certainty", certainty_str(c->certainty));
		json_write_member_text(j, "host", c->node);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void confusion_json(struct json_writer *j, const struct live_evidence *e)
{
	json_write_key(j, "confusion");
	json_write_array_begin(j);
	for (size_t i = 0; i < e->rule_count; i++) {
		const struct evidence_rule *r = &e->rule[i];
		uint64_t compared = r->confirmed + r->other_code + r->contradicted;
		struct evidence_interval v = evidence_interval_of(r->confirmed, compared);

		json_write_object_begin(j);
		json_write_member_str(j, "rule", r->rule ? r->rule->id : NULL);
		json_write_member_str(j, "predicted", r->rule ? r->rule->slug : "passes");
		json_write_member_uint(j, "pairs", r->pairs);
		json_write_member_uint(j, "attempts", r->attempts);
		json_write_member_uint(j, "confirmed", r->confirmed);
		json_write_member_uint(j, "other_code", r->other_code);
		json_write_member_uint(j, "contradicted", r->contradicted);
		json_write_member_uint(j, "unproven", r->unproven);
		json_write_member_uint(j, "in_incidents", r->in_incidents);
		json_write_key(j, "confirmed_share");
		if (compared) {
			json_write_array_begin(j);
			share(j, v.low);
			share(j, v.high);
			json_write_array_end(j);
		} else {
			json_write_null(j);
		}
		member_time(j, "last_seen", r->last_us);
		days_json(j, r->days);
		cases_json(j, r);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void subjects_json(struct json_writer *j, const char *key,
			  const struct evidence_subject *list, unsigned count)
{
	json_write_key(j, key);
	json_write_array_begin(j);
	for (unsigned i = 0; i < count; i++) {
		const struct evidence_subject *s = &list[i];

		json_write_object_begin(j);
		json_write_member_text(j, "impi", s->impi);
		json_write_member_text(j, "impu", s->impu);
		json_write_member_str(j, "rule", s->rule ? s->rule->id : NULL);
		json_write_member_str(j, "command", cx_command_str(s->command));
		code_json(j, "observed", s->observed);
		json_write_member_uint(j, "attempts", s->attempts);
		days_json(j, s->days);
		member_time(j, "last_seen", s->last_us);
		json_write_member_bool(j, "known", s->is_known);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void incidents_json(struct json_writer *j, const struct live_evidence *e)
{
	json_write_key(j, "incidents");
	json_write_array_begin(j);
	for (size_t i = 0; i < e->incident_count; i++) {
		const struct incident *n = &e->incident[i];

		json_write_object_begin(j);
		json_write_member_str(j, "command", cx_command_str(n->command));
		code_json(j, "answer", (struct evidence_code){(uint8_t)n->kind, n->code});
		json_write_member_bool(j, "made_by_relay", n->is_relay_made);
		json_write_member_text(j, "node", n->node);
		json_write_member_text(j, "visited_network", n->visited_network);
		member_time(j, "begin", n->begin_us);
		member_time(j, "end", n->end_us);
		json_write_member_uint(j, "exchanges", n->exchanges);
		json_write_member_uint(j, "subscribers", n->subscribers);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void drifts_json(struct json_writer *j, const struct live_evidence *e)
{
	json_write_key(j, "drift");
	json_write_array_begin(j);
	for (int kind = 0; kind < DRIFT_KINDS; kind++) {
		const struct rule *rule =
			rule_find(text_from(drift_rule_slug((enum drift_kind)kind)));

		if (!e->drifts.of_kind[kind])
			continue;
		json_write_object_begin(j);
		json_write_member_str(j, "rule", rule->id);
		json_write_member_str(j, "slug", rule->slug);
		json_write_member_uint(j, "count", e->drifts.of_kind[kind]);
		json_write_object_end(j);
	}
	json_write_array_end(j);
	json_write_member_uint(j, "drift_older_than_export", e->drifts.older);
}

static void impact_json(struct json_writer *j, const struct live_evidence *e,
			const struct audit_result *result)
{
	const struct rule *rules = rule_table(NULL);

	json_write_key(j, "impact");
	json_write_array_begin(j);
	for (size_t i = 0; i < result->cause_count; i++) {
		const struct audit_cause *c = &result->cause[i];
		uint64_t tried = e->tried[c->rule - rules];

		json_write_object_begin(j);
		json_write_member_str(j, "rule", c->rule->id);
		json_write_member_uint(j, "subscribers", c->subscribers);
		json_write_member_uint(j, "trying", tried);
		json_write_member_uint(j, "never_try",
				       c->subscribers > tried ? c->subscribers - tried : 0);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

void evidence_json(struct json_writer *j, const struct live_evidence *e,
		   const struct audit_result *result)
{
	json_write_object_begin(j);
	json_write_member_uint(j, "exchanges", e->exchanges);
	json_write_member_uint(j, "registrations", e->registrations);
	json_write_member_uint(j, "pairs", e->pairs.used);
	json_write_member_uint(j, "elsewhere", e->elsewhere);
	json_write_member_uint(j, "elsewhere_pairs", e->elsewhere_pairs);
	json_write_member_uint(j, "not_judged", e->pairs.beyond);
	json_write_member_bool(j, "damaged", e->is_damaged);
	json_write_member_uint(j, "unanswered", e->silent);
	json_write_member_uint(j, "made_by_relay", e->relay_made);
	member_time(j, "first", e->first_us);
	member_time(j, "last", e->last_us);
	member_time(j, "export_taken_at", e->snapshot_us);
	confusion_json(j, e);
	incidents_json(j, e);
	impact_json(j, e, result);
	subjects_json(j, "failing", e->failing, e->failing_count);
	json_write_member_uint(j, "unknown_pairs", e->unknown_pairs);
	subjects_json(j, "unknown", e->unknown, e->unknown_count);
	drifts_json(j, e);
	json_write_object_end(j);
}
