/* Exchanges come back from a packed block member by member; blocks of any bytes are survived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/exchange_block.h"
#include "codec/exchange_pack.h"
#include "tests/codec/random_exchange.h"

#define ROUNDS 60

static struct text text_written(const struct byte_writer *w)
{
	return text_of((const char *)w->data, w->length);
}

static void compare_block(struct text bytes, const struct cx_exchange *expected, uint32_t count)
{
	struct exchange_block block;
	struct cx_exchange found;
	struct arena arena;

	arena_init(&arena);
	exchange_block_init(&block);
	assert_int_equal(exchange_block_open(&block, bytes, 1000), RC_OK);
	assert_int_equal(block.count, count);
	for (uint32_t i = count; i-- > 0;) {
		arena_reset(&arena);
		assert_int_equal(exchange_block_read(&block, i, &arena, &found), RC_OK);
		assert_int_equal(found.id, 1000 + i);
		const char *difference = exchange_difference(&expected[i], &found);
		if (difference)
			fail_msg("exchange %u differs in %s", (unsigned)i, difference);
	}
	assert_int_equal(exchange_block_read(&block, count, &arena, &found), RC_CORRUPT);
	exchange_block_clear(&block);
	arena_clear(&arena);
}

static void all_members_come_back(void **state)
{
	static struct cx_exchange expected[EXCHANGE_BLOCK_MAX];
	struct random_source r = {42};
	struct exchange_packer packer;
	struct byte_writer out = {0};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	exchange_packer_init(&packer);
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t count = 0;

		arena_reset(&arena);
		exchange_packer_reset(&packer);
		while (!exchange_packer_is_full(&packer)) {
			random_exchange(&r, &arena, &expected[count]);
			assert_true(exchange_packer_add(&packer, &expected[count]));
			count++;
		}
		out.length = 0;
		exchange_packer_write(&packer, &out);
		assert_false(out.failed);
		compare_block(text_written(&out), expected, count);
	}
	byte_writer_clear(&out);
	exchange_packer_clear(&packer);
	arena_clear(&arena);
}

/* A dictionary holds EXCHANGE_TEXTS_BYTES: what does not fit is written in full. */
static void a_full_dictionary_loses_nothing(void **state)
{
	static struct cx_exchange expected[EXCHANGE_BLOCK_MAX];
	struct exchange_packer packer;
	struct byte_writer out = {0};
	struct arena arena;
	uint32_t count = 0;

	(void)state;
	arena_init(&arena);
	exchange_packer_init(&packer);
	while (!exchange_packer_is_full(&packer)) {
		struct cx_exchange *e = &expected[count];

		cx_exchange_init(e);
		e->time_us = count;
		e->origin_host = text_from(arena_printf(&arena, "%01000u", (unsigned)count));
		e->origin_realm = text_from(arena_printf(&arena, "%01001u", (unsigned)count));
		assert_true(exchange_packer_add(&packer, e));
		count++;
	}
	assert_true(packer.texts.bytes > EXCHANGE_TEXTS_BYTES / 2);
	exchange_packer_write(&packer, &out);
	compare_block(text_written(&out), expected, count);
	byte_writer_clear(&out);
	exchange_packer_clear(&packer);
	arena_clear(&arena);
}

/* What a shape consists of, each changed once: two exchanges that differ in a single member of it,
 * in turn, must not be taken for each other. */
static uint32_t make_variants(struct cx_exchange *out, struct arena *arena)
{
	struct cx_exchange base;
	uint32_t count = 0;

	cx_exchange_init(&base);
	base.command = CX_UAR;
	base.answer.kind = ANSWER_RESULT_CODE;
	base.answer.code = 2001;
	struct text *const texts[] = {
		&base.origin_host,
		&base.origin_realm,
		&base.destination_host,
		&base.destination_realm,
		&base.visited_network,
		&base.server_name,
		&base.scheme,
		&base.wildcarded_impu,
		&base.deregistration_info,
		&base.answer_origin_host,
		&base.answer.server_name,
		&base.answer_scheme,
		&base.answer_origin_realm,
		&base.error_message,
	};
	int32_t *const numbers[] = {
		&base.authorization_type,    &base.item_count,          &base.assignment_type,
		&base.user_data_available,   &base.originating_request, &base.answer_item_count,
		&base.deregistration_reason,
	};
	static const char *const contents[] = {"a.example.org", "b.example.org", "", NULL};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = text_from(contents[0]);
	out[count++] = base;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t k = 1; k < sizeof(contents) / sizeof(contents[0]); k++) {
			*texts[i] = contents[k] ? text_from(contents[k]) : TEXT_NONE;
			out[count++] = base;
			*texts[i] = text_from(contents[0]);
			out[count++] = base;
		}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		*numbers[i] = 3;
		out[count++] = base;
		*numbers[i] = CX_NUMBER_ABSENT;
	}
	struct cx_exchange other[10];
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		other[i] = base;
	other[0].uar_flags = UINT32_MAX;
	other[1].command = CX_LIR;
	other[2].end = CX_END_RELAY_ANSWERED;
	other[3].answer.kind = ANSWER_EXPERIMENTAL;
	other[4].answer.kind = ANSWER_OTHER_VENDOR;
	other[4].answer.vendor = 13019;
	other[5].answer.code = 5001;
	other[6].damage = CX_DAMAGE_AVP;
	other[7].has_resynchronisation = true;
	other[8].answer.has_capabilities = true;
	other[9].answer.mandatory = arena_alloc(arena, sizeof(uint32_t));
	other[9].answer.mandatory[0] = 7;
	other[9].answer.mandatory_count = 1;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		out[count++] = other[i];
		out[count++] = base;
	}
	return count;
}

