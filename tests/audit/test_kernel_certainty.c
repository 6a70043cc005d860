/* What unknown, guessed and open facts do to a verdict (audit/kernel.h, "Certainty"). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/audit/kernel_case.h"

static void assert_condition(const struct verdict *v, const char *fact, const char *assumed,
			     enum outcome otherwise, const char *row, int is_missing)
{
	const struct condition *c = kernel_case_condition(v, fact);

	if (!c)
		fail_msg("%s is not among the conditions", fact);
	assert_string_equal(c->assumed, assumed);
	assert_int_equal(c->otherwise, otherwise);
	assert_int_equal(c->is_missing_fact, is_missing);
	if (row)
		assert_string_equal(c->otherwise_row, row);
	else
		assert_null(c->otherwise_row);
}

static void unknown_fact_that_could_refuse_makes_registering_unproven(void **state)
{
	static const struct {
		const char *words, *fact, *row;
	} cases[] = {
		{"associated=unknown", "associated", "D05"},
		{"impu-exists=unknown", "impu-exists", "D03"},
		{"impi-exists=unknown", "impi-exists", "D02"},
		{"impu-unbarred=no set-has-unbarred=unknown", "set-has-unbarred", "D06"},
		{"impu-unbarred=unknown set-has-unbarred=no", "impu-unbarred", "D06"},
		{"roaming-allowed=unknown", "roaming-allowed", "D31"},
		{"ims-authorised=unknown", "ims-authorised", "D36"},
		{"key-present=unknown", "key-present", "D23"},
	};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kernel_decide_words("3gpp", "3gpp", cases[i].words, &v);
		assert_int_equal(v.outcome, OUTCOME_REGISTERS);
		assert_int_equal(v.certainty, CERTAINTY_UNPROVEN);
		assert_int_equal(v.condition_count, 1);
		assert_string_equal(v.condition[0].fact, cases[i].fact);
		assert_string_equal(v.condition[0].assumed, "yes");
		assert_string_equal(v.condition[0].otherwise_row, cases[i].row);
		assert_int_not_equal(v.condition[0].otherwise, OUTCOME_REGISTERS);
		assert_true(v.condition[0].is_missing_fact);
		assert_null(v.rule);
	}
}

static void unknown_barring_does_not_matter_beside_an_unbarred_sibling(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impu-unbarred=unknown set-has-unbarred=yes", &v);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	assert_int_equal(v.condition_count, 0);
	kernel_decide_words("3gpp", "3gpp", "impu-unbarred=yes set-has-unbarred=unknown", &v);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void unknown_barring_and_set_are_both_named(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impu-unbarred=unknown set-has-unbarred=unknown", &v);
	assert_int_equal(v.certainty, CERTAINTY_UNPROVEN);
	assert_int_equal(v.condition_count, 2);
	assert_condition(&v, "impu-unbarred", "yes", OUTCOME_REFUSED, "D06", 1);
	assert_condition(&v, "set-has-unbarred", "yes", OUTCOME_REFUSED, "D06", 1);
}

static void unknown_barring_does_not_matter_in_emergency(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "emergency impu-unbarred=unknown set-has-unbarred=unknown "
			    "roaming-allowed=unknown ims-authorised=unknown",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void default_of_the_policy_keeps_certainty(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "roaming-allowed=yes! ims-authorised=yes! key-present=unknown!", &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	kernel_decide_words("3gpp", "3gpp", "ims-authorised=no!", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void guess_makes_the_verdict_conditional_where_it_matters(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impu-exists=yes~", &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "impu-exists", "yes", OUTCOME_REFUSED, "D46", 0);
	kernel_decide_words("fhoss", "kamailio", "visited-network-listed=no~ home", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "visited-network-listed", "no", OUTCOME_REGISTERS, NULL, 0);
}

static void guessed_network_that_is_granted_proves_the_guess(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("fhoss", "kamailio", "visited-network-listed=yes~ roaming-allowed=yes~",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	assert_int_equal(v.condition_count, 0);
}

static void guessed_failure_turned_round_gives_the_next_defect(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "roaming-allowed=no~ ims-authorised=no home", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	assert_condition(&v, "roaming-allowed", "no", OUTCOME_REFUSED, "D36", 0);
}

/* Each of the two may turn out otherwise, and both together let the UE register. */
static void a_second_guessed_failure_does_not_make_the_first_certain(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impi-unique=no roaming-allowed=no~", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	kernel_decide_words("3gpp", "3gpp", "impi-unique=no roaming-allowed=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void facts_behind_a_certain_failure_do_not_matter(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "associated=no impu-unbarred=unknown set-has-unbarred=unknown "
			    "roaming-allowed=unknown key-present=unknown",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	assert_int_equal(v.condition_count, 0);
	assert_int_equal(v.further_count, 0);
}

static void earlier_fact_that_only_changes_the_code_is_named_and_keeps_certainty(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "associated=unknown impu-unbarred=no set-has-unbarred=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	assert_int_equal(v.condition_count, 1);
	assert_condition(&v, "associated", "yes", OUTCOME_REFUSED, "D05", 1);
}

static void earlier_fact_that_changes_the_outcome_makes_a_failure_unproven(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("fhoss", "kamailio", "associated=unknown user-data-buildable=no", &v);
	assert_int_equal(v.outcome, OUTCOME_FAILS);
	assert_int_equal(v.certainty, CERTAINTY_UNPROVEN);
	assert_condition(&v, "associated", "yes", OUTCOME_REFUSED, "D05", 1);
}

static void unproven_wins_over_conditional(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impu-exists=yes~ associated=unknown", &v);
	assert_int_equal(v.certainty, CERTAINTY_UNPROVEN);
	assert_int_equal(v.condition_count, 2);
	kernel_decide_words("3gpp", "3gpp", "associated=unknown scheme-supported=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
}

static void fact_is_named_once_though_three_commands_look_at_it(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "associated=unknown", &v);
	assert_int_equal(v.condition_count, 1);
}

static void checks_on_what_exports_seldom_carry_are_not_made(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp",
			    "capabilities-served=unknown scscf-reachable=unknown "
			    "visited-network-listed=unknown service-profile-assigned=unknown "
			    "set-profiles-assigned=unknown scheme-supported=unknown "
			    "keys-agree=unknown ims-apn=unknown scscf-not-other=unknown",
			    &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

/* design.md 10.7 */
static void status_of_negative_maa_and_saa_is_open_under_3gpp(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "scheme-supported=no", &v);
	assert_int_equal(v.sip_status, 403);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "s-cscf-status-for-maa", "403", OUTCOME_FAILS, "D22", 0);
	kernel_decide_words("3gpp", "3gpp", "key-present=no", &v);
	assert_int_equal(v.sip_status, 500);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "s-cscf-status-for-maa", "500", OUTCOME_REFUSED, "D23", 0);
	kernel_decide_words("3gpp", "3gpp", "user-data-buildable=no", &v);
	assert_int_equal(v.sip_status, 500);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "s-cscf-status-for-saa", "500", OUTCOME_FAILS, "D19", 0);
}

