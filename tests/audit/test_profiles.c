/* The HSS and CSCF profiles: names, answers, reason phrases, and the soundness of their tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "audit/cscf_profile.h"
#include "audit/hss_profile.h"
#include "audit/rule_table.h"
#include "tests/audit/kernel_case.h"

static const char *const hss_names[] = {"3gpp", "fhoss", "open5gs", "pyhss"};
static const char *const cscf_names[] = {"3gpp", "kamailio", "clearwater"};

static void profiles_are_found_by_name_in_any_case(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(hss_profile_name(hss_profile_find(text_from(hss_names[i]))),
				    hss_names[i]);
	for (unsigned i = 0; i < 3; i++)
		assert_string_equal(cscf_profile_name(cscf_profile_find(text_from(cscf_names[i]))),
				    cscf_names[i]);
	assert_ptr_equal(hss_profile_find(TEXT_LITERAL("FHoSS")), &hss_profile_fhoss);
	assert_ptr_equal(cscf_profile_find(TEXT_LITERAL("Kamailio")), &cscf_profile_kamailio);
}

static void unknown_profile_names_are_not_found(void **state)
{
	(void)state;
	assert_null(hss_profile_find(TEXT_LITERAL("kamailio")));
	assert_null(hss_profile_find(TEXT_LITERAL("3gp")));
	assert_null(hss_profile_find(TEXT_NONE));
	assert_null(cscf_profile_find(TEXT_LITERAL("fhoss")));
	assert_null(cscf_profile_find(TEXT_LITERAL("")));
}

/* The phrases that operators look for in traces. */
static void kamailio_gives_its_own_reason_phrases(void **state)
{
	static const struct {
		const char *hss, *words;
		int status;
		enum sip_node sent_by;
		const char *reason;
	} cases[] = {
		{"fhoss", "impi-exists=no", 403, NODE_I_CSCF, "Forbidden - HSS User Unknown"},
		{"fhoss", "associated=no", 403, NODE_I_CSCF,
		 "Forbidden - HSS Identities don't match"},
		{"fhoss", "impu-unbarred=no set-has-unbarred=no", 403, NODE_I_CSCF,
		 "Forbidden - HSS Authorization Rejected"},
		{"fhoss", "roaming-allowed=no", 403, NODE_I_CSCF,
		 "Forbidden - HSS Roaming not allowed"},
		{"fhoss", "deregistration", 403, NODE_I_CSCF,
		 "Forbidden - HSS Identity not registered"},
		{"fhoss", "service-profile-assigned=no", 500, NODE_I_CSCF,
		 "Forbidden - HSS responded with unknown Experimental Result Code"},
		{"open5gs", "impi-well-formed=no", 500, NODE_I_CSCF,
		 "Forbidden - HSS responded with unknown Experimental Result Code"},
		{"fhoss", "hss-routed=no", 403, NODE_I_CSCF,
		 "Forbidden - HSS responded with unknown Result Code"},
		{"fhoss", "hss-answers=no", 408, NODE_I_CSCF, "Request Timeout"},
		{"3gpp", "subscription-exists=no", 500, NODE_I_CSCF,
		 "Forbidden - HSS Unable to comply"},
		{"fhoss", "visited-network-sent=no", 400, NODE_I_CSCF,
		 "Bad Request - P-Visited-Network-ID header missing"},
		{"fhoss", "impi-sent=no", 400, NODE_I_CSCF,
		 "Bad Request - Private ID in Authorization / username token missing"},
		{"fhoss", "scheme-supported=no", 403, NODE_S_CSCF,
		 "Forbidden - Private identity not found (Authorization: username)"},
		{"fhoss", "scscf-name-usable=no", 403, NODE_S_CSCF,
		 "Forbidden - Private identity not found (Authorization: username)"},
		{"fhoss", "set-profiles-assigned=no", 403, NODE_S_CSCF,
		 "Forbidden - Private identity not found (Authorization: username)"},
		{"fhoss", "key-present=no", 403, NODE_S_CSCF, "Forbidden - HSS Unable to comply"},
		{"open5gs", "key-present=no", 403, NODE_S_CSCF,
		 "Forbidden - Private identity not found (Authorization: username)"},
		{"pyhss", "key-present=no", 500, NODE_S_CSCF, "MAR failed"},
		{"fhoss", "user-data-buildable=no", 500, NODE_I_CSCF,
		 "Server error on UAR select next S-CSCF"},
		{"fhoss", "impu-in-user-data=no", 500, NODE_I_CSCF,
		 "Server error on UAR select next S-CSCF"},
		{"pyhss", "impu-exists=no", 500, NODE_I_CSCF,
		 "Server error on UAR select next S-CSCF"},
		{"3gpp", "capabilities-served=no", 600, NODE_I_CSCF,
		 "Busy everywhere - Empty list of S-CSCFs"},
	};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kernel_decide_words(cases[i].hss, "kamailio", cases[i].words, &v);
		assert_int_equal(v.sip_status, cases[i].status);
		assert_int_equal(v.sent_by, cases[i].sent_by);
		assert_string_equal(v.sip_reason, cases[i].reason);
	}
}

