#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/diameter.h"
#include "cx/intake.h"
#include "tests/cx/message_pair.h"

#define ALL_COMMANDS ((1u << CX_COMMANDS) - 1)
#define QUEUE_SIZE 8

static struct intake intake;

static int begin_with(unsigned commands, size_t memory)
{
	const struct intake_options options = {
		.queue_size = QUEUE_SIZE,
		.wake_at = QUEUE_SIZE,
		.memory_most = memory,
		.commands = commands,
	};

	return intake_init(&intake, &options) == RC_OK ? 0 : -1;
}

static int begin(void **state)
{
	(void)state;
	return begin_with(ALL_COMMANDS, 1 << 20);
}

/* Whatever a test did, no copy may be left. */
static int end(void **state)
{
	(void)state;
	intake_clear(&intake);
	return atomic_load(&intake.budget.used) ? -1 : 0;
}

static void assert_counts(uint64_t seen, uint64_t dropped, uint64_t late)
{
	struct observation_status s = {0};

	counters_status(&intake.counters, &intake.queue, &s);
	assert_int_equal(s.seen, seen);
	assert_int_equal(s.dropped, dropped);
	assert_int_equal(counters_get(&intake.counters, COUNTER_LATE), late);
}

static void assert_taken(enum cx_end end_expected, struct text request, struct text answer)
{
	struct observed o;

	assert_true(queue_take(&intake.queue, &o));
	assert_int_equal(o.end, end_expected);
	assert_true(text_equal(raw_message_text(o.request), request));
	assert_true(text_equal(raw_message_text(o.answer), answer));
	observed_clear(&o);
}

static void every_command_is_paired_with_its_answer(void **state)
{
	(void)state;
	for (int c = 0; c < CX_COMMANDS; c++) {
		struct pending_entry request = {0}, answer = {0};
		struct message_pair x;

		message_pair_make(&x, (enum cx_command)c);
		intake_received(&intake, &request, x.request_bytes);
		assert_true(pending_is_waiting(&request));
		intake_received(&intake, &answer, x.answer_bytes);
		intake_answered(&intake, &request, &answer);
		assert_taken(CX_END_ANSWERED, x.request_bytes, x.answer_bytes);
		intake_gone(&intake, &request);
		intake_gone(&intake, &answer);
		assert_int_equal(queue_depth(&intake.queue), 0);
		message_pair_clear(&x);
	}
	assert_counts(CX_COMMANDS, 0, 0);
}

static void other_applications_and_commands_are_passed_over(void **state)
{
	static const struct {
		uint32_t command, application;
		uint8_t flags;
	} others[] = {
		{257, 0, DIAMETER_FLAG_REQUEST},        /* CER */
		{303, 16777217, DIAMETER_FLAG_REQUEST}, /* another application */
		{306, DIAMETER_APPLICATION_CX, DIAMETER_FLAG_REQUEST},
	};
	struct cx_message m;

	(void)state;
	cx_message_init(&m);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct pending_entry e = {0};

		cx_message_begin(&m, others[i].command, others[i].flags, others[i].application, 1,
				 1);
		intake_received(&intake, &e, cx_message_end(&m));
		assert_false(pending_is_waiting(&e));
	}
	cx_message_clear(&m);
	assert_counts(0, 0, 0);
}

static void commands_not_asked_for_are_passed_over(void **state)
{
	struct pending_entry e = {0};
	struct message_pair x;

	(void)state;
	assert_int_equal(begin_with(1u << CX_UAR, 1 << 20), 0);
	message_pair_make(&x, CX_LIR);
	intake_received(&intake, &e, x.request_bytes);
	assert_false(pending_is_waiting(&e));
	assert_counts(0, 0, 0);
	message_pair_clear(&x);
}

