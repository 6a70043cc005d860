/* Steps, order, types, emergency, success kinds and further defects of the registration kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/audit/kernel_case.h"

static void assert_answer(const struct cx_step *s, enum cx_command command, enum answer_kind kind,
			  unsigned code)
{
	assert_int_equal(s->command, command);
	assert_int_equal(s->answer.kind, kind);
	assert_int_equal(s->answer.code, code);
}

static void assert_refused(const struct verdict *v, enum answer_kind kind, unsigned code,
			   const char *rule)
{
	assert_int_equal(v->outcome, OUTCOME_REFUSED);
	assert_int_equal(v->sip_status, 403);
	assert_int_equal(v->certainty, CERTAINTY_CERTAIN);
	assert_int_equal(v->step_count, 1);
	assert_answer(&v->step[0], CX_UAR, kind, code);
	assert_string_equal(v->rule, rule);
}

static void healthy_subscriber_registers_in_three_steps(void **state)
{
	static const char *const hss[] = {"3gpp", "fhoss", "open5gs", "pyhss"};
	static const char *const cscf[] = {"3gpp", "kamailio", "clearwater"};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		kernel_decide_words(hss[i % 4], cscf[i / 4], "-", &v);
		assert_int_equal(v.outcome, OUTCOME_REGISTERS);
		assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
		assert_int_equal(v.condition_count, 0);
		assert_int_equal(v.further_count, 0);
		assert_int_equal(v.sip_status, 200);
		assert_int_equal(v.naive_status, 200);
		assert_null(v.rule);
		assert_int_equal(v.step_count, 3);
		assert_answer(&v.step[0], CX_UAR, ANSWER_EXPERIMENTAL, 2001);
		assert_answer(&v.step[1], CX_MAR, ANSWER_RESULT_CODE, 2001);
		assert_answer(&v.step[2], CX_SAR, ANSWER_RESULT_CODE, 2001);
	}
}

static void barred_impu_with_unbarred_sibling_registers_though_the_naive_rule_says_403(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "usim impu-unbarred=no naive", &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	assert_int_equal(v.naive_status, 403);
}

static void naive_rule_is_silent_where_another_defect_refuses(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "associated=no", &v);
	assert_int_equal(v.sip_status, 403);
	assert_int_equal(v.naive_status, 200);
}

/* TS 29.228 6.1.1.1 step 5; FHoSS: README of the measured answers, rule 3. */
static void success_kind_follows_the_stored_state(void **state)
{
	static const struct {
		const char *hss, *words;
		unsigned code;
	} cases[] = {
		{"3gpp", "state=registered", 2002},
		{"3gpp", "state=unregistered", 2002},
		{"3gpp", "subscription-active=yes", 2002},
		{"3gpp", "scscf-stored=yes", 2002},
		{"3gpp", "auth-pending=yes", 2002},
		{"3gpp", "state=unknown scscf-stored=unknown subscription-active=unknown", 2001},
		{"fhoss", "state=registered", 2002},
		{"fhoss", "state=unregistered", 2002},
		{"fhoss", "subscription-active=yes", 2002},
		{"fhoss", "scscf-stored=yes", 2001},
		{"fhoss", "state=auth-pending auth-pending=yes", 2001},
		{"fhoss", "state=auth-pending auth-pending=yes scscf-stored=yes", 2002},
		{"pyhss", "scscf-stored=yes", 2002},
	};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kernel_decide_words(cases[i].hss, "3gpp", cases[i].words, &v);
		assert_int_equal(v.outcome, OUTCOME_REGISTERS);
		assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
		assert_answer(&v.step[0], CX_UAR, ANSWER_EXPERIMENTAL, cases[i].code);
	}
}

static void deregistration_is_accepted_when_registered(void **state)
{
	static const char *const hss[] = {"3gpp", "fhoss"};
	static const char *const words[] = {"deregistration state=registered",
					    "deregistration state=unregistered"};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		kernel_decide_words(hss[i % 2], "3gpp", words[i / 2], &v);
		assert_int_equal(v.outcome, OUTCOME_ACCEPTED);
		assert_int_equal(v.sip_status, 200);
		assert_int_equal(v.step_count, 1);
		assert_answer(&v.step[0], CX_UAR, ANSWER_RESULT_CODE, 2001);
		assert_null(v.rule);
	}
}

static void deregistration_when_not_registered_is_experimental_5003(void **state)
{
	static const char *const words[] = {"deregistration", "deregistration state=auth-pending"};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		kernel_decide_words("3gpp", "3gpp", words[i], &v);
		assert_refused(&v, ANSWER_EXPERIMENTAL, 5003, "CXA065");
		kernel_decide_words("fhoss", "kamailio", words[i], &v);
		assert_refused(&v, ANSWER_EXPERIMENTAL, 5003, "CXA065");
		assert_string_equal(v.sip_reason, "Forbidden - HSS Identity not registered");
	}
}