/* cx-semantics 6.1, column of the standard, and 6.3. */
static void other_cscfs_map_codes_to_statuses(void **state)
{
	static const struct {
		const char *hss, *words;
		int standard, clearwater;
	} cases[] = {
		{"3gpp", "impi-exists=no", 403, 403},
		{"3gpp", "associated=no", 403, 403},
		{"3gpp", "roaming-allowed=no", 403, 403},
		{"3gpp", "ims-authorised=no", 403, 403},
		{"3gpp", "deregistration", 403, 480},
		{"open5gs", "impi-well-formed=no", 403, 480},
		{"3gpp", "hss-routed=no", 480, 480},
		{"3gpp", "hss-answers=no", 480, 480},
		{"3gpp", "subscription-exists=no", 480, 480},
		{"3gpp", "visited-network-sent=no", 480, 480},
		{"fhoss", "service-profile-assigned=no", 480, 480},
		{"3gpp", "scheme-supported=no", 403, 403},
		{"3gpp", "key-present=no", 500, 403},
		{"pyhss", "key-present=no", 500, 504},
		{"fhoss", "psi-active=no", 500, 403},
		{"3gpp", "user-data-buildable=no", 500, 500},
		{"3gpp", "user-data-valid=no", 500, 500},
		{"pyhss", "user-data-buildable=no", 500, 504},
		{"3gpp", "capabilities-served=no", 600, 600},
		{"3gpp", "scscf-reachable=no", 504, 504},
	};
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kernel_decide_words(cases[i].hss, "3gpp", cases[i].words, &v);
		assert_int_equal(v.sip_status, cases[i].standard);
		kernel_decide_words(cases[i].hss, "clearwater", cases[i].words, &v);
		assert_int_equal(v.sip_status, cases[i].clearwater);
	}
}

static void capabilities_matter_at_the_first_registration_only(void **state)
{
	struct verdict v;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		kernel_decide_words("3gpp", cscf_names[i],
				    "capabilities-served=no state=registered", &v);
		assert_int_equal(v.outcome, OUTCOME_REGISTERS);
	}
}

/* Field cases C55 and C56. */
static void clearwater_refuses_a_barred_set_itself_but_not_in_emergency(void **state)
{
	struct verdict v;

	(void)state;
	kernel_decide_words("open5gs", "clearwater", "impu-unbarred=no set-has-unbarred=no", &v);
	assert_int_equal(v.sip_status, 400);
	kernel_decide_words("open5gs", "clearwater",
			    "emergency impu-unbarred=no set-has-unbarred=no", &v);
	assert_int_equal(v.sip_status, 200);
}

static void assert_step_is_sound(const struct step *s)
{
	const struct rule *rule = rule_find(text_from(s->rule.id));

	assert_non_null(rule);
	assert_int_not_equal(s->any[0], FACT_NONE);
	assert_true(s->commands && s->types);
	assert_int_equal(s->open & 1, 0);
	if (s->rule.row)
		assert_string_equal(rule->row, s->rule.row);
	else
		assert_null(rule->row);
	for (const struct refinement *r = s->refinement; r && r->rule.id; r++)
		assert_string_equal(rule_find(text_from(r->rule.id))->row, r->rule.row);
	for (unsigned i = 0; i < STEP_FACTS; i++)
		assert_in_range(s->any[i], 0, FACT_COUNT - 1);
}

