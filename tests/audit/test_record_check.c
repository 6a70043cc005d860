#include "tests/audit/record_check_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void nothing(struct sample *s)
{
	(void)s;
}

static void impu_with_blank(struct sample *s)
{
	s->sip->identity = TEXT_LITERAL(SIP " ");
}

static void impu_with_cyrillic_letter(struct sample *s)
{
	s->sip->identity = TEXT_LITERAL("sip:\xd0\xb0lice@example.org");
}

static void impu_of_mail(struct sample *s)
{
	s->sip->identity = TEXT_LITERAL("mailto:alice@example.org");
}

static void impu_wildcarded(struct sample *s)
{
	s->sip->identity = TEXT_LITERAL("sip:!alice.*!@example.org");
}

static void imsi_of_a_spreadsheet(struct sample *s)
{
	s->record->imsi[0] = TEXT_LITERAL("1.01E+12");
}

static void imsi_short(struct sample *s)
{
	s->record->imsi[0] = TEXT_LITERAL("001010");
}

static void impi_with_percent(struct sample *s)
{
	s->impi->identity = TEXT_LITERAL("ali%ce@example.org");
}

static void tel_local(struct sample *s)
{
	s->tel->identity = TEXT_LITERAL("tel:02100000001");
}

static void tel_with_separators(struct sample *s)
{
	s->tel->identity = TEXT_LITERAL("tel:+88-2100-000001");
}

static void wildcarded_with_pattern(struct sample *s)
{
	s->sip->kind = IMPU_WILDCARDED_PSI;
	s->sip->wildcard = TEXT_LITERAL("sip:room.*@example.org");
}

static void wildcarded_without_pattern(struct sample *s)
{
	s->sip->kind = IMPU_WILDCARDED_PSI;
}

static void no_associations(struct sample *s)
{
	s->record->association_count = 0;
}

static void associations_not_exported(struct sample *s)
{
	s->record->association_count = 0;
	s->record->has_associations = TRI_UNKNOWN;
}

static void last_association_lost(struct sample *s)
{
	s->record->association_count--;
}

static void no_impi(struct sample *s)
{
	s->record->association_count = 0;
	s->record->impi_count = 0;
}

static void orphan_impi(struct sample *s)
{
	s->record->kind = RECORD_ORPHAN_IMPI;
}

static void temporary_unbarred(struct sample *s)
{
	s->temporary->barred = TRI_NO;
}

static void temporary_barring_unknown(struct sample *s)
{
	s->temporary->barred = TRI_UNKNOWN;
}

static void temporary_unbarred_and_alone(struct sample *s)
{
	s->temporary->barred = TRI_NO;
	s->temporary->irs_state = IRS_OWN;
}

static void default_unbarred(struct sample *s)
{
	s->sip->is_default = TRI_YES;
}

static void default_barred(struct sample *s)
{
	s->sip->is_default = TRI_YES;
	s->sip->barred = TRI_YES;
}

static void two_defaults(struct sample *s)
{
	s->sip->is_default = s->tel->is_default = TRI_YES;
}

static void two_defaults_of_two_sets(struct sample *s)
{
	two_defaults(s);
	s->tel->irs = TEXT_LITERAL("2");
}

static void tel_in_own_set(struct sample *s)
{
	s->tel->irs_state = IRS_OWN;
}

static void sets_unknown(struct sample *s)
{
	s->tel->irs_state = IRS_UNKNOWN;
}

static void tel_of_other_number(struct sample *s)
{
	s->tel->identity = TEXT_LITERAL("tel:+882100000002");
}

/* The second IMPI has all IMPUs of the set but the last. */
static void members_differ(struct sample *s)
{
	assert_non_null(subscription_add_impi(s->record, TEXT_LITERAL("b@example.org")));
	assert_non_null(subscription_associate(s->record, 1, 0));
	assert_non_null(subscription_associate(s->record, 1, 1));
}

static void members_equal(struct sample *s)
{
	members_differ(s);
	assert_non_null(subscription_associate(s->record, 1, 2));
}

static void set_zero(struct sample *s)
{
	s->tel->irs = TEXT_LITERAL("0");
}

static void profile_found(struct sample *s)
{
	assert_non_null(hss_directory_add_service_profile(s->directory, 1, TEXT_LITERAL("a")));
	s->directory->has_service_profiles = TRI_YES;
	s->sip->service_profile = (struct link){LINK_ID, 1};
}

static void profile_dangling(struct sample *s)
{
	profile_found(s);
	s->sip->service_profile.id = 9;
}

static void profile_of_equal_priorities(struct sample *s)
{
	profile_found(s);
	s->directory->service_profile[0].faults = PROFILE_FAULT_DUPLICATE_PRIORITY;
}

static void profile_with_unknown_shared_ifc(struct sample *s)
{
	profile_found(s);
	s->directory->service_profile[0].faults = PROFILE_FAULT_SHARED_IFC_UNKNOWN;
}

static void charging_set(struct sample *s)
{
	s->tel->has_charging = TRI_YES;
}

static void charging_missing(struct sample *s)
{
	s->tel->has_charging = TRI_NO;
}

static void charging_null_beside_registered(struct sample *s)
{
	charging_missing(s);
	s->sip->state = REG_STATE_REGISTERED;
}

