#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cx/pending.h"
#include "cx/queue.h"
#include "cx/raw_message.h"

#define SECRET "sEcReT-0123456789abcdef-sEcReT"

/* What free is called with, as it is at that moment (-Wl,--wrap=free). */
static const struct raw_message *watched[2];
static size_t watched_bytes;
static unsigned freed, not_wiped;

void __real_free(void *p);
void __wrap_free(void *p);
void __wrap_free(void *p)
{
	for (unsigned i = 0; i < 2; i++) {
		if (!p || p != watched[i])
			continue;
		const unsigned char *bytes = p;

		freed++;
		for (size_t k = 0; k < watched_bytes; k++)
			if (bytes[k]) {
				not_wiped++;
				break;
			}
		watched[i] = NULL;
	}
	__real_free(p);
}

static struct raw_budget budget;

static int begin(void **state)
{
	(void)state;
	budget.most = 4096;
	atomic_store(&budget.used, 0);
	freed = not_wiped = 0;
	watched[0] = watched[1] = NULL;
	watched_bytes = sizeof(struct raw_message) + sizeof(SECRET) - 1;
	return 0;
}

static struct raw_message *secret(unsigned watch)
{
	struct raw_message *m = raw_message_new(TEXT_LITERAL(SECRET), &budget);

	assert_non_null(m);
	assert_true(text_equal(raw_message_text(m), TEXT_LITERAL(SECRET)));
	watched[watch] = m;
	return m;
}

static void bytes_are_wiped_before_they_are_freed(void **state)
{
	(void)state;
	raw_message_free(secret(0));
	assert_int_equal(freed, 1);
	assert_int_equal(not_wiped, 0);
}

static void the_watch_sees_bytes_that_are_not_wiped(void **state)
{
	(void)state;
	__wrap_free(secret(0));
	assert_int_equal(freed, 1);
	assert_int_equal(not_wiped, 1);
}

static void both_messages_of_a_pair_are_wiped(void **state)
{
	struct observed o = {secret(0), secret(1), CX_END_ANSWERED};

	(void)state;
	observed_clear(&o);
	assert_null(o.request);
	assert_null(o.answer);
	assert_int_equal(freed, 2);
	assert_int_equal(not_wiped, 0);
}

static void what_a_queue_holds_at_its_end_is_wiped(void **state)
{
	struct observed o = {secret(0), secret(1), CX_END_ANSWERED};
	struct queue q;

	(void)state;
	assert_int_equal(queue_init(&q, 2, 2), RC_OK);
	assert_true(queue_put(&q, &o));
	queue_clear(&q);
	assert_int_equal(freed, 2);
	assert_int_equal(not_wiped, 0);
}

static void an_answer_that_nobody_takes_is_wiped_when_it_is_old(void **state)
{
	struct pending_entry entry = {0};
	struct pending p;

	(void)state;
	assert_int_equal(pending_init(&p), RC_OK);
	assert_true(pending_add(&p, &entry, secret(0), false));
	assert_null(pending_take_old(&p, INT64_MAX));
	assert_int_equal(freed, 1);
	assert_int_equal(not_wiped, 0);
	pending_clear(&p);
}

static void a_closed_list_wipes_what_it_does_not_take(void **state)
{
	struct pending_entry entry = {0};
	struct pending p;

	(void)state;
	assert_int_equal(pending_init(&p), RC_OK);
	pending_close(&p);
	assert_false(pending_add(&p, &entry, secret(0), true));
	assert_int_equal(freed, 1);
	assert_int_equal(not_wiped, 0);
	pending_clear(&p);
}

static void the_budget_bounds_all_copies_together(void **state)
{
	static const char big[3000];
	struct raw_message *m = raw_message_new(text_of(big, sizeof(big)), &budget);

	(void)state;
	assert_non_null(m);
	assert_null(raw_message_new(text_of(big, sizeof(big)), &budget));
	raw_message_free(m);
	assert_int_equal(atomic_load(&budget.used), 0);
	m = raw_message_new(text_of(big, sizeof(big)), &budget);
	assert_non_null(m);
	raw_message_free(m);
}

static void no_message_is_no_text(void **state)
{
	(void)state;
	assert_null(raw_message_text(NULL).data);
	raw_message_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(bytes_are_wiped_before_they_are_freed, begin),
		cmocka_unit_test_setup(the_watch_sees_bytes_that_are_not_wiped, begin),
		cmocka_unit_test_setup(both_messages_of_a_pair_are_wiped, begin),
		cmocka_unit_test_setup(what_a_queue_holds_at_its_end_is_wiped, begin),
		cmocka_unit_test_setup(an_answer_that_nobody_takes_is_wiped_when_it_is_old, begin),
		cmocka_unit_test_setup(a_closed_list_wipes_what_it_does_not_take, begin),
		cmocka_unit_test_setup(the_budget_bounds_all_copies_together, begin),
		cmocka_unit_test_setup(no_message_is_no_text, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
