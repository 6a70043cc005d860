#include <stdio.h>

#include "audit/rule_table.h"
#include "audit/table.h"
#include "base/json_writer.h"
#include "base/print.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/options.h"

#define LINE_WIDTH 100

static void rule_json(struct json_writer *j, const struct rule *r)
{
	json_write_object_begin(j);
	json_write_member_str(j, "rule", r->id);
	json_write_member_str(j, "slug", r->slug);
	json_write_member_str(j, "row", r->row);
	json_write_member_str(j, "severity", severity_str(r->severity));
	json_write_member_str(j, "clause", r->clause);
	json_write_member_str(j, "title", r->title);
	json_write_member_str(j, "remedy", r->remedy);
	json_write_member_str(j, "page", r->page);
	json_write_object_end(j);
}

static void rule_text(const struct rule *r)
{
	printf("%s %s%s%s\n  ", r->id, r->slug, r->row ? ", row " : "", r->row ? r->row : "");
	print_wrapped(stdout, 2, LINE_WIDTH, text_from(r->title));
	printf("\n  severity  %s\n  clause    %s\n  remedy    ", severity_str(r->severity),
	       r->clause);
	print_wrapped(stdout, 12, LINE_WIDTH, text_from(r->remedy));
	fputs("\n  ", stdout);
	print_wrapped(stdout, 2, LINE_WIDTH, text_from(r->page));
}

/* docs/rules.md is this output. */
static void rule_markdown(const struct rule *r)
{
	printf("## %s %s\n\n**%s.** Severity %s%s%s; %s.\n\n%s\n\nRemedy: %s\n\n", r->id, r->slug,
	       r->title, severity_str(r->severity), r->row ? ", row " : "", r->row ? r->row : "",
	       r->clause, r->page, r->remedy);
}

static void list_text(const struct rule *rules, size_t count)
{
	static const struct table_column columns[] = {
		{"RULE", 0, 0}, {"ROW", 0, 0},           {"SEVERITY", 0, 0},
		{"SLUG", 0, 0}, {"WHAT IS WRONG", 0, 1},
	};
	struct table *table = table_new(columns, 5);

	for (size_t i = 0; i < count; i++) {
		const char *const cells[] = {rules[i].id, rules[i].row,
					     severity_str(rules[i].severity), rules[i].slug,
					     rules[i].title};

		table_add(table, cells);
	}
	table_print(table, stdout);
}

static int list_json(const struct rule *rules, size_t count)
{
	struct strbuf b;
	struct json_writer j;
	int code;

	strbuf_init(&b);
	json_write_init(&j, &b, true);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/rules/1");
	json_write_key(&j, "rules");
	json_write_array_begin(&j);
	for (size_t i = 0; i < count; i++)
		rule_json(&j, &rules[i]);
	json_write_array_end(&j);
	json_write_object_end(&j);
	code = command_print_json(&b);
	strbuf_clear(&b);
	return code;
}

static void list_markdown(const struct rule *rules, size_t count)
{
	printf("# Rules\n\nWritten by `cxaudit rules --markdown`. Ids are stable for ever; CXA001 "
	       "to "
	       "CXA063 are the rows D01 to D63 of the decision table.\n\n");
	for (size_t i = 0; i < count; i++)
		rule_markdown(&rules[i]);
}

static int list_all(bool is_json, bool is_markdown)
{
	size_t count;
	const struct rule *rules = rule_table(&count);

	if (is_json)
		return list_json(rules, count);
	if (is_markdown)
		list_markdown(rules, count);
	else
		list_text(rules, count);
	return EXIT_CLEAN;
}

static int show_one(const char *name, bool is_json)
{
	const struct rule *r = rule_find(text_from(name));

	if (!r)
		return command_usage("rules", "no rule '%s'; 'cxaudit rules' lists them", name);
	if (is_json)
		return list_json(r, 1);
	rule_text(r);
	return EXIT_CLEAN;
}

int cmd_rules(const struct program *program, int argc, char **argv)
{
	bool is_json = false, is_markdown = false;
	const struct option_row rows[] = {
		{"json", 0, OPTION_FLAG, NULL, &is_json, "print JSON"},
		{"markdown", 0, OPTION_FLAG, NULL, &is_markdown, "print all rules as Markdown"},
		{0},
	};
	const struct option_set set = {
		"rules", "[OPTION]... [ID]",
		"Lists the rules, or explains one by its id (CXA007), row (D07) or slug.", rows,
		NULL};
	int first, code = options_parse(&set, argc, argv, &first);

	(void)program;
	if (code)
		return code - 1;
	if (argc - first > 1)
		return command_usage("rules", "one rule at a time");
	return first == argc ? list_all(is_json, is_markdown) : show_one(argv[first], is_json);
}
