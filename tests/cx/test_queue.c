#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "cx/queue.h"

static struct raw_budget budget = {.most = 1 << 28};
static unsigned wakes;

static void count_wake(void *context)
{
	(void)context;
	wakes++;
}

/* A pair that carries a number. */
static struct observed numbered(uint32_t n)
{
	return (struct observed){
		.request = raw_message_new(text_of((const char *)&n, sizeof(n)), &budget),
		.end = CX_END_UNANSWERED,
	};
}

static uint32_t number_of(const struct observed *o)
{
	uint32_t n;

	memcpy(&n, o->request->bytes, sizeof(n));
	return n;
}

static void things_come_out_in_the_order_they_went_in(void **state)
{
	struct queue q;
	struct observed o;

	(void)state;
	assert_int_equal(queue_init(&q, 8, 8), RC_OK);
	for (uint32_t round = 0; round < 5; round++) {
		for (uint32_t n = 0; n < 6; n++) {
			o = numbered(round * 6 + n);
			assert_true(queue_put(&q, &o));
		}
		for (uint32_t n = 0; n < 6; n++) {
			assert_true(queue_take(&q, &o));
			assert_int_equal(number_of(&o), round * 6 + n);
			observed_clear(&o);
		}
		assert_false(queue_take(&q, &o));
	}
	queue_clear(&q);
	assert_int_equal(atomic_load(&budget.used), 0);
}

static void a_full_queue_takes_nothing_and_keeps_what_it_has(void **state)
{
	struct queue q;
	struct observed o;

	(void)state;
	assert_int_equal(queue_init(&q, 5, 5), RC_OK);
	assert_int_equal(q.size, 8);
	for (uint32_t n = 0; n < 8; n++) {
		o = numbered(n);
		assert_true(queue_put(&q, &o));
		assert_int_equal(queue_depth(&q), n + 1);
	}
	struct observed more = numbered(8);

	assert_false(queue_put(&q, &more));
	observed_clear(&more);
	assert_int_equal(queue_depth(&q), 8);
	assert_int_equal(queue_depth_max(&q), 8);
	assert_true(queue_take(&q, &o));
	assert_int_equal(number_of(&o), 0);
	assert_int_equal(queue_depth(&q), 7);
	assert_true(queue_put(&q, &o));
	queue_clear(&q);
	assert_int_equal(atomic_load(&budget.used), 0);
}

static void the_taker_is_woken_once_at_the_depth_asked_for(void **state)
{
	struct queue q;
	struct observed o;

	(void)state;
	wakes = 0;
	assert_int_equal(queue_init(&q, 8, 3), RC_OK);
	q.wake = count_wake;
	for (uint32_t n = 0; n < 8; n++) {
		o = numbered(n);
		assert_true(queue_put(&q, &o));
		assert_int_equal(wakes, n >= 2);
	}
	queue_clear(&q);
}

#define PRODUCERS 4
#define EACH 20000u

struct producer {
	struct queue *queue;
	uint32_t from;
	uint64_t refused;
};

static void *produce(void *context)
{
	struct producer *p = context;

	for (uint32_t n = 0; n < EACH; n++) {
		struct observed o = numbered(p->from + n);

		if (!queue_put(p->queue, &o)) {
			p->refused++;
			observed_clear(&o);
		}
	}
	return NULL;
}

/* Takes until stopped and empty; the order of each producer must hold. */
static uint64_t consume(struct queue *q, const atomic_bool *is_over)
{
	uint32_t last[PRODUCERS] = {0};
	uint64_t taken = 0;
	struct observed o;

	for (;;) {
		bool was_over = atomic_load(is_over);

		while (queue_take(q, &o)) {
			uint32_t n = number_of(&o), producer = n / EACH;

			assert_in_range(producer, 0, PRODUCERS - 1);
			assert_true(n % EACH + 1 > last[producer]);
			last[producer] = n % EACH + 1;
			taken++;
			observed_clear(&o);
		}
		if (was_over)
			return taken;
		sched_yield();
	}
}

struct joiner {
	pthread_t *threads;
	atomic_bool is_over;
};

static void *tell_when_over(void *context)
{
	struct joiner *j = context;

	for (unsigned i = 0; i < PRODUCERS; i++)
		pthread_join(j->threads[i], NULL);
	atomic_store(&j->is_over, true);
	return NULL;
}

static void nothing_is_lost_or_doubled_among_threads(void **state)
{
	struct producer producers[PRODUCERS];
	pthread_t threads[PRODUCERS], over;
	struct joiner joiner = {threads, false};
	uint64_t refused = 0;
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q, 256, 64), RC_OK);
	for (unsigned i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){&q, i * EACH, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
	}
	assert_int_equal(pthread_create(&over, NULL, tell_when_over, &joiner), 0);
	uint64_t taken = consume(&q, &joiner.is_over);

	pthread_join(over, NULL);
	for (unsigned i = 0; i < PRODUCERS; i++)
		refused += producers[i].refused;
	assert_int_equal(taken + refused, PRODUCERS * EACH);
	assert_int_equal(queue_depth(&q), 0);
	assert_in_range(queue_depth_max(&q), 1, q.size);
	queue_clear(&q);
	assert_int_equal(atomic_load(&budget.used), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(things_come_out_in_the_order_they_went_in),
		cmocka_unit_test(a_full_queue_takes_nothing_and_keeps_what_it_has),
		cmocka_unit_test(the_taker_is_woken_once_at_the_depth_asked_for),
		cmocka_unit_test(nothing_is_lost_or_doubled_among_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
