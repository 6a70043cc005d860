#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "tests/importers/fake_store.h"

static int reset(void **state)
{
	(void)state;
	fake_store_reset();
	return 0;
}

/* good rows, each its own subscription, then bad ones. */
static void add_rows(struct strbuf *text, unsigned good, unsigned bad)
{
	strbuf_reset(text);
	strbuf_add_str(text, "imsi,impu\n");
	for (unsigned i = 0; i < good; i++)
		strbuf_printf(text, "%015u,sip:%u@b\n", i + 1, i);
	for (unsigned i = 0; i < bad; i++)
		strbuf_printf(text, "x%u,sip:a@b\n", i);
}

static void the_error_budget_decides_what_is_published(void **state)
{
	static const struct {
		unsigned good, bad;
		double budget;
		enum rc rc;
	} rows[] = {
		{100, 0, 0.01, RC_OK},     {100, 1, 0.01, RC_OK},     {3, 1, 0.01, RC_OK},
		{1, 1, 0.01, RC_OK},       {3, 2, 0.01, RC_BUDGET},   {198, 2, 0.01, RC_OK},
		{197, 2, 0.01, RC_BUDGET}, {10000, 101, 0.01, RC_OK}, {10000, 102, 0.01, RC_BUDGET},
		{100, 1, 0.0, RC_BUDGET},  {100, 0, 0.0, RC_OK},      {1, 99, 1.0, RC_OK},
		{50, 50, 0.5, RC_OK},      {50, 51, 0.5, RC_BUDGET},  {0, 1, 1.0, RC_SYNTAX},
	};
	struct strbuf text;

	(void)state;
	strbuf_init(&text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct import_summary summary;
		struct diag diag;

		fake_store_reset();
		fake_options.error_budget = rows[i].budget;
		add_rows(&text, rows[i].good, rows[i].bad);
		assert_int_equal(fake_import_bytes(text.data, text.length, "csv", &summary, &diag),
				 rows[i].rc);
		assert_int_equal(summary.records, rows[i].good);
		assert_int_equal(summary.rejects, rows[i].bad);
		assert_int_equal(summary.is_published, rows[i].rc == RC_OK);
		assert_int_equal(fake.is_published, rows[i].rc == RC_OK);
		assert_true(fake.is_committed); /* the rejects are recorded in any case */
		assert_int_equal(summary.info.rejects, rows[i].bad);
		assert_int_equal(summary.info.input_bytes, text.length);
		if (rows[i].rc)
			assert_non_null(strstr(diag.text, "found \"x0\""));
		import_summary_clear(&summary);
	}
	strbuf_clear(&text);
}

static void rejects_beyond_the_cap_are_only_counted(void **state)
{
	struct import_summary summary;
	struct strbuf text;
	struct diag diag;

	(void)state;
	strbuf_init(&text);
	add_rows(&text, 5, LIMIT_REJECTS_KEPT + 10);
	assert_int_equal(fake_import_bytes(text.data, text.length, "csv", &summary, &diag),
			 RC_BUDGET);
	assert_int_equal(summary.rejects, LIMIT_REJECTS_KEPT + 10);
	assert_int_equal(fake.reject_count, LIMIT_REJECTS_KEPT);
	strbuf_clear(&text);
	import_summary_clear(&summary);
}

static void truncated_input_is_published_only_when_accepted(void **state)
{
	static const char text[] = "imsi,impu,barred\n00101,sip:a@b,1\n00102,sip:c@";
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text(text, NULL, &summary, &diag), RC_TRUNCATED);
	assert_true(summary.is_truncated);
	assert_false(summary.is_published);
	assert_false(fake.is_published);
	assert_true(fake.is_committed);
	assert_int_equal(summary.records, 1);
	assert_non_null(strstr(summary.truncated_at, ":3: (byte 33) the file ends within a row"));
	assert_non_null(strstr(diag.text, "--accept-truncated"));
	import_summary_clear(&summary);

	fake_store_reset();
	fake_options.accept_truncated = true;
	assert_int_equal(fake_import_text(text, NULL, &summary, &diag), RC_OK);
	assert_true(summary.is_published);
	assert_true(summary.info.is_truncated);
	assert_true(summary.is_truncated);
	import_summary_clear(&summary);
}

