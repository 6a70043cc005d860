/* Causes, remedies and misspellings, end to end over records: rows of the decision table that rest
 * on spellings (cx-semantics 7), field cases, and what-if checks that apply the remedy. */
#include "tests/audit/bench_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "audit/rule_table.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define IMSI "262011234567890"
#define HOME "ims.mnc001.mcc262.3gppnetwork.org"
#define IMPI IMSI "@" HOME
#define TEMPORARY "sip:" IMSI "@" HOME
#define NUMBER "sip:+4930123456@" HOME
#define TEL "tel:+4930123456"
/* The usual set around an IMPI and a temporary IMPU that are put in front of it. */
#define REST "\nimpu " NUMBER "\nimpu " TEL

/* What is stored instead of the derived identities, and the row that it is. */
static const struct {
	const char *impi, *temporary;
	const char *row;
	enum difference difference;
	const char *nearest;
} spellings[] = {
	{"26201123456789@" HOME, TEMPORARY, "D40", DIFFERENCE_TRUNCATED, "26201123456789@" HOME},
	{"262011234567809@" HOME, TEMPORARY, "D40", DIFFERENCE_DIGITS, "262011234567809@" HOME},
	{IMPI, "sip:26201123456789@" HOME, "D41", DIFFERENCE_TRUNCATED, "sip:26201123456789@" HOME},
	{IMSI "@ims.mnc01.mcc262.3gppnetwork.org", TEMPORARY, "D42", DIFFERENCE_MNC_PADDING,
	 IMSI "@ims.mnc01.mcc262.3gppnetwork.org"},
	{IMSI "@ims.mnc010.mcc262.3gppnetwork.org", TEMPORARY, "D42", DIFFERENCE_MNC_PADDING,
	 IMSI "@ims.mnc010.mcc262.3gppnetwork.org"},
	{IMSI "@ims.mnc01.mcc262.3gppnetwork.org", "sip:" IMSI "@ims.mnc01.mcc262.3gppnetwork.org",
	 "D42", DIFFERENCE_MNC_PADDING, IMSI "@ims.mnc01.mcc262.3gppnetwork.org"},
	{IMPI, "sip:" IMSI "@ims.mnc01.mcc262.3gppnetwork.org", "D42", DIFFERENCE_MNC_PADDING,
	 "sip:" IMSI "@ims.mnc01.mcc262.3gppnetwork.org"},
	{IMSI "@epc.mnc001.mcc262.3gppnetwork.org", TEMPORARY, "D43", DIFFERENCE_REALM_LABEL,
	 IMSI "@epc.mnc001.mcc262.3gppnetwork.org"},
	{IMSI "@ims.mnc002.mcc262.3gppnetwork.org", TEMPORARY, "D43", DIFFERENCE_REALM,
	 IMSI "@ims.mnc002.mcc262.3gppnetwork.org"},
	{IMSI "@ims.mnc001.mcc262.3gpnetwork.org", TEMPORARY, "D43", DIFFERENCE_REALM,
	 IMSI "@ims.mnc001.mcc262.3gpnetwork.org"},
	{"imsi-" IMPI, TEMPORARY, "D44", DIFFERENCE_IMSI_PREFIX, "imsi-" IMPI},
	{"sip:" IMPI, TEMPORARY, "D44", DIFFERENCE_IMSI_PREFIX, "sip:" IMPI},
	{"0" IMPI, TEMPORARY, "D44", DIFFERENCE_EAP_PREFIX, "0" IMPI},
	{IMPI, TEMPORARY ":5060", "D46", DIFFERENCE_PARAMETER, TEMPORARY ":5060"},
	{IMPI, TEMPORARY "\\s", "CXA080", DIFFERENCE_BLANK, TEMPORARY " "},
	{"262022222222222@" HOME, TEMPORARY, "D45", DIFFERENCE_OTHER, "262022222222222@" HOME},
};

static void a_misspelling_names_its_row_and_its_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(spellings); i++) {
		char records[512];
		struct bench b;
		bool is_impi = strcmp(spellings[i].impi, IMPI) != 0;

		snprintf(records, sizeof(records), "imsi " IMSI "\nimpi %s\nimpu %s barred" REST,
			 spellings[i].impi, spellings[i].temporary);
		bench_init(&b, records, false);
		bench_attempt_usim(&b, IMSI, 2);
		bench_explain(&b);
		if (strcmp(bench_row(&b), spellings[i].row) != 0 ||
		    b.explanation.difference != spellings[i].difference ||
		    !text_equal(b.explanation.nearest, text_from(spellings[i].nearest)))
			fail_msg("row %zu: %s, %s, %.*s", i, bench_row(&b),
				 difference_str(b.explanation.difference),
				 (int)b.explanation.nearest.length, b.explanation.nearest.data);
		assert_int_equal(bench_code(&b), 5001);
		assert_int_equal(b.verdict.outcome, OUTCOME_REFUSED);
		assert_int_equal(b.verdict.certainty, CERTAINTY_CERTAIN);
		assert_int_equal(b.explanation.remedy_kind,
				 is_impi ? REMEDY_RENAME_IMPI : REMEDY_RENAME_IMPU);
		bench_clear(&b);
	}
}

