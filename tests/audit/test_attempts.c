/* What the UEs of a record present (TS 23.003 13.2 to 13.4B; cx-semantics 1.1, 1.2). */
#include "audit/attempts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/audit/bench_records.h"

#define SEEN_MAX 8

struct seen {
	struct attempt attempt[SEEN_MAX];
	unsigned count;
	unsigned limit;
};

static bool on_attempt(const struct attempt *a, void *context)
{
	struct seen *seen = context;

	assert_true(seen->count < SEEN_MAX);
	seen->attempt[seen->count++] = *a;
	return !seen->limit || seen->count < seen->limit;
}

static void look(struct bench *b, const struct plmn_rule *rules, size_t count, struct seen *seen)
{
	seen->count = 0;
	assert_int_equal(attempts_visit(&b->record[0], &b->policy, rules, count, &b->arena,
					on_attempt, seen, NULL),
			 RC_OK);
}

static void assert_text(struct text t, const char *expected)
{
	if (!text_equal(t, text_from(expected)))
		fail_msg("%.*s instead of %s", (int)t.length, t.data ? t.data : "", expected);
}

#define HOME "ims.mnc015.mcc234.3gppnetwork.org"

/* The example of TS 23.003 13.2 to 13.4B. */
static void an_imsi_gives_the_derived_pair(void **state)
{
	struct seen seen = {0};
	struct bench b;

	(void)state;
	bench_init(&b, "imsi 234150999999999", false);
	look(&b, NULL, 0, &seen);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.attempt[0].origin, ORIGIN_USIM);
	assert_text(seen.attempt[0].impi, "234150999999999@" HOME);
	assert_text(seen.attempt[0].impu, "sip:234150999999999@" HOME);
	assert_text(seen.attempt[0].imsi, "234150999999999");
	assert_text(seen.attempt[0].visited_network, HOME);
	assert_int_equal(seen.attempt[0].visited_basis, VISITED_HOME_DERIVED);
	assert_text(seen.attempt[0].scheme, "Digest-AKAv1-MD5");
	assert_false(seen.attempt[0].is_pair_chosen);
	assert_false(seen.attempt[0].is_mnc_length_uncertain);
	bench_clear(&b);
}

