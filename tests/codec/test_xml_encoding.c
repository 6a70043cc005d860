#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "codec/xml_encoding.h"

static void known_encodings_become_utf8(void **state)
{
	static const struct {
		const char *name, *in, *out;
		enum rc rc;
	} rows[] = {
		{"ISO-8859-1", "<a>\xe9</a>", "<a>\xc3\xa9</a>", RC_OK},
		{"iso-8859-15", "\xa4", "\xe2\x82\xac", RC_OK},
		{"windows-1252", "\x80", "\xe2\x82\xac", RC_OK},
		/* 0x81 has no character there. */
		{"windows-1252", "a\x81", "", RC_SYNTAX},
		{"GB18030", "\xc4\xe3", "\xe4\xbd\xa0", RC_OK},
		{"US-ASCII", "\xe9", "", RC_SYNTAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xml_encoding *e = NULL;
		struct strbuf out;

		strbuf_init(&out);
		strbuf_add_str(&out, "");
		assert_int_equal(xml_encoding_open(rows[i].name, &e), RC_OK);
		assert_int_equal(xml_encoding_add(e, rows[i].in, strlen(rows[i].in), &out),
				 rows[i].rc);
		assert_true(text_equal(strbuf_text(&out), text_from(rows[i].out)));
		xml_encoding_close(e);
		strbuf_clear(&out);
	}
}

static void long_texts_are_converted_whole(void **state)
{
	struct xml_encoding *e = NULL;
	struct strbuf in, out;

	(void)state;
	strbuf_init(&in);
	strbuf_init(&out);
	for (int i = 0; i < 10000; i++)
		strbuf_add_char(&in, '\xe9');
	assert_int_equal(xml_encoding_open("ISO-8859-1", &e), RC_OK);
	assert_int_equal(xml_encoding_add(e, in.data, in.length, &out), RC_OK);
	assert_int_equal(out.length, 20000);
	assert_memory_equal(out.data + 19998, "\xc3\xa9", 2);
	xml_encoding_close(e);
	strbuf_clear(&in);
	strbuf_clear(&out);
}

static void encodings_without_ascii_are_refused(void **state)
{
	static const char *const names[] = {"UTF-16",      "UTF-32LE", "UCS-2", "IBM037", "UTF-7",
					    "ISO-2022-JP", "nonsense", "",      "a//b",   "?"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct xml_encoding *e = NULL;

		assert_int_equal(xml_encoding_open(names[i], &e), RC_UNSUPPORTED);
		assert_null(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_encodings_become_utf8),
		cmocka_unit_test(long_texts_are_converted_whole),
		cmocka_unit_test(encodings_without_ascii_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