static void deregistration_skips_roaming_and_authorisation_but_not_barring(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "deregistration state=registered roaming-allowed=no ims-authorised=no",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_ACCEPTED);
	kernel_decide_words("fhoss", "kamailio",
			    "deregistration state=registered roaming-allowed=no may-register=no",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_ACCEPTED);
	kernel_decide_words("fhoss", "kamailio",
			    "deregistration state=registered visited-network-listed=no", &v);
	assert_refused(&v, ANSWER_EXPERIMENTAL, 5004, "CXA032");
	kernel_decide_words("fhoss", "kamailio",
			    "deregistration state=registered impu-unbarred=no set-has-unbarred=no",
			    &v);
	assert_refused(&v, ANSWER_RESULT_CODE, 5003, "CXA006");
	kernel_decide_words("3gpp", "3gpp",
			    "deregistration state=registered impu-unbarred=no set-has-unbarred=no",
			    &v);
	assert_refused(&v, ANSWER_RESULT_CODE, 5003, "CXA006");
}

static void capabilities_query_is_accepted_without_sip_answer(void **state)
{
	static const char *const words[] = {"capabilities", "capabilities state=registered"};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		kernel_decide_words(i < 2 ? "3gpp" : "fhoss", "kamailio", words[i % 2], &v);
		assert_int_equal(v.outcome, OUTCOME_ACCEPTED);
		assert_int_equal(v.sip_status, 0);
		assert_null(v.sip_reason);
		assert_int_equal(v.step_count, 1);
		assert_answer(&v.step[0], CX_UAR, ANSWER_RESULT_CODE, 2001);
	}
}

static void capabilities_query_is_refused_like_a_registration(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("fhoss", "kamailio", "capabilities roaming-allowed=no", &v);
	assert_refused(&v, ANSWER_EXPERIMENTAL, 5004, "CXA031");
	kernel_decide_words("fhoss", "kamailio", "capabilities may-register=no", &v);
	assert_refused(&v, ANSWER_RESULT_CODE, 5003, "CXA036");
}

static void commands_before_from_are_taken_as_passed(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "from-mar impu-unbarred=no set-has-unbarred=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.step_count, 2);
	assert_answer(&v.step[0], CX_MAR, ANSWER_RESULT_CODE, 2001);
	assert_answer(&v.step[1], CX_SAR, ANSWER_RESULT_CODE, 2001);
	kernel_decide_words("fhoss", "kamailio", "from-sar key-present=no may-register=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.step_count, 1);
	kernel_decide_words("fhoss", "kamailio", "from-mar impi-exists=no", &v);
	assert_int_equal(v.step_count, 1);
	assert_answer(&v.step[0], CX_MAR, ANSWER_EXPERIMENTAL, 5001);
	kernel_decide_words("fhoss", "kamailio", "from-sar associated=no", &v);
	assert_answer(&v.step[0], CX_SAR, ANSWER_EXPERIMENTAL, 5002);
}

/* Rules 1 to 9 of the measured answers, and the hazards that they list. */
static void fhoss_answers_in_its_own_order(void **state)
{
	static const struct {
		const char *words;
		enum cx_command command;
		enum answer_kind kind;
		unsigned code;
	} cases[] = {
		{"visited-network-sent=no impi-exists=no", CX_UAR, ANSWER_RESULT_CODE, 5005},
		{"visited-network-listed=no impi-exists=no", CX_UAR, ANSWER_EXPERIMENTAL, 5004},
		{"impu-unique=no associated=no", CX_UAR, ANSWER_EXPERIMENTAL, 5001},
		{"impi-unique=no associated=no", CX_UAR, ANSWER_EXPERIMENTAL, 5001},
		{"associated=no impu-unbarred=no set-has-unbarred=no", CX_UAR, ANSWER_EXPERIMENTAL,
		 5002},
		{"impu-unbarred=no set-has-unbarred=no roaming-allowed=no", CX_UAR,
		 ANSWER_RESULT_CODE, 5003},
		{"roaming-allowed=no may-register=no", CX_UAR, ANSWER_EXPERIMENTAL, 5004},
		{"may-register=no subscription-exists=no", CX_UAR, ANSWER_RESULT_CODE, 5003},
		{"subscription-exists=no", CX_UAR, ANSWER_SILENT, 0},
		{"association-unique=no", CX_UAR, ANSWER_WITHOUT_CODE, 0},
		{"impu-unbarred=no set-profiles-assigned=no", CX_UAR, ANSWER_WITHOUT_CODE, 0},
		{"scheme-sent=no", CX_MAR, ANSWER_RESULT_CODE, 5005},
		{"scheme-recognised=no scheme-supported=no", CX_MAR, ANSWER_RESULT_CODE, 5005},
		{"scheme-supported=no scscf-name-usable=no", CX_MAR, ANSWER_EXPERIMENTAL, 5006},
		{"scscf-name-usable=no", CX_MAR, ANSWER_RESULT_CODE, 5012},
		{"default-scheme-valid=no", CX_MAR, ANSWER_RESULT_CODE, 5012},
		{"sqn-present=no", CX_MAR, ANSWER_SILENT, 0},
		{"user-data-buildable=no", CX_SAR, ANSWER_RESULT_CODE, 5012},
		{"psi-active=no", CX_SAR, ANSWER_EXPERIMENTAL, 5001},
	};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kernel_decide_words("fhoss", "3gpp", cases[i].words, &v);
		assert_true(v.step_count > 0);
		assert_answer(&v.step[v.step_count - 1], cases[i].command, cases[i].kind,
			      cases[i].code);
	}
}