/* Which attempts a record gives: origin and IMPI, in their order. */
static const struct {
	const char *record;
	unsigned count;
	enum attempt_origin origin;
	const char *first_impi;
	const char *first_impu;
	bool is_pair_chosen;
} rows[] = {
	/* without exported IMSIs, IMPIs of 3GPP shape tell them */
	{"impi 234150999999999@" HOME "\nimpu sip:x@y", 1, ORIGIN_USIM, "234150999999999@" HOME,
	 "sip:234150999999999@" HOME, false},
	{"impi 234150999999999@ims.mnc15.mcc234.3gppnetwork.org", 1, ORIGIN_USIM,
	 "234150999999999@" HOME, "sip:234150999999999@" HOME, false},
	{"impi 234150999999999@epc.mnc015.mcc234.3gppnetwork.org", 1, ORIGIN_USIM,
	 "234150999999999@" HOME, "sip:234150999999999@" HOME, false},
	{"impi imsi-234150999999999@" HOME, 1, ORIGIN_USIM, "234150999999999@" HOME,
	 "sip:234150999999999@" HOME, false},
	/* two IMPIs of one IMSI are one UE */
	{"impi 234150999999999@" HOME "\nimpi imsi-234150999999999@" HOME, 1, ORIGIN_USIM,
	 "234150999999999@" HOME, "sip:234150999999999@" HOME, false},
	/* two IMSIs are two */
	{"imsi 234150999999999\nimsi 234150999999998", 2, ORIGIN_USIM, "234150999999999@" HOME,
	 "sip:234150999999999@" HOME, false},
	/* of an IMPI that lost digits the temporary IMPU shows the IMSI (D40) */
	{"impi 23415099999999@" HOME "\nimpu sip:+4930@x\nimpu sip:234150999999998@" HOME, 1,
	 ORIGIN_USIM, "234150999999998@" HOME, "sip:234150999999998@" HOME, false},
	{"impi 23415099999999@" HOME "\nimpi 234150999999998@" HOME
	 "\nimpu sip:234150999999998@" HOME,
	 1, ORIGIN_USIM, "234150999999998@" HOME, "sip:234150999999998@" HOME, false},
	/* fewer digits in both are an IMSI of fewer digits */
	{"impi 23415099999999@" HOME "\nimpu sip:23415099999999@" HOME, 1, ORIGIN_USIM,
	 "23415099999999@" HOME, "sip:23415099999999@" HOME, false},
	{"impi 23415099999999@" HOME "\nimpu sip:234150999999@" HOME, 1, ORIGIN_USIM,
	 "23415099999999@" HOME, "sip:23415099999999@" HOME, false},
	/* and somebody else's number is no more of this one */
	{"impi 23415099999999@" HOME "\nimpu sip:234150999999888@" HOME "\nimpu "
	 "sip:234150999999998@elsewhere.example.org",
	 1, ORIGIN_USIM, "23415099999999@" HOME, "sip:23415099999999@" HOME, false},
	/* another country's realm: a number as long as an IMSI is one, a shorter one is not */
	{"impi 234150999999999@ims.mnc001.mcc262.3gppnetwork.org\nimpu sip:x@y", 1, ORIGIN_USIM,
	 "234150999999999@" HOME, "sip:234150999999999@" HOME, false},
	{"impi 06701234567@ims.mnc070.mcc999.3gppnetwork.org\nimpu sip:x@y", 1, ORIGIN_PROVISIONED,
	 "06701234567@ims.mnc070.mcc999.3gppnetwork.org", "sip:x@y", false},
	{"impi alice@example.org\nimpu tel:+4930\nimpu sip:a@example.org psi\nimpu "
	 "sip:b@example.org",
	 1, ORIGIN_PROVISIONED, "alice@example.org", "sip:b@example.org", false},
	{"impi alice@example.org\nimpu sip:b@example.org\nimpu sip:c@example.org", 1,
	 ORIGIN_PROVISIONED, "alice@example.org", "sip:b@example.org", true},
	{"impi alice@example.org\nimpi bob@example.org\nimpu sip:b@example.org\nimpu "
	 "sip:c@example.org\n"
	 "pair 0 1\npair 1 0",
	 2, ORIGIN_PROVISIONED, "alice@example.org", "sip:c@example.org", false},
	{"associations-unknown\nimpi alice@example.org\nimpu sip:b@example.org", 1,
	 ORIGIN_PROVISIONED, "alice@example.org", "sip:b@example.org", false},
	{"impi alice@example.org\nimpu tel:+4930", 1, ORIGIN_PROVISIONED, "alice@example.org",
	 "sip:alice@example.org", true},
	/* a card may hold an IMPI with a realm of its own: both ways are plausible */
	{"imsi 234150999999999\nimpi alice@example.org\nimpu sip:b@example.org", 2, ORIGIN_USIM,
	 "234150999999999@" HOME, "sip:234150999999999@" HOME, true},
	{"orphan-impu\nimpu sip:b@example.org", 0, ORIGIN_USIM, NULL, NULL, false},
	{"imsi 23415", 0, ORIGIN_USIM, NULL, NULL, false},
	{"imsi 23415x999999999", 0, ORIGIN_USIM, NULL, NULL, false},
};

static void each_record_gives_its_plausible_attempts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seen seen = {0};
		struct bench b;

		bench_init(&b, rows[i].record, false);
		look(&b, NULL, 0, &seen);
		if (seen.count != rows[i].count)
			fail_msg("row %zu: %u attempts", i, seen.count);
		if (seen.count) {
			assert_int_equal(seen.attempt[0].origin, rows[i].origin);
			assert_text(seen.attempt[0].impi, rows[i].first_impi);
			assert_text(seen.attempt[0].impu, rows[i].first_impu);
			assert_int_equal(seen.attempt[0].is_pair_chosen, rows[i].is_pair_chosen);
		}
		bench_clear(&b);
	}
}

static void the_policy_tells_which_cards_there_are(void **state)
{
	struct seen seen = {0};
	struct bench b;

	(void)state;
	bench_init(&b, "imsi 234150999999999\nimpi alice@example.org\nimpu sip:b@example.org",
		   false);
	b.policy.sim_type = SIM_TYPE_USIM;
	look(&b, NULL, 0, &seen);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.attempt[0].origin, ORIGIN_USIM);
	assert_false(seen.attempt[0].is_pair_chosen);
	b.policy.sim_type = SIM_TYPE_ISIM;
	look(&b, NULL, 0, &seen);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.attempt[0].origin, ORIGIN_PROVISIONED);
	bench_clear(&b);
}

