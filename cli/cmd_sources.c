#include <stdio.h>

#include "audit/table.h"
#include "audit/verdict_json.h"
#include "base/time_text.h"
#include "cli/exit_code.h"
#include "cli/session.h"

static bool on_source_json(const struct store_source *s, void *context)
{
	struct json_writer *j = context;

	json_write_object_begin(j);
	json_write_member_str(j, "source", s->name);
	json_write_member_str(j, "role", s->role);
	json_write_member_str(j, "hss", s->hss);
	json_write_member_str(j, "format", s->format);
	json_write_member_uint(j, "snapshot", s->snapshot);
	json_write_member_time(j, "taken_at", s->taken_at);
	json_write_member_uint(j, "subscriptions", s->subscriptions);
	json_write_member_uint(j, "rejects", s->rejects);
	json_write_object_end(j);
	return true;
}

static bool on_source_text(const struct store_source *s, void *context)
{
	char snapshot[24], subscriptions[24], rejects[24], when[TIME_TEXT_MAX] = "never";
	const char *const cells[] = {s->name,  s->role, s->hss,        s->format,
				     snapshot, when,    subscriptions, rejects};

	snprintf(snapshot, sizeof(snapshot), "%llu", (unsigned long long)s->snapshot);
	snprintf(subscriptions, sizeof(subscriptions), "%llu",
		 (unsigned long long)s->subscriptions);
	snprintf(rejects, sizeof(rejects), "%llu", (unsigned long long)s->rejects);
	if (s->snapshot)
		time_text(TIME_MINUTE, time_of_seconds(s->taken_at), when);
	table_add(context, cells);
	return true;
}

static int print_json(struct store *store)
{
	struct strbuf b;
	struct json_writer j;
	struct diag diag;
	enum rc rc;
	int code;

	diag_init(&diag);
	strbuf_init(&b);
	json_write_init(&j, &b, true);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/sources/1");
	json_write_key(&j, "sources");
	json_write_array_begin(&j);
	rc = store_sources(store, on_source_json, &j, &diag);
	json_write_array_end(&j);
	json_write_object_end(&j);
	code = rc == RC_OK ? command_print_json(&b) : command_fail(EXIT_UNUSABLE, &diag);
	strbuf_clear(&b);
	return code;
}

static int print_table(struct store *store)
{
	static const struct table_column columns[] = {
		{"SOURCE", 0, 0},   {"ROLE", 0, 0}, {"HSS", 0, 0},           {"FORMAT", 0, 0},
		{"SNAPSHOT", 1, 0}, {"READ", 0, 0}, {"SUBSCRIPTIONS", 1, 0}, {"REJECTS", 1, 0},
	};
	struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	rc = store_sources(store, on_source_text, table, &diag);
	if (rc != RC_OK)
		table_free(table);
	else if ((rc = table_print(table, stdout)) != RC_OK)
		diag_set(&diag, rc, "cannot write the list of sources");
	return rc == RC_OK ? EXIT_CLEAN : command_fail(EXIT_UNUSABLE, &diag);
}

int cmd_sources(const struct program *program, int argc, char **argv)
{
	struct common_options common = {0};
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &common.store,
		 "the store (default $CXAUDIT_STORE)"},
		{"json", 0, OPTION_FLAG, NULL, &common.is_json, "print JSON"},
		{0},
	};
	const struct option_set set = {"sources", "[OPTION]...", "Lists the sources of the store.",
				       rows, NULL};
	struct store *store;
	int first, code = options_parse(&set, argc, argv, &first);

	(void)program;
	if (code)
		return code - 1;
	if (first < argc)
		return command_usage("sources", "unexpected argument '%s'", argv[first]);
	code = session_store(&common, &store);
	if (code)
		return code;
	code = common.is_json ? print_json(store) : print_table(store);
	store_close(store);
	return code;
}
