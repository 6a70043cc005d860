#include "audit/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/audit/audit_case.h"

static void cells_are_safe_in_a_spreadsheet(void **state)
{
	static const struct {
		struct text text;
		const char *expected;
	} cases[] = {
		{TEXT_LITERAL("sip:a@b"), "sip:a@b"},
		{TEXT_NONE, ""},
		{TEXT_LITERAL("=1+1"), "'=1+1"},
		{TEXT_LITERAL("+882100000001"), "'+882100000001"},
		{TEXT_LITERAL("-1"), "'-1"},
		{TEXT_LITERAL("@SUM(A1)"), "'@SUM(A1)"},
		{TEXT_LITERAL("\t=1"), "'\t=1"},
		{TEXT_LITERAL("a,b"), "\"a,b\""},
		{TEXT_LITERAL("a\"b"), "\"a\"\"b\""},
		{TEXT_LITERAL("a\nb"), "\"a\nb\""},
		{TEXT_LITERAL("=\"x\",1"), "\"'=\"\"x\"\",1\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b;

		strbuf_init(&b);
		report_add_csv_cell(&b, cases[i].text);
		strbuf_add_char(&b, '\0');
		assert_string_equal(b.data, cases[i].expected);
		strbuf_clear(&b);
	}
}

static void formats_are_found_by_name(void **state)
{
	(void)state;
	for (const struct report_format *f = report_formats; f->name; f++)
		assert_ptr_equal(report_format_find(text_from(f->name)), f);
	assert_null(report_format_find(TEXT_LITERAL("pdf")));
	assert_null(report_format_find(TEXT_LITERAL("")));
}

/* The report of one subscriber whose only IMPU is barred (D06), in one format. */
static char *report_of(const struct report_format *format, bool is_to_full_device)
{
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;
	struct audit_run_info info = {.hss = "3gpp", .cscf = "3gpp", .version = "0"};
	struct report report = {.request = &request, .result = &result, .info = &info};
	struct diag diag;
	char *out = NULL;
	size_t length = 0;

	audit_case_init(&c);
	audit_case_volte(&c, "001010000000001", HOME, "882100000001");
	c.record.impu_count = 1;
	c.record.association_count = 1;
	audit_case_put(&c);
	audit_case_commit(&c);
	audit_case_run(&c, 1, &request, &result);
	info.input = snapshot_get_info(c.snapshot);
	info.completeness = snapshot_get_completeness(c.snapshot, &info.completeness_count);
	report.out = is_to_full_device ? fopen("/dev/full", "w") : open_memstream(&out, &length);
	assert_non_null(report.out);
	diag_init(&diag);
	if (is_to_full_device) {
		setvbuf(report.out, NULL, _IONBF, 0);
		assert_int_not_equal(format->write(&report, &diag), RC_OK);
	} else {
		assert_int_equal(format->write(&report, &diag), RC_OK);
	}
	fclose(report.out);
	audit_result_clear(&result);
	audit_case_clear(&c);
	return out;
}

static void each_report_names_rule_and_subscriber(void **state)
{
	(void)state;
	for (const struct report_format *f = report_formats; f->name; f++) {
		char *out = report_of(f, false);

		assert_non_null(strstr(out, "CXA006"));
		if (strcmp(f->name, "json") != 0)
			assert_non_null(strstr(out, "001010000000001"));
		assert_null(strchr(out, '\033'));
		free(out);
	}
}

static void a_full_device_is_an_error(void **state)
{
	(void)state;
	for (const struct report_format *f = report_formats; f->name; f++)
		free(report_of(f, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_safe_in_a_spreadsheet),
		cmocka_unit_test(formats_are_found_by_name),
		cmocka_unit_test(each_report_names_rule_and_subscriber),
		cmocka_unit_test(a_full_device_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