static void a_test_network_leaves_the_mnc_length_open(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b,
		   "imsi 999700000000001\nimpi 999700000000001@ims.mnc70.mcc999.3gppnetwork.org\n"
		   "impu sip:999700000000001@ims.mnc070.mcc999.3gppnetwork.org barred" REST,
		   false);
	bench_attempt_usim(&b, "999700000000001", 2);
	b.attempt.is_mnc_length_uncertain = true;
	bench_explain(&b);
	assert_string_equal(bench_row(&b), "D42");
	assert_int_equal(b.verdict.certainty, CERTAINTY_CONDITIONAL);
	bench_clear(&b);
}

static void what_shows_after_the_repair_is_told(void **state)
{
	const struct rule *further;
	struct bench b;

	(void)state;
	bench_init(&b,
		   "imsi " IMSI "\nimpi imsi-" IMPI "\nimpu " TEMPORARY " barred\nimpu " NUMBER
		   " set=2",
		   false);
	bench_attempt_usim(&b, IMSI, 2);
	bench_explain(&b);
	assert_string_equal(bench_row(&b), "D44");
	assert_true(b.verdict.further_count > 0);
	further = rule_find(text_from(b.verdict.further[0]));
	assert_string_equal(further->row, "D07");
	bench_clear(&b);
}

static void contains(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("'%s' does not hold '%s'", text, part);
}

/* Field cases: 403 on REGISTER, or rightly none. */
static const struct {
	const char *id;
	const char *records;
	const char *impi, *impu;
	const char *row; /* "" healthy */
	enum remedy_kind remedy;
	bool is_emergency;
} cases[] = {
	{"C01",
	 "impi 001010000000001@ims.mnc001.mcc001.3gppnetwork.org\n"
	 "impu sip:001010000000001@ims.mnc001.mcc001.3gppnetwork.org barred",
	 "001010000000001@ims.mnc001.mcc001.3gppnetwork.org",
	 "sip:001010000000001@ims.mnc001.mcc001.3gppnetwork.org", "D06", REMEDY_ADD_SIBLING, false},
	{"C02",
	 "impi 001010000000001@ims.mnc001.mcc001.3gppnetwork.org\n"
	 "impu sip:001010000000001@ims.mnc001.mcc001.3gppnetwork.org barred set=1\n"
	 "impu tel:+999012345 set=2\nimpu sip:+999012345@ims.mnc001.mcc001.3gppnetwork.org set=3",
	 "001010000000001@ims.mnc001.mcc001.3gppnetwork.org",
	 "sip:001010000000001@ims.mnc001.mcc001.3gppnetwork.org", "D07", REMEDY_MOVE_INTO_SET,
	 false},
	{"C32", "impi alice@example.org\nimpu sip:a@example.org barred\nimpu sip:b@example.org",
	 "alice@example.org", "sip:a@example.org", "", REMEDY_OTHER, false},
	{"C39",
	 "impi 001010000036013@ims.mnc001.mcc001.3gppnetwork.org\n"
	 "impu sip:001010000036013@ims.mnc001.mcc001.3gppnetwork.org barred\n"
	 "impu sip:36013@ims.mnc001.mcc001.3gppnetwork.org\nimpu tel:36013",
	 "001010000036013@ims.mnc001.mcc001.3gppnetwork.org",
	 "sip:001010000036013@ims.mnc001.mcc001.3gppnetwork.org", "", REMEDY_OTHER, false},
	{"C54", "impi alice@example.org\nimpu sip:a@example.org barred\nimpu sip:b@example.org",
	 "alice@example.org", "sip:a@example.org", "", REMEDY_OTHER, false},
	{"C55",
	 "impi alice@example.org\nimpu sip:a@example.org barred\nimpu sip:b@example.org barred",
	 "alice@example.org", "sip:a@example.org", "D06", REMEDY_LIFT_BARRING, false},
	{"C56",
	 "impi alice@example.org\nimpu sip:a@example.org barred\nimpu sip:b@example.org barred",
	 "alice@example.org", "sip:a@example.org", "", REMEDY_OTHER, true},
};

