#include "audit/mnc_vote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/audit/audit_case.h"

/* count voters of one PLMN: IMSIs that begin with digits, in the domain of that MNC length. */
struct voters {
	const char *digits;
	const char *domain;
	unsigned count;
};

struct vote_case {
	struct voters voters[3];
	const char *rules; /* digits of the rules, in order, separated by blanks */
};

#define MNC2 "ims.mnc001.mcc001.3gppnetwork.org"
#define MNC3 "ims.mnc012.mcc001.3gppnetwork.org"

/* The rule of audit/mnc_vote.h: three voters, four fifths of the votes of the first five digits. */
static const struct vote_case cases[] = {
	{{{"001012", MNC2, 3}}, "00101"},
	{{{"001012", MNC2, 2}}, ""},
	{{{"001012", MNC2, 2}, {"001013", MNC2, 1}}, "00101"},
	{{{"001012", MNC3, 3}}, "001012"},
	{{{"001012", MNC3, 2}, {"001013", "ims.mnc013.mcc001.3gppnetwork.org", 1}},
	 "001012 001013"},
	{{{"001012", MNC2, 4}, {"001012", MNC3, 1}}, "00101"},
	{{{"001012", MNC2, 3}, {"001012", MNC3, 1}}, ""},
	{{{"001012", "ims.mnc001.mcc002.3gppnetwork.org", 5}}, ""},
	{{{"001012", "example.org", 5}}, ""},
	{{{"001012", MNC2, 5}, {"999701", "ims.mnc701.mcc999.3gppnetwork.org", 5}}, "00101 999701"},
	{{{"001012", MNC2, 300}}, "00101"},
	{{{"001012", MNC3, 300}}, "001012"},
	{{{"001012", MNC3, 40}, {"001012", MNC2, 400}}, "00101"},
	{{{"001012", MNC3, 150}, {"001012", MNC2, 300}}, ""},
};

static void put_voters(struct audit_case *c, const struct voters *v, unsigned *number)
{
	for (unsigned i = 0; i < v->count; i++) {
		char imsi[32], msisdn[32];

		snprintf(imsi, sizeof(imsi), "%s%09u", v->digits, *number);
		snprintf(msisdn, sizeof(msisdn), "88210%07u", *number);
		audit_case_volte(c, imsi, v->domain, msisdn);
		audit_case_put(c);
		++*number;
	}
}

static void the_majority_of_the_domains_gives_the_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct audit_case c;
		struct snapshot_cursor *cursor;
		struct mnc_vote vote;
		struct diag diag;
		unsigned number = 1;
		char rules[128] = "";

		audit_case_init(&c);
		for (size_t k = 0; k < 3; k++)
			put_voters(&c, &cases[i].voters[k], &number);
		audit_case_commit(&c);
		diag_init(&diag);
		assert_int_equal(snapshot_cursor_open(c.snapshot, &cursor, &diag), RC_OK);
		assert_int_equal(mnc_vote_count(c.snapshot, cursor, &vote, &diag), RC_OK);
		for (size_t k = 0; k < vote.count; k++) {
			size_t used = strlen(rules);

			assert_int_equal(vote.rules[k].source, MNC_SOURCE_EXPORT);
			snprintf(rules + used, sizeof(rules) - used, "%s%s", used ? " " : "",
				 vote.rules[k].digits);
		}
		if (strcmp(rules, cases[i].rules) != 0)
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, rules, cases[i].rules);
		mnc_vote_clear(&vote);
		snapshot_cursor_close(cursor);
		audit_case_clear(&c);
	}
}

static void a_few_places_give_an_imsi_the_length_that_all_give(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char digits[32];
		struct audit_case c;
		struct snapshot_cursor *cursor;
		struct mnc_vote all, one;
		struct diag diag;
		struct mnc_length expected, found;
		struct text imsi;
		unsigned number = 1;

		snprintf(digits, sizeof(digits), "%s000000001", cases[i].voters[0].digits);
		imsi = text_from(digits);
		audit_case_init(&c);
		for (size_t k = 0; k < 3; k++)
			put_voters(&c, &cases[i].voters[k], &number);
		audit_case_commit(&c);
		diag_init(&diag);
		assert_int_equal(snapshot_cursor_open(c.snapshot, &cursor, &diag), RC_OK);
		assert_int_equal(mnc_vote_count(c.snapshot, cursor, &all, &diag), RC_OK);
		assert_int_equal(mnc_vote_count_imsi(c.snapshot, cursor, imsi, &one, &diag), RC_OK);
		expected = plmn_mnc_length(imsi, all.rules, all.count);
		found = plmn_mnc_length(imsi, one.rules, one.count);
		if (found.length != expected.length || found.is_certain != expected.is_certain)
			fail_msg("case %zu: %u digits, expected %u", i, found.length,
				 expected.length);
		mnc_vote_clear(&all);
		mnc_vote_clear(&one);
		snapshot_cursor_close(cursor);
		audit_case_clear(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_majority_of_the_domains_gives_the_length),
		cmocka_unit_test(a_few_places_give_an_imsi_the_length_that_all_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