/* The host matches answers by their identifiers alone (RFC 6733 3). */
static void an_answer_of_a_command_not_asked_for_is_no_want_of_memory(void **state)
{
	static const uint32_t commands[] = {302, 999};
	struct message_pair x;
	struct cx_message m;

	(void)state;
	intake_clear(&intake);
	assert_int_equal(begin_with(1u << CX_UAR, 1 << 20), 0);
	message_pair_make(&x, CX_UAR);
	cx_message_init(&m);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		struct pending_entry request = {0}, answer = {0};

		cx_message_begin(&m, commands[i], 0, DIAMETER_APPLICATION_CX, 1, 1);
		intake_received(&intake, &request, x.request_bytes);
		intake_received(&intake, &answer, cx_message_end(&m));
		assert_false(pending_is_waiting(&answer));
		intake_answered(&intake, &request, &answer);
		assert_taken(CX_END_ANSWERED, x.request_bytes, TEXT_NONE);
	}
	assert_counts(2, 0, 0);
	cx_message_clear(&m);
	message_pair_clear(&x);
}

static void bytes_that_are_no_header_are_passed_over(void **state)
{
	struct pending_entry e = {0};

	(void)state;
	intake_received(&intake, &e, TEXT_LITERAL("\1\0\0"));
	intake_received(&intake, &e, text_of("", 0));
	assert_counts(0, 0, 0);
}

static void a_request_freed_without_answer_is_unanswered(void **state)
{
	struct pending_entry e = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_UAR);
	intake_received(&intake, &e, x.request_bytes);
	intake_gone(&intake, &e);
	assert_taken(CX_END_UNANSWERED, x.request_bytes, TEXT_NONE);
	intake_gone(&intake, &e);
	assert_int_equal(queue_depth(&intake.queue), 0);
	assert_counts(1, 0, 0);
	message_pair_clear(&x);
}

static void an_answer_freed_before_it_was_matched_leaves_nothing(void **state)
{
	struct pending_entry e = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_MAR);
	intake_received(&intake, &e, x.answer_bytes);
	assert_true(pending_is_waiting(&e));
	intake_gone(&intake, &e);
	assert_false(pending_is_waiting(&e));
	assert_int_equal(queue_depth(&intake.queue), 0);
	assert_counts(0, 0, 0);
	message_pair_clear(&x);
}

static void the_relays_own_error_is_told_from_a_servers_answer(void **state)
{
	static const struct {
		uint8_t flags;
		enum cx_end end;
	} cases[] = {
		{DIAMETER_FLAG_PROXIABLE | DIAMETER_FLAG_ERROR, CX_END_RELAY_ANSWERED},
		{DIAMETER_FLAG_PROXIABLE, CX_END_ANSWERED},
	};
	struct cx_message m;
	struct message_pair x;

	(void)state;
	cx_message_init(&m);
	message_pair_make(&x, CX_UAR);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pending_entry e = {0};

		cx_message_begin(&m, 300, cases[i].flags, DIAMETER_APPLICATION_CX, 1, 1);
		cx_message_add_u32(&m, 268, 0, 3002);
		struct text bytes = cx_message_end(&m);

		intake_received(&intake, &e, x.request_bytes);
		intake_answered_here(&intake, &e, bytes);
		assert_taken(cases[i].end, x.request_bytes, bytes);
		/* The hook that follows a second answer, or the end of the message, adds none. */
		intake_answered_here(&intake, &e, bytes);
		intake_gone(&intake, &e);
		assert_int_equal(queue_depth(&intake.queue), 0);
	}
	assert_counts(2, 0, 0);
	message_pair_clear(&x);
	cx_message_clear(&m);
}

static void an_answer_after_the_time_out_is_late_and_not_kept(void **state)
{
	struct pending_entry request = {0}, answer = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_SAR);
	intake_received(&intake, &request, x.request_bytes);
	struct raw_message *given_up = pending_take_old(&intake.pending, INT64_MAX);

	assert_non_null(given_up);
	raw_message_free(given_up);
	intake_received(&intake, &answer, x.answer_bytes);
	intake_answered(&intake, &request, &answer);
	intake_answered_here(&intake, &request, x.answer_bytes);
	intake_gone(&intake, &request);
	assert_int_equal(queue_depth(&intake.queue), 0);
	assert_counts(1, 0, 1);
	message_pair_clear(&x);
}

