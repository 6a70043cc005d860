#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/frequent_names.h"

#define MOST 4096u

static struct frequent_names names_new(void)
{
	return (struct frequent_names){.most = MOST, .bytes = sizeof(struct frequent_name)};
}

/* The name is the key in digits. */
static void add(struct frequent_names *f, uint64_t key, uint64_t times)
{
	struct frequent_name *e;
	char name[32];

	snprintf(name, sizeof(name), "%llu", (unsigned long long)key);
	for (uint64_t i = 0; i < times; i++) {
		assert_int_equal(frequent_names_add(f, key, text_from(name), &e), RC_OK);
		assert_string_equal(e->name.data, name);
	}
}

static void the_most_frequent_come_first(void **state)
{
	static const char *const order[] = {"1", "2", "3"};
	static const uint64_t counts[] = {5, 2, 2};
	struct frequent_names f = names_new();

	(void)state;
	frequent_names_sort(&f, NULL);
	assert_int_equal(f.count, 0);
	add(&f, 3, 2);
	add(&f, 1, 5);
	add(&f, 2, 2);
	frequent_names_sort(&f, NULL);
	assert_int_equal(f.count, 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_string_equal(f.slot[i]->name.data, order[i]);
		assert_int_equal(f.slot[i]->count, counts[i]);
	}
	assert_int_equal(f.floor, 0);
	frequent_names_clear(&f);
}

static void names_that_share_a_key_are_two(void **state)
{
	struct frequent_names f = names_new();
	struct frequent_name *a, *b, *again;

	(void)state;
	assert_int_equal(frequent_names_add(&f, 7, TEXT_LITERAL("a"), &a), RC_OK);
	assert_int_equal(frequent_names_add(&f, 7, TEXT_LITERAL("b"), &b), RC_OK);
	assert_int_equal(frequent_names_add(&f, 7, TEXT_LITERAL("a"), &again), RC_OK);
	assert_ptr_equal(a, again);
	assert_ptr_not_equal(a, b);
	assert_int_equal(a->count, 2);
	assert_int_equal(b->count, 1);
	frequent_names_clear(&f);
}

static void counts_are_exact_as_long_as_all_find_room(void **state)
{
	struct frequent_names f = names_new();

	(void)state;
	for (uint64_t key = 1; key <= MOST; key++)
		add(&f, key, 1 + (key % 1000 == 0));
	frequent_names_sort(&f, NULL);
	assert_int_equal(f.count, MOST);
	assert_int_equal(f.floor, 0);
	for (uint32_t i = 0; i < f.count; i++)
		assert_int_equal(f.slot[i]->count, i < MOST / 1000 ? 2 : 1);
	frequent_names_clear(&f);
}

static void beyond_that_nobody_is_short_of_more_than_the_floor(void **state)
{
	const uint64_t many = 4 * (uint64_t)MOST, often = many / 256;
	struct frequent_names f = names_new();

	(void)state;
	for (unsigned round = 0; round < 2; round++)
		for (uint64_t key = 1; key <= many; key++) {
			add(&f, key, 1);
			if (key % 256 == 0)
				add(&f, many + 7, 1);
		}
	frequent_names_sort(&f, NULL);
	assert_true(f.floor > 0 && f.floor < often);
	assert_true(f.count <= MOST);
	assert_int_equal(f.slot[0]->key, many + 7);
	assert_in_range(f.slot[0]->count, 2 * often - f.floor, 2 * often);
	for (uint32_t i = 1; i < f.count; i++)
		assert_in_range(f.slot[i]->count, 1, 2);
	frequent_names_clear(&f);
}

static const struct frequent_name *kept(const struct frequent_names *f, uint64_t key)
{
	for (uint32_t i = 0; i < f->capacity; i++)
		if (f->slot[i] && f->slot[i]->key == key)
			return f->slot[i];
	return NULL;
}

static void what_is_forgotten_again_and_again_is_within_the_floor(void **state)
{
	struct frequent_names f = names_new();
	uint64_t next = 2, count = 0;

	(void)state;
	for (unsigned times = 1; times <= 3; times++) {
		add(&f, 1, times);
		count += times;
		for (uint64_t i = 0; i <= MOST; i++)
			add(&f, next++, times);
		assert_null(kept(&f, 1));
		assert_true(count <= f.floor);
	}
	add(&f, 1, 1);
	assert_non_null(kept(&f, 1));
	assert_in_range(kept(&f, 1)->count + kept(&f, 1)->missed, count + 1, 1 + f.floor);
	frequent_names_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_frequent_come_first),
		cmocka_unit_test(names_that_share_a_key_are_two),
		cmocka_unit_test(counts_are_exact_as_long_as_all_find_room),
		cmocka_unit_test(beyond_that_nobody_is_short_of_more_than_the_floor),
		cmocka_unit_test(what_is_forgotten_again_and_again_is_within_the_floor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
