#include "audit/verdict_json.h"

static void attempt_json(struct json_writer *j, const struct attempt *a)
{
	json_write_object_begin(j);
	json_write_member_str(j, "origin", attempt_origin_str(a->origin));
	json_write_member_text(j, "impi", a->impi);
	json_write_member_text(j, "impu", a->impu);
	json_write_member_text(j, "visited_network", a->visited_network);
	json_write_member_str(j, "type", authorization_type_str(a->type));
	json_write_member_bool(j, "emergency", a->is_emergency);
	json_write_member_text(j, "scheme", a->scheme);
	json_write_member_str(j, "from", cx_command_str(a->from));
	json_write_object_end(j);
}

static void numbers_json(struct json_writer *j, const char *key, const uint32_t *numbers,
			 uint32_t count)
{
	json_write_key(j, key);
	json_write_array_begin(j);
	for (uint32_t i = 0; i < count; i++)
		json_write_uint(j, numbers[i]);
	json_write_array_end(j);
}

static void capabilities_json(struct json_writer *j, const struct cx_answer *a)
{
	json_write_key(j, "capabilities");
	json_write_object_begin(j);
	numbers_json(j, "mandatory", a->mandatory, a->mandatory_count);
	numbers_json(j, "optional", a->optional, a->optional_count);
	json_write_member_texts(j, "server_names", a->server_names, a->server_name_count);
	json_write_object_end(j);
}

void user_data_json(struct json_writer *j, const struct user_data_profile *profile, uint32_t count)
{
	json_write_array_begin(j);
	for (uint32_t i = 0; i < count; i++) {
		json_write_array_begin(j);
		for (uint32_t k = 0; k < profile[i].count; k++) {
			const struct user_data_identity *u = &profile[i].identity[k];

			json_write_array_begin(j);
			json_write_text(j, u->identity);
			json_write_tri(j, u->barred < 0 ? TRI_UNKNOWN : tri_from_bool(u->barred));
			json_write_array_end(j);
		}
		json_write_array_end(j);
	}
	json_write_array_end(j);
}

void json_write_member_vendor(struct json_writer *j, const char *key, uint32_t vendor)
{
	if (vendor)
		json_write_member_uint(j, key, vendor);
	else
		json_write_member_null(j, key);
}

void cx_answer_json(struct json_writer *j, const struct cx_answer *a)
{
	const char *avp = answer_kind_avp(a->kind);

	if (a->kind == ANSWER_SILENT) {
		json_write_null(j);
		return;
	}
	json_write_object_begin(j);
	json_write_member_str(j, "avp", avp);
	if (avp) {
		json_write_member_uint(j, "code", a->code);
		json_write_member_str(j, "name", cx_code_name(a->kind, a->code));
	} else {
		json_write_member_null(j, "code");
		json_write_member_null(j, "name");
	}
	if (a->kind == ANSWER_OTHER_VENDOR)
		json_write_member_vendor(j, "vendor", a->vendor);
	if (a->server_name.data)
		json_write_member_text(j, "server_name", a->server_name);
	if (a->has_capabilities)
		capabilities_json(j, a);
	if (a->user_data) {
		json_write_key(j, "user_data");
		user_data_json(j, a->user_data, a->user_data_count);
	}
	json_write_object_end(j);
}

static void conditions_json(struct json_writer *j, const struct verdict *v)
{
	json_write_key(j, "conditions");
	json_write_array_begin(j);
	for (unsigned i = 0; i < v->condition_count; i++) {
		const struct condition *c = &v->condition[i];

		json_write_object_begin(j);
		json_write_member_str(j, "fact", c->fact);
		json_write_member_text(j, "subject", c->subject);
		json_write_member_str(j, "assumed", c->assumed);
		json_write_member_bool(j, "missing", c->is_missing_fact);
		json_write_key(j, "otherwise");
		json_write_object_begin(j);
		json_write_member_str(j, "outcome", outcome_str(c->otherwise));
		json_write_member_str(j, "row", c->otherwise_row);
		json_write_object_end(j);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void rule_json(struct json_writer *j, const struct rule *rule)
{
	json_write_member_str(j, "rule", rule->id);
	json_write_member_str(j, "slug", rule->slug);
	json_write_member_str(j, "row", rule->row);
}

static void cause_json(struct json_writer *j, const struct verdict *v, const struct explanation *x)
{
	const struct rule *rule = v->rule ? rule_find(text_from(v->rule)) : NULL;

	json_write_key(j, "cause");
	if (!rule) {
		json_write_null(j);
	} else {
		json_write_object_begin(j);
		rule_json(j, rule);
		json_write_member_str(j, "clause", rule->clause);
		json_write_member_str(j, "text", x && x->text ? x->text : rule->title);
		json_write_member_str(j, "remedy", x && x->remedy ? x->remedy : rule->remedy);
		if (x && x->nearest.data)
			json_write_member_text(j, "nearest", x->nearest);
		json_write_object_end(j);
	}
	if (!v->further_count)
		return;
	json_write_key(j, "further");
	json_write_array_begin(j);
	for (unsigned i = 0; i < v->further_count; i++) {
		rule = rule_find(text_from(v->further[i]));
		if (!rule)
			continue;
		json_write_object_begin(j);
		rule_json(j, rule);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void sip_json(struct json_writer *j, const struct verdict *v)
{
	json_write_key(j, "sip");
	if (!v->sip_status) {
		json_write_null(j);
		return;
	}
	json_write_object_begin(j);
	json_write_member_int(j, "status", v->sip_status);
	json_write_member_str(j, "reason", v->sip_reason);
	json_write_member_str(j, "sent_by", sip_node_str(v->sent_by));
	json_write_object_end(j);
}

void verdict_json(struct json_writer *j, const struct attempt *attempt, const struct verdict *v,
		  const struct explanation *explanation, const char *hss, const char *cscf)
{
	json_write_object_begin(j);
	json_write_member_str(j, "schema", "cxaudit/verdict/1");
	json_write_key(j, "attempt");
	attempt_json(j, attempt);
	json_write_key(j, "profiles");
	json_write_object_begin(j);
	json_write_member_str(j, "hss", hss);
	json_write_member_str(j, "cscf", cscf);
	json_write_object_end(j);
	json_write_key(j, "cx");
	json_write_array_begin(j);
	for (unsigned i = 0; i < v->step_count; i++) {
		json_write_object_begin(j);
		json_write_member_str(j, "command", cx_command_str(v->step[i].command));
		json_write_key(j, "answer");
		cx_answer_json(j, &v->step[i].answer);
		json_write_object_end(j);
	}
	json_write_array_end(j);
	sip_json(j, v);
	json_write_member_str(j, "outcome", outcome_str(v->outcome));
	json_write_member_str(j, "certainty", certainty_str(v->certainty));
	conditions_json(j, v);
	cause_json(j, v, explanation);
	json_write_member_int(j, "naive_status", v->naive_status);
	json_write_object_end(j);
}
