#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/cx/feed_case.h"

static void a_locked_or_full_store_is_waited_for_and_nothing_is_lost(void **state)
{
	static const enum rc troubles[] = {RC_BUSY, RC_FULL, RC_IO};

	for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles); i++) {
		feed_begin(state);
		tick(0);
		fake.flush_rc = troubles[i];
		for (int n = 0; n < FEED_BATCH; n++)
			append(CX_END_ANSWERED);
		for (int n = 0; n < 5; n++)
			tick(SECOND_US);
		assert_int_equal(fake.closes, 0);
		assert_int_equal(log_lines, 1);
		assert_int_equal(counters_get(&counters, COUNTER_STORE_FAILURES), 5);
		assert_int_equal(counters_get(&counters, COUNTER_STORED), 0);
		assert_true(feed_accepts(&feed));
		fake.flush_rc = RC_OK;
		tick(SECOND_US);
		assert_int_equal(fake.written, FEED_BATCH);
		assert_int_equal(fake.status.stored, FEED_BATCH);
		assert_int_equal(fake.status.store_failures, 5);
		assert_int_equal(fake.status.dropped, 0);
		feed_end(state);
	}
}

static void what_is_kept_while_the_store_is_locked_is_bounded(void **state)
{
	(void)state;
	tick(0);
	fake.flush_rc = RC_BUSY;
	for (int i = 0; i < FEED_BATCH_MOST; i++) {
		assert_true(feed_accepts(&feed));
		append(CX_END_ANSWERED);
	}
	assert_false(feed_accepts(&feed));
	tick(SECOND_US);
	assert_false(feed_accepts(&feed));
	fake.flush_rc = RC_OK;
	tick(SECOND_US);
	assert_true(feed_accepts(&feed));
	assert_int_equal(fake.written, FEED_BATCH_MOST);
}

static void a_damaged_store_is_given_up_and_opened_anew(void **state)
{
	(void)state;
	tick(0);
	fake.flush_rc = RC_CORRUPT;
	for (int i = 0; i < FEED_BATCH; i++)
		append(CX_END_ANSWERED);
	tick(1);
	assert_int_equal(fake.closes, 1);
	assert_false(feed_accepts(&feed));
	assert_int_equal(counters_get(&counters, COUNTER_DROPPED_STORE), FEED_BATCH);
	fake.flush_rc = RC_OK;
	tick(SECOND_US);
	assert_int_equal(fake.opens, 1);
	tick(5 * SECOND_US);
	assert_int_equal(fake.opens, 2);
	assert_int_equal(fake.status.dropped, FEED_BATCH);
	assert_int_equal(fake.status.stored, 0);
}

static void input_and_output_errors_that_last_make_it_open_the_store_anew(void **state)
{
	(void)state;
	tick(0);
	fake.flush_rc = RC_IO;
	append(CX_END_ANSWERED);
	for (int i = 0; i < 9; i++)
		tick(SECOND_US);
	assert_int_equal(fake.closes, 0);
	tick(SECOND_US);
	assert_int_equal(fake.closes, 1);
	assert_int_equal(counters_get(&counters, COUNTER_DROPPED_STORE), 1);
}

static void a_store_that_cannot_be_opened_is_tried_again_and_told_once_a_minute(void **state)
{
	(void)state;
	fake.open_rc = RC_BUSY;
	for (int i = 0; i < 12; i++)
		tick(5 * SECOND_US);
	assert_int_equal(fake.opens, 12);
	assert_int_equal(log_lines, 1);
	tick(5 * SECOND_US);
	assert_int_equal(log_lines, 2);
	fake.open_rc = RC_OK;
	tick(5 * SECOND_US);
	assert_true(feed_accepts(&feed));
}

static void an_exchange_that_cannot_be_appended_is_dropped(void **state)
{
	(void)state;
	tick(0);
	fake.append_rc = RC_NOMEM;
	append(CX_END_ANSWERED);
	tick(SECOND_US);
	assert_int_equal(fake.status.dropped, 1);
	assert_int_equal(fake.status.stored, 0);
}

static void what_an_earlier_run_lost_is_told_once(void **state)
{
	static const struct {
		struct text observer;
		uint64_t seen;
		const char *said; /* NULL: nothing */
	} cases[] = {
		{{"relay.example.org", 17}, 10, " 2 exchanges"},
		{{"relay.example.org", 17}, 8, NULL},
		{{"other.example.org", 17}, 10, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		feed_begin(state);
		fake.earlier = (struct observation_status){.observer = cases[i].observer,
							   .seen = cases[i].seen,
							   .stored = 5,
							   .unanswered = 2,
							   .dropped = 1};
		tick(0);
		assert_int_equal(log_lines, cases[i].said ? 1 : 0);
		if (cases[i].said)
			assert_non_null(strstr(log_text, cases[i].said));
		feed_end(state);
	}
}

static void a_store_opened_anew_tells_no_loss_of_this_run(void **state)
{
	(void)state;
	counters_add(&counters, COUNTER_SEEN, 7);
	tick(0);
	fake.flush_rc = RC_CORRUPT;
	append(CX_END_ANSWERED);
	tick(SECOND_US);
	fake.flush_rc = RC_OK;
	tick(5 * SECOND_US);
	assert_int_equal(fake.opens, 2);
	assert_null(strstr(log_text, "without stopping"));
}

static void what_was_not_written_at_the_end_is_counted_as_dropped(void **state)
{
	(void)state;
	tick(0);
	append(CX_END_ANSWERED);
	feed_clear(&feed);
	assert_int_equal(counters_get(&counters, COUNTER_DROPPED_STORE), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, feed_begin, feed_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_locked_or_full_store_is_waited_for_and_nothing_is_lost),
		TEST(what_is_kept_while_the_store_is_locked_is_bounded),
		TEST(a_damaged_store_is_given_up_and_opened_anew),
		TEST(input_and_output_errors_that_last_make_it_open_the_store_anew),
		TEST(a_store_that_cannot_be_opened_is_tried_again_and_told_once_a_minute),
		TEST(an_exchange_that_cannot_be_appended_is_dropped),
		cmocka_unit_test(what_an_earlier_run_lost_is_told_once),
		TEST(a_store_opened_anew_tells_no_loss_of_this_run),
		TEST(what_was_not_written_at_the_end_is_counted_as_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
