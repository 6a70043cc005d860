/* Every row of decision_table.tsv: facts and attempt in, first failing command, answer, SIP status
 * and certainty out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/audit/kernel_case.h"

#define COLUMNS 11
#define ROWS 63

enum column {
	COL_ROW,
	COL_HSS,
	COL_CSCF,
	COL_FACTS,
	COL_ATTEMPT,
	COL_OUTCOME,
	COL_COMMAND,
	COL_AVP,
	COL_CODE,
	COL_STATUS,
	COL_CERTAINTY,
};

static unsigned differences;
static unsigned lines_of_row[ROWS + 1];

static void differ(char *const *col, unsigned line, const char *what, const char *found)
{
	print_error("line %u, %s under %s and %s with %s: %s is %s, expected %s %s %s %s %s\n",
		    line, col[COL_ROW], col[COL_HSS], col[COL_CSCF], col[COL_FACTS], what, found,
		    col[COL_COMMAND], col[COL_AVP], col[COL_CODE], col[COL_STATUS],
		    col[COL_CERTAINTY]);
	differences++;
}

/* True when number is one of the alternatives of a cell. */
static bool is_among(const char *cell, int number)
{
	for (const char *p = cell; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (atoi(p) == number)
			return true;
	}
	return false;
}

static bool avp_fits(const char *expected, const struct cx_answer *a)
{
	const char *avp = answer_kind_avp(a->kind);

	if (!strcmp(expected, "any"))
		return a->code < 2000 || a->code > 2999;
	if (!strcmp(expected, "positive"))
		return a->code >= 2001 && a->code <= 2002;
	if (!strcmp(expected, "silent"))
		return a->kind == ANSWER_SILENT;
	if (!strcmp(expected, "none"))
		return a->kind == ANSWER_WITHOUT_CODE;
	return avp && !strcmp(avp, expected);
}

static void check_steps(char *const *col, unsigned line, const struct verdict *v)
{
	const struct cx_step *last;
	char code[16];

	if (!v->step_count) {
		differ(col, line, "cx", "empty");
		return;
	}
	last = &v->step[v->step_count - 1];
	snprintf(code, sizeof(code), "%u", last->answer.code);
	for (unsigned i = 0; i + 1 < v->step_count; i++)
		if (!avp_fits("positive", &v->step[i].answer))
			differ(col, line, "an earlier answer", "negative");
	if (!strcmp(col[COL_COMMAND], "-")) {
		if (strcmp(col[COL_OUTCOME], "any") && last->command != CX_SAR)
			differ(col, line, "last command", cx_command_str(last->command));
		return;
	}
	if (strcmp(col[COL_COMMAND], cx_command_str(last->command)))
		differ(col, line, "last command", cx_command_str(last->command));
	if (!avp_fits(col[COL_AVP], &last->answer))
		differ(col, line, "AVP", code);
	if (strcmp(col[COL_CODE], "-") && atoi(col[COL_CODE]) != (int)last->answer.code)
		differ(col, line, "code", code);
}

static void check_verdict(char *const *col, unsigned line, const struct verdict *v)
{
	const char *certainty = col[COL_CERTAINTY];
	bool is_certain = v->certainty == CERTAINTY_CERTAIN;
	char status[16];

	check_steps(col, line, v);
	snprintf(status, sizeof(status), "%d", v->sip_status);
	if (strcmp(col[COL_STATUS], "-") && !is_among(col[COL_STATUS], v->sip_status))
		differ(col, line, "SIP status", status);
	if (strcmp(col[COL_OUTCOME], "any") && strcmp(col[COL_OUTCOME], outcome_str(v->outcome)))
		differ(col, line, "outcome", outcome_str(v->outcome));
	if ((!strcmp(certainty, "certain") && !is_certain) ||
	    (!strcmp(certainty, "uncertain") && is_certain) ||
	    (!strcmp(certainty, "no-certain-403") && is_certain && v->sip_status == 403))
		differ(col, line, "certainty", certainty_str(v->certainty));
}

static void check_line(char *text, unsigned line)
{
	char *col[COLUMNS];
	struct kernel_case c;
	struct verdict v;
	unsigned count = 0;
	char *rest = text;

	while (count < COLUMNS && rest)
		col[count++] = strsep(&rest, "\t\n");
	if (count != COLUMNS)
		fail_msg("line %u: %u columns, expected %d", line, count, COLUMNS);
	kernel_case_init(&c, col[COL_HSS], col[COL_CSCF]);
	if (!kernel_case_set(&c, col[COL_FACTS]) || !kernel_case_set(&c, col[COL_ATTEMPT]))
		fail_msg("line %u: unknown word in %s or %s", line, col[COL_FACTS],
			 col[COL_ATTEMPT]);
	kernel_case_decide(&c, &v);
	check_verdict(col, line, &v);
	lines_of_row[atoi(col[COL_ROW] + 1)]++;
}

static void every_row_gives_the_verdict_of_the_decision_table(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096], text[512];
	unsigned line = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/audit/decision_table.tsv", top ? top : ".");
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s cannot be read", path);
	while (fgets(text, sizeof(text), f)) {
		line++;
		if (text[0] == 'D')
			check_line(text, line);
	}
	fclose(f);
	assert_int_equal(differences, 0);
}

static void no_row_is_left_out(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= ROWS; i++)
		if (!lines_of_row[i])
			fail_msg("D%02u has no line", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_gives_the_verdict_of_the_decision_table),
		cmocka_unit_test(no_row_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
