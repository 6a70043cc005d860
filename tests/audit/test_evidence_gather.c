/* Verdicts against observed answers (audit/evidence_run.h). */
#include "tests/audit/evidence_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static void healthy_subscribers_that_register_confirm(void **state)
{
	struct evidence_fixture *g = *state;
	const struct evidence_rule *passes;

	observe(g, CX_UAR, 1, 2001, START);
	observe(g, CX_MAR, 1, 2001, START + 1);
	observe(g, CX_SAR, 1, 2001, START + 2);
	observe(g, CX_UAR, 1, 2002, START + 2 * DAY);
	gather(g);
	passes = row_of(g, NULL);
	assert_int_equal(passes->pairs, 3);
	assert_int_equal(passes->attempts, 4);
	assert_int_equal(passes->confirmed, 3); /* whether 2001 or 2002 does not matter */
	assert_int_equal(passes->contradicted, 0);
	assert_int_equal(__builtin_popcountll(passes->days), 2);
	assert_int_equal(g->evidence.failing_count, 0);
}

static void each_command_is_compared_with_its_own_answer(void **state)
{
	struct evidence_fixture *g = *state;

	/* The UAA grants what the MAA then refuses: only the MAR contradicts. */
	observe(g, CX_UAR, 1, 2001, START);
	observe(g, CX_MAR, 1, 5006, START + 1);
	gather(g);
	assert_int_equal(row_of(g, NULL)->confirmed, 1);
	assert_int_equal(row_of(g, NULL)->contradicted, 1);
	assert_int_equal(row_of(g, NULL)->contradiction[0].command, CX_MAR);
	assert_int_equal(row_of(g, NULL)->contradiction[0].observed.code, 5006);
}

static void a_refusal_that_comes_confirms_its_rule(void **state)
{
	struct evidence_fixture *g = *state;
	const struct evidence_rule *rule;

	observe(g, CX_UAR, ALL_BARRED, 5003, START);
	gather(g);
	rule = row_of(g, "CXA006"); /* D06 */
	assert_non_null(rule);
	assert_int_equal(rule->confirmed, 1);
	assert_int_equal(g->evidence.failing_count, 1);
	assert_ptr_equal(g->evidence.failing[0].rule, rule->rule);
	assert_true(g->evidence.failing[0].is_known);
}

static void a_refusal_by_another_code_is_no_confirmation(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, ALL_BARRED, 5001, START);
	gather(g);
	assert_int_equal(row_of(g, "CXA006")->confirmed, 0);
	assert_int_equal(row_of(g, "CXA006")->other_code, 1);
	assert_int_equal(row_of(g, "CXA006")->contradiction[0].predicted.code, 5003);
}

static void a_refusal_that_does_not_come_contradicts_its_rule(void **state)
{
	struct evidence_fixture *g = *state;
	const struct evidence_rule *rule;

	observe(g, CX_UAR, ALL_BARRED, 2001, START);
	gather(g);
	rule = row_of(g, "CXA006");
	assert_int_equal(rule->contradicted, 1);
	assert_int_equal(rule->contradiction_count, 1);
	assert_int_equal(rule->contradiction[0].time_us, START);
	assert_true(text_equal(rule->contradiction[0].node, TEXT_LITERAL("hss.example.org")));
}

static void the_newest_answer_counts(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, ALL_BARRED, 2001, START);
	observe(g, CX_UAR, ALL_BARRED, 5003, START + MINUTE);
	observe(g, CX_UAR, ALL_BARRED, 0, START + 2 * MINUTE);    /* silence tells nothing */
	observe(g, CX_UAR, ALL_BARRED, 3002, START + 3 * MINUTE); /* nor does routing */
	gather(g);
	assert_int_equal(row_of(g, "CXA006")->pairs, 1);
	assert_int_equal(row_of(g, "CXA006")->attempts, 4);
	assert_int_equal(row_of(g, "CXA006")->confirmed, 1);
}

static void an_unproven_verdict_is_neither_confirmed_nor_contradicted(void **state)
{
	struct evidence_fixture *g = *state;
	const struct evidence_rule *passes;

	observe(g, CX_UAR, SET_UNKNOWN, 5003, START);
	gather(g);
	passes = row_of(g, NULL);
	assert_int_equal(passes->unproven, 1);
	assert_int_equal(passes->confirmed + passes->contradicted + passes->other_code, 0);
}

static void older_exchanges_can_be_left_out(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, 1, 5001, START);
	observe(g, CX_UAR, 2, 2001, START + DAY);
	g->source.from_us = START + 1;
	gather(g);
	assert_int_equal(g->evidence.exchanges, 1);
	assert_int_equal(g->evidence.pairs.used, 1);
	assert_int_equal(row_of(g, NULL)->contradicted, 0);
}

static void an_interrupt_ends_it(void **state)
{
	struct evidence_fixture *g = *state;
	static const volatile int interrupted = 1;
	struct diag diag;

	observe(g, CX_UAR, 1, 2001, START);
	diag_init(&diag);
	assert_int_equal(observations_flush(g->observations, NULL, &diag), RC_OK);
	g->request.interrupted = &interrupted;
	assert_int_equal(evidence_run(&g->request, &g->result, &g->source, &g->evidence, &diag),
			 RC_INTERRUPTED);
}

static void nothing_observed_is_no_evidence(void **state)
{
	struct evidence_fixture *g = *state;

	gather(g);
	assert_int_equal(g->evidence.exchanges, 0);
	assert_int_equal(g->evidence.rule_count, 1);
	assert_int_equal(row_of(g, NULL)->pairs, 0);
}

int main(void)
{
#define CASE(f) \
	cmocka_unit_test_setup_teardown(f, evidence_fixture_setup, evidence_fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(healthy_subscribers_that_register_confirm),
		CASE(each_command_is_compared_with_its_own_answer),
		CASE(a_refusal_that_comes_confirms_its_rule),
		CASE(a_refusal_by_another_code_is_no_confirmation),
		CASE(a_refusal_that_does_not_come_contradicts_its_rule),
		CASE(the_newest_answer_counts),
		CASE(an_unproven_verdict_is_neither_confirmed_nor_contradicted),
		CASE(older_exchanges_can_be_left_out),
		CASE(an_interrupt_ends_it),
		CASE(nothing_observed_is_no_evidence),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
