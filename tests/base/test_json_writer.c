#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/json_writer.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void emit_sample(struct json_writer *j)
{
	const struct text texts[] = {TEXT_LITERAL("a"), TEXT_NONE};
	const char *const strs[] = {"b", "c"};

	json_write_object_begin(j);
	json_write_member_str(j, "schema", "x/1");
	json_write_member_tri(j, "barred", TRI_UNKNOWN);
	json_write_member_tri(j, "psi", TRI_NO);
	json_write_member_bool(j, "ok", true);
	json_write_key(j, "list");
	json_write_array_begin(j);
	json_write_int(j, INT64_MIN);
	json_write_uint(j, UINT64_MAX);
	json_write_object_begin(j);
	json_write_object_end(j);
	json_write_array_end(j);
	json_write_member_str(j, "none", NULL);
	json_write_member_text(j, "absent", TEXT_NONE);
	json_write_member_null(j, "null");
	json_write_member_int(j, "int", -1);
	json_write_member_uint(j, "uint", 1);
	json_write_member_texts(j, "texts", texts, 2);
	json_write_member_strs(j, "strs", strs, 2);
	json_write_member_texts(j, "empty", NULL, 0);
	json_write_object_end(j);
}

static void a_document_has_commas_where_they_belong(void **state)
{
	struct strbuf out;
	struct json_writer j;

	(void)state;
	strbuf_init(&out);
	json_write_init(&j, &out, false);
	emit_sample(&j);
	assert_string_equal(out.data,
			    "{\"schema\":\"x/1\",\"barred\":null,\"psi\":false,\"ok\":true,"
			    "\"list\":[-9223372036854775808,18446744073709551615,{}],"
			    "\"none\":null,\"absent\":null,\"null\":null,\"int\":-1,\"uint\":1,"
			    "\"texts\":[\"a\",null],\"strs\":[\"b\",\"c\"],\"empty\":[]}");
	strbuf_clear(&out);
}

static void pretty_output_is_indented_by_two(void **state)
{
	struct strbuf out;
	struct json_writer j;

	(void)state;
	strbuf_init(&out);
	json_write_init(&j, &out, true);
	json_write_object_begin(&j);
	json_write_key(&j, "a");
	json_write_array_begin(&j);
	json_write_str(&j, "b");
	json_write_bool(&j, false);
	json_write_array_end(&j);
	json_write_key(&j, "e");
	json_write_array_begin(&j);
	json_write_array_end(&j);
	json_write_object_end(&j);
	assert_string_equal(out.data, "{\n  \"a\": [\n    \"b\",\n    false\n  ],\n  \"e\": []\n}");
	strbuf_clear(&out);
}

/* RFC 8259 clause 7. */
static void strings_are_escaped_and_always_utf8(void **state)
{
	static const struct {
		struct text in;
		const char *out;
	} rows[] = {
		{TEXT_LITERAL(""), "\"\""},
		{TEXT_LITERAL("a\"\\/b"), "\"a\\\"\\\\/b\""},
		{TEXT_LITERAL("\b\f\n\r\t\x01\x1f"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\""},
		{TEXT_LITERAL("\0"), "\"\\u0000\""},
		{TEXT_LITERAL("\xc3\xa4\xf0\x9f\x98\x80"), "\"\xc3\xa4\xf0\x9f\x98\x80\""},
		{TEXT_LITERAL("M\xfcller"), "\"M\xef\xbf\xbdller\""},
		{TEXT_LITERAL("\xc3"), "\"\xef\xbf\xbd\""},
		{TEXT_LITERAL("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf out;
		struct json_writer j;

		strbuf_init(&out);
		json_write_init(&j, &out, false);
		json_write_text(&j, rows[i].in);
		assert_string_equal(out.data, rows[i].out);
		strbuf_clear(&out);
	}
}

static void nesting_without_bound_fails_the_output(void **state)
{
	struct strbuf out;
	struct json_writer j;

	(void)state;
	strbuf_init(&out);
	json_write_init(&j, &out, false);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_write_array_begin(&j);
	assert_false(out.failed);
	json_write_array_begin(&j);
	assert_true(out.failed);
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_has_commas_where_they_belong),
		cmocka_unit_test(pretty_output_is_indented_by_two),
		cmocka_unit_test(strings_are_escaped_and_always_utf8),
		cmocka_unit_test(nesting_without_bound_fails_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
