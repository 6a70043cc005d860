/* Networks, policy, what is kept of a resolution, and what the answers carry (TS 29.228 6.1.1.1,
 * 6.1.2.1; cx-semantics 2, 12). */
#include "tests/audit/bench_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define SURE CERTAINTY_CERTAIN
#define COND CERTAINTY_CONDITIONAL
#define OPEN CERTAINTY_UNPROVEN
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define ALICE "alice@example.org"
#define SIP_ALICE "sip:alice@example.org"
#define EPS "imsi 999700000000001\nmsisdn +4930123456"
#define DOMAIN "@ims.mnc070.mcc999.3gppnetwork.org"

/* Visited networks: table rows, what the IMPU is granted, what is asked. */
static const struct network_row {
	const char *hss;
	const char *listed[3];
	const char *grants; /* words of the IMPU's line; ids are 1, 2, 3 */
	const char *visited;
	enum visited_basis basis;
	unsigned code;
	enum certainty certainty;
} network_rows[] = {
	{"fhoss", {"home.example"}, "grant=1", "home.example", VISITED_POLICY, 2001, SURE},
	{"fhoss", {"home.example"}, "grant=1", "HOME.example", VISITED_POLICY, 2001, SURE},
	{"fhoss", {"home.example"}, "grant=1", "home_example", VISITED_POLICY, 2001, SURE},
	{"fhoss", {"home.example"}, "grants", "home.example", VISITED_POLICY, 5004, SURE},
	{"fhoss", {"home.example"}, "grants", "home.example", VISITED_HOME_DERIVED, 5004, COND},
	{"fhoss", {"home.example"}, "grant=1", "other.example", VISITED_GIVEN, 5004, SURE},
	/* rule 2: doubled rows refuse */
	{"fhoss", {"home.example"}, "grant=1 grant=1", "home.example", VISITED_POLICY, 5004, SURE},
	{"fhoss",
	 {"home.example", "home.example"},
	 "grant=1",
	 "home.example",
	 VISITED_POLICY,
	 5004,
	 SURE},
	{"3gpp",
	 {"home.example", "home.example"},
	 "grant=1 grant=1",
	 "Home.example",
	 VISITED_POLICY,
	 2001,
	 SURE},
	{"3gpp",
	 {"home.example", "abroad.example"},
	 "grant=1",
	 "abroad.example",
	 VISITED_GIVEN,
	 5004,
	 SURE},
	{"3gpp",
	 {"home.example", "abroad.example"},
	 "grant=1",
	 "home_example",
	 VISITED_GIVEN,
	 5004,
	 SURE},
	/* nothing exported: home is assumed to be allowed, another network is not known */
	{"3gpp", {NULL}, "set=1", "example.org", VISITED_GIVEN, 2001, SURE},
	{"3gpp", {NULL}, "set=1", "abroad.example", VISITED_GIVEN, 2001, OPEN},
};

static void visited_networks_follow_table_and_grants(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(network_rows); i++) {
		const struct network_row *r = &network_rows[i];
		char records[256];
		struct bench b;

		snprintf(records, sizeof(records), "impi " ALICE "\nimpu " SIP_ALICE " %s",
			 r->grants);
		bench_init(&b, records, true);
		for (uint32_t k = 0; k < 3 && r->listed[k]; k++) {
			b.directory.has_visited_networks = TRI_YES;
			assert_non_null(hss_directory_add_visited_network(&b.directory, k + 1,
									  text_from(r->listed[k])));
		}
		bench_use(&b, r->hss, "3gpp");
		bench_attempt(&b, ALICE, SIP_ALICE);
		b.attempt.visited_network = text_from(r->visited);
		b.attempt.visited_basis = r->basis;
		bench_predict(&b);
		if (bench_code(&b) != r->code || b.verdict.certainty != r->certainty)
			fail_msg("row %zu: code %u, %s", i, bench_code(&b),
				 certainty_str(b.verdict.certainty));
		bench_clear(&b);
	}
}

