#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cx/counters.h"
#include "cx/log_limit.h"

#define MINUTE_US INT64_C(60000000)

static void a_line_tells_all_counters_and_what_is_under_way(void **state)
{
	static const uint64_t values[COUNTERS] = {
		[COUNTER_SEEN] = 100,         [COUNTER_STORED] = 80,
		[COUNTER_UNANSWERED] = 7,     [COUNTER_UNDECODABLE] = 2,
		[COUNTER_DROPPED_QUEUE] = 1,  [COUNTER_DROPPED_MEMORY] = 2,
		[COUNTER_DROPPED_STORE] = 3,  [COUNTER_LATE] = 4,
		[COUNTER_STORE_FAILURES] = 5,
	};
	struct counters counters = {0};
	struct strbuf line;
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q, 16, 16), RC_OK);
	for (int i = 0; i < COUNTERS; i++)
		counters_add(&counters, (enum counter)i, values[i]);
	strbuf_init(&line);
	counters_print(&counters, &q, &line);
	assert_string_equal(line.data,
			    "seen=100 stored=80 dropped=6 unanswered=7 under_way=7 undecodable=2 "
			    "late_answers=4 queue_depth=0 queue_depth_max=0 queue_size=16 "
			    "store_failures=5");
	strbuf_clear(&line);
	queue_clear(&q);
}

static void a_limited_message_comes_once_a_minute(void **state)
{
	struct log_limit limit = {0};

	(void)state;
	assert_true(log_limit_allows(&limit, 5));
	assert_false(log_limit_allows(&limit, 6));
	assert_false(log_limit_allows(&limit, 4 + MINUTE_US));
	assert_true(log_limit_allows(&limit, 5 + MINUTE_US));
	assert_false(log_limit_allows(&limit, 4 + 2 * MINUTE_US));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_all_counters_and_what_is_under_way),
		cmocka_unit_test(a_limited_message_comes_once_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
