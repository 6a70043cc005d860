#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/importers/fake_store.h"

static int reset(void **state)
{
	(void)state;
	fake_store_reset();
	return 0;
}

struct place {
	uint64_t line, offset;
	const char *reason; /* is part of it */
};

/* What each fixture gives when every reject is within the budget. */
static const struct fixture {
	const char *name;
	enum rc rc;
	size_t subscriptions, rows;
	size_t rejects;
	struct place reject[2];
	const char *text;         /* is part of the diag */
	const char *truncated_at; /* is part of it */
	const char *note;
} fixtures[] = {
	{"good", RC_OK, 5, 15, 0, {{0}}, NULL, NULL, NULL},
	{"ragged-row",
	 RC_OK,
	 3,
	 7,
	 2,
	 {{6, 575, "found 7 cells, expected 8"}, {10, 1097, "found 10 cells, expected 8"}},
	 NULL,
	 NULL,
	 NULL},
	{"mangled-imsi",
	 RC_OK,
	 3,
	 7,
	 2,
	 {{5, 434, "\"1.01E+12\", expected 5 to 15 digits; a spreadsheet"},
	  {9, 953, "\"1010000000003.0\", expected 5 to 15 digits; a spreadsheet"}},
	 NULL,
	 NULL,
	 NULL},
	{"bad-imsi",
	 RC_OK,
	 5,
	 10,
	 2,
	 {{5, 434, "found \"0010100000000020\", expected 5 to 15 digits"},
	  {9, 961, "found \"0O1010000000003\", expected 5 to 15 digits"}},
	 NULL,
	 NULL,
	 NULL},
	{"bad-boolean",
	 RC_OK,
	 2,
	 4,
	 2,
	 {{3, 190, "column \"barred\": found \"maybe\", expected 0 or 1"},
	  {7, 718, "column \"default\": found \"-1\", expected 0 or 1"}},
	 NULL,
	 NULL,
	 NULL},
	{"unterminated-quote", RC_OK, 2, 5, 1, {{3, 190, "no closing quote"}}, NULL, NULL, NULL},
	{"bad-quote", RC_OK, 2, 5, 1, {{3, 190, "closing quote is followed by"}}, NULL, NULL, NULL},
	{"conflict",
	 RC_OK,
	 2,
	 6,
	 1,
	 {{5, 434, "barred of the IMPU differs from what line 2 says"}},
	 NULL,
	 NULL,
	 NULL},
	{"duplicate-row", RC_OK, 2, 7, 0, {{0}}, NULL, NULL, "duplicate row"},
	{"scattered", RC_OK, 3, 9, 0, {{0}}, NULL, NULL, NULL},
	{"scattered-conflict",
	 RC_OK,
	 3,
	 10,
	 1,
	 {{0, 1204, "barred differs from what rows elsewhere say"}},
	 NULL,
	 NULL,
	 NULL},
	{"no-header",
	 RC_SYNTAX,
	 0,
	 0,
	 0,
	 {{0}},
	 "there is no header: the first row holds data; the first line names the columns: "
	 "subscription imsi msisdn impi impu",
	 NULL,
	 NULL},
	{"no-identity", RC_SYNTAX, 0, 0, 0, {{0}}, "names an identity", NULL, NULL},
	{"unknown-header", RC_SYNTAX, 0, 0, 0, {{0}}, "names an identity", NULL, NULL},
	{"same-column-twice",
	 RC_SYNTAX,
	 0,
	 0,
	 0,
	 {{0}},
	 "columns 2 (\"impu\") and 3 (\"public_identity\") say the same thing",
	 NULL,
	 NULL},
	{"numeric-state",
	 RC_OK,
	 1,
	 1,
	 1,
	 {{3, 39, "column \"state\": found \"1\", expected registered"}},
	 NULL,
	 NULL,
	 NULL},
	{"unknown-kind",
	 RC_OK,
	 1,
	 1,
	 1,
	 {{3, 34, "column \"kind\": found \"7\", expected public"}},
	 NULL,
	 NULL,
	 NULL},
	{"unknown-scheme",
	 RC_OK,
	 2,
	 1,
	 1,
	 {{3, 52, "column \"auth_schemes\": found \"Kerberos\", expected names"}},
	 NULL,
	 NULL,
	 NULL},
	{"control-character",
	 RC_OK,
	 1,
	 1,
	 1,
	 {{3, 22, "column \"impu\": found a control character"}},
	 NULL,
	 NULL,
	 NULL},
	{"cut-row",
	 RC_TRUNCATED,
	 2,
	 5,
	 0,
	 {{0}},
	 "truncated",
	 "cut-row.csv:7: (byte 714) the file ends within a row",
	 NULL},
	{"cut-quote",
	 RC_TRUNCATED,
	 1,
	 1,
	 0,
	 {{0}},
	 "truncated",
	 "cut-quote.csv:3: (byte 28) the file ends within a quoted cell",
	 NULL},
	{"no-last-line-end", RC_OK, 1, 1, 0, {{0}}, NULL, NULL, "the last line has no line end"},
	{"embedded-newline",
	 RC_OK,
	 2,
	 1,
	 1,
	 {{5, 53, "column \"barred\": found \"perhaps\""}},
	 NULL,
	 NULL,
	 "unknown column \"note\" ignored"},
	{"padding", RC_OK, 1, 1, 0, {{0}}, NULL, NULL, "padding (NUL or ^Z) skipped"},
	{"utf16", RC_UNSUPPORTED, 0, 0, 0, {{0}}, "UTF-16 (little endian)", NULL, NULL},
	{"latin1", RC_OK, 1, 1, 0, {{0}}, NULL, NULL, "unknown column \"name\" ignored"},
	{"empty", RC_SYNTAX, 0, 0, 0, {{0}}, "is empty", NULL, NULL},
	{"header-only", RC_SYNTAX, 0, 0, 0, {{0}}, "holds no record of format csv", NULL, NULL},
	{"all-rejected",
	 RC_SYNTAX,
	 0,
	 0,
	 2,
	 {{2, 10, "found \"x\", expected 5 to 15 digits"},
	  {3, 20, "found \"y\", expected 5 to 15 digits"}},
	 "all 2 records were rejected",
	 NULL,
	 NULL},
};

