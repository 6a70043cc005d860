#include "audit/exchange_json.h"

#include <stdio.h>

#include "audit/verdict_json.h"
#include "base/time_text.h"

void json_write_member_microseconds(struct json_writer *j, const char *key, int64_t time_us)
{
	char out[TIME_TEXT_MAX];

	json_write_member_str(j, key, time_text(TIME_ISO_MICRO, time_us, out));
}

static void number_json(struct json_writer *j, const char *key, int64_t n)
{
	if (n == CX_NUMBER_ABSENT)
		json_write_member_null(j, key);
	else
		json_write_member_int(j, key, n);
}

static void damage_json(struct json_writer *j, uint32_t damage)
{
	static const struct {
		enum cx_damage damage;
		const char *name;
	} names[] = {
		{CX_DAMAGE_HEADER, "header"}, {CX_DAMAGE_AVP, "avp"},
		{CX_DAMAGE_VALUE, "value"},   {CX_DAMAGE_USER_DATA, "user-data"},
		{CX_DAMAGE_LIMIT, "limit"},
	};

	json_write_key(j, "damage");
	json_write_array_begin(j);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (damage & names[i].damage)
			json_write_str(j, names[i].name);
	json_write_array_end(j);
}

/* Only a UAR has a type and can be of an emergency registration. */
static void authorization_json(struct json_writer *j, const struct cx_exchange *e)
{
	bool has_type = e->authorization_type >= 0 &&
			e->authorization_type <= AUTHORIZATION_CAPABILITIES;
	bool is_uar = e->command == CX_UAR && e->end != CX_END_ANSWER_ONLY;

	json_write_member_str(
		j, "type",
		has_type ? authorization_type_str((enum authorization_type)e->authorization_type)
			 : NULL);
	if (is_uar)
		json_write_member_bool(j, "emergency", cx_exchange_is_emergency(e));
	else
		json_write_member_null(j, "emergency");
}

static void request_json(struct json_writer *j, const struct cx_exchange *e)
{
	json_write_member_text(j, "origin_host", e->origin_host);
	json_write_member_text(j, "origin_realm", e->origin_realm);
	json_write_member_text(j, "destination_host", e->destination_host);
	json_write_member_text(j, "destination_realm", e->destination_realm);
	json_write_member_text(j, "session", e->session);
	json_write_member_text(j, "impi", e->impi);
	json_write_member_texts(j, "impu", e->impu, e->impu_count);
	json_write_member_text(j, "wildcarded_impu", e->wildcarded_impu);
	json_write_member_text(j, "visited_network", e->visited_network);
	authorization_json(j, e);
	number_json(j, "uar_flags", e->uar_flags);
	json_write_member_text(j, "server_name", e->server_name);
	json_write_member_text(j, "scheme", e->scheme);
	number_json(j, "items", e->item_count);
	json_write_member_bool(j, "resynchronisation", e->has_resynchronisation);
	number_json(j, "assignment_type", e->assignment_type);
	number_json(j, "user_data_available", e->user_data_available);
	number_json(j, "originating_request", e->originating_request);
	number_json(j, "deregistration_reason", e->deregistration_reason);
	json_write_member_text(j, "deregistration_info", e->deregistration_info);
}

static void response_json(struct json_writer *j, const struct cx_exchange *e)
{
	struct cx_answer answer = e->answer;

	/* It stands beside the answer, as a PPR has it in the request. */
	answer.user_data = NULL;
	json_write_key(j, "answer");
	cx_answer_json(j, &answer);
	json_write_member_text(j, "answer_host", e->answer_origin_host);
	json_write_member_text(j, "answer_realm", e->answer_origin_realm);
	json_write_member_vendor(j, "answer_vendor", cx_answer_vendor(&answer));
	json_write_member_text(j, "answer_scheme", e->answer_scheme);
	number_json(j, "answer_items", e->answer_item_count);
	json_write_member_text(j, "error_message", e->error_message);
	number_json(j, "latency_us", e->latency_us);
}

static void content_json(struct json_writer *j, const struct cx_exchange *e)
{
	char hash[17];

	json_write_key(j, "user_data");
	if (e->user_data)
		user_data_json(j, e->user_data, e->user_data_count);
	else
		json_write_null(j);
	json_write_member_text(j, "user_data_impi", e->user_data_impi);
	snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)e->user_data_hash);
	json_write_member_str(j, "user_data_hash", e->user_data_hash ? hash : NULL);
}

void exchange_json(struct json_writer *j, const struct cx_exchange *e)
{
	json_write_object_begin(j);
	json_write_member_str(j, "schema", "cxaudit/exchange/1");
	if (e->id)
		json_write_member_uint(j, "id", e->id);
	else
		json_write_member_null(j, "id");
	json_write_member_microseconds(j, "time", e->time_us);
	json_write_member_str(j, "command", cx_command_str(e->command));
	json_write_member_str(j, "end", cx_end_str(e->end));
	request_json(j, e);
	response_json(j, e);
	content_json(j, e);
	damage_json(j, e->damage);
	json_write_object_end(j);
}
