#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/cx/feed_case.h"
#include "tests/cx/message_pair.h"

#define DAY_US (86400 * SECOND_US)

static void the_first_tick_opens_the_store_and_writes_the_status(void **state)
{
	(void)state;
	assert_false(feed_accepts(&feed));
	tick(0);
	assert_true(feed_accepts(&feed));
	assert_int_equal(fake.opens, 1);
	assert_int_equal(fake.flush_calls, 1);
	assert_true(text_equal(fake.status.observer, TEXT_LITERAL("relay.example.org")));
	assert_int_equal(fake.status.queue_size, 8);
	assert_int_equal(fake.status.seen, 0);
}

static void time_is_the_requests_and_latency_that_of_the_steady_clock(void **state)
{
	(void)state;
	tick(0);
	append_sample(CX_MAR, CX_END_ANSWERED, false);
	append_sample(CX_UAR, CX_END_RELAY_ANSWERED, false);
	append(CX_END_UNANSWERED);
	assert_int_equal(fake.kept, 3);
	assert_int_equal(fake.command[0], CX_MAR);
	assert_int_equal(fake.time_us[0], 5 * SECOND_US);
	assert_int_equal(fake.latency_us[0], 1250);
	assert_int_equal(fake.end[0], CX_END_ANSWERED);
	assert_int_equal(fake.end[1], CX_END_RELAY_ANSWERED);
	assert_int_equal(fake.end[2], CX_END_UNANSWERED);
	assert_int_equal(fake.latency_us[2], CX_NUMBER_ABSENT);
}

static void a_full_batch_is_written_at_once_and_a_small_one_in_its_time(void **state)
{
	(void)state;
	tick(0);
	for (int i = 0; i < FEED_BATCH; i++)
		append(i ? CX_END_ANSWERED : CX_END_UNANSWERED);
	tick(1);
	assert_int_equal(fake.written, FEED_BATCH);
	assert_int_equal(fake.status.stored, FEED_BATCH - 1);
	assert_int_equal(fake.status.unanswered, 1);
	assert_int_equal(fake.status.seen, FEED_BATCH);
	assert_int_equal(counters_get(&counters, COUNTER_STORED), FEED_BATCH - 1);
	append(CX_END_ANSWERED);
	tick(1000);
	assert_int_equal(fake.written, FEED_BATCH);
	tick(100000);
	assert_int_equal(fake.written, FEED_BATCH + 1);
}

/* Blocks of five while four are a batch: a flush of four would write the block twice. */
static void a_full_batch_waits_for_its_block_to_be_whole(void **state)
{
	(void)state;
	fake.block = 5;
	tick(0);
	for (int i = 0; i < FEED_BATCH; i++)
		append(CX_END_ANSWERED);
	assert_false(feed_is_full(&feed));
	tick(1);
	assert_int_equal(fake.written, 0);
	append(CX_END_ANSWERED);
	assert_true(feed_is_full(&feed));
	tick(1);
	assert_int_equal(fake.written, 5);
	/* Not when the block has room for more than half of a batch, and not beyond the time. */
	fake.block = 100;
	for (int i = 0; i < FEED_BATCH + FEED_BATCH / 2; i++) {
		assert_false(feed_is_full(&feed));
		append(CX_END_ANSWERED);
	}
	tick(1);
	assert_int_equal(fake.written, 11);
	for (int i = 0; i < FEED_BATCH; i++)
		append(CX_END_ANSWERED);
	tick(100000);
	assert_int_equal(fake.written, 15);
}

/* What takes no more must not wait for the time: the queue behind it would run over. */
static void a_batch_that_takes_no_more_is_written_at_once(void **state)
{
	struct feed_options options = usual_feed;

	(void)state;
	options.batch_size = FEED_BATCH_MOST - 2;
	feed_start(&options);
	fake.block = 100;
	tick(0);
	for (int i = 0; i < FEED_BATCH_MOST; i++) {
		assert_false(feed_is_full(&feed));
		append(CX_END_ANSWERED);
	}
	assert_false(feed_accepts(&feed));
	tick(1);
	assert_int_equal(fake.written, FEED_BATCH_MOST);
}

static void the_status_is_written_each_second_while_it_changes(void **state)
{
	(void)state;
	tick(0);
	tick(2 * SECOND_US);
	assert_int_equal(fake.flush_calls, 1);
	counters_add(&counters, COUNTER_SEEN, 1);
	tick(1);
	assert_int_equal(fake.flush_calls, 2);
	assert_int_equal(fake.status.seen, 1);
	counters_add(&counters, COUNTER_DROPPED_QUEUE, 1);
	tick(1);
	assert_int_equal(fake.flush_calls, 2);
	tick(SECOND_US);
	assert_int_equal(fake.flush_calls, 3);
	assert_int_equal(fake.status.dropped, 1);
}

static void a_damaged_message_is_kept_counted_and_told_with_a_masked_name(void **state)
{
	(void)state;
	tick(0);
	append_sample(CX_UAR, CX_END_ANSWERED, true);
	append_sample(CX_UAR, CX_END_ANSWERED, true);
	tick(SECOND_US);
	assert_int_equal(fake.status.undecodable, 2);
	assert_int_equal(fake.status.stored, 2);
	assert_int_equal(log_lines, 1);
	assert_non_null(strstr(log_text, "UAR"));

	char text[CX_SAMPLE_TEXT_BYTES], impi[CX_SAMPLE_TEXT_BYTES];
	struct cx_sample sample;

	cx_sample_init(&sample, CX_UAR, 7, text);
	assert_null(strstr(log_text, text_copy(sample.impi, impi, sizeof(impi))));
}