static void set_at_tenth(void *context, uint64_t done, uint64_t total, uint64_t records)
{
	volatile int *interrupted = context;

	assert_true(done <= total);
	if (records >= 2000)
		*interrupted = 1;
}

static void an_interrupted_import_leaves_nothing(void **state)
{
	volatile int interrupted = 0;
	struct import_summary summary;
	struct strbuf text;
	struct diag diag;

	(void)state;
	strbuf_init(&text);
	add_rows(&text, 10000, 0);
	fake_options.interrupted = &interrupted;
	fake_options.progress = set_at_tenth;
	fake_options.progress_context = (void *)(uintptr_t)&interrupted;
	assert_int_equal(fake_import_bytes(text.data, text.length, NULL, &summary, &diag),
			 RC_INTERRUPTED);
	assert_true(fake.is_aborted);
	assert_false(fake.is_committed);
	assert_false(summary.is_published);
	assert_true(fake.count < 5000);
	strbuf_clear(&text);
	import_summary_clear(&summary);
}

static void a_failing_store_ends_the_import_with_its_own_code(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	fake.put_fails_at = 2;
	fake.put_rc = RC_FULL;
	assert_int_equal(fake_import_text("imsi,impu\n00101,sip:a@b\n00102,sip:b@b\n"
					  "00103,sip:c@b\n",
					  NULL, &summary, &diag),
			 RC_FULL);
	assert_string_equal(diag.text, "the fake store fails as told");
	assert_true(fake.is_aborted);
	assert_false(fake.is_committed);
	import_summary_clear(&summary);
}

static void the_format_is_found_or_refused_with_advice(void **state)
{
	char tar[600] = "export.csv";
	static const struct {
		const char *data;
		size_t length;
		enum rc rc;
		const char *text;
	} rows[] = {
		{"imsi,impu\n00101,sip:a@b\n", 24, RC_OK, NULL},
		{"", 0, RC_SYNTAX, "is empty"},
		{"PK\3\4aaaaaaaaaaaaaaaa", 20, RC_UNSUPPORTED, "zip archive"},
		{"SQLite format 3\0aaaaaaaaa", 24, RC_UNSUPPORTED, "SQLite database"},
		{"\x7f"
		 "ELF\2\1\1\0\0\0\0\0\0\0\0\0",
		 16, RC_UNSUPPORTED, "a program"},
		{"\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2", 16, RC_UNSUPPORTED, "binary data"},
		{"{\"imsi\": \"00101\"}\n", 18, RC_UNSUPPORTED, "JSON"},
		{"dn: cn=x\ncn: x\n", 15, RC_UNSUPPORTED, "LDIF"},
		{"just some words\n", 16, RC_UNSUPPORTED, "plain text"},
		{"  \n \n", 5, RC_UNSUPPORTED, "blank"},
		{"i\0m\0s\0i\0,\0i\0m\0p\0", 16, RC_UNSUPPORTED, "UTF-16"},
	};
	struct import_summary summary;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_store_reset();
		assert_int_equal(fake_import_bytes(rows[i].data, rows[i].length, NULL, &summary,
						   &diag),
				 rows[i].rc);
		assert_int_equal(fake.is_begun, rows[i].rc == RC_OK);
		if (rows[i].text)
			assert_non_null(strstr(diag.text, rows[i].text));
		if (rows[i].rc == RC_UNSUPPORTED)
			assert_non_null(strstr(diag.file, "import.test"));
		import_summary_clear(&summary);
	}
	assert_int_equal(fake_import_text("just some words\n", NULL, &summary, &diag),
			 RC_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "fhoss-sql, cx-xml, csv"));
	import_summary_clear(&summary);
	memcpy(tar + 257, "ustar", 6);
	assert_int_equal(fake_import_bytes(tar, sizeof(tar), "csv", &summary, &diag),
			 RC_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "tar -xf"));
	import_summary_clear(&summary);
}

