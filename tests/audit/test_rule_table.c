/* The catalogue of rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "audit/rule_table.h"

#define ROWS 63

static void ids_are_consecutive_and_the_first_are_the_rows(void **state)
{
	size_t count;
	const struct rule *r = rule_table(&count);
	char text[32];

	(void)state;
	assert_true(count > ROWS);
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "CXA%03zu", i + 1);
		assert_string_equal(r[i].id, text);
		snprintf(text, sizeof(text), "D%02zu", i + 1);
		if (i < ROWS)
			assert_string_equal(r[i].row, text);
		else
			assert_null(r[i].row);
	}
}

static void slugs_are_distinct_words(void **state)
{
	size_t count;
	const struct rule *r = rule_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(strspn(r[i].slug, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(r[i].slug));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(r[i].slug, r[k].slug);
	}
}

static void every_rule_is_told_in_full(void **state)
{
	size_t count;
	const struct rule *r = rule_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t sentences = 0;

		assert_true(strlen(r[i].title) > 10);
		assert_true(r[i].title[strlen(r[i].title) - 1] != '.');
		assert_true(strlen(r[i].remedy) > 10);
		assert_true(!strncmp(r[i].clause, "TS ", 3) || !strncmp(r[i].clause, "RFC ", 4));
		for (const char *p = r[i].page; *p; p++)
			sentences += *p == '.' &&
				     (!p[1] || (p[1] == ' ' && p[2] >= 'A' && p[2] <= 'Z'));
		if (sentences < 2 || sentences > 6)
			fail_msg("%s: %zu sentences", r[i].id, sentences);
		assert_null(strstr(r[i].page, "  "));
		assert_int_equal(r[i].page[strlen(r[i].page) - 1], '.');
	}
}

/* A barred IMPU derived from the IMSI is healthy: the word "unbarred" is fine, the advice is not.
 */
static void no_rule_advises_to_unbar(void **state)
{
	static const char *const advice[] = {"unbar ",        "unbarring",        "remove the bar",
					     "lift the bar",  "clear the bar",    "take the bar",
					     "no longer bar", "set barring to 0", "reset the bar",
					     "Unbar",         "barring off",      "delete the bar"};
	size_t count;
	const struct rule *r = rule_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(advice) / sizeof(advice[0]); k++)
			if (strstr(r[i].remedy, advice[k]) || strstr(r[i].page, advice[k]))
				fail_msg("%s says \"%s\"", r[i].id, advice[k]);
}

/* Classes of cx-semantics 7: certain 403 and other failures, conditional, warning, in order. */
static void severity_follows_the_class_of_the_row(void **state)
{
	static const int certain[] = {1,  2,  3,  4,  5,  6,  7,  15, 31, 32,
				      36, 40, 41, 42, 43, 44, 45, 50, 51};
	static const int fails[] = {18, 19, 20, 33, 34, 35, 59, 60, 61};
	static const int warns[] = {10, 12, 14, 16, 21, 30, 39, 52, 53, 55, 56, 57, 58};
	static const int healthy[] = {8, 27, 29, 62};
	size_t count;
	const struct rule *r = rule_table(&count);

	(void)state;
	for (size_t i = 0; i < sizeof(certain) / sizeof(certain[0]); i++)
		assert_int_equal(r[certain[i] - 1].severity, SEVERITY_ERROR);
	for (size_t i = 0; i < sizeof(fails) / sizeof(fails[0]); i++)
		assert_int_equal(r[fails[i] - 1].severity, SEVERITY_ERROR);
	for (size_t i = 0; i < sizeof(warns) / sizeof(warns[0]); i++)
		assert_in_range(r[warns[i] - 1].severity, SEVERITY_NOTICE, SEVERITY_WARNING);
	for (size_t i = 0; i < sizeof(healthy) / sizeof(healthy[0]); i++)
		assert_int_equal(r[healthy[i] - 1].severity, SEVERITY_INFO);
}

static void rules_are_found_by_id_slug_and_row_in_any_case(void **state)
{
	const struct rule *r = rule_find(TEXT_LITERAL("CXA007"));

	(void)state;
	assert_non_null(r);
	assert_string_equal(r->slug, "irs-no-unbarred-impu");
	assert_string_equal(r->row, "D07");
	assert_string_equal(r->clause, "TS 29.228 6.1.1.1");
	assert_ptr_equal(rule_find(TEXT_LITERAL("cxa007")), r);
	assert_ptr_equal(rule_find(TEXT_LITERAL("d07")), r);
	assert_ptr_equal(rule_find(TEXT_LITERAL("D07")), r);
	assert_ptr_equal(rule_find(TEXT_LITERAL("IRS-no-unbarred-IMPU")), r);
}

static void what_is_no_rule_is_not_found(void **state)
{
	static const char *const names[] = {"",        "CXA", "CXA000", "CXA999", "CXA07",
					    "CXA0071", "D00", "D64",    "D99",    "D7",
					    "7",       "irs", "CXA0O7"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(rule_find(text_from(names[i])));
	assert_null(rule_find(TEXT_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_consecutive_and_the_first_are_the_rows),
		cmocka_unit_test(slugs_are_distinct_words),
		cmocka_unit_test(every_rule_is_told_in_full),
		cmocka_unit_test(no_rule_advises_to_unbar),
		cmocka_unit_test(severity_follows_the_class_of_the_row),
		cmocka_unit_test(rules_are_found_by_id_slug_and_row_in_any_case),
		cmocka_unit_test(what_is_no_rule_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