static void only_requests_as_old_as_asked_are_given_up(void **state)
{
	struct pending_entry first = {0}, second = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_UAR);
	intake_received(&intake, &first, x.request_bytes);
	intake_received(&intake, &second, x.request_bytes);
	int64_t came = atomic_load(&first.raw)->received.steady_us;

	atomic_load(&second.raw)->received.steady_us = came + 10;
	assert_null(pending_take_old(&intake.pending, came - 1));
	struct raw_message *old = pending_take_old(&intake.pending, came + 9);

	assert_non_null(old);
	raw_message_free(old);
	assert_null(pending_take_old(&intake.pending, came + 9));
	assert_true(pending_is_waiting(&second));
	intake_gone(&intake, &second);
	message_pair_clear(&x);
}

static void a_message_told_twice_keeps_its_first_copy(void **state)
{
	struct pending_entry e = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_UAR);
	intake_received(&intake, &e, x.request_bytes);
	intake_received(&intake, &e, x.request_bytes);
	intake_gone(&intake, &e);
	assert_taken(CX_END_UNANSWERED, x.request_bytes, TEXT_NONE);
	assert_true(pending_is_empty(&intake.pending));
	assert_counts(2, 1, 0);
	message_pair_clear(&x);
}

static void a_full_queue_drops_and_counts(void **state)
{
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_UAR);
	for (int i = 0; i < QUEUE_SIZE + 3; i++) {
		struct pending_entry request = {0}, answer = {0};

		intake_received(&intake, &request, x.request_bytes);
		intake_received(&intake, &answer, x.answer_bytes);
		intake_answered(&intake, &request, &answer);
	}
	assert_int_equal(queue_depth(&intake.queue), QUEUE_SIZE);
	assert_counts(QUEUE_SIZE + 3, 3, 0);
	message_pair_clear(&x);
}

static void a_request_without_memory_is_dropped_once(void **state)
{
	struct pending_entry request = {0}, answer = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_UAR);
	intake_received(&intake, NULL, x.request_bytes);
	assert_counts(1, 1, 0);
	intake.budget.most = 1;
	intake_received(&intake, &request, x.request_bytes);
	intake_received(&intake, &answer, x.answer_bytes);
	intake_answered(&intake, &request, &answer);
	intake_answered_here(&intake, &request, x.answer_bytes);
	intake_gone(&intake, &request);
	assert_counts(2, 2, 0);
	message_pair_clear(&x);
}

static void an_answer_without_memory_drops_its_exchange(void **state)
{
	struct pending_entry request = {0}, answer = {0};
	struct message_pair x;

	(void)state;
	message_pair_make(&x, CX_UAR);
	intake_received(&intake, &request, x.request_bytes);
	intake.budget.most = 1;
	intake_received(&intake, &answer, x.answer_bytes);
	intake_answered(&intake, &request, &answer);
	assert_counts(1, 1, 0);
	intake.budget.most = 1 << 20;
	intake_received(&intake, &request, x.request_bytes);
	intake.budget.most = 1;
	intake_answered_here(&intake, &request, x.answer_bytes);
	assert_counts(2, 2, 0);
	assert_int_equal(queue_depth(&intake.queue), 0);
	message_pair_clear(&x);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_command_is_paired_with_its_answer),
		TEST(other_applications_and_commands_are_passed_over),
		cmocka_unit_test_teardown(commands_not_asked_for_are_passed_over, end),
		TEST(an_answer_of_a_command_not_asked_for_is_no_want_of_memory),
		TEST(bytes_that_are_no_header_are_passed_over),
		TEST(a_request_freed_without_answer_is_unanswered),
		TEST(an_answer_freed_before_it_was_matched_leaves_nothing),
		TEST(the_relays_own_error_is_told_from_a_servers_answer),
		TEST(an_answer_after_the_time_out_is_late_and_not_kept),
		TEST(only_requests_as_old_as_asked_are_given_up),
		TEST(a_message_told_twice_keeps_its_first_copy),
		TEST(a_full_queue_drops_and_counts),
		TEST(a_request_without_memory_is_dropped_once),
		TEST(an_answer_without_memory_drops_its_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
