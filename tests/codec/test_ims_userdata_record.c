#include "tests/codec/userdata_fixture.h"

#include "codec/ims_userdata_record.h"

static void fill(struct fixture *f, const char *text, struct userdata_profile_table *profiles,
		 struct ims_subscription *out)
{
	assert_int_equal(parse(f, text), RC_OK);
	for (uint32_t i = 0; i < f->list.document_count; i++)
		assert_int_equal(userdata_add_to_subscription(
					 &f->list, &f->list.document[i], profiles,
					 i ? TEXT_LITERAL("2") : TEXT_LITERAL("1"), out),
				 RC_OK);
}

static void a_document_becomes_one_set_of_one_impi(void **state)
{
	struct userdata_profile_table profiles;
	struct hss_directory directory;
	struct ims_subscription s;

	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	subscription_init(&s);
	fill(*state,
	     IN_PROFILE("<PublicIdentity><BarringIndication>1</BarringIndication><Identity>sip:i"
			"</Identity></PublicIdentity>" PUBLIC
			"<PublicIdentity><Identity>tel:+1</Identity></PublicIdentity>"),
	     &profiles, &s);
	assert_int_equal(s.kind, RECORD_SUBSCRIPTION);
	assert_int_equal(s.impi_count, 1);
	assert_true(text_equal(s.impi[0].identity, TEXT_LITERAL("a@x")));
	assert_int_equal(s.impu_count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(s.impu[i].irs_state, IRS_NAMED);
		assert_true(text_equal(s.impu[i].irs, TEXT_LITERAL("1")));
		assert_int_equal(s.impu[i].service_profile.state, LINK_ID);
		assert_int_equal(s.impu[i].service_profile.id, 1);
		assert_non_null(subscription_association(&s, 0, i));
	}
	assert_int_equal(s.impu[0].barred, TRI_YES);
	assert_int_equal(s.impu[1].barred, TRI_NO);
	/* The first that is not barred. */
	assert_int_equal(s.impu[0].is_default, TRI_NO);
	assert_int_equal(s.impu[1].is_default, TRI_YES);
	assert_int_equal(s.impu[2].is_default, TRI_NO);
	assert_int_equal(directory.has_service_profiles, TRI_YES);
	assert_int_equal(directory.service_profile_count, 1);
	subscription_clear(&s);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

static void what_user_data_does_not_carry_stays_unknown(void **state)
{
	struct userdata_profile_table profiles;
	struct hss_directory directory;
	struct ims_subscription s;

	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	subscription_init(&s);
	fill(*state, IN_PROFILE(PUBLIC), &profiles, &s);
	assert_int_equal(s.has_imsi_column, TRI_UNKNOWN);
	assert_int_equal(s.imsi_count, 0);
	assert_int_equal(s.ims_authorised, TRI_UNKNOWN);
	assert_int_equal(s.scscf.state, LINK_UNKNOWN);
	assert_int_equal(s.capability_set.state, LINK_UNKNOWN);
	assert_int_equal(s.preferred_set.state, LINK_UNKNOWN);
	assert_false(s.impi[0].has_schemes);
	assert_int_equal(s.impi[0].has_key, TRI_UNKNOWN);
	assert_int_equal(s.impi[0].roaming_allowed, TRI_UNKNOWN);
	assert_int_equal(s.impu[0].may_register, TRI_UNKNOWN);
	assert_int_equal(s.impu[0].state, REG_STATE_UNKNOWN);
	assert_int_equal(s.impu[0].psi_active, TRI_UNKNOWN);
	assert_int_equal(s.impu[0].has_charging, TRI_UNKNOWN);
	assert_false(s.impu[0].has_grants);
	assert_int_equal(directory.has_visited_networks, TRI_UNKNOWN);
	assert_int_equal(directory.has_scscfs, TRI_UNKNOWN);
	assert_int_equal(s.has_associations, TRI_YES);
	subscription_clear(&s);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

static void unknown_barring_leaves_the_default_unknown(void **state)
{
	struct userdata_profile_table profiles;
	struct hss_directory directory;
	struct ims_subscription s;

	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	subscription_init(&s);
	fill(*state,
	     IN_PROFILE("<PublicIdentity><BarringIndication>?</BarringIndication><Identity>sip:i"
			"</Identity></PublicIdentity>" PUBLIC),
	     &profiles, &s);
	assert_int_equal(s.impu[0].is_default, TRI_UNKNOWN);
	assert_int_equal(s.impu[1].is_default, TRI_UNKNOWN);
	subscription_clear(&s);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

static void the_imsi_of_a_later_release_is_kept_once(void **state)
{
	static const char one[] = "<IMSSubscription>" PRIVATE "<ServiceProfile>" PUBLIC
				  "</ServiceProfile><Extension><IMSI>001010000000001</IMSI>"
				  "</Extension></IMSSubscription>";
	struct userdata_profile_table profiles;
	struct hss_directory directory;
	struct ims_subscription s;
	struct strbuf two;

	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	subscription_init(&s);
	strbuf_init(&two);
	strbuf_printf(&two, "<r>%s%s</r>", one, one);
	fill(*state, two.data, &profiles, &s);
	assert_int_equal(s.has_imsi_column, TRI_YES);
	assert_int_equal(s.imsi_count, 1);
	assert_true(text_equal(s.imsi[0], TEXT_LITERAL("001010000000001")));
	assert_int_equal(s.impi_count, 1);
	strbuf_clear(&two);
	subscription_clear(&s);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

static void equal_profiles_share_an_id(void **state)
{
	static const struct {
		struct userdata_profile profile;
		uint32_t id;
	} rows[] = {
		{{.content = 5, .ifc_count = 1}, 1},
		{{.content = 6, .ifc_count = 1}, 2},
		{{.content = 5, .ifc_count = 1}, 1},
		{{.content = 5, .ifc_count = 2}, 3},
		{{.content = 5, .ifc_count = 1, .faults = PROFILE_FAULT_SCHEMA}, 4},
		{{.content = 6, .ifc_count = 1}, 2},
		{{0}, 5},
	};
	struct userdata_profile_table profiles;
	struct hss_directory directory;

	(void)state;
	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct service_profile *found;
		uint32_t id = 0;

		assert_int_equal(userdata_profile_id(&profiles, &rows[i].profile, &id), RC_OK);
		assert_int_equal(id, rows[i].id);
		found = hss_directory_service_profile(&directory, id);
		assert_int_equal(found->ifc_count, rows[i].profile.ifc_count);
		assert_int_equal(found->faults, rows[i].profile.faults);
	}
	assert_int_equal(directory.service_profile_count, 5);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

static void profiles_of_single_subscribers_are_bounded(void **state)
{
	struct userdata_profile_table profiles;
	struct hss_directory directory;

	(void)state;
	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	for (uint64_t i = 0; i < 3 * USERDATA_PROFILES_MAX; i++) {
		struct userdata_profile p = {.content = i + 1, .ifc_count = (uint32_t)(i % 3)};
		uint32_t id = 0;

		assert_int_equal(userdata_profile_id(&profiles, &p, &id), RC_OK);
		assert_int_equal(hss_directory_service_profile(&directory, id)->ifc_count, i % 3);
	}
	assert_true(profiles.is_capped);
	assert_int_equal(directory.service_profile_count, USERDATA_PROFILES_MAX + 3);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

static void a_record_that_is_full_takes_no_more(void **state)
{
	struct fixture *f = *state;
	struct userdata_profile_table profiles;
	struct hss_directory directory;
	struct ims_subscription s;

	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	subscription_init(&s);
	parse(f, IN_PROFILE(PUBLIC));
	for (uint32_t i = 0; i < LIMIT_IMPU_PER_SUBSCRIPTION; i++)
		assert_non_null(subscription_add_impu(&s, TEXT_LITERAL("sip:z")));
	assert_int_equal(userdata_add_to_subscription(&f->list, &f->list.document[0], &profiles,
						      TEXT_LITERAL("1"), &s),
			 RC_LIMIT);
	subscription_clear(&s);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_becomes_one_set_of_one_impi),
		cmocka_unit_test(what_user_data_does_not_carry_stays_unknown),
		cmocka_unit_test(unknown_barring_leaves_the_default_unknown),
		cmocka_unit_test(the_imsi_of_a_later_release_is_kept_once),
		cmocka_unit_test(equal_profiles_share_an_id),
		cmocka_unit_test(profiles_of_single_subscribers_are_bounded),
		cmocka_unit_test(a_record_that_is_full_takes_no_more),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
