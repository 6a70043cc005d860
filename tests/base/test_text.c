#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/text.h"

#define T(s) TEXT_LITERAL(s)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void assert_text(struct text t, const char *expected)
{
	assert_non_null(t.data);
	assert_int_equal(t.length, strlen(expected));
	assert_memory_equal(t.data, expected, t.length);
}

static void absent_differs_from_empty(void **state)
{
	(void)state;
	assert_true(text_equal(TEXT_NONE, TEXT_NONE));
	assert_false(text_equal(TEXT_NONE, T("")));
	assert_false(text_equal_nocase(T(""), TEXT_NONE));
	assert_true(text_compare(TEXT_NONE, T("")) < 0);
	assert_int_equal(text_compare(TEXT_NONE, TEXT_NONE), 0);
	assert_null(text_from(NULL).data);
}

static void case_is_ignored_for_ascii_only(void **state)
{
	static const struct {
		struct text a, b;
		bool equal;
	} rows[] = {
		{T("Ims.Example"), T("iMS.eXAMPLE"), true},
		{T("@[`{"), T("`{@["), false}, /* neighbours of the letters */
		{T("\xc3\x84"), T("\xc3\xa4"), false},
		{T("ab"), T("abc"), false},
		{T("a\0b"), T("A\0B"), true},
		{T("a\0b"), T("a\0c"), false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(text_equal_nocase(rows[i].a, rows[i].b), rows[i].equal);
}

static void order_is_by_bytes_and_shorter_first(void **state)
{
	static const struct text ascending[] = {T(""), T("A"), T("AB"), T("a"), T("\xff")};

	(void)state;
	for (size_t i = 0; i < COUNT(ascending); i++)
		for (size_t k = 0; k < COUNT(ascending); k++) {
			int order = text_compare(ascending[i], ascending[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
}

static void trim_removes_blanks_around_only(void **state)
{
	(void)state;
	assert_text(text_trim(T(" \t\r\na b\n ")), "a b");
	assert_text(text_trim(T("   ")), "");
	assert_text(text_trim(T("\va\f")), "\va\f");
	assert_null(text_trim(TEXT_NONE).data);
}

static void prefixes_are_found(void **state)
{
	(void)state;
	assert_true(text_starts_with(T("sip:a"), "sip:"));
	assert_false(text_starts_with(T("Sip:a"), "sip:"));
	assert_true(text_starts_with_nocase(T("SIP:a"), "sip:"));
	assert_false(text_starts_with_nocase(T("si"), "sip:"));
	assert_false(text_starts_with(TEXT_NONE, ""));
	assert_true(text_starts_with(T(""), ""));
}

static void digits_are_ascii_and_not_none(void **state)
{
	(void)state;
	assert_true(text_is_digits(T("0123456789")));
	assert_false(text_is_digits(T("")));
	assert_false(text_is_digits(TEXT_NONE));
	assert_false(text_is_digits(T("12 3")));
	assert_false(text_is_digits(T("/")));
	assert_false(text_is_digits(T(":")));
	assert_false(text_is_digits(T("\xd9\xa1"))); /* ARABIC-INDIC DIGIT ONE */
}

static void first_and_last_position_are_found(void **state)
{
	(void)state;
	assert_int_equal(text_find(T("a@b@c"), '@'), 1);
	assert_int_equal(text_find_last(T("a@b@c"), '@'), 3);
	assert_int_equal(text_find(T("abc"), '@'), -1);
	assert_int_equal(text_find_last(TEXT_NONE, '@'), -1);
	assert_int_equal(text_find_last(T("@"), '@'), 0);
}

static void copy_never_exceeds_its_room(void **state)
{
	char out[4] = "zzz";

	(void)state;
	assert_string_equal(text_copy(T("abcdef"), out, sizeof(out)), "abc");
	assert_string_equal(text_copy(T("a"), out, sizeof(out)), "a");
	assert_string_equal(text_copy(TEXT_NONE, out, sizeof(out)), "");
	out[0] = 'z';
	text_copy(T("abc"), out, 0);
	assert_int_equal(out[0], 'z');
}

static void control_characters_are_hidden(void **state)
{
	char line[] = "a\nb\x1b[0m\x7f\xc3\xa4";

	(void)state;
	text_hide_control(line);
	assert_string_equal(line, "a?b?[0m?\xc3\xa4");
}

/* Values of FNV-1a's authors for "" and "foobar". */
static void hash_is_fnv_1a(void **state)
{
	(void)state;
	assert_true(text_hash(TEXT_HASH_SEED, T("")) == UINT64_C(0xcbf29ce484222325));
	assert_true(text_hash(TEXT_HASH_SEED, T("foobar")) == UINT64_C(0x85944171f73967e8));
	assert_true(text_hash(text_hash(TEXT_HASH_SEED, T("foo")), T("bar")) ==
		    text_hash(TEXT_HASH_SEED, T("foobar")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_differs_from_empty),
		cmocka_unit_test(case_is_ignored_for_ascii_only),
		cmocka_unit_test(order_is_by_bytes_and_shorter_first),
		cmocka_unit_test(trim_removes_blanks_around_only),
		cmocka_unit_test(prefixes_are_found),
		cmocka_unit_test(digits_are_ascii_and_not_none),
		cmocka_unit_test(first_and_last_position_are_found),
		cmocka_unit_test(copy_never_exceeds_its_room),
		cmocka_unit_test(control_characters_are_hidden),
		cmocka_unit_test(hash_is_fnv_1a),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
