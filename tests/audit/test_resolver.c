/* How each HSS profile finds and judges what records hold (cx-semantics 1.3, 1.5, 2; the rules that
 * FHoSS taught are numbered as in the notes on its measurement). */
#include "tests/audit/bench_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* One record, one attempt, what comes of it. */
struct row {
	const char *records;
	const char *impi, *impu;
	unsigned code; /* of the last step */
	enum outcome outcome;
	enum certainty certainty;
	const char *row; /* "" for none, NULL: not looked at */
};

#define GOOD OUTCOME_REGISTERS
#define BAD OUTCOME_REFUSED
#define SURE CERTAINTY_CERTAIN
#define COND CERTAINTY_CONDITIONAL
#define OPEN CERTAINTY_UNPROVEN

static void check_rows(const struct row *rows, size_t count, const char *hss, bool has_global_sets)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *r = &rows[i];
		struct bench b;

		bench_init(&b, r->records, has_global_sets);
		bench_use(&b, hss, "3gpp");
		bench_attempt(&b, r->impi, r->impu);
		bench_predict(&b);
		if (bench_code(&b) != r->code || b.verdict.outcome != r->outcome ||
		    b.verdict.certainty != r->certainty ||
		    (r->row && strcmp(bench_row(&b), r->row) != 0))
			fail_msg("%s, row %zu (%s): code %u, %s, %s, row '%s'", hss, i, r->records,
				 bench_code(&b), outcome_str(b.verdict.outcome),
				 certainty_str(b.verdict.certainty), bench_row(&b));
		bench_clear(&b);
	}
}

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define ALICE "alice@example.org"
#define SIP_ALICE "sip:alice@example.org"