static void check_rejects(const struct fixture *f)
{
	assert_int_equal(fake.reject_count, f->rejects);
	for (size_t i = 0; i < f->rejects; i++) {
		assert_int_equal(fake.reject[i].line, f->reject[i].line);
		assert_int_equal(fake.reject[i].offset, f->reject[i].offset);
		assert_non_null(strstr(fake.reject[i].file, f->name));
		if (!strstr(fake.reject[i].reason, f->reject[i].reason))
			fail_msg("\"%s\" is not in \"%s\"", f->reject[i].reason,
				 fake.reject[i].reason);
	}
}

static void check_fixture(const struct fixture *f)
{
	char path[512], text[1024];
	const char *files[] = {path, NULL};
	struct import_summary summary;
	struct diag diag;

	fake_store_reset();
	fake_options.error_budget = 1;
	snprintf(path, sizeof(path), "%s/fixtures/csv/%s.csv", getenv("top_srcdir"), f->name);
	assert_int_equal(fake_import(files, "csv", &summary, &diag), f->rc);
	if (f->text && !strstr(diag_format(&diag, text, sizeof(text)), f->text))
		fail_msg("\"%s\" is not in \"%s\"", f->text, text);
	if (f->rc && f->rc != RC_TRUNCATED && !f->rejects)
		assert_non_null(strstr(text, f->rc == RC_SYNTAX && strstr(text, "no record")
						     ? "no record"
						     : f->name));
	assert_int_equal(fake_live(), f->subscriptions);
	assert_int_equal(summary.records, f->rows);
	assert_int_equal(summary.rejects, f->rejects);
	assert_int_equal(fake.is_published, f->rc == RC_OK);
	check_rejects(f);
	assert_int_equal(summary.is_truncated, f->truncated_at != NULL);
	if (f->truncated_at)
		assert_non_null(strstr(summary.truncated_at, f->truncated_at));
	if (f->note)
		assert_int_equal(fake_note(&summary, f->note), 1);
	import_summary_clear(&summary);
}

static void every_fixture_gives_what_its_name_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++) {
		print_message("%s\n", fixtures[i].name); /* so that a failure tells of which */
		check_fixture(&fixtures[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_fixture_gives_what_its_name_says, reset,
						reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