static void what_hsss_differ_in_is_conditional(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "impi-unique=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "impi-unique", "fails", OUTCOME_REGISTERS, NULL, 0);
	kernel_decide_words("3gpp", "3gpp", "usim not-temporary-impu=no set-has-unbarred=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "set-has-unbarred", "passes", OUTCOME_REFUSED, "D11", 0);
	kernel_decide_words("3gpp", "3gpp",
			    "impu-unbarred=no set-has-unbarred=no set-has-unbarred-wildcard=yes",
			    &v);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "set-has-unbarred-wildcard", "yes", OUTCOME_REFUSED, "D09", 0);
}

static void chosen_impu_matters_only_where_the_verdict_rests_on_it(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "chosen", &v);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "impu-presented", "yes", OUTCOME_REFUSED, "D17", 0);
	kernel_decide_words("3gpp", "3gpp", "chosen associated=no", &v);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "impu-presented", "yes", OUTCOME_REGISTERS, NULL, 0);
	kernel_decide_words("3gpp", "3gpp", "chosen ims-authorised=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void mnc_length_matters_only_where_an_identity_is_missing(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "mnc impi-exists=no impu-exists=no", &v);
	assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
	assert_condition(&v, "mnc-length", "yes", OUTCOME_REGISTERS, NULL, 0);
	kernel_decide_words("3gpp", "3gpp", "mnc", &v);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
	kernel_decide_words("3gpp", "3gpp", "mnc impu-unbarred=no set-has-unbarred=no", &v);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

static void unknown_state_makes_a_deregistration_unproven(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "deregistration state=unknown", &v);
	assert_int_equal(v.outcome, OUTCOME_ACCEPTED);
	assert_int_equal(v.certainty, CERTAINTY_UNPROVEN);
	assert_condition(&v, "registered", "yes", OUTCOME_REFUSED, NULL, 1);
}

