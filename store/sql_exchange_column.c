#include "store/sql_exchange_column.h"

#include <stddef.h>

#include "base/time_text.h"

enum form {
	FORM_ID,
	FORM_TIME,
	FORM_COMMAND,
	FORM_END,
	FORM_TEXT,
	FORM_IMPU, /* the first */
	FORM_COUNT,
	FORM_TYPE,
	FORM_AVP,
	FORM_CODE,
	FORM_NAME,
	FORM_VENDOR,
	FORM_LATENCY,
};

#define AT(member) offsetof(struct cx_exchange, member)
static const struct {
	const char *declaration;
	enum form form;
	size_t offset;
} columns[] = {
	{"id INTEGER", FORM_ID, 0},
	{"time TEXT", FORM_TIME, 0},
	{"command TEXT", FORM_COMMAND, 0},
	{"\"end\" TEXT", FORM_END, 0},
	{"impi TEXT", FORM_TEXT, AT(impi)},
	{"impu TEXT", FORM_IMPU, 0},
	{"impu_count INTEGER", FORM_COUNT, AT(impu_count)},
	{"visited_network TEXT", FORM_TEXT, AT(visited_network)},
	{"type TEXT", FORM_TYPE, 0},
	{"origin_host TEXT", FORM_TEXT, AT(origin_host)},
	{"destination_host TEXT", FORM_TEXT, AT(destination_host)},
	{"destination_realm TEXT", FORM_TEXT, AT(destination_realm)},
	{"server_name TEXT", FORM_TEXT, AT(server_name)},
	{"scheme TEXT", FORM_TEXT, AT(scheme)},
	{"avp TEXT", FORM_AVP, 0},
	{"code INTEGER", FORM_CODE, 0},
	{"name TEXT", FORM_NAME, 0},
	{"latency_us INTEGER", FORM_LATENCY, 0},
	{"damage INTEGER", FORM_COUNT, AT(damage)},
	{"vendor INTEGER", FORM_VENDOR, 0},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* --- values ---------------------------------------------------------------------------------- */

static void result_text(sqlite3_context *out, struct text t)
{
	if (t.data)
		sqlite3_result_text64(out, t.data, t.length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void result_time(sqlite3_context *out, int64_t time_us)
{
	char buffer[TIME_TEXT_MAX];

	result_text(out, text_from(time_text(TIME_ISO_MICRO, time_us, buffer)));
}

static void result_type(sqlite3_context *out, int32_t type)
{
	if (type == CX_NUMBER_ABSENT)
		return;
	if (type < 0 || type > AUTHORIZATION_CAPABILITIES)
		sqlite3_result_int(out, type);
	else
		result_text(out, text_from(authorization_type_str((enum authorization_type)type)));
}

void sql_exchange_result(int column, const struct cx_exchange *e, sqlite3_context *out)
{
	const struct cx_answer *a = &e->answer;
	const void *at = (const char *)e + columns[column].offset;
	bool has_code = answer_kind_avp(a->kind) != NULL;

	switch (columns[column].form) {
	case FORM_ID:
		sqlite3_result_int64(out, (sqlite3_int64)e->id);
		return;
	case FORM_TIME:
		result_time(out, e->time_us);
		return;
	case FORM_COMMAND:
		result_text(out, text_from(cx_command_str(e->command)));
		return;
	case FORM_END:
		result_text(out, text_from(cx_end_str(e->end)));
		return;
	case FORM_TEXT:
		result_text(out, *(const struct text *)at);
		return;
	case FORM_IMPU:
		result_text(out, e->impu_count ? e->impu[0] : TEXT_NONE);
		return;
	case FORM_COUNT:
		sqlite3_result_int64(out, *(const uint32_t *)at);
		return;
	case FORM_TYPE:
		result_type(out, e->authorization_type);
		return;
	case FORM_AVP:
		result_text(out, text_from(answer_kind_avp(a->kind)));
		return;
	case FORM_CODE:
		if (has_code)
			sqlite3_result_int64(out, a->code);
		return;
	case FORM_NAME:
		if (has_code)
			result_text(out, text_from(cx_code_name(a->kind, a->code)));
		return;
	case FORM_VENDOR:
		if (cx_answer_vendor(a))
			sqlite3_result_int64(out, cx_answer_vendor(a));
		return;
	case FORM_LATENCY:
		if (e->latency_us != CX_NUMBER_ABSENT)
			sqlite3_result_int64(out, e->latency_us);
		return;
	}
}

void sql_exchange_declare(struct strbuf *out)
{
	strbuf_add_str(out, "CREATE TABLE x(");
	for (unsigned i = 0; i < COLUMNS; i++)
		strbuf_printf(out, "%s%s", i ? ", " : "", columns[i].declaration);
	strbuf_add_str(out, ")");
}

enum sql_exchange_bound sql_exchange_bound_of(int column, int operation)
{
	enum form form = columns[column].form;
	bool is_equal = operation == SQLITE_INDEX_CONSTRAINT_EQ;
	bool is_below = operation == SQLITE_INDEX_CONSTRAINT_LT ||
			operation == SQLITE_INDEX_CONSTRAINT_LE;
	bool is_above = operation == SQLITE_INDEX_CONSTRAINT_GT ||
			operation == SQLITE_INDEX_CONSTRAINT_GE;

	if (is_equal &&
	    (form == FORM_IMPU || (form == FORM_TEXT && columns[column].offset == AT(impi))))
		return BOUND_IDENTITY;
	if (form == FORM_ID && is_equal)
		return BOUND_ID;
	if (form == FORM_ID && (is_above || is_below))
		return is_above ? BOUND_ID_FROM : BOUND_ID_TO;
	if (form == FORM_TIME && (is_above || is_below))
		return is_above ? BOUND_FROM : BOUND_TO;
	return BOUND_NONE;
}