static void requests_that_make_no_sense_are_refused(void **state)
{
	const char *none[] = {NULL}, *twice[] = {"-", "-", NULL};
	const char *missing[] = {"/nonexistent/x.csv", NULL};
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import(none, NULL, &summary, &diag), RC_USAGE);
	import_summary_clear(&summary);
	assert_int_equal(fake_import(twice, NULL, &summary, &diag), RC_USAGE);
	import_summary_clear(&summary);
	assert_int_equal(fake_import(missing, NULL, &summary, &diag), RC_NOTFOUND);
	assert_string_equal(diag.file, "/nonexistent/x.csv");
	import_summary_clear(&summary);
	assert_int_equal(fake_import_text("imsi,impu\n", "xls", &summary, &diag), RC_USAGE);
	assert_non_null(strstr(diag.text, "fhoss-sql cx-xml csv"));
	import_summary_clear(&summary);
	assert_false(fake.is_begun);
}

static void files_of_different_formats_are_not_one_import(void **state)
{
	static const char csv[] = "imsi,impu\n00101,sip:a@b\n", words[] = "words\n";
	const char *files[] = {fake_file("a", csv, sizeof(csv) - 1),
			       fake_file("b", words, sizeof(words) - 1), NULL};
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import(files, NULL, &summary, &diag), RC_UNSUPPORTED);
	assert_non_null(strstr(diag.file, "/b"));
	import_summary_clear(&summary);
}

static void info_and_summary_tell_what_was_read(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text("imsi,impu,foo\n00101,sip:a@b,\n", NULL, &summary, &diag),
			 RC_OK);
	assert_string_equal(summary.info.format, "csv");
	assert_string_equal(summary.info.source, "test");
	assert_string_equal(summary.info.role, "ims");
	assert_string_equal(summary.info.hss, "3gpp");
	assert_true(summary.info.taken_at > 1600000000);
	assert_false(summary.info.has_global_sets);
	assert_string_equal(summary.hint, "");
	assert_true(fake.options.index_names);
	assert_int_equal(fake_note(&summary, "unknown column \"foo\" ignored"), 1);
	assert_true(summary.seconds >= 0);
	import_summary_clear(&summary);
	import_summary_clear(&summary);
}

static void notes_are_counted_by_text_up_to_a_cap(void **state)
{
	struct import_summary summary;
	struct strbuf text;
	struct diag diag;

	(void)state;
	strbuf_init(&text);
	strbuf_add_str(&text, "imsi");
	for (int i = 0; i < 250; i++)
		strbuf_printf(&text, ",x%d", i);
	strbuf_add_str(&text, ",same,same\n00101");
	for (int i = 0; i < 252; i++)
		strbuf_add_char(&text, ',');
	strbuf_add_char(&text, '\n');
	assert_int_equal(fake_import_bytes(text.data, text.length, NULL, &summary, &diag), RC_OK);
	assert_int_equal(summary.note_count, 251);
	assert_int_equal(fake_note(&summary, "unknown column \"same\" ignored"), 2);
	strbuf_clear(&text);
	import_summary_clear(&summary);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, reset, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_error_budget_decides_what_is_published),
		TEST(rejects_beyond_the_cap_are_only_counted),
		TEST(truncated_input_is_published_only_when_accepted),
		TEST(an_interrupted_import_leaves_nothing),
		TEST(a_failing_store_ends_the_import_with_its_own_code),
		TEST(the_format_is_found_or_refused_with_advice),
		TEST(requests_that_make_no_sense_are_refused),
		TEST(files_of_different_formats_are_not_one_import),
		TEST(info_and_summary_tell_what_was_read),
		TEST(notes_are_counted_by_text_up_to_a_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
