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

static void a_fact_told_in_two_ways_becomes_unknown_and_stays_so(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	fake_options.error_budget = 1;
	assert_int_equal(fake_import_text("imsi,impi,impu,barred,irs\n"
					  "00101,a@b,sip:a@b,0,1\n00101,c@b,sip:a@b,1,1\n"
					  "00101,d@b,sip:a@b,1,1\n00102,e@b,sip:e@b,1,\n"
					  "00101,f@b,sip:a@b,1,1\n",
					  "csv", &summary, &diag),
			 RC_OK);
	assert_int_equal(fake.reject_count, 1);
	assert_string_equal(fake.reject[0].subject, "00101");
	assert_int_equal(fake.reject[0].line, 3);
	assert_int_equal(fake_live(), 2);
	assert_string_equal(fake_dump(1), "subscription imsi 00101\n impi a@b\n impi c@b\n"
					  " impi d@b\n impi f@b\n impu sip:a@b irs 1\n"
					  "pair 0-0\npair 1-0\npair 2-0\npair 3-0\n");
	import_summary_clear(&summary);
}

static void rows_in_any_order_give_the_same_subscriptions(void **state)
{
	char path[512];
	const char *files[] = {path, NULL};
	struct import_summary summary;
	struct diag diag;
	char expected[3][512];

	(void)state;
	snprintf(path, sizeof(path), "%s/fixtures/csv/good.csv", getenv("top_srcdir"));
	assert_int_equal(fake_import(files, NULL, &summary, &diag), RC_OK);
	import_summary_clear(&summary);
	assert_int_equal(fake.groups, 0);
	for (size_t i = 0; i < 3; i++)
		snprintf(expected[i], sizeof(expected[i]), "%s", fake_dump(i));
	fake_store_reset();
	snprintf(path, sizeof(path), "%s/fixtures/csv/scattered.csv", getenv("top_srcdir"));
	assert_int_equal(fake_import(files, NULL, &summary, &diag), RC_OK);
	assert_int_equal(fake_live(), 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(fake_dump(i), expected[i]);
	import_summary_clear(&summary);
}

static void subscriptions_that_share_an_identity_stay_apart(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text("imsi,msisdn,impi,impu\n"
					  "00102,4917,x@b,sip:2@b\n00101,4917,x@b,sip:1@b\n"
					  "00103,00101,00101@b,sip:3@b\n",
					  "csv", &summary, &diag),
			 RC_OK);
	assert_int_equal(fake_live(), 3);
	assert_true(fake.groups > 0);
	import_summary_clear(&summary);
}

static void a_row_without_imsi_joins_the_subscription_of_its_impi(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text("imsi,impi,impu\n00101,a@b,sip:1@b\n,a@b,sip:2@b\n",
					  "csv", &summary, &diag),
			 RC_OK);
	assert_int_equal(fake_live(), 1);
	assert_string_equal(fake_dump(0), "subscription imsi 00101\n impi a@b\n impu sip:1@b\n"
					  " impu sip:2@b\npair 0-0\npair 0-1\n");
	import_summary_clear(&summary);
}

/* Longer than several windows, with rows of all lengths: borders fall everywhere. */
static void rows_over_window_borders_are_whole(void **state)
{
	const size_t subscriptions = 6000;
	struct strbuf text;
	struct import_summary summary;
	struct diag diag;
	char padding[1400];

	(void)state;
	memset(padding, 'p', sizeof(padding));
	strbuf_init(&text);
	strbuf_add_str(&text, "imsi,impi,note,impu,irs\r\n");
	for (size_t i = 0; i < subscriptions; i++)
		for (int n = 0; n < 2; n++)
			strbuf_printf(&text,
				      "%015zu,%zu@b,\"%.*s\"\"\r\n,\",sip:%zu.%d@b,\"s%s%d\"\r\n",
				      i + 1, i, (int)(i * 7 % 1399), padding, i, n,
				      i % 3 ? "" : "\"\"", n);
	assert_true(text.length > 8u << 20);
	assert_int_equal(fake_import_bytes(text.data, text.length, NULL, &summary, &diag), RC_OK);
	assert_int_equal(summary.records, 2 * subscriptions);
	assert_int_equal(fake.count, subscriptions);
	for (size_t i = 0; i < subscriptions; i++) {
		char expected[256];

		snprintf(expected, sizeof(expected),
			 "subscription imsi %015zu\n impi %zu@b\n impu sip:%zu.0@b irs s%s0\n"
			 " impu sip:%zu.1@b irs s%s1\npair 0-0\npair 0-1\n",
			 i + 1, i, i, i % 3 ? "" : "\"", i, i % 3 ? "" : "\"");
		assert_string_equal(fake_dump(0), expected);
		fake.is_dead[i] = true; /* so that the next one is the first */
	}
	strbuf_clear(&text);
	import_summary_clear(&summary);
}

