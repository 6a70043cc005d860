#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "trace/failing_identities.h"

static void add(struct failing_identities *f, uint64_t key, unsigned times)
{
	char name[32];

	snprintf(name, sizeof(name), "%llu", (unsigned long long)key);
	for (unsigned i = 0; i < times; i++)
		assert_int_equal(failing_identities_add(f, key, name, CAUSE_UNKNOWN), RC_OK);
}

static void the_most_failures_come_first(void **state)
{
	struct failing_identities f = {0};

	(void)state;
	failing_identities_sort(&f);
	assert_int_equal(f.count, 0);
	add(&f, 3, 2);
	add(&f, 1, 5);
	add(&f, 2, 2);
	assert_int_equal(failing_identities_add(&f, 1, "1", CAUSE_UNREACHABLE), RC_OK);
	failing_identities_sort(&f);
	assert_int_equal(f.count, 3);
	assert_string_equal(f.slot[0].name, "1");
	assert_int_equal(f.slot[0].failed, 6);
	assert_int_equal(f.slot[0].cause, CAUSE_UNREACHABLE);
	assert_string_equal(f.slot[1].name, "2");
	assert_string_equal(f.slot[2].name, "3");
	assert_int_equal(f.floor, 0);
	failing_identities_clear(&f);
}

static void counts_are_exact_as_long_as_all_find_room(void **state)
{
	struct failing_identities f = {0};

	(void)state;
	for (uint64_t key = 1; key <= FAILING_IDENTITIES; key++)
		add(&f, key, 1 + (key % 1000 == 0));
	failing_identities_sort(&f);
	assert_int_equal(f.count, FAILING_IDENTITIES);
	assert_int_equal(f.floor, 0);
	for (uint32_t i = 0; i < f.count; i++)
		assert_int_equal(f.slot[i].failed, i < FAILING_IDENTITIES / 1000 ? 2 : 1);
	failing_identities_clear(&f);
}

static void beyond_that_nobody_is_short_of_more_than_the_floor(void **state)
{
	const uint64_t many = 4 * (uint64_t)FAILING_IDENTITIES;
	struct failing_identities f = {0};

	(void)state;
	for (unsigned round = 0; round < 2; round++)
		for (uint64_t key = 1; key <= many; key++) {
			add(&f, key, 1);
			if (key % 4096 == 0)
				add(&f, many + 7, 1);
		}
	failing_identities_sort(&f);
	assert_in_range(f.floor, 1, 64);
	assert_true(f.count <= FAILING_IDENTITIES);
	assert_int_equal(f.slot[0].key, many + 7);
	assert_in_range(f.slot[0].failed, 2 * many / 4096 - f.floor, 2 * many / 4096);
	for (uint32_t i = 1; i < f.count; i++)
		assert_in_range(f.slot[i].failed, 1, 2);
	failing_identities_clear(&f);
}

static uint64_t kept(const struct failing_identities *f, uint64_t key)
{
	for (uint32_t i = 0; i < f->capacity; i++)
		if (f->slot[i].key == key)
			return f->slot[i].failed;
	return 0;
}

static void what_is_forgotten_again_and_again_is_within_the_floor(void **state)
{
	struct failing_identities f = {0};
	uint64_t next = 2, failed = 0;

	(void)state;
	for (unsigned times = 1; times <= 3; times++) {
		add(&f, 1, times);
		failed += times;
		for (uint64_t i = 0; i <= FAILING_IDENTITIES; i++)
			add(&f, next++, times);
		assert_int_equal(kept(&f, 1), 0);
		assert_true(failed <= f.floor);
	}
	add(&f, 1, 1);
	failing_identities_sort(&f);
	for (uint32_t i = 0; i < f.count; i++)
		if (f.slot[i].key == 1)
			assert_in_range(f.slot[i].failed + f.slot[i].missed, failed + 1,
					1 + f.floor);
	failing_identities_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_failures_come_first),
		cmocka_unit_test(counts_are_exact_as_long_as_all_find_room),
		cmocka_unit_test(beyond_that_nobody_is_short_of_more_than_the_floor),
		cmocka_unit_test(what_is_forgotten_again_and_again_is_within_the_floor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
