#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void valid_sequences_decode_and_encode_back(void **state)
{
	static const struct {
		struct text bytes;
		unsigned code_point;
	} rows[] = {
		{TEXT_LITERAL("\0"), 0},
		{TEXT_LITERAL("a"), 'a'},
		{TEXT_LITERAL("\x7f"), 0x7f},
		{TEXT_LITERAL("\xc2\x80"), 0x80},
		{TEXT_LITERAL("\xdf\xbf"), 0x7ff},
		{TEXT_LITERAL("\xe0\xa0\x80"), 0x800},
		{TEXT_LITERAL("\xed\x9f\xbf"), 0xd7ff},
		{TEXT_LITERAL("\xee\x80\x80"), 0xe000},
		{TEXT_LITERAL("\xef\xbf\xbf"), 0xffff},
		{TEXT_LITERAL("\xf0\x90\x80\x80"), 0x10000},
		{TEXT_LITERAL("\xf4\x8f\xbf\xbf"), 0x10ffff},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[UTF8_BYTES_MAX];
		unsigned code_point = 0xdead;

		assert_int_equal(utf8_decode(rows[i].bytes.data, rows[i].bytes.length, &code_point),
				 rows[i].bytes.length);
		assert_int_equal(code_point, rows[i].code_point);
		assert_int_equal(utf8_encode(code_point, out), rows[i].bytes.length);
		assert_memory_equal(out, rows[i].bytes.data, rows[i].bytes.length);
	}
}

/* RFC 3629 clause 3 and 4. */
static void invalid_sequences_are_refused(void **state)
{
	static const struct text rows[] = {
		TEXT_LITERAL(""),
		TEXT_LITERAL("\x80"),
		TEXT_LITERAL("\xc3"),
		TEXT_LITERAL("\xc3("),
		TEXT_LITERAL("\xc0\xaf"),
		TEXT_LITERAL("\xc1\xbf"),
		TEXT_LITERAL("\xe0\x9f\xbf"),
		TEXT_LITERAL("\xed\xa0\x80"),
		TEXT_LITERAL("\xed\xbf\xbf"),
		TEXT_LITERAL("\xf0\x8f\xbf\xbf"),
		TEXT_LITERAL("\xf4\x90\x80\x80"),
		TEXT_LITERAL("\xf8\x88\x80\x80\x80"),
		TEXT_LITERAL("\xff"),
		TEXT_LITERAL("\xe2\x82"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned code_point = 0xdead;

		assert_int_equal(utf8_decode(rows[i].data, rows[i].length, &code_point), 0);
		assert_int_equal(code_point, 0xdead);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_sequences_decode_and_encode_back),
		cmocka_unit_test(invalid_sequences_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