static void an_endless_row_is_rejected_and_the_next_lines_are_read(void **state)
{
	const size_t lines = 300000;
	struct strbuf text;
	struct import_summary summary;
	struct diag diag;

	(void)state;
	strbuf_init(&text);
	strbuf_add_str(&text, "impi,impu,irs\na@b,\"sip:a@b,1\n");
	for (size_t i = 0; i < lines; i++)
		strbuf_add_str(&text, "c@b,sip:c@b,setset\n");
	assert_true(text.length > 4u << 20);
	assert_int_equal(fake_import_bytes(text.data, text.length, NULL, &summary, &diag), RC_OK);
	assert_int_equal(summary.records, lines);
	assert_int_equal(fake.reject_count, 1);
	assert_int_equal(fake.reject[0].line, 2);
	assert_int_equal(fake.reject[0].offset, 14);
	assert_int_equal(fake_record(0)->provenance.line, 3);
	import_summary_clear(&summary);

	/* One line that is longer than any record may be. */
	fake_store_reset();
	strbuf_reset(&text);
	strbuf_add_str(&text, "impi,impu,irs\na@b,");
	for (size_t i = 0; i < lines; i++)
		strbuf_add_str(&text, "c@b.sip:c@b.setset.");
	strbuf_add_str(&text, "\nd@b,sip:d@b,1\ne@b,sip:e@b,1\n");
	assert_int_equal(fake_import_bytes(text.data, text.length, NULL, &summary, &diag), RC_OK);
	assert_int_equal(summary.records, 2);
	assert_int_equal(fake.reject_count, 1);
	assert_int_equal(fake.reject[0].line, 2);
	assert_int_equal(fake_record(0)->provenance.line, 3);
	assert_int_equal(fake_record(0)->provenance.offset, text.length - 28);
	strbuf_clear(&text);
	import_summary_clear(&summary);
}

static void a_subscription_beyond_the_cap_loses_only_what_is_too_much(void **state)
{
	struct strbuf text;
	struct import_summary summary;
	struct diag diag;

	(void)state;
	strbuf_init(&text);
	strbuf_add_str(&text, "imsi,impu\n");
	for (int i = 0; i < 4098; i++)
		strbuf_printf(&text, "00101,sip:%d@b\n", i);
	strbuf_add_str(&text, "00102,sip:x@b\n");
	assert_int_equal(fake_import_bytes(text.data, text.length, NULL, &summary, &diag), RC_OK);
	assert_int_equal(fake.reject_count, 2);
	assert_non_null(strstr(fake.reject[0].reason, "more IMPUs than"));
	assert_int_equal(fake_record(0)->impu_count, 4096);
	assert_int_equal(fake_live(), 2);
	strbuf_clear(&text);
	import_summary_clear(&summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_fact_told_in_two_ways_becomes_unknown_and_stays_so, reset, reset),
		cmocka_unit_test_setup_teardown(rows_in_any_order_give_the_same_subscriptions,
						reset, reset),
		cmocka_unit_test_setup_teardown(subscriptions_that_share_an_identity_stay_apart,
						reset, reset),
		cmocka_unit_test_setup_teardown(
			a_row_without_imsi_joins_the_subscription_of_its_impi, reset, reset),
		cmocka_unit_test_setup_teardown(rows_over_window_borders_are_whole, reset, reset),
		cmocka_unit_test_setup_teardown(
			an_endless_row_is_rejected_and_the_next_lines_are_read, reset, reset),
		cmocka_unit_test_setup_teardown(
			a_subscription_beyond_the_cap_loses_only_what_is_too_much, reset, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