static void policy_decides_what_exports_do_not_tell(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, "impi " ALICE "\nimpu " SIP_ALICE, false);
	bench_attempt(&b, ALICE, SIP_ALICE);
	b.policy.assume_ims_authorised = TRI_NO;
	bench_predict(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_REFUSED);
	assert_string_equal(bench_row(&b), "D36");
	b.policy.assume_ims_authorised = TRI_UNKNOWN;
	bench_predict(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
	assert_int_equal(b.verdict.certainty, CERTAINTY_UNPROVEN);
	bench_clear(&b);
}

static void what_a_partial_export_lacks_is_unproven(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, "impi bob@example.org\nimpu sip:bob@example.org", false);
	b.population.is_partial = true;
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	assert_int_equal(b.verdict.certainty, CERTAINTY_UNPROVEN);
	assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
	bench_clear(&b);
}

static void what_no_export_holds_at_all_is_unproven(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, "impi " ALICE, false);
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_REFUSED);
	b.population.lacks_impus = true;
	bench_predict(&b);
	assert_int_equal(b.verdict.certainty, CERTAINTY_UNPROVEN);
	assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
	bench_clear(&b);

	bench_init(&b, "impu " SIP_ALICE, false);
	b.population.lacks_impis = true;
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	assert_int_equal(b.verdict.certainty, CERTAINTY_UNPROVEN);
	assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
	bench_clear(&b);
}

static void a_missing_temporary_impu_is_conditional_while_the_card_is_unknown(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b,
		   "imsi 262011234567890\nimpi 262011234567890@ims.mnc001.mcc262.3gppnetwork.org\n"
		   "impu sip:+4930123456@ims.mnc001.mcc262.3gppnetwork.org",
		   false);
	bench_attempt_usim(&b, "262011234567890", 2);
	bench_predict(&b);
	assert_string_equal(bench_row(&b), "D04");
	assert_int_equal(b.verdict.certainty, CERTAINTY_CONDITIONAL);
	b.policy.sim_type = SIM_TYPE_USIM;
	bench_predict(&b);
	assert_string_equal(bench_row(&b), "D04");
	assert_int_equal(b.verdict.certainty, CERTAINTY_CERTAIN);
	bench_clear(&b);
}

static void resolution_keeps_a_copy_of_the_record(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, "impi " ALICE "\nimpu tel:+4930123456\nimpu " SIP_ALICE, false);
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	assert_non_null(b.resolution.subscription);
	assert_ptr_not_equal(b.resolution.subscription, &b.record[0]);
	assert_int_equal(b.resolution.impi_index, 0);
	assert_int_equal(b.resolution.impu_index, 1);
	assert_int_equal(b.resolution.impi_matches, 1);
	assert_true(text_equal(b.resolution.subscription->impu[1].identity, text_from(SIP_ALICE)));
	bench_attempt(&b, "nobody@example.org", "sip:nobody@example.org");
	bench_predict(&b);
	assert_null(b.resolution.subscription);
	assert_int_equal(b.resolution.impi_ordinal, UINT32_MAX);
	bench_clear(&b);
}

/* --- content of the answers
 * ------------------------------------------------------------------------ */

static void standard_user_data_is_in_the_order_of_the_record(void **state)
{
	const struct cx_answer *saa;
	struct bench b;

	(void)state;
	bench_init(&b,
		   "impi " ALICE "\nimpu tel:+4930123456 profile=200\nimpu " SIP_ALICE
		   " barred profile=200\n"
		   "impu sip:second@example.org profile=3\nimpu sip:elsewhere@example.org set=2 "
		   "profile=200",
		   false);
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	assert_int_equal(b.verdict.step_count, 3);
	saa = &b.verdict.step[2].answer;
	assert_int_equal(saa->user_data_count, 2);
	assert_int_equal(saa->user_data[0].count, 2);
	assert_true(text_equal(saa->user_data[0].identity[0].identity,
			       TEXT_LITERAL("tel:+4930123456")));
	assert_int_equal(saa->user_data[0].identity[1].barred, 1);
	assert_int_equal(saa->user_data[1].count, 1);
	bench_clear(&b);
}