static void every_step_names_facts_and_a_rule_of_the_catalogue(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const struct hss_profile *p = hss_profile_find(text_from(hss_names[i]));

		for (size_t k = 0; k < p->step_count; k++) {
			assert_step_is_sound(&p->step[k]);
			assert_null(p->step[k].sip);
		}
	}
	for (unsigned i = 0; i < 3; i++) {
		const struct cscf_profile *p = cscf_profile_find(text_from(cscf_names[i]));

		for (size_t k = 0; k < p->after_count; k++) {
			assert_step_is_sound(&p->after[k]);
			assert_non_null(p->after[k].sip);
		}
	}
	for (unsigned k = 0; k < outside_step_count; k++) {
		assert_step_is_sound(&outside_steps[k]);
		assert_int_equal(outside_steps[k].sip->status, 0);
	}
}

/* Each kind of answer to each command has a line: none falls through to another command's. */
static void every_negative_answer_is_mapped(void **state)
{
	static const struct step answers[] = {
		{.any = {FACT_ASSOCIATED}, .kind = ANSWER_SILENT},
		{.any = {FACT_ASSOCIATED}, .kind = ANSWER_WITHOUT_CODE},
		{.any = {FACT_ASSOCIATED}, .kind = ANSWER_RESULT_CODE, .code = 5999},
		{.any = {FACT_ASSOCIATED}, .kind = ANSWER_EXPERIMENTAL, .code = 5999},
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const struct cscf_profile *p = cscf_profile_find(text_from(cscf_names[i]));

		for (enum cx_command c = CX_UAR; c <= CX_SAR; c++) {
			for (unsigned k = 0; k < 4; k++) {
				const struct sip_answer *a = cscf_profile_map(p, c, &answers[k]);
				const struct cscf_answer *line = p->answer;

				while (&line->sip != a)
					line++;
				assert_int_equal(line->command, c);
				assert_true(line->kinds >> answers[k].kind & 1);
			}
		}
	}
}

static void facts_have_distinct_slugs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FACT_COUNT; i++) {
		assert_non_null(fact_slug((enum fact)i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(fact_slug((enum fact)i), fact_slug((enum fact)k));
	}
}

static void facts_start_unknown_and_missing(void **state)
{
	struct facts f;

	(void)state;
	facts_init(&f);
	for (unsigned i = 0; i < FACT_COUNT; i++) {
		assert_int_equal(f.fact[i].value, TRI_UNKNOWN);
		assert_int_equal(f.fact[i].basis, BASIS_MISSING);
		assert_null(f.fact[i].subject.data);
	}
	assert_int_equal(f.state, REG_STATE_UNKNOWN);
	facts_set(&f, FACT_ASSOCIATED, TRI_NO, BASIS_OPEN, TEXT_LITERAL("sip:a@example.org"));
	assert_int_equal(f.fact[FACT_ASSOCIATED].value, TRI_NO);
	assert_int_equal(f.fact[FACT_ASSOCIATED].basis, BASIS_OPEN);
	assert_int_equal(f.fact[FACT_ASSOCIATED].subject.length, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_found_by_name_in_any_case),
		cmocka_unit_test(unknown_profile_names_are_not_found),
		cmocka_unit_test(kamailio_gives_its_own_reason_phrases),
		cmocka_unit_test(other_cscfs_map_codes_to_statuses),
		cmocka_unit_test(capabilities_matter_at_the_first_registration_only),
		cmocka_unit_test(clearwater_refuses_a_barred_set_itself_but_not_in_emergency),
		cmocka_unit_test(every_step_names_facts_and_a_rule_of_the_catalogue),
		cmocka_unit_test(every_negative_answer_is_mapped),
		cmocka_unit_test(facts_have_distinct_slugs),
		cmocka_unit_test(facts_start_unknown_and_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
