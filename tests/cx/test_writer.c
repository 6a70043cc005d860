/* The writer's thread with a store that a test decides (fake_observations.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "base/log.h"
#include "cx/writer.h"
#include "tests/cx/fake_observations.h"
#include "tests/cx/message_pair.h"

#define QUEUE_SIZE 4096
#define STOP_S 5

static struct intake intake;
static struct writer *writer;
static struct message_pair pair;

static void no_log(enum log_level level, const char *line, void *context)
{
	(void)level;
	(void)line;
	(void)context;
}

static void start(int64_t unanswered_after_us)
{
	const struct writer_options options = {
		.feed =
			{
				.folder = "store",
				.observer = TEXT_LITERAL("relay.example.org"),
				.batch_size = 100,
				.batch_most = 100 + QUEUE_SIZE,
				.batch_interval_us = 1000,
			},
		.unanswered_after_us = unanswered_after_us,
	};

	assert_int_equal(writer_start(&options, &intake, &writer, NULL), RC_OK);
}

static int begin(void **state)
{
	const struct intake_options options = {
		.queue_size = QUEUE_SIZE,
		.wake_at = 100,
		.memory_most = 1 << 26,
		.commands = 1u << CX_MAR,
	};

	(void)state;
	fake = (struct fake_observations){0};
	log_set_sink(no_log, NULL);
	message_pair_make(&pair, CX_MAR);
	return intake_init(&intake, &options) == RC_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	message_pair_clear(&pair);
	intake_clear(&intake);
	return atomic_load(&intake.budget.used) ? -1 : 0;
}

static void answer_one(void)
{
	struct pending_entry request = {0}, answer = {0};

	intake_received(&intake, &request, pair.request_bytes);
	intake_received(&intake, &answer, pair.answer_bytes);
	intake_answered(&intake, &request, &answer);
	intake_gone(&intake, &answer);
	intake_gone(&intake, &request);
}

static void assert_all_accounted(uint64_t seen)
{
	struct observation_status s = {0};

	counters_status(&intake.counters, &intake.queue, &s);
	assert_int_equal(s.seen, seen);
	assert_int_equal(s.stored + s.dropped + s.unanswered, seen);
	assert_int_equal(s.queue_depth, 0);
	assert_int_equal(atomic_load(&intake.budget.used), 0);
}

static void stopping_writes_what_is_in_the_queue(void **state)
{
	(void)state;
	start(60000000);
	for (int i = 0; i < 1000; i++)
		answer_one();
	assert_true(writer_stop(writer, STOP_S));
	assert_all_accounted(1000);
	assert_int_equal(fake.written, 1000);
	assert_int_equal(fake.status.stored, 1000);
	assert_int_equal(fake.status.seen, 1000);
	assert_int_equal(fake.closes, 1);
}

static void requests_under_way_end_as_unanswered_at_the_stop(void **state)
{
	struct pending_entry e[3] = {0};

	(void)state;
	start(60000000);
	for (int i = 0; i < 3; i++)
		intake_received(&intake, &e[i], pair.request_bytes);
	assert_true(writer_stop(writer, STOP_S));
	assert_all_accounted(3);
	assert_int_equal(fake.status.unanswered, 3);
	/* Their messages are freed later. */
	for (int i = 0; i < 3; i++)
		intake_gone(&intake, &e[i]);
	assert_int_equal(queue_depth(&intake.queue), 0);
}

static void a_request_that_nobody_answers_is_given_up_while_running(void **state)
{
	const struct timespec pause = {0, 1000000};
	struct pending_entry e = {0};

	(void)state;
	start(1000);
	intake_received(&intake, &e, pair.request_bytes);
	/* Ends with the test's own time-out when it never happens. */
	while (!counters_get(&intake.counters, COUNTER_UNANSWERED))
		nanosleep(&pause, NULL);
	assert_false(pending_is_waiting(&e));
	assert_true(writer_stop(writer, STOP_S));
	assert_all_accounted(1);
}

static void a_store_locked_to_the_end_costs_drops_but_no_hang(void **state)
{
	(void)state;
	fake.flush_rc = RC_BUSY;
	start(60000000);
	for (int i = 0; i < 50; i++)
		answer_one();
	assert_true(writer_stop(writer, STOP_S));
	assert_all_accounted(50);
	assert_int_equal(counters_get(&intake.counters, COUNTER_DROPPED_STORE), 50);
}

static void a_store_that_never_opens_costs_drops_but_no_hang(void **state)
{
	struct pending_entry e = {0};

	(void)state;
	fake.open_rc = RC_IO;
	start(60000000);
	for (int i = 0; i < QUEUE_SIZE + 10; i++)
		answer_one();
	intake_received(&intake, &e, pair.request_bytes);
	assert_true(writer_stop(writer, STOP_S));
	assert_all_accounted(QUEUE_SIZE + 11);
	assert_int_equal(counters_get(&intake.counters, COUNTER_DROPPED_QUEUE), 10);
	assert_int_equal(counters_get(&intake.counters, COUNTER_DROPPED_STORE), QUEUE_SIZE + 1);
}

/* A thread of the host that is about to put a pair into the queue when the stop begins. */
static void *hand_over_late(void *context)
{
	const struct timespec pause = {0, 100000000};
	const struct observed o = {raw_message_new(pair.request_bytes, &intake.budget), NULL,
				   CX_END_UNANSWERED};

	nanosleep(&pause, NULL);
	assert_true(queue_put(&intake.queue, &o));
	atomic_fetch_sub(&intake.handling, 1);
	return context;
}

static void who_still_hands_over_is_waited_for_also_without_a_store(void **state)
{
	pthread_t thread;

	(void)state;
	fake.open_rc = RC_IO;
	start(60000000);
	counters_add(&intake.counters, COUNTER_SEEN, 1);
	atomic_fetch_add(&intake.handling, 1);
	assert_int_equal(pthread_create(&thread, NULL, hand_over_late, NULL), 0);
	assert_true(writer_stop(writer, STOP_S));
	pthread_join(thread, NULL);
	assert_all_accounted(1);
}

#define THREADS 4
#define EACH 5000

static void *produce(void *context)
{
	for (int i = 0; i < EACH; i++)
		answer_one();
	return context;
}

static void every_request_of_many_threads_is_accounted_for(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	start(60000000);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, produce, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(writer_stop(writer, STOP_S));
	assert_all_accounted(THREADS * EACH);
	assert_int_equal(fake.written, counters_get(&intake.counters, COUNTER_STORED));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stopping_writes_what_is_in_the_queue),
		TEST(requests_under_way_end_as_unanswered_at_the_stop),
		TEST(a_request_that_nobody_answers_is_given_up_while_running),
		TEST(a_store_locked_to_the_end_costs_drops_but_no_hang),
		TEST(a_store_that_never_opens_costs_drops_but_no_hang),
		TEST(who_still_hands_over_is_waited_for_also_without_a_store),
		TEST(every_request_of_many_threads_is_accounted_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