static void an_unsure_mnc_length_gives_both(void **state)
{
	static const struct plmn_rule voted = {"999700", MNC_SOURCE_EXPORT},
				      ruled = {"99970", MNC_SOURCE_POLICY};
	struct plmn_rule policy_rule = ruled;
	struct seen seen = {0};
	struct bench b;

	(void)state;
	bench_init(&b, "imsi 999700000000001", false);
	look(&b, NULL, 0, &seen);
	assert_int_equal(seen.count, 2);
	assert_true(seen.attempt[0].is_mnc_length_uncertain);
	assert_true(seen.attempt[1].is_mnc_length_uncertain);
	assert_false(text_equal(seen.attempt[0].impi, seen.attempt[1].impi));
	assert_true(text_equal(seen.attempt[0].imsi, seen.attempt[1].imsi));
	look(&b, &voted, 1, &seen);
	assert_int_equal(seen.count, 1);
	assert_text(seen.attempt[0].impi, "999700000000001@ims.mnc700.mcc999.3gppnetwork.org");
	b.policy.plmn = &policy_rule;
	b.policy.plmn_count = 1;
	look(&b, &voted, 1, &seen);
	assert_int_equal(seen.count, 1);
	assert_text(seen.attempt[0].impi, "999700000000001@ims.mnc070.mcc999.3gppnetwork.org");
	b.policy.plmn = NULL;
	b.policy.plmn_count = 0;
	bench_clear(&b);
}

static void visited_network_and_scheme_come_from_the_policy_first(void **state)
{
	static const struct {
		const char *words, *scheme;
	} schemes[] = {
		{"", "Digest-AKAv1-MD5"},       {"schemes=255", "Digest-AKAv1-MD5"},
		{"schemes=128", "SIP Digest"},  {"schemes=132 default=4", "Digest-MD5"},
		{"schemes=64", "NASS-Bundled"},
	};
	struct seen seen = {0};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		char record[128];

		snprintf(record, sizeof(record),
			 "impi alice@example.org %s\nimpu sip:b@example.org", schemes[i].words);
		bench_init(&b, record, false);
		look(&b, NULL, 0, &seen);
		assert_text(seen.attempt[0].scheme, schemes[i].scheme);
		assert_text(seen.attempt[0].visited_network, "example.org");
		b.policy.scheme = TEXT_LITERAL("Unknown");
		b.policy.home_visited_network = TEXT_LITERAL("visited.example");
		look(&b, NULL, 0, &seen);
		assert_text(seen.attempt[0].scheme, "Unknown");
		assert_text(seen.attempt[0].visited_network, "visited.example");
		assert_int_equal(seen.attempt[0].visited_basis, VISITED_POLICY);
		bench_clear(&b);
	}
}

static void a_realm_of_sorts_is_found(void **state)
{
	static const char *const records[] = {
		"impi u40\nimpu sip:user40@open-ims.test:5060;user=phone",
		"impi u40@open-ims.test\\s\nimpu sip:user40@elsewhere.test",
	};
	struct seen seen = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct bench b;

		bench_init(&b, records[i], false);
		look(&b, NULL, 0, &seen);
		assert_text(seen.attempt[0].visited_network, "open-ims.test");
		bench_clear(&b);
	}
}

static void the_visitor_can_stop(void **state)
{
	struct seen seen = {.limit = 1};
	struct bench b;

	(void)state;
	bench_init(&b, "imsi 234150999999999\nimsi 234150999999998", false);
	look(&b, NULL, 0, &seen);
	assert_int_equal(seen.count, 1);
	bench_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_imsi_gives_the_derived_pair),
		cmocka_unit_test(each_record_gives_its_plausible_attempts),
		cmocka_unit_test(the_policy_tells_which_cards_there_are),
		cmocka_unit_test(an_unsure_mnc_length_gives_both),
		cmocka_unit_test(visited_network_and_scheme_come_from_the_policy_first),
		cmocka_unit_test(a_realm_of_sorts_is_found),
		cmocka_unit_test(the_visitor_can_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
