#include "audit/exchange_json.h"
#include "audit/verdict_json.h"
#include "trace/diagnosis_text.h"

static void time_member(struct json_writer *j, const char *key, int64_t time_us)
{
	if (time_us > 0)
		json_write_member_microseconds(j, key, time_us);
	else
		json_write_member_null(j, key);
}

static void place_members(struct json_writer *j, const struct evidence_place *p,
			  const char *const *input)
{
	time_member(j, "time", p->time_us);
	if (p->place) {
		json_write_member_str(j, "input", input ? input[p->input] : NULL);
		json_write_member_uint(j, p->has_frame ? "frame" : "line", p->place);
	} else if (p->observation) {
		json_write_member_uint(j, "observation", p->observation);
	}
}

static void evidence_json(struct json_writer *j, const char *key, const struct evidence *list,
			  unsigned count, const char *const *input)
{
	json_write_key(j, key);
	json_write_array_begin(j);
	for (unsigned i = 0; i < count; i++) {
		json_write_object_begin(j);
		json_write_member_str(j, "side", evidence_side_str(list[i].side));
		place_members(j, &list[i].place, input);
		json_write_member_str(j, "text", list[i].text);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void cx_json(struct json_writer *j, const struct diagnosis *d)
{
	json_write_key(j, "cx");
	json_write_array_begin(j);
	for (unsigned i = 0; i < d->cx_count; i++) {
		struct cx_answer answer = d->cx[i]->answer;

		/* Profiles name siblings, servers and networks: for those who ask the store. */
		answer.user_data = NULL;
		json_write_object_begin(j);
		json_write_member_str(j, "command", cx_command_str(d->cx[i]->command));
		json_write_key(j, "answer");
		cx_answer_json(j, &answer);
		time_member(j, "time", d->cx[i]->time_us);
		json_write_member_str(j, "end", cx_end_str(d->cx[i]->end));
		if (d->cx[i]->id)
			json_write_member_uint(j, "observation", d->cx[i]->id);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void cause_json(struct json_writer *j, const struct diagnosis *d)
{
	json_write_key(j, "cause");
	json_write_object_begin(j);
	json_write_member_str(j, "class", cause_class_str(d->cause));
	json_write_member_str(j, "rule", d->rule);
	json_write_member_str(j, "row", d->row);
	json_write_member_str(j, "text", d->text);
	json_write_key(j, "possible_too");
	json_write_array_begin(j);
	for (unsigned i = 0; i < d->other_count; i++)
		json_write_str(j, cause_class_str(d->other[i]));
	json_write_array_end(j);
	json_write_object_end(j);
}

static void folk_json(struct json_writer *j, const struct diagnosis *d)
{
	json_write_key(j, "naive");
	json_write_array_begin(j);
	for (unsigned i = 0; i < d->folk_count; i++) {
		json_write_object_begin(j);
		json_write_member_str(j, "naive", d->folk[i].claim);
		json_write_member_str(j, "standard", d->folk[i].standard);
		json_write_member_str(j, "clause", d->folk[i].clause);
		json_write_member_str(j, "divergence", d->folk[i].divergence);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void head_json(struct json_writer *j, const struct diagnosis *d, const char *const *input)
{
	json_write_member_str(j, "method", d->method);
	json_write_member_str(j, "call_id", d->call_id);
	json_write_member_str(j, "impi", d->impi);
	json_write_member_str(j, "impu", d->impu);
	json_write_member_str(j, "called",
			      d->kind == TRACE_SESSION || d->kind == TRACE_REQUEST ? d->called
										   : NULL);
	json_write_key(j, "final");
	if (d->status) {
		json_write_object_begin(j);
		json_write_member_int(j, "status", d->status);
		json_write_member_str(j, "reason", d->reason_phrase ? d->reason_phrase : "");
		json_write_object_end(j);
	} else {
		json_write_null(j);
	}
	json_write_key(j, "first");
	json_write_object_begin(j);
	place_members(j, &d->first, input);
	json_write_object_end(j);
}

void diagnosis_json_members(struct json_writer *j, const struct diagnosis *d,
			    const char *const *input)
{
	head_json(j, d, input);
	json_write_member_str(j, "sent_by", trace_sender_str(d->sent_by));
	json_write_member_str(j, "sent_by_confidence", confidence_str(d->sent_by_confidence));
	evidence_json(j, "sent_by_evidence", d->sender, d->sender_count, input);
	cx_json(j, d);
	cause_json(j, d);
	json_write_member_str(j, "confidence", confidence_str(d->confidence));
	json_write_member_tri(j, "provisioning_to_blame", d->blame);
	json_write_member_str(j, "blame_reason", d->blame_reason);
	evidence_json(j, "evidence", d->evidence, d->evidence_count, input);
	json_write_member_strs(j, "rules_out", d->ruled_out, d->ruled_out_count);
	folk_json(j, d);
	json_write_member_strs(j, "provisioning", d->provisioning, d->provisioning_count);
	if (d->has_prediction) {
		json_write_key(j, "predicted");
		json_write_object_begin(j);
		json_write_member_int(j, "status", d->predicted.sip_status);
		json_write_member_str(j, "outcome", outcome_str(d->predicted.outcome));
		json_write_member_str(j, "certainty", certainty_str(d->predicted.certainty));
		json_write_member_str(j, "rule", d->predicted.rule);
		json_write_object_end(j);
	}
	json_write_member_bool(j, "suspicious", d->is_suspicious);
	json_write_member_str(j, "remedy", d->remedy);
	json_write_member_str(j, "doubt", d->doubt);
	json_write_member_str(j, "next", d->next);
}

void comparison_json_member(struct json_writer *j, const struct comparison_result *r)
{
	json_write_key(j, "comparison");
	if (!r) {
		json_write_null(j);
		return;
	}
	json_write_object_begin(j);
	json_write_member_str(j, "impu", r->impu);
	json_write_member_str(j, "p_cscf", r->p_cscf[0] ? r->p_cscf : NULL);
	time_member(j, "time", r->time_us);
	json_write_member_str(j, "rules_out", r->rules_out);
	json_write_member_str(j, "difference", r->difference);
	json_write_object_end(j);
}