static void capabilities_and_names_go_out_with_a_first_registration(void **state)
{
	const struct cx_answer *uaa;
	struct bench b;

	(void)state;
	bench_init(&b, "capabilities 4\npreferred 9\nimpi " ALICE "\nimpu " SIP_ALICE, false);
	assert_non_null(hss_directory_add_capability(&b.directory, 4, 11, true));
	assert_non_null(hss_directory_add_capability(&b.directory, 5, 12, true));
	assert_non_null(hss_directory_add_capability(&b.directory, 4, 13, false));
	assert_non_null(hss_directory_add_preferred(&b.directory, 9, TEXT_LITERAL("sip:late"), 7));
	assert_non_null(hss_directory_add_preferred(&b.directory, 9, TEXT_LITERAL("sip:early"), 1));
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	uaa = &b.verdict.step[0].answer;
	assert_int_equal(uaa->code, 2001);
	assert_int_equal(uaa->has_capabilities, 1);
	assert_int_equal(uaa->mandatory_count, 1);
	assert_int_equal(uaa->mandatory[0], 11);
	assert_int_equal(uaa->optional_count, 1);
	assert_int_equal(uaa->server_name_count, 2);
	assert_true(text_equal(uaa->server_names[0], TEXT_LITERAL("sip:early")));
	bench_clear(&b);

	bench_init(&b,
		   "scscf sip:s1.example.org\ncapabilities 4\nimpi " ALICE "\nimpu " SIP_ALICE
		   " registered",
		   false);
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	uaa = &b.verdict.step[0].answer;
	assert_int_equal(uaa->code, 2002);
	assert_int_equal(uaa->has_capabilities, 0);
	assert_true(text_equal(uaa->server_name, TEXT_LITERAL("sip:s1.example.org")));
	bench_clear(&b);
}

static void a_directory_of_scscfs_tells_what_is_not_served(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, "capabilities 4\nimpi " ALICE "\nimpu " SIP_ALICE, false);
	assert_non_null(hss_directory_add_capability(&b.directory, 4, 11, true));
	assert_non_null(
		hss_directory_add_scscf(&b.directory, 1, TEXT_LITERAL("sip:s1.example.org")));
	bench_attempt(&b, ALICE, SIP_ALICE);
	bench_predict(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
	b.directory.has_scscfs = TRI_YES;
	bench_predict(&b);
	assert_int_equal(b.verdict.sip_status, 600);
	assert_string_equal(bench_row(&b), "D33");
	assert_non_null(hss_directory_add_scscf_capability(&b.directory, 1, 11));
	bench_predict(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
	bench_clear(&b);
}

static void made_user_data_follows_open5gs_and_pyhss(void **state)
{
	const struct cx_answer *saa;
	struct bench b;

	(void)state;
	bench_init(&b, EPS, false);
	bench_use(&b, "open5gs", "3gpp");
	bench_attempt(&b, "999700000000001" DOMAIN, "sip:999700000000001" DOMAIN);
	bench_predict(&b);
	saa = &b.verdict.step[2].answer;
	assert_int_equal(saa->user_data[0].count, 3);
	assert_int_equal(saa->user_data[0].identity[0].barred, 1);
	assert_true(
		text_equal(saa->user_data[0].identity[2].identity, TEXT_LITERAL("tel:4930123456")));
	bench_use(&b, "pyhss", "3gpp");
	bench_predict(&b);
	saa = &b.verdict.step[2].answer;
	assert_int_equal(saa->user_data[0].count, 3);
	assert_int_equal(saa->user_data[0].identity[2].barred, 0);
	bench_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(visited_networks_follow_table_and_grants),
		cmocka_unit_test(policy_decides_what_exports_do_not_tell),
		cmocka_unit_test(what_a_partial_export_lacks_is_unproven),
		cmocka_unit_test(what_no_export_holds_at_all_is_unproven),
		cmocka_unit_test(a_missing_temporary_impu_is_conditional_while_the_card_is_unknown),
		cmocka_unit_test(resolution_keeps_a_copy_of_the_record),
		cmocka_unit_test(standard_user_data_is_in_the_order_of_the_record),
		cmocka_unit_test(capabilities_and_names_go_out_with_a_first_registration),
		cmocka_unit_test(a_directory_of_scscfs_tells_what_is_not_served),
		cmocka_unit_test(made_user_data_follows_open5gs_and_pyhss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