static void fhoss_ignores_what_it_does_not_know(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("fhoss", "kamailio",
			    "ims-authorised=no impu-distinct=no impu-in-one-subscription=no "
			    "scscf-not-other=no subscription-exists=no state=registered",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void defects_behind_the_first_are_listed_in_order(void **state)
{
	static const char *const expected[] = {"CXA007", "CXA031", "CXA036", "CXA023", "CXA019"};
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "impi-exists=no impu-unbarred=no set-has-unbarred=no "
			    "other-set-has-unbarred=yes roaming-allowed=no ims-authorised=no "
			    "key-present=no user-data-buildable=no",
			    &v);
	assert_refused(&v, ANSWER_EXPERIMENTAL, 5001, "CXA002");
	assert_int_equal(v.further_count, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_string_equal(v.further[i], expected[i]);
}

static void missing_identities_are_one_defect_together(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impi-exists=no impu-exists=no", &v);
	assert_string_equal(v.rule, "CXA001");
	assert_int_equal(v.further_count, 0);
	kernel_decide_words("fhoss", "3gpp", "impi-exists=no impu-exists=no", &v);
	assert_string_equal(v.rule, "CXA001");
	assert_int_equal(v.further_count, 0);
}

static void one_defect_is_not_listed_again_in_later_commands(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "associated=no", &v);
	assert_int_equal(v.further_count, 0);
}

/* FHoSS looks for the network in a table of all and in that of the IMPU: one defect of two steps.
 */
static void one_rule_that_two_steps_break_is_listed_once(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("fhoss", "3gpp",
			    "home visited-network-listed=no roaming-allowed=no may-register=no",
			    &v);
	assert_refused(&v, ANSWER_EXPERIMENTAL, 5004, "CXA032");
	assert_int_equal(v.further_count, 1);
	assert_string_equal(v.further[0], "CXA036");
}

static void rule_tells_the_cause_as_closely_as_facts_allow(void **state)
{
	static const struct {
		const char *words, *rule;
	} cases[] = {
		{"impi-exists=no", "CXA002"},
		{"impu-exists=no", "CXA003"},
		{"impu-exists=no usim", "CXA004"},
		{"impu-exists=no set-has-sip-uri=no", "CXA015"},
		{"impu-unbarred=no set-has-unbarred=no", "CXA006"},
		{"impu-unbarred=no set-has-unbarred=no other-set-has-unbarred=yes", "CXA007"},
		{"impu-unbarred=no set-has-unbarred=no other-set-has-unbarred=yes!", "CXA006"},
		{"impu-distinct=no", "CXA050"},
		{"impu-distinct=no not-psi=no", "CXA051"},
		{"roaming-allowed=no", "CXA031"},
		{"roaming-allowed=no home", "CXA032"},
	};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kernel_decide_words("3gpp", "3gpp", cases[i].words, &v);
		assert_string_equal(v.rule, cases[i].rule);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_subscriber_registers_in_three_steps),
		cmocka_unit_test(
			barred_impu_with_unbarred_sibling_registers_though_the_naive_rule_says_403),
		cmocka_unit_test(naive_rule_is_silent_where_another_defect_refuses),
		cmocka_unit_test(success_kind_follows_the_stored_state),
		cmocka_unit_test(deregistration_is_accepted_when_registered),
		cmocka_unit_test(deregistration_when_not_registered_is_experimental_5003),
		cmocka_unit_test(deregistration_skips_roaming_and_authorisation_but_not_barring),
		cmocka_unit_test(capabilities_query_is_accepted_without_sip_answer),
		cmocka_unit_test(capabilities_query_is_refused_like_a_registration),
		cmocka_unit_test(commands_before_from_are_taken_as_passed),
		cmocka_unit_test(fhoss_answers_in_its_own_order),
		cmocka_unit_test(fhoss_ignores_what_it_does_not_know),
		cmocka_unit_test(defects_behind_the_first_are_listed_in_order),
		cmocka_unit_test(missing_identities_are_one_defect_together),
		cmocka_unit_test(one_defect_is_not_listed_again_in_later_commands),
		cmocka_unit_test(one_rule_that_two_steps_break_is_listed_once),
		cmocka_unit_test(rule_tells_the_cause_as_closely_as_facts_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
