#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/strbuf.h"

static void strbuf_grows_and_stays_terminated(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_int_equal(strbuf_text(&b).length, 0);
	assert_non_null(strbuf_text(&b).data);
	for (int i = 0; i < 5000; i++)
		strbuf_add_char(&b, 'x');
	strbuf_add_str(&b, "end");
	strbuf_add(&b, "\0z", 2);
	strbuf_add_text(&b, TEXT_NONE);
	assert_false(b.failed);
	assert_int_equal(b.length, 5005);
	assert_memory_equal(b.data + 4999, "xend\0z", 7);
	strbuf_clear(&b);
	strbuf_clear(&b);
	strbuf_clear(NULL);
	assert_null(b.data);
}

static void strbuf_printf_takes_long_texts(void **state)
{
	char big[3000];
	struct strbuf b;

	(void)state;
	memset(big, 'y', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	strbuf_init(&b);
	strbuf_printf(&b, "%d-", 7);
	strbuf_printf(&b, "%s!", big);
	assert_int_equal(b.length, 2 + 2999 + 1);
	assert_string_equal(b.data + 3000, "y!");
	strbuf_clear(&b);
}

static void strbuf_stops_after_a_failure_until_reset(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	strbuf_add_str(&b, "kept");
	strbuf_add(&b, "x", SIZE_MAX / 2);
	assert_true(b.failed);
	strbuf_add_str(&b, "lost");
	assert_string_equal(b.data, "kept");
	strbuf_reset(&b);
	assert_false(b.failed);
	assert_string_equal(b.data, "");
	strbuf_add_str(&b, "again");
	assert_string_equal(b.data, "again");
	strbuf_clear(&b);
}

static void arena_gives_aligned_separate_memory(void **state)
{
	struct arena a;
	char *previous = NULL;

	(void)state;
	arena_init(&a);
	for (size_t i = 1; i < 3000; i += 7) {
		char *p = arena_alloc(&a, i);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		memset(p, (int)(i % 251), i);
		if (previous)
			assert_int_equal((unsigned char)previous[0], (i - 7) % 251);
		previous = p;
	}
	assert_non_null(arena_alloc(&a, 100000));
	assert_null(arena_alloc(&a, SIZE_MAX - 8));
	arena_clear(&a);
	arena_clear(&a);
	arena_clear(NULL);
}

static void arena_reset_reuses_its_first_chunk(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	void *first = arena_alloc(&a, 16);
	for (int round = 0; round < 100; round++) {
		for (int i = 0; i < 100; i++)
			assert_non_null(arena_alloc(&a, 1000));
		arena_reset(&a);
		assert_ptr_equal(arena_alloc(&a, 16), first);
	}
	arena_clear(&a);
}

static void arena_copies_texts(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	struct text t = arena_text(&a, TEXT_LITERAL("a\0b"));
	assert_int_equal(t.length, 3);
	assert_memory_equal(t.data, "a\0b", 4);
	assert_null(arena_text(&a, TEXT_NONE).data);
	assert_non_null(arena_text(&a, TEXT_LITERAL("")).data);
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 5), "x-5");
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strbuf_grows_and_stays_terminated),
		cmocka_unit_test(strbuf_printf_takes_long_texts),
		cmocka_unit_test(strbuf_stops_after_a_failure_until_reset),
		cmocka_unit_test(arena_gives_aligned_separate_memory),
		cmocka_unit_test(arena_reset_reuses_its_first_chunk),
		cmocka_unit_test(arena_copies_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
