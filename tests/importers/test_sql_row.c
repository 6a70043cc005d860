/* Literals of dumps: what MySQL's manual says that they stand for (Literal Values). */
#include "importers/sql_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define ROW_BYTES 256

static enum sql_row_result parse(const char *text, struct sql_row *row)
{
	row->plain_backslash = false;
	return sql_row_parse(text, text + strlen(text), row);
}

struct literal {
	const char *source;
	const char *bytes; /* NULL: SQL NULL */
	size_t length;
};
#define BYTES(s) s, sizeof(s) - 1

static const struct literal literals[] = {
	{"NULL", NULL, 0},
	{"null", NULL, 0},
	{"0", BYTES("0")},
	{"42", BYTES("42")},
	{"-1", BYTES("-1")},
	{"+7", BYTES("+7")},
	{"0.00840336", BYTES("0.00840336")},
	{".5", BYTES(".5")},
	{"1e3", BYTES("1e3")},
	{"-1.5E-3", BYTES("-1.5E-3")},
	{"TRUE", BYTES("1")},
	{"false", BYTES("0")},
	{"''", BYTES("")},
	{"\"\"", BYTES("")},
	{"'alice@open-ims.test'", BYTES("alice@open-ims.test")},
	{"\"alice\"", BYTES("alice")},
	{"'it''s'", BYTES("it's")},
	{"'it\\'s'", BYTES("it's")},
	{"'\"'", BYTES("\"")},
	{"\"it's\"", BYTES("it's")},
	{"\"a\"\"b\"", BYTES("a\"b")},
	{"\"a\\\"b\"", BYTES("a\"b")},
	{"'a\\\\b'", BYTES("a\\b")},
	{"'ends\\\\'", BYTES("ends\\")},
	{"'\\0\\0'", BYTES("\0\0")},
	{"'\\n\\r\\t\\b\\Z'", BYTES("\n\r\t\b\x1a")},
	{"'\\%\\_'", BYTES("\\%\\_")},
	{"'\\x'", BYTES("x")},
	{"'a\nb'", BYTES("a\nb")},
	{"'),(2,'", BYTES("),(2,")},
	{"0x416C696365", BYTES("Alice")},
	{"0xABC", BYTES("\x0a\xbc")},
	{"X'4142'", BYTES("AB")},
	{"x''", BYTES("")},
	{"b'0100000101000010'", BYTES("AB")},
	{"B'101'", BYTES("\x05")},
	{"0b101", BYTES("\x05")},
	{"n'text'", BYTES("text")},
	{"N'text'", BYTES("text")},
	{"_utf8mb4'text'", BYTES("text")},
	{"_latin1 'text'", BYTES("text")},
	{"_binary '\\0'", BYTES("\0")},
	{"_binary 0x00FF", BYTES("\0\xff")},
	{"'sip:m\xc3\xbcller@open-ims.test'", BYTES("sip:m\xc3\xbcller@open-ims.test")},
};

static void every_literal_stands_for_its_bytes(void **state)
{
	static const char *const frames[] = {"(%s)",
					     "(1,%s,2)",
					     "( %s )",
					     "(\r\n%s\r\n,1)",
					     "(/* it's */%s/* ' */,1)",
					     "(-- x'\n%s # '\n)"};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
		for (size_t f = 0; f < sizeof(frames) / sizeof(frames[0]); f++) {
			char text[ROW_BYTES];
			struct sql_row row;
			struct text found;

			/* A frame is a format of this table. */
			const char *mark = strstr(frames[f], "%s");
			snprintf(text, sizeof(text), "%.*s%s%s", (int)(mark - frames[f]), frames[f],
				 literals[i].source, mark + 2);
			if (parse(text, &row) != SQL_ROW_OK)
				fail_msg("%s is not read: %s", text, row.reason);
			assert_true(sql_value_text(&row.value[f == 1], &arena, &found));
			if (!literals[i].bytes != !found.data ||
			    found.length != literals[i].length ||
			    (found.data && memcmp(found.data, literals[i].bytes, found.length)))
				fail_msg("%s stands for other bytes", text);
		}
	}
	arena_clear(&arena);
}

static void whole_numbers_are_read_from_every_notation(void **state)
{
	static const struct {
		const char *source;
		int64_t number;
	} table[] = {
		{"0", 0},
		{"2147483647", 2147483647},
		{"-1", -1},
		{"'17'", 17},
		{"\"-17\"", -17},
		{"1.0", 1},
		{"1e3", 1000},
		{"1.5e1", 15},
		{"1200e-2", 12},
		{"0x10", 16},
		{"b'101'", 5},
		{"TRUE", 1},
		{"00042", 42},
		{"999999999999999999", 999999999999999999},
		{"9223372036854775807", INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[ROW_BYTES];
		struct sql_row row;
		int64_t n = 0;

		snprintf(text, sizeof(text), "(%s)", table[i].source);
		assert_int_equal(parse(text, &row), SQL_ROW_OK);
		if (!sql_value_integer(&row.value[0], &n) || n != table[i].number)
			fail_msg("%s is not read as its number", table[i].source);
	}
}

static void what_is_no_whole_number_is_not_taken_for_one(void **state)
{
	static const char *const table[] = {"NULL",
					    "''",
					    "'alice'",
					    "1.5",
					    "1e-1",
					    "'1x'",
					    "9223372036854775808",
					    "1e30",
					    "'1 2'",
					    "'-'",
					    "'1.2.3'",
					    "0x00112233445566778899",
					    "'.'"};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[ROW_BYTES];
		struct sql_row row;
		int64_t n;

		snprintf(text, sizeof(text), "(%s)", table[i]);
		assert_int_equal(parse(text, &row), SQL_ROW_OK);
		if (sql_value_integer(&row.value[0], &n))
			fail_msg("%s is taken for a number", table[i]);
	}
}