static void field_cases_are_told_apart(void **state)
{
	static const char *const profiles[] = {"3gpp", "fhoss"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases) * 2; i++) {
		struct bench b;
		size_t k = i / 2;

		bench_init(&b, cases[k].records, false);
		bench_use(&b, profiles[i % 2], "kamailio");
		bench_attempt(&b, cases[k].impi, cases[k].impu);
		b.attempt.is_emergency = cases[k].is_emergency;
		bench_explain(&b);
		if (strcmp(bench_row(&b), cases[k].row) != 0 ||
		    b.explanation.remedy_kind != cases[k].remedy)
			fail_msg("%s under %s: '%s', %d", cases[k].id, profiles[i % 2],
				 bench_row(&b), (int)b.explanation.remedy_kind);
		if (*cases[k].row) {
			assert_int_equal(b.verdict.outcome, OUTCOME_REFUSED);
			assert_int_equal(b.verdict.certainty, CERTAINTY_CERTAIN);
			assert_int_equal(b.verdict.sip_status, 403);
			assert_int_equal(b.verdict.sent_by, NODE_I_CSCF);
			contains(b.explanation.text, "Result-Code 5003");
			contains(b.explanation.text, cases[k].impu);
		} else {
			assert_int_equal(b.verdict.outcome, OUTCOME_REGISTERS);
			assert_int_equal(b.verdict.sip_status, 200);
			assert_null(b.explanation.text);
		}
		bench_clear(&b);
	}
}

/* C38: the telephone number as IMPI, and an IMPU that ends with a blank. */
static void both_defects_of_c38_are_found(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b,
		   "imsi 999700123456789\nimpi 06701234567@ims.mnc070.mcc999.3gppnetwork.org\n"
		   "impu sip:999700123456789@ims.mnc070.mcc999.3gppnetwork.org\\s",
		   false);
	bench_attempt_usim(&b, "999700123456789", 2);
	bench_explain(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_REFUSED);
	contains(b.explanation.text, "06701234567@");
	b.attempt.impi = TEXT_LITERAL("06701234567@ims.mnc070.mcc999.3gppnetwork.org");
	bench_explain(&b);
	assert_string_equal(bench_row(&b), "CXA080");
	contains(b.explanation.text, "\"sip:999700123456789@ims.mnc070.mcc999.3gppnetwork.org \"");
	bench_clear(&b);
}

/* C47: User-Data that the S-CSCF cannot use fails, but is no 403. */
static void unusable_user_data_is_no_403(void **state)
{
	struct service_profile *profile;
	struct bench b;

	(void)state;
	bench_init(&b, "impi alice@example.org\nimpu sip:a@example.org profile=5", false);
	profile = hss_directory_add_service_profile(&b.directory, 5, TEXT_LITERAL("broken"));
	assert_non_null(profile);
	profile->faults = PROFILE_FAULT_SCHEMA;
	b.directory.has_service_profiles = TRI_YES;
	bench_attempt(&b, "alice@example.org", "sip:a@example.org");
	bench_explain(&b);
	assert_int_equal(b.verdict.outcome, OUTCOME_FAILS);
	assert_string_equal(bench_row(&b), "D20");
	assert_int_equal(b.verdict.step[b.verdict.step_count - 1].command, CX_SAR);
	bench_clear(&b);
}

static void causes_and_remedies_name_the_identities(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b,
		   "imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred set=7\nimpu " TEL
		   " set=9\nimpu " NUMBER " set=8",
		   false);
	bench_attempt_usim(&b, IMSI, 2);
	bench_explain(&b);
	contains(b.explanation.text, "derived from IMSI " IMSI);
	contains(b.explanation.text, TEMPORARY " (barred, set 7)");
	contains(b.explanation.text, NUMBER " (not barred, set 8)");
	contains(b.explanation.text, "HSS answers the UAR");
	assert_string_equal(b.explanation.remedy,
			    "Move " NUMBER " into implicit set 7 of " TEMPORARY);
	bench_clear(&b);

	bench_init(&b,
		   "imsi " IMSI "\nimpi " IMSI "@ims.mnc01.mcc262.3gppnetwork.org\nimpu " TEMPORARY
		   " barred" REST,
		   false);
	bench_attempt_usim(&b, IMSI, 2);
	bench_explain(&b);
	assert_string_equal(b.explanation.remedy, "Change the realm of IMPI " IMSI
						  "@ims.mnc01.mcc262.3gppnetwork.org to " HOME);
	bench_clear(&b);
}

static void control_characters_do_not_reach_the_text(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, "impi alice@example.org\nimpu sip:a@example.org", false);
	bench_attempt(&b, "alice@example.org", "sip:a\033[31m@example.org\n");
	bench_explain(&b);
	for (const char *s = b.explanation.text; *s; s++)
		assert_true((unsigned char)*s >= ' ');
	contains(b.explanation.text, "\\x1b");
	bench_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_misspelling_names_its_row_and_its_change),
		cmocka_unit_test(a_test_network_leaves_the_mnc_length_open),
		cmocka_unit_test(what_shows_after_the_repair_is_told),
		cmocka_unit_test(field_cases_are_told_apart),
		cmocka_unit_test(both_defects_of_c38_are_found),
		cmocka_unit_test(unusable_user_data_is_no_403),
		cmocka_unit_test(causes_and_remedies_name_the_identities),
		cmocka_unit_test(control_characters_do_not_reach_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
