#include <stdio.h>

#include "audit/evidence_json.h"
#include "audit/verdict_json.h"
#include "base/time_text.h"

void json_write_member_time(struct json_writer *j, const char *key, int64_t seconds)
{
	char out[TIME_TEXT_MAX];

	json_write_member_str(j, key, time_text(TIME_ISO, time_of_seconds(seconds), out));
}

void finding_json(struct json_writer *j, const struct audit_finding *f, const char *source,
		  const char *hss, const char *cscf)
{
	char hex[17];

	json_write_object_begin(j);
	json_write_member_str(j, "schema", "cxaudit/finding/1");
	json_write_member_str(j, "rule", f->rule->id);
	json_write_member_str(j, "slug", f->rule->slug);
	json_write_member_str(j, "row", f->rule->row);
	json_write_member_str(j, "severity", severity_str(f->severity));
	json_write_member_str(j, "certainty", certainty_str(f->certainty));
	if (source)
		json_write_member_str(j, "source", source);
	json_write_key(j, "subject");
	json_write_object_begin(j);
	json_write_member_text(j, "imsi", f->imsi);
	json_write_member_text(j, "impi", f->impi);
	json_write_member_text(j, "impu", f->impu);
	json_write_object_end(j);
	json_write_key(j, "verdict");
	if (f->verdict)
		verdict_json(j, f->attempt, f->verdict, f->explanation, hss, cscf);
	else
		json_write_null(j);
	json_write_member_str(j, "title", f->rule->title);
	json_write_member_str(j, "text", f->text ? f->text : f->rule->title);
	json_write_member_strs(j, "evidence", f->evidence, f->evidence_count);
	json_write_member_str(j, "remedy", f->remedy ? f->remedy : f->rule->remedy);
	json_write_member_bool(j, "intended", f->is_intended);
	json_write_member_uint(j, "count", f->count);
	snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)f->fingerprint);
	json_write_member_str(j, "fingerprint", hex);
	if (f->part_of) {
		snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)f->part_of);
		json_write_member_str(j, "part_of", hex);
	}
	json_write_object_end(j);
}

static void run_json(struct json_writer *j, const struct audit_run_info *info,
		     const struct audit_result *result)
{
	json_write_key(j, "run");
	json_write_object_begin(j);
	if (info->number)
		json_write_member_uint(j, "number", info->number);
	else
		json_write_member_null(j, "number");
	json_write_member_time(j, "started_at", info->started_at);
	json_write_member_str(j, "hss", info->hss);
	json_write_member_str(j, "cscf", info->cscf);
	json_write_member_str(j, "version", info->version);
	json_write_member_bool(j, "complete", info->is_complete);
	json_write_member_strs(j, "notes", result->notes, result->note_count);
	json_write_object_end(j);
}

static void input_json(struct json_writer *j, const struct audit_run_info *info)
{
	const struct snapshot_info *s = info->input;

	json_write_key(j, "inputs");
	json_write_array_begin(j);
	json_write_object_begin(j);
	json_write_member_str(j, "source", s->source);
	json_write_member_uint(j, "snapshot", s->number);
	json_write_member_uint(j, "subscriptions", s->subscriptions);
	json_write_member_uint(j, "rejects", s->rejects);
	json_write_member_time(j, "taken_at", s->taken_at);
	json_write_member_str(j, "format", s->format);
	json_write_member_bool(j, "truncated", s->is_truncated);
	json_write_key(j, "completeness");
	json_write_array_begin(j);
	for (size_t i = 0; i < info->completeness_count; i++) {
		const struct completeness *c = &info->completeness[i];

		json_write_object_begin(j);
		json_write_member_str(j, "fact", c->fact);
		json_write_member_uint(j, "known", c->known);
		json_write_member_uint(j, "defaulted", c->defaulted);
		json_write_member_uint(j, "unknown", c->unknown);
		json_write_object_end(j);
	}
	json_write_array_end(j);
	json_write_object_end(j);
	json_write_array_end(j);
}

static void totals_json(struct json_writer *j, const struct audit_totals *t)
{
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{"subscriptions", t->subscriptions},
		{"attempts", t->attempts},
		{"registers", t->registers},
		{"refused", t->refused},
		{"fails", t->fails},
		{"undecided", t->undecided},
		{"unproven", t->unproven},
		{"conditional", t->conditional},
		{"refused_subscriptions", t->refused_subscriptions},
		{"naive_refused", t->naive_refused},
	};

	json_write_key(j, "totals");
	json_write_object_begin(j);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_write_member_uint(j, members[i].name, members[i].value);
	json_write_object_end(j);
}

static void causes_json(struct json_writer *j, const struct audit_result *result)
{
	json_write_key(j, "by_cause");
	json_write_array_begin(j);
	for (size_t i = 0; i < result->cause_count; i++) {
		const struct audit_cause *c = &result->cause[i];

		json_write_object_begin(j);
		json_write_member_str(j, "rule", c->rule->id);
		json_write_member_str(j, "slug", c->rule->slug);
		json_write_member_str(j, "row", c->rule->row);
		json_write_member_str(j, "severity", severity_str(c->severity));
		json_write_member_uint(j, "subscribers", c->subscribers);
		json_write_member_uint(j, "intended", c->intended);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

struct population_writer {
	struct json_writer *json;
	const struct audit_run_info *info;
};

static bool on_population(const struct audit_finding *f, void *context)
{
	struct population_writer *w = context;

	finding_json(w->json, f, w->info->input->source, w->info->hss, w->info->cscf);
	return true;
}

void audit_json(struct json_writer *j, const struct audit_run_info *info,
		const struct audit_result *result)
{
	struct population_writer writer = {j, info};

	json_write_object_begin(j);
	json_write_member_str(j, "schema", "cxaudit/audit/1");
	run_json(j, info, result);
	input_json(j, info);
	totals_json(j, &result->totals);
	causes_json(j, result);
	json_write_key(j, "population");
	json_write_array_begin(j);
	audit_list_population(result, on_population, &writer);
	json_write_array_end(j);
	if (info->evidence) {
		json_write_key(j, "evidence");
		evidence_json(j, info->evidence, result);
	}
	json_write_object_end(j);
}