static void what_is_no_literal_is_refused(void **state)
{
	static const struct {
		const char *source;
		enum sql_row_result result;
	} table[] = {
		{"(0,@id_supi,1)", SQL_ROW_NOT_LITERAL},
		{"(0,concat('sip:',@x),1)", SQL_ROW_NOT_LITERAL},
		{"(0,(UNHEX('8000')),1)", SQL_ROW_NOT_LITERAL},
		{"(0,my_function('a'),1)", SQL_ROW_NOT_LITERAL},
		{"(0,(select id from imsu),1)", SQL_ROW_NOT_LITERAL},
		{"(0,DEFAULT,1)", SQL_ROW_NOT_LITERAL},
		{"(0,NOW(),1)", SQL_ROW_NOT_LITERAL},
		{"(0,?,1)", SQL_ROW_NOT_LITERAL},
		{"(0,:id,1)", SQL_ROW_NOT_LITERAL},
		{"(0,${j},1)", SQL_ROW_NOT_LITERAL},
		{"(0,%s,1)", SQL_ROW_NOT_LITERAL},
		{"(0,1+1,1)", SQL_ROW_DAMAGED},
		{"(0,alice,1)", SQL_ROW_DAMAGED},
		{"(0,12ab,1)", SQL_ROW_DAMAGED},
		{"(0,-,1)", SQL_ROW_DAMAGED},
		{"(0,,1)", SQL_ROW_DAMAGED},
		{"(0,1,)", SQL_ROW_DAMAGED},
		{"()", SQL_ROW_DAMAGED},
		{"(0,'a' 'b',1)", SQL_ROW_DAMAGED},
		{"(0,x'4G',1)", SQL_ROW_DAMAGED},
		{"(0,b'12',1)", SQL_ROW_DAMAGED},
		{"(0,[1],1)", SQL_ROW_DAMAGED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct sql_row row;

		if (parse(table[i].source, &row) != table[i].result)
			fail_msg("%s gives another result", table[i].source);
		assert_true(row.reason[0] != '\0');
	}
}

static void every_cut_of_a_row_asks_for_more(void **state)
{
	static const char whole[] =
		"(17,NULL,-1.5,'it''s \\'x\\\\',0xAB,_binary 'a',/* c */b'1' -- d\n,TRUE)";
	struct sql_row row;

	(void)state;
	assert_int_equal(parse(whole, &row), SQL_ROW_OK);
	assert_int_equal(row.count, 8);
	assert_ptr_equal(row.end, whole + sizeof(whole) - 1);
	for (size_t length = 1; length < sizeof(whole) - 1; length++)
		if (sql_row_parse(whole, whole + length, &row) != SQL_ROW_MORE)
			fail_msg("cut after %zu bytes", length);
}

static void a_backslash_is_itself_where_the_mode_says_so(void **state)
{
	static const char text[] = "('a\\',1)";
	struct sql_row row = {.plain_backslash = true};
	struct arena arena;
	struct text found;

	(void)state;
	arena_init(&arena);
	assert_int_equal(sql_row_parse(text, text + sizeof(text) - 1, &row), SQL_ROW_OK);
	assert_true(sql_value_text(&row.value[0], &arena, &found));
	assert_true(text_equal(found, TEXT_LITERAL("a\\")));
	arena_clear(&arena);
}

static void more_values_than_any_table_has_are_refused(void **state)
{
	char text[4 * SQL_COLUMNS_MAX];
	size_t length = 0;
	struct sql_row row;

	(void)state;
	text[length++] = '(';
	for (int i = 0; i <= SQL_COLUMNS_MAX; i++) {
		text[length++] = '1';
		text[length++] = i == SQL_COLUMNS_MAX ? ')' : ',';
	}
	text[length] = '\0';
	assert_int_equal(parse(text, &row), SQL_ROW_NOT_LITERAL);
}

/* Nothing of a value may show in a message: it could be a key. */
static void no_reason_repeats_what_was_found(void **state)
{
	static const char *const table[] = {"(1,SECRETKEY',2)",    "(1,SECRETKEY,2)",
					    "(1,'x' SECRETKEY,2)", "(1,SECRETKEY('x'),2)",
					    "(1,x'SECRETKEY',2)",  "(1,@SECRETKEY,2)",
					    "(1,12SECRETKEY,2)",   "(1,$SECRETKEY,2)"};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct sql_row row;

		assert_int_not_equal(parse(table[i], &row), SQL_ROW_OK);
		assert_null(strstr(row.reason, "SECRET"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_literal_stands_for_its_bytes),
		cmocka_unit_test(whole_numbers_are_read_from_every_notation),
		cmocka_unit_test(what_is_no_whole_number_is_not_taken_for_one),
		cmocka_unit_test(what_is_no_literal_is_refused),
		cmocka_unit_test(every_cut_of_a_row_asks_for_more),
		cmocka_unit_test(a_backslash_is_itself_where_the_mode_says_so),
		cmocka_unit_test(more_values_than_any_table_has_are_refused),
		cmocka_unit_test(no_reason_repeats_what_was_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