static void names_are_shown_when_that_is_asked_for(void **state)
{
	struct feed_options options = usual_feed;
	char text[CX_SAMPLE_TEXT_BYTES], impi[CX_SAMPLE_TEXT_BYTES];
	struct cx_sample sample;

	(void)state;
	options.mask_identities = false;
	feed_start(&options);
	tick(0);
	append_sample(CX_UAR, CX_END_ANSWERED, true);
	cx_sample_init(&sample, CX_UAR, 7, text);
	assert_non_null(strstr(log_text, text_copy(sample.impi, impi, sizeof(impi))));
}

static void an_answer_of_another_command_leaves_the_request(void **state)
{
	struct raw_budget budget = {.most = 65536};
	struct message_pair asked, told;

	(void)state;
	tick(0);
	message_pair_make(&asked, CX_UAR);
	message_pair_make(&told, CX_MAR);
	struct observed o = {raw_message_new(asked.request_bytes, &budget),
			     raw_message_new(told.answer_bytes, &budget), CX_END_ANSWERED};

	feed_append(&feed, &o);
	assert_int_equal(fake.kept, 1);
	assert_int_equal(fake.command[0], CX_UAR);
	assert_true(fake.damage[0] & CX_DAMAGE_HEADER);
	message_pair_clear(&asked);
	message_pair_clear(&told);
}

static void old_observations_are_removed_each_minute(void **state)
{
	struct feed_options options = usual_feed;

	(void)state;
	options.retention_us = 30 * DAY_US;
	options.retention_size = 12345;
	feed_start(&options);
	tick(0);
	tick(30 * SECOND_US);
	assert_int_equal(fake.prunes, 1);
	tick(30 * SECOND_US);
	assert_int_equal(fake.prunes, 2);
	assert_int_equal(fake.retention.before_us, now.wall_us - 30 * DAY_US);
	assert_int_equal(fake.retention.bytes_most, 12345);
}

static void removing_goes_on_each_second_until_nothing_is_left(void **state)
{
	struct feed_options options = usual_feed;

	(void)state;
	options.retention_size = 12345;
	feed_start(&options);
	fake.removable = 3;
	tick(0);
	for (unsigned i = 2; i <= 4; i++) {
		tick(SECOND_US);
		assert_int_equal(fake.prunes, i);
	}
	assert_int_equal(fake.removable, 0);
	tick(59 * SECOND_US);
	assert_int_equal(fake.prunes, 4);
	tick(SECOND_US);
	assert_int_equal(fake.prunes, 5);
}

static void a_clock_that_jumps_forward_removes_nothing_for_a_day(void **state)
{
	struct feed_options options = usual_feed;

	(void)state;
	options.retention_us = 30 * DAY_US;
	options.retention_size = 12345;
	feed_start(&options);
	tick(0);
	now.wall_us += 365 * DAY_US;
	tick(60 * SECOND_US);
	assert_int_equal(fake.prunes, 2);
	assert_int_equal(fake.retention.before_us, 0);
	assert_int_equal(fake.retention.bytes_most, 12345);
	assert_non_null(strstr(log_text, "clock"));
	tick(DAY_US - 61 * SECOND_US);
	assert_int_equal(fake.retention.before_us, 0);
	tick(61 * SECOND_US);
	assert_int_equal(fake.retention.before_us, now.wall_us - 30 * DAY_US);
	assert_int_equal(log_lines, 1);
}

static void a_clock_that_is_set_a_little_or_back_is_believed(void **state)
{
	struct feed_options options = usual_feed;
	static const int64_t steps[] = {59 * 60 * SECOND_US, -365 * DAY_US};

	(void)state;
	options.retention_us = 30 * DAY_US;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		feed_start(&options);
		tick(0);
		now.wall_us += steps[i];
		tick(60 * SECOND_US);
		assert_int_equal(fake.retention.before_us, now.wall_us - 30 * DAY_US);
		assert_int_equal(log_lines, 0);
		feed_end(state);
	}
}

static void without_retention_nothing_is_removed(void **state)
{
	(void)state;
	tick(0);
	tick(60 * SECOND_US);
	assert_int_equal(fake.prunes, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, feed_begin, feed_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_tick_opens_the_store_and_writes_the_status),
		TEST(time_is_the_requests_and_latency_that_of_the_steady_clock),
		TEST(a_full_batch_is_written_at_once_and_a_small_one_in_its_time),
		TEST(a_full_batch_waits_for_its_block_to_be_whole),
		cmocka_unit_test_teardown(a_batch_that_takes_no_more_is_written_at_once, feed_end),
		TEST(the_status_is_written_each_second_while_it_changes),
		TEST(a_damaged_message_is_kept_counted_and_told_with_a_masked_name),
		cmocka_unit_test_teardown(names_are_shown_when_that_is_asked_for, feed_end),
		TEST(an_answer_of_another_command_leaves_the_request),
		cmocka_unit_test_teardown(old_observations_are_removed_each_minute, feed_end),
		cmocka_unit_test_teardown(removing_goes_on_each_second_until_nothing_is_left,
					  feed_end),
		cmocka_unit_test_teardown(a_clock_that_jumps_forward_removes_nothing_for_a_day,
					  feed_end),
		cmocka_unit_test(a_clock_that_is_set_a_little_or_back_is_believed),
		TEST(without_retention_nothing_is_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