static void undecided_verdicts_never_carry_a_status(void **state)
{
	static const char *const words[] = {"keys-agree=no",      "result-agrees=no",
					    "resync-possible=no", "eps-active=no",
					    "ims-apn=no",         "ims-voice-allowed=no"};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		kernel_decide_words("3gpp", "clearwater", words[i], &v);
		assert_int_equal(v.outcome, OUTCOME_UNDECIDED);
		assert_int_equal(v.sip_status, 0);
		assert_null(v.sip_reason);
		assert_int_equal(v.sent_by, NODE_NONE);
		assert_int_equal(v.certainty, CERTAINTY_CONDITIONAL);
		assert_non_null(v.rule);
	}
}

static void refusal_on_cx_wins_over_what_provisioning_does_not_decide(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("3gpp", "3gpp", "associated=no ims-apn=no keys-agree=no", &v);
	assert_int_equal(v.outcome, OUTCOME_REFUSED);
	assert_int_equal(v.certainty, CERTAINTY_CERTAIN);
}

/* More unknown facts than a verdict can list must neither overflow nor look certain. */
static void everything_unknown_is_unproven(void **state)
{
	static const char *const hss[] = {"3gpp", "fhoss", "open5gs", "pyhss"};
	struct kernel_case c;
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		kernel_case_init(&c, hss[i], "kamailio");
		facts_init(&c.facts);
		kernel_case_decide(&c, &v);
		assert_int_equal(v.outcome, OUTCOME_REGISTERS);
		assert_int_equal(v.certainty, CERTAINTY_UNPROVEN);
		assert_in_range(v.condition_count, 1, VERDICT_CONDITIONS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_fact_that_could_refuse_makes_registering_unproven),
		cmocka_unit_test(unknown_barring_does_not_matter_beside_an_unbarred_sibling),
		cmocka_unit_test(unknown_barring_and_set_are_both_named),
		cmocka_unit_test(unknown_barring_does_not_matter_in_emergency),
		cmocka_unit_test(default_of_the_policy_keeps_certainty),
		cmocka_unit_test(guess_makes_the_verdict_conditional_where_it_matters),
		cmocka_unit_test(guessed_network_that_is_granted_proves_the_guess),
		cmocka_unit_test(guessed_failure_turned_round_gives_the_next_defect),
		cmocka_unit_test(a_second_guessed_failure_does_not_make_the_first_certain),
		cmocka_unit_test(facts_behind_a_certain_failure_do_not_matter),
		cmocka_unit_test(
			earlier_fact_that_only_changes_the_code_is_named_and_keeps_certainty),
		cmocka_unit_test(earlier_fact_that_changes_the_outcome_makes_a_failure_unproven),
		cmocka_unit_test(unproven_wins_over_conditional),
		cmocka_unit_test(fact_is_named_once_though_three_commands_look_at_it),
		cmocka_unit_test(checks_on_what_exports_seldom_carry_are_not_made),
		cmocka_unit_test(status_of_negative_maa_and_saa_is_open_under_3gpp),
		cmocka_unit_test(what_hsss_differ_in_is_conditional),
		cmocka_unit_test(chosen_impu_matters_only_where_the_verdict_rests_on_it),
		cmocka_unit_test(mnc_length_matters_only_where_an_identity_is_missing),
		cmocka_unit_test(unknown_state_makes_a_deregistration_unproven),
		cmocka_unit_test(undecided_verdicts_never_carry_a_status),
		cmocka_unit_test(refusal_on_cx_wins_over_what_provisioning_does_not_decide),
		cmocka_unit_test(everything_unknown_is_unproven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
