/* Hooks, time-outs and the taker of the queue in threads of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "cx/intake.h"
#include "tests/cx/message_pair.h"

static struct intake intake;

#define THREADS 4
#define EACH 5000

/* Requests that are answered, freed and given up by different threads at the same time. */
static void *play(void *context)
{
	const struct message_pair *x = context;

	for (int i = 0; i < EACH; i++) {
		struct pending_entry request = {0}, answer = {0};

		intake_received(&intake, &request, x->request_bytes);
		if (i % 3) {
			intake_received(&intake, &answer, x->answer_bytes);
			intake_answered(&intake, &request, &answer);
		}
		intake_gone(&intake, &answer);
		intake_gone(&intake, &request);
	}
	return NULL;
}

static void each_request_ends_exactly_once_among_threads(void **state)
{
	const struct intake_options options = {
		.queue_size = 8,
		.wake_at = 8,
		.memory_most = 1 << 20,
		.commands = 1u << CX_MAR,
	};
	struct observation_status s = {0};
	pthread_t threads[THREADS];
	struct raw_message *old;
	uint64_t ended = 0;
	struct observed o;
	struct message_pair x;

	(void)state;
	assert_int_equal(intake_init(&intake, &options), RC_OK);
	message_pair_make(&x, CX_MAR);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, play, &x), 0);
	for (int i = 0; i < EACH; i++) {
		while (queue_take(&intake.queue, &o)) {
			ended++;
			observed_clear(&o);
		}
		if ((old = pending_take_old(&intake.pending, INT64_MAX))) {
			ended++;
			raw_message_free(old);
		}
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	while (queue_take(&intake.queue, &o)) {
		ended++;
		observed_clear(&o);
	}
	assert_true(pending_is_empty(&intake.pending));
	counters_status(&intake.counters, &intake.queue, &s);
	assert_int_equal(s.seen, THREADS * EACH);
	assert_int_equal(s.dropped + ended, THREADS * EACH);
	assert_int_equal(atomic_load(&intake.handling), 0);
	intake_clear(&intake);
	assert_int_equal(atomic_load(&intake.budget.used), 0);
	message_pair_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_request_ends_exactly_once_among_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
