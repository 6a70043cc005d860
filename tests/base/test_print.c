#include "base/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static char *printed;
static size_t printed_length;

static void compare(const char *expected)
{
	assert_string_equal(printed, expected);
	free(printed);
	printed = NULL;
}

static void print(struct text t)
{
	FILE *out = open_memstream(&printed, &printed_length);

	assert_non_null(out);
	print_text(out, t);
	assert_int_equal(fclose(out), 0);
}

static void wrap(unsigned indent, unsigned width, const char *text)
{
	FILE *out = open_memstream(&printed, &printed_length);

	assert_non_null(out);
	print_wrapped(out, indent, width, text_from(text));
	assert_int_equal(fclose(out), 0);
}

static void plain_texts_are_printed_as_they_are(void **state)
{
	(void)state;
	print(TEXT_LITERAL("sip:jos\xc3\xa9@example.org"));
	compare("sip:jos\xc3\xa9@example.org");
	print(TEXT_NONE);
	compare("");
}

static void nothing_steers_the_terminal(void **state)
{
	static const struct {
		struct text text;
		const char *expected;
	} cases[] = {
		{TEXT_LITERAL("a\033[31mb"), "a\\x1b[31mb"},
		{TEXT_LITERAL("a\r\nb\t"), "a\\x0d\\x0ab\\x09"},
		{TEXT_LITERAL("a\0b"), "a\\x00b"},
		{TEXT_LITERAL("\x7f"), "\\x7f"},
		{TEXT_LITERAL("\xc2\x9b"
			      "31m"),
		 "\\xc2\\x9b31m"}, /* CSI of ISO 6429, in UTF-8 */
		{TEXT_LITERAL("\x9b"
			      "31m"),
		 "\\x9b31m"},
		{TEXT_LITERAL("\xe2\x80\xae"
			      "org"),
		 "\\xe2\\x80\\xaeorg"}, /* U+202E, right-to-left override */
		{TEXT_LITERAL("\xff"), "\\xff"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print(cases[i].text);
		assert_int_equal(print_width(cases[i].text), strlen(cases[i].expected));
		compare(cases[i].expected);
	}
}

static void width_counts_characters(void **state)
{
	(void)state;
	assert_int_equal(print_width(TEXT_LITERAL("jos\xc3\xa9")), 4);
	assert_int_equal(print_width(TEXT_NONE), 0);
}

static void long_texts_are_broken_between_words(void **state)
{
	(void)state;
	wrap(2, 12, "one two three four");
	compare("one two\n  three four\n");
	wrap(2, 12, "a-word-longer-than-the-line b");
	compare("a-word-longer-than-the-line\n  b\n");
	wrap(0, 80, "");
	compare("\n");
	wrap(0, 80, "one\nline");
	compare("one\\x0aline\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_texts_are_printed_as_they_are),
		cmocka_unit_test(nothing_steers_the_terminal),
		cmocka_unit_test(width_counts_characters),
		cmocka_unit_test(long_texts_are_broken_between_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
