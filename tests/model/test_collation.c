#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/collation.h"

#define T(s) TEXT_LITERAL(s)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Measured: SELECT HEX(WEIGHT_STRING(c COLLATE utf8mb3_general_ci)), MariaDB 10.11. */
static void weights_are_those_of_the_server(void **state)
{
	static const struct {
		unsigned code_point, weight;
	} rows[] = {
		{'a', 'A'},       {'Z', 'Z'},       {'@', '@'},       {'[', '['},
		{'`', '`'},       {'{', '{'},       {'1', '1'},       {' ', ' '},
		{'\t', '\t'},     {0xa0, 0xa0},     {0xb5, 0x39c},    {0xc0, 'A'},
		{0xe5, 'A'},      {0xe6, 0xc6},     {0xe7, 'C'},      {0xf0, 0xd0},
		{0xf7, 0xf7},     {0xf8, 0xd8},     {0xfe, 0xde},     {0xff, 'Y'},
		{0xdf, 'S'},      {0x131, 'I'},     {0x130, 'I'},     {0x142, 0x141},
		{0x14b, 0x14a},   {0x17f, 'S'},     {0x1a1, 'O'},     {0x1c5, 0x1c4},
		{0x180, 0x180},   {0x19e, 0x19e},   {0x219, 'S'},     {0x23c, 0x23c},
		{0x253, 0x181},   {0x3ac, 0x391},   {0x3c2, 0x3a3},   {0x3c9, 0x3a9},
		{0x3d9, 0x3d9},   {0x3f2, 0x3a3},   {0x3f5, 0x3f5},   {0x345, 0x399},
		{0x419, 0x419},   {0x439, 0x419},   {0x451, 0x415},   {0x44f, 0x42f},
		{0x491, 0x490},   {0x4cf, 0x4cf},   {0x501, 0x501},   {0x561, 0x531},
		{0x1e9e, 0x1e9e}, {0x1ea1, 'A'},    {0x1ef9, 'Y'},    {0x1f00, 0x391},
		{0x1f71, 0x1fbb}, {0x1fd3, 0x1fd3}, {0x2170, 0x2160}, {0x212a, 0x212a},
		{0x24d0, 0x24b6}, {0xff41, 0xff21}, {0x4e2d, 0x4e2d}, {0x1f600, 0xfffd},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (collation_weight(rows[i].code_point) != rows[i].weight)
			fail_msg("U+%04X weighs %#x", rows[i].code_point,
				 collation_weight(rows[i].code_point));
}

static bool folds_equal(struct text a, struct text b)
{
	struct strbuf left, right;

	strbuf_init(&left);
	strbuf_init(&right);
	collation_add_fold(a, &left);
	collation_add_fold(b, &right);
	bool equal = text_equal(strbuf_text(&left), strbuf_text(&right));
	strbuf_clear(&left);
	strbuf_clear(&right);
	return equal;
}

/* Each row was answered by MariaDB 10.11. */
static void equality_ignores_case_accents_and_trailing_spaces(void **state)
{
	static const struct {
		struct text a, b;
		bool equal;
	} rows[] = {
		{T("sip:User@A.example"), T("SIP:uSER@a.EXAMPLE"), true},
		{T("sip:us\xc3\xa9r@a"), T("sip:user@a"), true},
		{T("e\xcc\x81"), T("\xc3\xa9"), false}, /* combining marks weigh */
		{T("stra\xc3\x9f"
		   "e"),
		 T("strase"), true},
		{T("stra\xc3\x9f"
		   "e"),
		 T("strasse"), false},
		{T("a  "), T("a"), true},
		{T(""), T("  "), true},
		{T("a\t"), T("a"), false},
		{T(" a"), T("a"), false},
		{T("a b"), T("ab"), false},
		{T("a%"), T("ab"), false},
		{T("a\0"), T("a"), false},
		{T("\xff"), T("\xff"), true},
		{T("\xff"), T("\xfe"), false},
		{T("a"), TEXT_NONE, false},
		{TEXT_NONE, TEXT_NONE, false}, /* NULL = NULL is not true */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(collation_equal(rows[i].a, rows[i].b), rows[i].equal);
		assert_int_equal(collation_equal(rows[i].b, rows[i].a), rows[i].equal);
		if (rows[i].a.data && rows[i].b.data)
			assert_int_equal(folds_equal(rows[i].a, rows[i].b), rows[i].equal);
	}
}

static void long_texts_fold_whole(void **state)
{
	char a[1000], b[1001];

	(void)state;
	memset(a, 'x', sizeof(a));
	memset(b, 'X', sizeof(b));
	assert_true(folds_equal(text_of(a, 1000), text_of(b, 1000)));
	assert_false(folds_equal(text_of(a, 1000), text_of(b, 1001)));
}

/* Each row was answered by MariaDB 10.11. */
static void like_takes_wildcards_and_escapes(void **state)
{
	static const struct {
		struct text value, pattern;
		bool matches;
	} rows[] = {
		{T("lk-0@a.example"), T("lk_0@a.example"), true},
		{T("lk-0@a.example"), T("LK_0@A.EXAMPLE"), true},
		{T("\xc3\x84"
		   "B"),
		 T("a_"), true},
		{T("a\xe4\xb8\xad"), T("a_"), true},
		{T("ab"), T("a__"), false},
		{T("abc"), T("a%"), true},
		{T("a"), T("a%"), true},
		{T(""), T("%"), true},
		{T(""), T(""), true},
		{T(""), T("_"), false},
		{T("abcbcd"), T("a%bcd"), true},
		{T("abcbce"), T("a%bcd"), false},
		{T("a%b"), T("a\\%b"), true},
		{T("axb"), T("a\\%b"), false},
		{T("a_b"), T("a\\_b"), true},
		{T("axb"), T("a\\_b"), false},
		{T("a\\b"), T("a\\b"), false},
		{T("ab"), T("a\\b"), true},
		{T("a\\b"), T("a\\\\b"), true},
		{T("a\\"), T("a\\"), true},
		{T("a "), T("a"), false},
		{T("a"), T("a "), false},
		{T("a "), T("a%"), true},
		{TEXT_NONE, T("%"), false},
		{T("a"), TEXT_NONE, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (collation_like(rows[i].value, rows[i].pattern) != rows[i].matches)
			fail_msg("row %zu", i);
}

static void like_stays_fast_on_many_wildcards(void **state)
{
	char value[1024], pattern[1024];

	(void)state;
	memset(value, 'a', sizeof(value));
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = i % 2 ? 'a' : '%';
	pattern[sizeof(pattern) - 1] = 'b';
	for (int i = 0; i < 100; i++)
		assert_false(collation_like(text_of(value, sizeof(value)),
					    text_of(pattern, sizeof(pattern))));
}

static void wildcards_are_seen(void **state)
{
	(void)state;
	assert_true(collation_like_has_wildcard(T("a_b")));
	assert_true(collation_like_has_wildcard(T("a%b")));
	assert_true(collation_like_has_wildcard(T("a\\b")));
	assert_false(collation_like_has_wildcard(T("a-b*?")));
	assert_false(collation_like_has_wildcard(TEXT_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_are_those_of_the_server),
		cmocka_unit_test(equality_ignores_case_accents_and_trailing_spaces),
		cmocka_unit_test(long_texts_fold_whole),
		cmocka_unit_test(like_takes_wildcards_and_escapes),
		cmocka_unit_test(like_stays_fast_on_many_wildcards),
		cmocka_unit_test(wildcards_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
