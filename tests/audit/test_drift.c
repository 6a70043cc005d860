/* One observed answer against the exported record (audit/drift.h). */
#include "audit/drift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/audit/audit_case.h"

#define IMSI "001010000000001"
#define IMPI IMSI "@" HOME
#define TEMPORARY "sip:" IMSI "@" HOME
#define NUMBER_SIP "sip:+9990000001@" HOME
#define NUMBER_TEL "tel:+9990000001"
#define LIVE_MAX 6

/* A subscriber as VoLTE provisions it, and the SAA for it. */
struct drift_case {
	struct audit_case population;
	struct ims_subscription *record;
	struct text impu;
	struct user_data_identity live[LIVE_MAX], foretold[LIVE_MAX];
	struct user_data_profile live_profile, foretold_profile;
	struct cx_exchange exchange;
	struct cx_answer predicted;
	struct resolution resolution;
	char told[512]; /* "slug subject=live|exported;" of each drift */
};

static void set_live(struct drift_case *d, uint32_t i, const char *identity, int barred)
{
	d->live[i] = (struct user_data_identity){text_from(identity), barred};
	if (i >= d->live_profile.count)
		d->live_profile.count = i + 1;
}

static int setup(void **state)
{
	static struct drift_case d;
	static const char *const set[] = {TEMPORARY, NUMBER_SIP, NUMBER_TEL};

	d = (struct drift_case){.impu = TEXT_LITERAL(TEMPORARY)};
	audit_case_init(&d.population);
	audit_case_volte(&d.population, IMSI, HOME, "9990000001");
	d.record = &d.population.record;
	d.resolution = (struct resolution){.subscription = d.record};
	d.live_profile.identity = d.live;
	d.foretold_profile = (struct user_data_profile){.identity = d.foretold, .count = 3};
	for (uint32_t i = 0; i < 3; i++) {
		set_live(&d, i, set[i], i == 0);
		d.foretold[i] = d.live[i];
	}
	d.predicted = (struct cx_answer){
		.kind = ANSWER_RESULT_CODE,
		.code = 2001,
		.user_data = &d.foretold_profile,
		.user_data_count = 1,
	};
	cx_exchange_init(&d.exchange);
	d.exchange.command = CX_SAR;
	d.exchange.end = CX_END_ANSWERED;
	d.exchange.assignment_type = 1;
	d.exchange.impi = TEXT_LITERAL(IMPI);
	d.exchange.impu = &d.impu;
	d.exchange.impu_count = 1;
	d.exchange.answer.kind = ANSWER_RESULT_CODE;
	d.exchange.answer.code = 2001;
	d.exchange.user_data = &d.live_profile;
	d.exchange.user_data_count = 1;
	d.exchange.user_data_impi = d.exchange.impi;
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	struct drift_case *d = *state;

	audit_case_clear(&d->population);
	return 0;
}

static bool on_drift(const struct drift *drift, void *context)
{
	struct drift_case *d = context;
	size_t used = strlen(d->told);

	snprintf(d->told + used, sizeof(d->told) - used, "%s %.*s=%.*s|%.*s;",
		 drift_rule_slug(drift->kind), (int)drift->subject.length, drift->subject.data,
		 (int)drift->live.length, drift->live.data ? drift->live.data : "",
		 (int)drift->exported.length, drift->exported.data ? drift->exported.data : "");
	return true;
}

static void expect(struct drift_case *d, const char *told)
{
	d->told[0] = '\0';
	drift_compare(&d->exchange, &d->resolution, &d->predicted, on_drift, d);
	assert_string_equal(d->told, told);
}

static void equal_sets_do_not_drift(void **state)
{
	expect(*state, "");
}

static void the_order_of_others_does_not_matter(void **state)
{
	struct drift_case *d = *state;

	set_live(d, 0, NUMBER_SIP, 0);
	set_live(d, 1, NUMBER_TEL, 0);
	set_live(d, 2, TEMPORARY, 1);
	expect(d, "");
}

static void another_spelling_is_the_same_identity(void **state)
{
	struct drift_case *d = *state;

	set_live(d, 1, "SIP:+9990000001@IMS.MNC001.MCC001.3gppnetwork.org", 0);
	set_live(d, 2, "tel:+999-000-0001", 0);
	expect(d, "");
}

static void a_new_identity_is_told(void **state)
{
	struct drift_case *d = *state;

	set_live(d, 3, "tel:+9990000009", 0);
	expect(d, "live-identity-added tel:+9990000009=tel:+9990000009|;");
}

static void one_of_another_set_is_told_with_that_set(void **state)
{
	struct drift_case *d = *state;

	audit_case_impu(&d->population, "tel:+9990000009", TRI_NO, "2");
	expect(d, "");
	set_live(d, 3, "tel:+9990000009", 0);
	expect(d, "live-identity-added tel:+9990000009=tel:+9990000009|2;");
}

static void one_that_the_shared_set_foretells_is_none(void **state)
{
	struct drift_case *d = *state;

	/* Where sets are global another subscription's IMPU belongs to it. */
	set_live(d, 3, "tel:+9990000009", 0);
	d->foretold[3] = d->live[3];
	d->foretold_profile.count = 4;
	expect(d, "");
}

static void a_lost_identity_is_told(void **state)
{
	struct drift_case *d = *state;

	d->live_profile.count = 2;
	expect(d, "live-identity-gone " NUMBER_TEL "=|" NUMBER_TEL ";");
}

