/* The record that importers fill, and what a snapshot shares (TS 23.228 4.3.3; design.md 10.9). */
#include "model/subscription.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/limits.h"
#include "model/hss_directory.h"

static struct impu *add_impu(struct ims_subscription *s, enum irs_state state, const char *label)
{
	struct impu *impu = subscription_add_impu(s, TEXT_LITERAL("sip:a@example.org"));

	assert_non_null(impu);
	impu->irs_state = state;
	impu->irs = text_from(label);
	return impu;
}

static void new_elements_are_unknown(void **state)
{
	struct ims_subscription s;
	struct impi *impi;
	struct impu *impu;

	(void)state;
	subscription_init(&s);
	impi = subscription_add_impi(&s, TEXT_LITERAL("a@b"));
	impu = subscription_add_impu(&s, TEXT_LITERAL("sip:a@b"));
	assert_int_equal(impi->has_key, TRI_UNKNOWN);
	assert_false(impi->has_schemes);
	assert_int_equal(impu->barred, TRI_UNKNOWN);
	assert_int_equal(impu->irs_state, IRS_UNKNOWN);
	assert_int_equal(impu->service_profile.state, LINK_UNKNOWN);
	assert_false(impu->has_grants);
	subscription_clear(&s);
	subscription_clear(&s);
}

static void a_pair_named_twice_counts_its_rows(void **state)
{
	struct ims_subscription s;

	(void)state;
	subscription_init(&s);
	assert_int_equal(subscription_associate(&s, 1, 2)->rows, 1);
	assert_int_equal(subscription_associate(&s, 2, 1)->rows, 1);
	assert_int_equal(subscription_associate(&s, 1, 2)->rows, 2);
	assert_int_equal(s.association_count, 2);
	assert_int_equal(subscription_association(&s, 1, 2)->rows, 2);
	assert_null(subscription_association(&s, 2, 2));
	subscription_clear(&s);
}

static void grants_keep_doubled_rows_and_order(void **state)
{
	struct ims_subscription s;
	struct impu *impu;

	(void)state;
	subscription_init(&s);
	impu = add_impu(&s, IRS_OWN, NULL);
	for (uint32_t i = 0; i < 100; i++)
		assert_true(subscription_grant(&s, impu, i / 2));
	assert_true(impu->has_grants);
	assert_int_equal(impu->grant_count, 100);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(impu->grants[i], i / 2);
	subscription_clear(&s);
}

static void a_set_is_told_by_state_and_label(void **state)
{
	static const struct {
		enum irs_state a;
		const char *label_a;
		enum irs_state b;
		const char *label_b;
		enum tri same;
	} rows[] = {
		{IRS_NAMED, "1", IRS_NAMED, "1", TRI_YES},
		{IRS_NAMED, "1", IRS_NAMED, "2", TRI_NO},
		{IRS_NAMED, "0", IRS_NAMED, "0", TRI_YES},
		{IRS_OWN, NULL, IRS_OWN, NULL, TRI_NO},
		{IRS_OWN, NULL, IRS_NAMED, "1", TRI_NO},
		{IRS_OWN, NULL, IRS_UNKNOWN, NULL, TRI_NO},
		{IRS_UNKNOWN, NULL, IRS_UNKNOWN, NULL, TRI_UNKNOWN},
		{IRS_NAMED, "1", IRS_UNKNOWN, NULL, TRI_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ims_subscription s;

		subscription_init(&s);
		add_impu(&s, rows[i].a, rows[i].label_a);
		add_impu(&s, rows[i].b, rows[i].label_b);
		assert_int_equal(subscription_same_irs(&s, 0, 1), rows[i].same);
		assert_int_equal(subscription_same_irs(&s, 1, 0), rows[i].same);
		assert_int_equal(subscription_same_irs(&s, 1, 1), TRI_YES);
		subscription_clear(&s);
	}
}

static void lists_end_at_their_caps(void **state)
{
	struct ims_subscription s;

	(void)state;
	subscription_init(&s);
	for (uint32_t i = 0; i < LIMIT_IMPI_PER_SUBSCRIPTION; i++)
		assert_non_null(subscription_add_impi(&s, TEXT_LITERAL("a@b")));
	assert_null(subscription_add_impi(&s, TEXT_LITERAL("a@b")));
	assert_int_equal(s.impi_count, LIMIT_IMPI_PER_SUBSCRIPTION);
	subscription_clear(&s);
}

static void a_copy_shares_nothing(void **state)
{
	char identity[] = "sip:a@example.org", label[] = "set";
	struct ims_subscription s, copy;
	struct impu *impu;

	(void)state;
	subscription_init(&s);
	subscription_init(&copy);
	assert_non_null(subscription_add_imsi(&s, TEXT_LITERAL("001010000000001")));
	impu = subscription_add_impu(&s, text_from(identity));
	impu->irs = text_from(label);
	impu->irs_state = IRS_NAMED;
	impu->wildcard = TEXT_LITERAL("");
	assert_true(subscription_grant(&s, impu, 7));
	subscription_associate(&s, 0, 0);
	assert_int_equal(subscription_copy(&copy, &s), RC_OK);
	identity[4] = label[0] = 'x';
	subscription_reset(&s);
	assert_int_equal(s.impu_count, 0);
	assert_true(text_equal(copy.impu[0].identity, TEXT_LITERAL("sip:a@example.org")));
	assert_true(text_equal(copy.impu[0].irs, TEXT_LITERAL("set")));
	assert_non_null(copy.impu[0].wildcard.data);
	assert_int_equal(copy.impu[0].wildcard.length, 0);
	assert_null(copy.name.data);
	assert_int_equal(copy.impu[0].grants[0], 7);
	assert_true(subscription_grant(&copy, &copy.impu[0], 8));
	assert_non_null(subscription_add_imsi(&copy, TEXT_LITERAL("001010000000002")));
	assert_int_equal(copy.imsi_count, 2);
	subscription_clear(&copy);
	subscription_clear(&s);
}

static void a_profile_is_found_in_any_order_of_rows(void **state)
{
	static const uint32_t ids[] = {5, 1, 9, 300, 2, 7};
	struct hss_directory d;

	(void)state;
	hss_directory_init(&d);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_non_null(
			hss_directory_add_service_profile(&d, ids[i], TEXT_LITERAL("name")));
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(hss_directory_service_profile(&d, ids[i])->id, ids[i]);
	assert_null(hss_directory_service_profile(&d, 3));
	hss_directory_clear(&d);
	hss_directory_clear(&d);
}

static void a_directory_copies_its_texts(void **state)
{
	char name[] = "home.example";
	struct hss_directory d;

	(void)state;
	hss_directory_init(&d);
	for (uint32_t i = 0; i < 50; i++)
		assert_non_null(hss_directory_add_visited_network(&d, i, text_from(name)));
	assert_non_null(hss_directory_add_preferred(&d, 1, TEXT_NONE, 3));
	name[0] = 'x';
	assert_true(text_equal(d.visited_network[49].identity, TEXT_LITERAL("home.example")));
	assert_null(d.preferred[0].name.data);
	hss_directory_clear(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_elements_are_unknown),
		cmocka_unit_test(a_pair_named_twice_counts_its_rows),
		cmocka_unit_test(grants_keep_doubled_rows_and_order),
		cmocka_unit_test(a_set_is_told_by_state_and_label),
		cmocka_unit_test(lists_end_at_their_caps),
		cmocka_unit_test(a_copy_shares_nothing),
		cmocka_unit_test(a_profile_is_found_in_any_order_of_rows),
		cmocka_unit_test(a_directory_copies_its_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