static void a_shape_that_differs_in_one_member_is_another(void **state)
{
	static struct cx_exchange expected[EXCHANGE_BLOCK_MAX];
	struct exchange_packer packer;
	struct byte_writer out = {0};
	struct arena arena;
	uint32_t count, shapes;

	(void)state;
	arena_init(&arena);
	exchange_packer_init(&packer);
	count = make_variants(expected, &arena);
	for (uint32_t i = 0; i < count; i++)
		assert_true(exchange_packer_add(&packer, &expected[i]));
	shapes = packer.shapes.count;
	for (uint32_t i = 0; i < count; i++) {
		expected[count + i] = expected[i];
		assert_true(exchange_packer_add(&packer, &expected[i]));
	}
	/* The base, three of each text, one of each number, and the ten others: a second time they
	 * are known, whatever came between. */
	assert_int_equal(shapes, 1 + 3 * 14 + 7 + 10);
	assert_int_equal(packer.shapes.count, shapes);
	exchange_packer_write(&packer, &out);
	compare_block(text_written(&out), expected, 2 * count);
	byte_writer_clear(&out);
	exchange_packer_clear(&packer);
	arena_clear(&arena);
}

/* 15 digits of IMSI, session and time of their own: the rest recurs. */
static void usual_exchanges_are_small(void **state)
{
	static struct cx_exchange expected[EXCHANGE_BLOCK_MAX];
	struct exchange_packer packer;
	struct byte_writer out = {0};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	exchange_packer_init(&packer);
	for (uint32_t i = 0; i < EXCHANGE_BLOCK_MAX; i++) {
		usual_exchange(i / 3 * 7919, i, &arena, &expected[i]);
		expected[i].time_us = 1700000000000000 + i * 20;
		assert_true(exchange_packer_add(&packer, &expected[i]));
	}
	assert_true(exchange_packer_is_full(&packer));
	exchange_packer_write(&packer, &out);
	compare_block(text_written(&out), expected, EXCHANGE_BLOCK_MAX);
	assert_true(out.length < EXCHANGE_BLOCK_MAX * 40);
	byte_writer_clear(&out);
	exchange_packer_clear(&packer);
	arena_clear(&arena);
}

static void read_all(struct text bytes)
{
	struct exchange_block block;
	struct cx_exchange found;
	struct arena arena;

	arena_init(&arena);
	exchange_block_init(&block);
	if (exchange_block_open(&block, bytes, 1) == RC_OK)
		for (uint32_t i = 0; i < block.count; i++) {
			arena_reset(&arena);
			exchange_block_read(&block, i, &arena, &found);
		}
	exchange_block_clear(&block);
	arena_clear(&arena);
}

static void damage_is_survived(void **state)
{
	struct random_source r = {7};
	struct exchange_packer packer;
	struct byte_writer out = {0};
	struct cx_exchange e;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	exchange_packer_init(&packer);
	for (int i = 0; i < 12; i++) {
		random_exchange(&r, &arena, &e);
		assert_true(exchange_packer_add(&packer, &e));
	}
	exchange_packer_write(&packer, &out);
	for (int i = 0; i < 20000; i++) {
		size_t at = random_below(&r, (uint32_t)out.length);
		unsigned char before = out.data[at];
		size_t length = random_below(&r, 4) ? out.length : at;

		out.data[at] = (unsigned char)random_below(&r, 256);
		/* An exact copy, so that reading beyond it is seen. */
		char *copy = test_malloc(length + 1);
		memcpy(copy, out.data, length);
		read_all(text_of(copy, length));
		test_free(copy);
		out.data[at] = before;
	}
	byte_writer_clear(&out);
	exchange_packer_clear(&packer);
	arena_clear(&arena);
}

static void nothing_is_no_block(void **state)
{
	struct exchange_block block;

	(void)state;
	exchange_block_init(&block);
	assert_int_equal(exchange_block_open(&block, text_of("", 0), 1), RC_CORRUPT);
	assert_int_equal(block.count, 0);
	exchange_block_clear(&block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_members_come_back),
		cmocka_unit_test(a_full_dictionary_loses_nothing),
		cmocka_unit_test(a_shape_that_differs_in_one_member_is_another),
		cmocka_unit_test(usual_exchanges_are_small),
		cmocka_unit_test(damage_is_survived),
		cmocka_unit_test(nothing_is_no_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