static void one_that_this_kind_of_hss_leaves_out_is_none(void **state)
{
	struct drift_case *d = *state;

	d->live_profile.count = d->foretold_profile.count = 2;
	expect(d, "");
}

static void barring_is_told_both_ways(void **state)
{
	struct drift_case *d = *state;

	set_live(d, 0, TEMPORARY, 0);
	set_live(d, 2, NUMBER_TEL, 1);
	expect(d, "live-impu-unbarred " TEMPORARY "=not barred|barred;"
		  "live-impu-barred " NUMBER_TEL "=barred|not barred;");
}

static void barring_that_makes_no_sense_says_nothing(void **state)
{
	struct drift_case *d = *state;

	set_live(d, 0, TEMPORARY, -1);
	set_live(d, 2, NUMBER_TEL, -1);
	expect(d, "");
}

static void an_unknown_fact_does_not_drift(void **state)
{
	struct drift_case *d = *state;

	d->record->impu[0].barred = TRI_UNKNOWN;
	d->record->impu[2].irs_state = IRS_UNKNOWN;
	set_live(d, 0, TEMPORARY, 0);
	expect(d, "");
	d->live_profile.count = 2;
	expect(d, "");
}

static void another_default_is_told(void **state)
{
	struct drift_case *d = *state;

	d->record->impu[2].is_default = TRI_YES;
	expect(d, "live-default-impu-differs " TEMPORARY "=" NUMBER_SIP "|" NUMBER_TEL ";");
	d->record->impu[2].is_default = TRI_NO;
	d->record->impu[1].is_default = TRI_YES;
	expect(d, "");
}

static void a_barred_default_is_none(void **state)
{
	struct drift_case *d = *state;

	d->record->impu[0].is_default = TRI_YES;
	expect(d, "");
}

static void an_identity_of_a_wildcard_is_not_new(void **state)
{
	struct drift_case *d = *state;
	struct impu *u = audit_case_impu(&d->population, "sip:room!.*!@" HOME, TRI_NO, "1");

	u->kind = IMPU_WILDCARDED_IMPU;
	u->wildcard = u->identity;
	set_live(d, 3, "sip:room7@" HOME, 0);
	expect(d, "");
	set_live(d, 3, "sip:hall7@" HOME, 0);
	expect(d, "live-identity-added sip:hall7@" HOME "=sip:hall7@" HOME "|;");
}

static void another_private_identity_is_told(void **state)
{
	struct drift_case *d = *state;

	d->exchange.user_data_impi = TEXT_LITERAL("other@" HOME);
	expect(d, "live-private-id-differs " IMPI "=other@" HOME "|" IMPI ";");
}

static void answer_without_user_data(struct drift_case *d, enum cx_command command)
{
	d->exchange.command = command;
	d->exchange.user_data = NULL;
	d->exchange.user_data_count = 0;
	d->exchange.user_data_impi = TEXT_NONE;
}

static void another_scheme_is_told(void **state)
{
	struct drift_case *d = *state;

	answer_without_user_data(d, CX_MAR);
	d->exchange.answer_scheme = TEXT_LITERAL("SIP Digest");
	expect(d, ""); /* schemes are not exported */
	d->record->impi[0].has_schemes = true;
	d->record->impi[0].schemes = SCHEME_AKAV1;
	expect(d, "live-scheme-differs " IMPI "=SIP Digest|Digest-AKAv1-MD5;");
	d->record->impi[0].schemes |= SCHEME_SIP_DIGEST;
	expect(d, "");
	d->exchange.answer_scheme = TEXT_LITERAL("X-Private");
	expect(d, "");
}

static void another_s_cscf_is_told(void **state)
{
	struct drift_case *d = *state;

	answer_without_user_data(d, CX_UAR);
	d->exchange.answer.server_name = TEXT_LITERAL("sip:scscf2.example.org");
	expect(d, ""); /* not exported */
	d->record->scscf.state = LINK_ID;
	d->record->scscf_name = TEXT_LITERAL("sip:scscf1.example.org");
	expect(d, "live-s-cscf-differs " IMPI "=sip:scscf2.example.org|sip:scscf1.example.org;");
	d->exchange.answer.server_name = TEXT_LITERAL("sip:SCSCF1.example.org");
	expect(d, "");
}

static void a_failure_shows_no_drift(void **state)
{
	struct drift_case *d = *state;

	d->live_profile.count = 1;
	d->exchange.answer.code = 5012;
	expect(d, "");
}

static void without_a_record_nothing_is_compared(void **state)
{
	struct drift_case *d = *state;

	d->live_profile.count = 1;
	d->resolution.subscription = NULL;
	expect(d, "");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(equal_sets_do_not_drift),
		CASE(the_order_of_others_does_not_matter),
		CASE(another_spelling_is_the_same_identity),
		CASE(a_new_identity_is_told),
		CASE(one_of_another_set_is_told_with_that_set),
		CASE(one_that_the_shared_set_foretells_is_none),
		CASE(a_lost_identity_is_told),
		CASE(one_that_this_kind_of_hss_leaves_out_is_none),
		CASE(barring_is_told_both_ways),
		CASE(barring_that_makes_no_sense_says_nothing),
		CASE(an_unknown_fact_does_not_drift),
		CASE(another_default_is_told),
		CASE(a_barred_default_is_none),
		CASE(an_identity_of_a_wildcard_is_not_new),
		CASE(another_private_identity_is_told),
		CASE(another_scheme_is_told),
		CASE(another_s_cscf_is_told),
		CASE(a_failure_shows_no_drift),
		CASE(without_a_record_nothing_is_compared),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