static void scscf_stored(struct sample *s)
{
	s->record->scscf.state = LINK_ID;
	s->record->scscf_name = TEXT_LITERAL("sip:scscf.example");
	s->temporary->state = s->sip->state = s->tel->state = REG_STATE_NOT_REGISTERED;
}

static void scscf_stored_and_registered(struct sample *s)
{
	scscf_stored(s);
	s->sip->state = REG_STATE_REGISTERED;
}

static void schemes_empty(struct sample *s)
{
	s->impi->has_schemes = true;
}

static void schemes_aka(struct sample *s)
{
	s->impi->has_schemes = true;
	s->impi->schemes = SCHEME_AKAV1;
}

static void granted_once(struct sample *s)
{
	s->sip->has_grants = true;
	assert_true(subscription_grant(s->record, s->sip, 1));
	assert_true(subscription_grant(s->record, s->sip, 2));
}

static void granted_twice(struct sample *s)
{
	granted_once(s);
	assert_true(subscription_grant(s->record, s->sip, 1));
}

static void capability_set_found(struct sample *s)
{
	s->directory->has_capability_sets = TRI_YES;
	assert_non_null(hss_directory_add_capability(s->directory, 1, 1, true));
	s->record->capability_set = (struct link){LINK_ID, 1};
}

static void capability_set_dangling(struct sample *s)
{
	capability_set_found(s);
	s->record->capability_set.id = 9;
}

static void associated_twice(struct sample *s)
{
	assert_non_null(subscription_associate(s->record, 0, 1));
}

/* The findings expected are those of cx-semantics 7 (rows D10 to D61) and of the rule's page. */
static const struct check_case cases[] = {
	{"CXA080", SIP " ", false, nothing, impu_with_blank},
	{"CXA082", "sip:\xd0\xb0lice@example.org", false, nothing, impu_with_cyrillic_letter},
	{"CXA081", "mailto:alice@example.org", false, impu_wildcarded, impu_of_mail},
	{"CXA098", "1.01E+12", false, imsi_short, imsi_of_a_spreadsheet},
	{"CXA097", "ali%ce@example.org", true, nothing, impi_with_percent},
	{"CXA053", "tel:02100000001", false, nothing, tel_local},
	{"CXA096", SIP, false, wildcarded_with_pattern, wildcarded_without_pattern},
	{"CXA077", IMPI, false, associations_not_exported, no_associations},
	{"CXA078", TEL, false, nothing, last_association_lost},
	{"CXA079", NULL, false, nothing, no_impi},
	{"CXA061", IMPI, false, nothing, orphan_impi},
	{"CXA010", TEMPORARY, false, temporary_barring_unknown, temporary_unbarred},
	{"CXA011", TEMPORARY, false, temporary_unbarred, temporary_unbarred_and_alone},
	{"CXA012", SIP, false, default_unbarred, default_barred},
	{"CXA095", TEL, false, two_defaults_of_two_sets, two_defaults},
	{"CXA015", TEL, false, sets_unknown, tel_in_own_set},
	{"CXA016", "tel:+882100000002", false, tel_with_separators, tel_of_other_number},
	{"CXA017", TEL, false, members_equal, members_differ},
	{"CXA013", TEL, true, nothing, set_zero},
	{"CXA093", SIP, false, profile_found, profile_dangling},
	{"CXA087", SIP, false, profile_found, profile_of_equal_priorities},
	{"CXA021", SIP, false, profile_found, profile_with_unknown_shared_ifc},
	{"CXA057", TEL, false, charging_set, charging_missing},
	{"CXA088", TEL, true, charging_missing, charging_null_beside_registered},
	{"CXA091", NULL, false, scscf_stored_and_registered, scscf_stored},
	{"CXA092", IMPI, false, schemes_aka, schemes_empty},
	{"CXA094", SIP, false, granted_once, granted_twice},
	{"CXA099", NULL, false, capability_set_found, capability_set_dangling},
	{"CXA070", SIP, true, nothing, associated_twice},
};

static void each_rule_finds_its_fault_and_spares_what_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct check_case *c = &cases[i];
		struct hits hits;

		record_check_case_run(c, c->good, &hits);
		if (hits.count)
			fail_msg("%s is found in a sound record", c->rule);
		record_check_case_run(c, c->bad, &hits);
		if (hits.count != 1)
			fail_msg("%s is found %u times in its faulty record", c->rule, hits.count);
		assert_int_equal(hits.has_subject, c->subject != NULL);
		if (c->subject)
			assert_string_equal(hits.subject, c->subject);
	}
}

static unsigned all_hits;

static void count_hit(const struct record_check_hit *hit, void *context)
{
	(void)hit;
	(void)context;
	all_hits++;
}

static void an_empty_record_has_no_finding(void **state)
{
	struct ims_subscription record;
	struct hss_directory directory;
	struct policy policy;
	struct arena arena;
	struct record_check_context checks = {
		.record = &record,
		.directory = &directory,
		.policy = &policy,
		.has_global_sets = true,
		.arena = &arena,
		.hit = count_hit,
	};

	(void)state;
	all_hits = 0;
	subscription_init(&record);
	hss_directory_init(&directory);
	policy_init(&policy);
	arena_init(&arena);
	record_check_all(&checks);
	assert_int_equal(all_hits, 0);
	arena_clear(&arena);
	policy_clear(&policy);
	hss_directory_clear(&directory);
	subscription_clear(&record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_finds_its_fault_and_spares_what_is_sound),
		cmocka_unit_test(an_empty_record_has_no_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