static void standard_compares_canonical_forms(void **state)
{
	static const struct row rows[] = {
		{"impi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 2001, GOOD, SURE, ""},
		{"impi alice@EXAMPLE.org\nimpu sip:alice@Example.ORG", ALICE, SIP_ALICE, 2001, GOOD,
		 SURE, ""},
		{"impi Alice@example.org\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5001, BAD, SURE,
		 "D02"},
		{"impi " ALICE "\nimpu sip:Alice@example.org", ALICE, SIP_ALICE, 5001, BAD, SURE,
		 "D03"},
		{"impi " ALICE "\nimpu sip:%61lice@example.org", ALICE, SIP_ALICE, 2001, GOOD, SURE,
		 ""},
		/* a stored parameter is compared away by some HSSs only */
		{"impi " ALICE "\nimpu " SIP_ALICE ";user=phone", ALICE, SIP_ALICE, 2001, GOOD,
		 COND, ""},
		{"impi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE ";user=phone", 2001, GOOD,
		 SURE, ""},
		{"impi " ALICE "\nimpu " SIP_ALICE ":5060", ALICE, SIP_ALICE, 5001, BAD, SURE,
		 "D03"},
		{"impi " ALICE "\nimpu " SIP_ALICE "\\s", ALICE, SIP_ALICE, 5001, BAD, SURE, "D03"},
		/* both spellings side by side are no duplicate */
		{"impi " ALICE "\nimpu " SIP_ALICE "\nimpu " SIP_ALICE ";user=phone", ALICE,
		 SIP_ALICE, 2001, GOOD, SURE, ""},
	};

	(void)state;
	check_rows(rows, COUNT(rows), "3gpp", false);
}

static void standard_judges_identities_and_pairs(void **state)
{
	static const struct row rows[] = {
		{"impi bob@example.org\nimpu sip:bob@example.org", ALICE, SIP_ALICE, 5001, BAD,
		 SURE, "D01"},
		{"impi bob@example.org\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5001, BAD, SURE, "D02"},
		{"impi " ALICE "\nimpu sip:bob@example.org", ALICE, SIP_ALICE, 5001, BAD, SURE,
		 "D03"},
		{"impi " ALICE "\nimpu tel:+4930123456", ALICE, SIP_ALICE, 5001, BAD, SURE, "D15"},
		{"impi " ALICE "\nimpu " SIP_ALICE "\nunassociated", ALICE, SIP_ALICE, 5002, BAD,
		 SURE, "D05"},
		{"impi " ALICE "\nimpu sip:a@b.c\n\nimpi bob@example.org\nimpu " SIP_ALICE, ALICE,
		 SIP_ALICE, 5002, BAD, SURE, "D05"},
		/* not exported is not "no" */
		{"associations-unknown\nimpi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 2001,
		 GOOD, OPEN, ""},
		{"impi " ALICE "\nimpu " SIP_ALICE " psi", ALICE, SIP_ALICE, 5001, BAD, SURE,
		 "D51"},
		{"impi " ALICE "\nimpu sip:al!.*!@example.org wildcarded", ALICE, SIP_ALICE, 5001,
		 BAD, SURE, "D50"},
		{"impi " ALICE "\nimpu sip:al!.*!@example.org wildcarded\nimpu " SIP_ALICE, ALICE,
		 SIP_ALICE, 2001, GOOD, SURE, ""},
		{"impi " ALICE "\nimpi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5001, BAD,
		 COND, "D47"},
		{"impi " ALICE "\nimpu " SIP_ALICE "\n\nimpi bob@example.org\nimpu " SIP_ALICE,
		 ALICE, SIP_ALICE, 5002, BAD, COND, "D48"},
		{"impi " ALICE "\nimpi bob@example.org\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 2001,
		 GOOD, SURE, ""},
		{"suspended\nimpi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5003, BAD, SURE,
		 "D36"},
		{"impi " ALICE " barred\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5003, BAD, SURE,
		 "D36"},
		{"orphan-impi\nimpi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5012,
		 OUTCOME_FAILS, COND, "D61"},
		{"impi " ALICE " schemes=128\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5006, BAD, COND,
		 "D22"},
		{"impi " ALICE " no-key\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5012, OUTCOME_FAILS,
		 COND, "D23"},
	};

	(void)state;
	check_rows(rows, COUNT(rows), "3gpp", false);
}

#define BARRED_ALICE "impi " ALICE "\nimpu " SIP_ALICE " barred"

static void standard_looks_at_the_set_of_the_subscription(void **state)
{
	static const struct row rows[] = {
		{BARRED_ALICE, ALICE, SIP_ALICE, 5003, BAD, SURE, "D06"},
		{BARRED_ALICE "\nimpu tel:+4930123456 barred", ALICE, SIP_ALICE, 5003, BAD, SURE,
		 "D06"},
		{BARRED_ALICE "\nimpu tel:+4930123456", ALICE, SIP_ALICE, 2001, GOOD, SURE, ""},
		{BARRED_ALICE "\nimpu tel:+4930123456 set=2", ALICE, SIP_ALICE, 5003, BAD, SURE,
		 "D07"},
		{BARRED_ALICE " set=own\nimpu tel:+4930123456 set=own", ALICE, SIP_ALICE, 5003, BAD,
		 SURE, "D07"},
		/* neither membership nor barring is assumed */
		{BARRED_ALICE " set=unknown\nimpu tel:+4930123456 set=unknown", ALICE, SIP_ALICE,
		 2001, GOOD, OPEN, ""},
		{BARRED_ALICE "\nimpu tel:+4930123456 barring=unknown", ALICE, SIP_ALICE, 2001,
		 GOOD, OPEN, ""},
		{"impi " ALICE "\nimpu " SIP_ALICE " barring=unknown", ALICE, SIP_ALICE, 2001, GOOD,
		 OPEN, ""},
		{"impi " ALICE "\nimpu " SIP_ALICE " barring=unknown\nimpu tel:+4930123456", ALICE,
		 SIP_ALICE, 2001, GOOD, SURE, ""},
		/* a wildcarded member may count or not */
		{BARRED_ALICE "\nimpu sip:x!.*!@example.org wildcarded", ALICE, SIP_ALICE, 2001,
		 GOOD, COND, NULL},
		/* a stranger's set of the same name, and FHoSS' set 0 */
		{BARRED_ALICE "\n\nimpi bob@example.org\nimpu sip:bob@example.org", ALICE,
		 SIP_ALICE, 5003, BAD, SURE, "D06"},
		{BARRED_ALICE " set=0\nimpu tel:+4930123456 set=0", ALICE, SIP_ALICE, 5003, BAD,
		 SURE, "D07"},
	};

	(void)state;
	check_rows(rows, COUNT(rows), "3gpp", true);
}

static void fhoss_reads_impus_as_equal_and_impis_as_patterns(void **state)
{
	static const struct row rows[] = {
		/* rule 1 */
		{"impi " ALICE "\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 2001, GOOD, SURE, ""},
		{"impi ALICE@example.org\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 2001, GOOD, SURE, ""},
		{"impi " ALICE "\\s\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5001, BAD, SURE, "D02"},
		{"impi lk-0@example.org\nimpu " SIP_ALICE, "lk_0@example.org", SIP_ALICE, 2001,
		 GOOD, SURE, ""},
		{"impi lk_0@example.org\nimpu " SIP_ALICE, "lk-0@example.org", SIP_ALICE, 5001, BAD,
		 SURE, "D02"},
		{"impi lk_0@example.org\nimpi lk-0@example.org\nimpu " SIP_ALICE,
		 "lk_0@example.org", SIP_ALICE, 5001, BAD, SURE, "D47"},
		{"impi a\\b@example.org\nimpu " SIP_ALICE, "a\\b@example.org", SIP_ALICE, 5001, BAD,
		 SURE, "D02"},
		{"impi " ALICE "\nimpu " SIP_ALICE, "%@example.org", SIP_ALICE, 2001, GOOD, SURE,
		 ""},
		{"impi " ALICE "\nimpu " SIP_ALICE "\\s", ALICE, SIP_ALICE "  ", 2001, GOOD, SURE,
		 ""},
		{"impi " ALICE "\nimpu " SIP_ALICE ";user=phone", ALICE, SIP_ALICE, 5001, BAD, SURE,
		 "D03"},
		/* rule 2; one row in two records is one row */
		{"impi " ALICE "\nimpu " SIP_ALICE " row=5\nimpu " SIP_ALICE " row=6", ALICE,
		 SIP_ALICE, 5001, BAD, SURE, "D48"},
		{"impi " ALICE "\nimpu " SIP_ALICE " row=5\n\nimpi bob@example.org\nimpu " SIP_ALICE
		 " row=5",
		 ALICE, SIP_ALICE, 2001, GOOD, SURE, ""},
		{"impi " ALICE " row=5\nimpi " ALICE " row=6\nimpu " SIP_ALICE, ALICE, SIP_ALICE,
		 5001, BAD, SURE, "D47"},
		{"impi " ALICE "\nimpu " SIP_ALICE "\nunassociated", ALICE, SIP_ALICE, 5002, BAD,
		 SURE, "D05"},
		{"impi " ALICE "\nimpu " SIP_ALICE " no-register", ALICE, SIP_ALICE, 5003, BAD,
		 SURE, "D36"},
		/* rule 6: sets are global numbers, 0 included, and any row lifts barring */
		{BARRED_ALICE "\n\nimpi bob@example.org\nimpu sip:bob@example.org", ALICE,
		 SIP_ALICE, 2001, GOOD, SURE, ""},
		{BARRED_ALICE " set=0\n\norphan-impu\nimpu sip:bob@example.org set=0", ALICE,
		 SIP_ALICE, 2001, GOOD, SURE, ""},
		{BARRED_ALICE "\nimpu sip:service@example.org psi", ALICE, SIP_ALICE, 2001, GOOD,
		 SURE, ""},
		{BARRED_ALICE "\nimpu tel:+4930123456 set=2", ALICE, SIP_ALICE, 5003, BAD, SURE,
		 "D07"},
		/* rule 8, and a sequence number that is none */
		{"impi " ALICE " schemes=128\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5006, BAD, COND,
		 "D22"},
		{"impi " ALICE " bad-sqn\nimpu " SIP_ALICE, ALICE, SIP_ALICE, 5012, OUTCOME_FAILS,
		 COND, "D23"},
	};

	(void)state;
	check_rows(rows, COUNT(rows), "fhoss", true);
}

/* Measured behind Kamailio (cx-semantics 12). */
static void fhoss_behind_kamailio_fails_late(void **state)
{
	static const struct {
		const char *impu;
		unsigned step_count;
		const char *row;
	} rows[] = {
		{"sip:ALICE@example.org", 3, "D46"},
		{SIP_ALICE " profile=none", 1, "D18"},
		{SIP_ALICE " profile=7", 3, "D19"},
		{SIP_ALICE " profile=8", 3, "D20"},
		{SIP_ALICE "\nimpu sip:other@example.org profile=7", 3, "D19"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct service_profile *profile;
		char records[256];
		struct bench b;

		snprintf(records, sizeof(records), "impi " ALICE "\nimpu %s", rows[i].impu);
		bench_init(&b, records, true);
		bench_use(&b, "fhoss", "kamailio");
		profile = hss_directory_add_service_profile(&b.directory, 7, TEXT_LITERAL("a"));
		assert_non_null(profile);
		profile->faults = PROFILE_FAULT_NO_APPLICATION_SERVER;
		profile = hss_directory_add_service_profile(&b.directory, 8, TEXT_LITERAL("b"));
		assert_non_null(profile);
		profile->faults = PROFILE_FAULT_TRIGGER_WITHOUT_SPT;
		b.directory.has_service_profiles = TRI_YES;
		bench_attempt(&b, ALICE, SIP_ALICE);
		bench_predict(&b);
		if (b.verdict.sip_status != 500 || b.verdict.step_count != rows[i].step_count ||
		    strcmp(bench_row(&b), rows[i].row) != 0)
			fail_msg("row %zu: %d after %u steps, row '%s'", i, b.verdict.sip_status,
				 b.verdict.step_count, bench_row(&b));
		bench_clear(&b);
	}
}

/* A service profile of which a part was lost in reading, the presented IMPU's or a sibling's. */
static void user_data_that_was_not_read_is_unproven(void **state)
{
	static const struct {
		const char *impu;
		const char *hss;
		enum certainty certainty;
		enum outcome outcome;
	} rows[] = {
		{SIP_ALICE " profile=7", "fhoss", CERTAINTY_UNPROVEN, OUTCOME_REGISTERS},
		{SIP_ALICE " profile=7", "3gpp", CERTAINTY_UNPROVEN, OUTCOME_REGISTERS},
		{SIP_ALICE "\nimpu sip:other@example.org profile=7", "fhoss", CERTAINTY_UNPROVEN,
		 OUTCOME_REGISTERS},
		/* the row of the profile itself was lost */
		{SIP_ALICE " profile=9", "fhoss", CERTAINTY_UNPROVEN, OUTCOME_REGISTERS},
		{SIP_ALICE " profile=6", "fhoss", CERTAINTY_CERTAIN, OUTCOME_REGISTERS},
		/* a fault that was read is there whatever else was not */
		{SIP_ALICE " profile=8", "fhoss", CERTAINTY_CERTAIN, OUTCOME_FAILS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		static const uint32_t faults[] = {0, PROFILE_FAULT_UNREAD,
						  PROFILE_FAULT_UNREAD |
							  PROFILE_FAULT_NO_APPLICATION_SERVER};
		char records[256];
		struct bench b;

		snprintf(records, sizeof(records), "impi " ALICE "\nimpu %s", rows[i].impu);
		bench_init(&b, records, true);
		bench_use(&b, rows[i].hss, "kamailio");
		for (uint32_t k = 0; k < COUNT(faults); k++) {
			struct service_profile *profile = hss_directory_add_service_profile(
				&b.directory, 6 + k, TEXT_LITERAL("a"));

			assert_non_null(profile);
			profile->faults = faults[k];
		}
		b.directory.has_service_profiles = TRI_UNKNOWN;
		bench_attempt(&b, ALICE, SIP_ALICE);
		bench_predict(&b);
		if (b.verdict.certainty != rows[i].certainty ||
		    b.verdict.outcome != rows[i].outcome)
			fail_msg("row %zu: outcome %d, certainty %d", i, b.verdict.outcome,
				 b.verdict.certainty);
		bench_clear(&b);
	}
}

#define EPS "imsi 999700000000001\nmsisdn +4930123456"
#define DOMAIN "@ims.mnc070.mcc999.3gppnetwork.org"

static void open5gs_looks_up_the_digits(void **state)
{
	static const struct row rows[] = {
		{EPS, "999700000000001" DOMAIN, "sip:anything@example.org", 2001, GOOD, SURE, ""},
		{EPS, "imsi-999700000000001@elsewhere", "sip:x@y", 2001, GOOD, SURE, ""},
		{EPS, "9997-0000-0000001@elsewhere", "sip:x@y", 2001, GOOD, SURE, ""},
		{EPS, "4930123456@elsewhere", "sip:x@y", 2001, GOOD, SURE, ""},
		{EPS, "0999700000000001" DOMAIN, "sip:x@y", 5005, BAD, SURE, NULL},
		{EPS, "999700000000002" DOMAIN, "sip:x@y", 5001, BAD, SURE, NULL},
		{"impi 999700000000001" DOMAIN "\nimpu sip:x@y", "999700000000001@z", "sip:q@y",
		 2001, GOOD, SURE, ""},
	};

	(void)state;
	check_rows(rows, COUNT(rows), "open5gs", false);
}

static void pyhss_takes_the_user_part(void **state)
{
	static const struct row rows[] = {
		{EPS, "999700000000001" DOMAIN, "sip:999700000000001" DOMAIN, 2001, GOOD, SURE, ""},
		{EPS, "999700000000001" DOMAIN, "tel:4930123456", 2001, GOOD, SURE, ""},
		{EPS, "imsi-999700000000001" DOMAIN, "sip:999700000000001" DOMAIN, 5001, BAD, SURE,
		 NULL},
		{EPS, "999700000000001", "sip:999700000000001" DOMAIN, 5001, BAD, SURE, NULL},
		{EPS "\n\n" EPS, "999700000000001" DOMAIN, "sip:999700000000001" DOMAIN, 5001, BAD,
		 SURE, "D47"},
		/* the IMPU is looked at in SAR only, and in the template's own words */
		{EPS, "999700000000001" DOMAIN, "sip:+4930999999" DOMAIN, 5005, OUTCOME_FAILS, COND,
		 NULL},
	};

	(void)state;
	check_rows(rows, COUNT(rows), "pyhss", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_compares_canonical_forms),
		cmocka_unit_test(standard_judges_identities_and_pairs),
		cmocka_unit_test(standard_looks_at_the_set_of_the_subscription),
		cmocka_unit_test(fhoss_reads_impus_as_equal_and_impis_as_patterns),
		cmocka_unit_test(fhoss_behind_kamailio_fails_late),
		cmocka_unit_test(user_data_that_was_not_read_is_unproven),
		cmocka_unit_test(open5gs_looks_up_the_digits),
		cmocka_unit_test(pyhss_takes_the_user_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
