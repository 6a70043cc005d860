/* "fhoss-sql": from rows to records (the reading of dumps itself: test_sql_dump.c). */
#include "tests/importers/fhoss_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(struct text found, const char *expected)
{
	if (!text_equal(found, text_from(expected)))
		fail_msg("found '%.*s', expected '%s'", (int)found.length,
			 found.data ? found.data : "", expected ? expected : "nothing");
}

static const char two_subscriptions[] = ROWS(
	"imsu", "(2,'bob','','',0,77),(1,'alice','sip:scscf.open-ims.test:6060','x',3,1)")
	ROWS("impi", "(4,1,'alice@open-ims.test'," KEY ",129,4,'','','','00','','',0,3600,1),"
		     "(3,2,'bob@open-ims.test','',NULL,1,'','','','','','',0,3600,1)")
		ROWS("impu", "(1,'sip:alice@open-ims.test',0,1,0,1,7,1,'','',0,1),"
			     "(2,'tel:+99900000001',1,0,1,NULL,0,NULL,'','',1,0),"
			     "(5,'sip:psi!.*!@open-ims.test',2,0,3,0,-1,-1,'sip:psi%','',0,1)")
			ROWS("impi_impu", "(1,4,1,0),(2,4,2,1),(3,3,5,3)") ROWS(
				"impu_visited_network", "(1,1,12),(2,1,11),(3,1,11)")
				ROWS("visited_network", "(11,'open-ims.test'),(12,'visited.test')")
					ROWS("capabilities_set", "(1,3,'set',5,1),(2,3,'set',6,0)")
						ROWS("preferred_scscf_set",
						     "(1,1,'set','sip:b.test',5),(2,1,'set','sip:a."
						     "test',0)");

static void a_subscription_has_what_its_row_says(void **state)
{
	const struct ims_subscription *alice, *bob;

	(void)state;
	assert_int_equal(dump_import(two_subscriptions), RC_OK);
	assert_int_equal(fake.reject_count, 0);
	assert_int_equal(fake.count, 2);
	assert_int_equal(fake.record[0].row, 1);
	assert_int_equal(fake.record[1].row, 2);
	alice = dump_subscription(1);
	bob = dump_subscription(2);
	assert_text(alice->name, "alice");
	assert_int_equal(alice->scscf.state, LINK_ID);
	assert_text(alice->scscf_name, "sip:scscf.open-ims.test:6060");
	assert_int_equal(alice->capability_set.state, LINK_ID);
	assert_int_equal(alice->capability_set.id, 3);
	assert_int_equal(alice->preferred_set.id, 1);
	assert_int_equal(alice->has_associations, TRI_YES);
	assert_int_equal(alice->has_imsi_column, TRI_UNKNOWN);
	assert_int_equal(alice->imsi_count, 0);
	assert_int_equal(alice->ims_authorised, TRI_UNKNOWN);
	assert_int_equal(bob->scscf.state, LINK_NONE);
	assert_int_equal(bob->capability_set.state, LINK_ID);
	assert_int_equal(bob->capability_set.id, 0);
	assert_int_equal(bob->preferred_set.id, 77);
	/* The offset is that of the row: alice's is the second. */
	assert_memory_equal(two_subscriptions + alice->provenance.offset, "(1,'alice'", 10);
	dump_forget();
}

static void an_impi_has_what_its_row_says_but_no_key(void **state)
{
	const struct impi *alice, *bob;

	(void)state;
	assert_int_equal(dump_import(two_subscriptions), RC_OK);
	alice = &dump_subscription(1)->impi[0];
	bob = &dump_subscription(2)->impi[0];
	assert_text(alice->identity, "alice@open-ims.test");
	assert_int_equal(alice->row, 4);
	assert_true(alice->has_schemes);
	assert_int_equal(alice->schemes, SCHEME_AKAV1 | SCHEME_SIP_DIGEST);
	assert_true(alice->has_default_scheme);
	assert_int_equal(alice->default_scheme, SCHEME_MD5);
	assert_int_equal(alice->has_key, TRI_YES);
	assert_int_equal(alice->has_sqn, TRI_YES);
	assert_int_equal(alice->barred, TRI_UNKNOWN);
	assert_false(bob->has_schemes);
	assert_int_equal(bob->has_key, TRI_NO);
	assert_int_equal(bob->has_sqn, TRI_NO);
	dump_forget();
}

static void an_impu_has_what_its_row_says(void **state)
{
	const struct ims_subscription *alice;
	const struct impu *sip, *tel, *psi;

	(void)state;
	assert_int_equal(dump_import(two_subscriptions), RC_OK);
	alice = dump_subscription(1);
	sip = dump_impu(alice, 1);
	tel = dump_impu(alice, 2);
	psi = dump_impu(dump_subscription(2), 5);
	assert_text(sip->identity, "sip:alice@open-ims.test");
	assert_int_equal(sip->kind, IMPU_DISTINCT);
	assert_int_equal(sip->barred, TRI_YES);
	assert_int_equal(sip->may_register, TRI_YES);
	assert_int_equal(sip->state, REG_STATE_NOT_REGISTERED);
	assert_int_equal(sip->service_profile.state, LINK_ID);
	assert_int_equal(sip->service_profile.id, 1);
	assert_int_equal(sip->irs_state, IRS_NAMED);
	assert_text(sip->irs, "7");
	assert_int_equal(sip->has_charging, TRI_YES);
	assert_true(sip->has_grants);
	assert_int_equal(sip->grant_count, 3);
	assert_int_equal(sip->grants[0] + sip->grants[1] + sip->grants[2], 11 + 11 + 12);
	assert_int_equal(tel->kind, IMPU_DISTINCT_PSI);
	assert_int_equal(tel->barred, TRI_NO);
	assert_int_equal(tel->may_register, TRI_NO);
	assert_int_equal(tel->state, REG_STATE_REGISTERED);
	assert_int_equal(tel->service_profile.state, LINK_NONE);
	assert_text(tel->irs, "0");
	assert_int_equal(tel->has_charging, TRI_NO);
	assert_int_equal(tel->psi_active, TRI_YES);
	assert_true(tel->has_grants);
	assert_int_equal(tel->grant_count, 0);
	assert_text(tel->wildcard, "");
	assert_int_equal(psi->kind, IMPU_WILDCARDED_PSI);
	assert_int_equal(psi->state, REG_STATE_AUTH_PENDING);
	assert_int_equal(psi->service_profile.state, LINK_ID);
	assert_int_equal(psi->service_profile.id, 0);
	assert_text(psi->irs, "-1");
	assert_text(psi->wildcard, "sip:psi%");
	assert_int_equal(psi->psi_active, TRI_NO);
	assert_int_equal(psi->is_default, TRI_UNKNOWN);
	assert_int_equal(subscription_association(alice, 0, 0)->state, REG_STATE_NOT_REGISTERED);
	assert_int_equal(subscription_association(alice, 0, 1)->state, REG_STATE_REGISTERED);
	dump_forget();
}

static void the_directory_has_the_small_tables(void **state)
{
	const struct hss_directory *d = &fake.directory;

	(void)state;
	assert_int_equal(dump_import(two_subscriptions), RC_OK);
	assert_int_equal(d->has_visited_networks, TRI_YES);
	assert_int_equal(d->visited_network_count, 2);
	assert_int_equal(d->visited_network[1].id, 12);
	assert_text(d->visited_network[1].identity, "visited.test");
	assert_int_equal(d->has_capability_sets, TRI_YES);
	assert_int_equal(d->capability[0].set, 3);
	assert_int_equal(d->capability[0].capability, 5);
	assert_true(d->capability[0].is_mandatory);
	assert_false(d->capability[1].is_mandatory);
	assert_int_equal(d->has_preferred_sets, TRI_YES);
	assert_text(d->preferred[0].name, "sip:b.test");
	assert_int_equal(d->preferred[0].priority, 5);
	assert_int_equal(d->has_scscfs, TRI_UNKNOWN);
	assert_int_equal(d->has_service_profiles, TRI_UNKNOWN);
	assert_true(fake.options.index_sets);
	dump_forget();
}

static void impis_without_a_subscription_stand_alone_with_their_impus(void **state)
{
	const struct ims_subscription *r;

	(void)state;
	assert_int_equal(
		dump_import(ROWS("imsu", IMSU(1, "a")) ROWS(
			"impi",
			IMPI(1, 1, "a@x") "," IMPI(2, 99, "b@x") "," IMPI(3, NULL, "c@x") "," IMPI(
				4, -1, "d@x") "," IMPI(5, 99, "e@x"))
				    ROWS("impu",
					 IMPU(1, "sip:a@x", 0, 1) "," IMPU(2, "sip:b@x", 0, 1))
					    ROWS("impi_impu", "(1,1,1,0),(2,2,1,0),"
							      "(3,2,2,0),(4,3,2,0)")),
		RC_OK);
	assert_int_equal(dump_count(RECORD_SUBSCRIPTION), 1);
	assert_int_equal(dump_count(RECORD_ORPHAN_IMPI), 4);
	assert_int_equal(dump_count(RECORD_ORPHAN_IMPU), 0);
	/* An IMPU may be in several records, under the same row. */
	assert_int_equal(dump_subscription(1)->impu_count, 1);
	r = dump_orphan_impi(2);
	assert_int_equal(r->impi_count, 1);
	assert_int_equal(r->impu_count, 2);
	assert_int_equal(r->association_count, 2);
	assert_text(dump_impu(r, 1)->identity, "sip:a@x");
	assert_int_equal(dump_orphan_impi(3)->impu_count, 1);
	assert_int_equal(dump_orphan_impi(4)->impu_count, 0);
	dump_forget();
}

static void impus_without_an_impi_stand_alone(void **state)
{
	(void)state;
	assert_int_equal(
		dump_import(ROWS("imsu", IMSU(1, "a")) ROWS("impi", IMPI(1, 1, "a@x")) ROWS(
			"impu", IMPU(1, "sip:a@x", 0, 1) "," IMPU(2, "sip:b@x", 0, 1))
				    ROWS("impi_impu", "(1,1,1,0),(2,55,2,0),(3,1,66,0)")),
		RC_OK);
	assert_int_equal(dump_orphan_impu(2)->has_associations, TRI_YES);
	assert_int_equal(dump_orphan_impu(2)->association_count, 0);
	assert_int_equal(
		fake_note(&dump_summary, "row of impi_impu names an IMPI that does not exist"), 1);
	assert_int_equal(
		fake_note(&dump_summary, "row of impi_impu names an IMPU that does not exist"), 1);
	assert_int_equal(fake.reject_count, 0);
	dump_forget();
}

static void several_impis_of_a_subscription_share_their_impus(void **state)
{
	const struct ims_subscription *r;

	(void)state;
	assert_int_equal(dump_import(ROWS("imsu", IMSU(1, "a")) ROWS(
				 "impi", IMPI(1, 1, "a@x") "," IMPI(2, 1, "b@x"))
					     ROWS("impu", IMPU(1, "sip:a@x", 0,
							       1) "," IMPU(2, "sip:b@x", 0, 1))
						     ROWS("impi_impu", "(9,2,2,1),(1,1,1,0),"
								       "(2,1,2,0),(3,1,2,0)")),
			 RC_OK);
	r = dump_subscription(1);
	assert_int_equal(r->impi_count, 2);
	assert_int_equal(r->impu_count, 2);
	assert_int_equal(r->association_count, 3);
	assert_int_equal(subscription_association(r, 0, 0)->rows, 1);
	assert_int_equal(subscription_association(r, 0, 1)->rows, 2);
	assert_int_equal(subscription_association(r, 1, 1)->rows, 1);
	assert_int_equal(subscription_association(r, 1, 1)->state, REG_STATE_REGISTERED);
	assert_null(subscription_association(r, 1, 0));
	dump_forget();
}

static void a_number_that_occurs_twice_is_rejected_with_both_places(void **state)
{
	(void)state;
	assert_int_equal(
		dump_import(
			ROWS("imsu", IMSU(1, "a") "," IMSU(1, "b")) ROWS(
				"impi", IMPI(1, 1, "a@x") "," IMPI(1, 1, "b@x"))
				ROWS("impu", IMPU(1, "sip:a@x", 0, 1) "," IMPU(1, "sip:b@x", 0, 1))
					ROWS("impi_impu", "(1,1,1,0),(1,1,1,0)")
						ROWS("visited_network", "(1,'a'),(1,'b')")),
		RC_OK);
	assert_int_equal(fake.reject_count, 5);
	assert_true(dump_rejects("row 1 of table imsu occurs twice: first at byte 26 of "));
	assert_true(dump_rejects("row 1 of table impi occurs twice"));
	assert_true(dump_rejects("row 1 of table impu occurs twice"));
	assert_true(dump_rejects("row 1 of table impi_impu occurs twice"));
	assert_true(dump_rejects("row 1 of table visited_network occurs twice"));
	assert_text(dump_subscription(1)->name, "a");
	assert_text(dump_subscription(1)->impi[0].identity, "a@x");
	assert_int_equal(dump_subscription(1)->association[0].rows, 1);
	dump_forget();
}

static void replace_keeps_the_last_row_and_ignore_the_first(void **state)
{
	(void)state;
	assert_int_equal(
		dump_import(ROWS(
			"imsu",
			IMSU(1, "a") "," IMSU(
				2,
				"b")) "REPLACE INTO imsu VALUES " IMSU(1,
								       "c") ";\n"
									    "INSERT IGNORE INTO "
									    "imsu VALUES " IMSU(
										    2,
										    "d") ";\n"
											 "REPLACE "
											 "INTO "
											 "visited_"
											 "network "
											 "VALUES "
											 "(1,'a'),("
											 "1,'b');"
											 "\n"),
		RC_OK);
	assert_int_equal(fake.reject_count, 0);
	assert_text(dump_subscription(1)->name, "c");
	assert_text(dump_subscription(2)->name, "b");
	assert_int_equal(fake.directory.visited_network_count, 1);
	assert_text(fake.directory.visited_network[0].identity, "b");
	dump_forget();
}

static void what_is_not_exported_is_unknown(void **state)
{
	const struct ims_subscription *r;

	(void)state;
	/* No impi_impu, no impu_visited_network, and only some columns. */
	assert_int_equal(dump_import("INSERT INTO imsu (id) VALUES (1);"
				     "INSERT INTO impi (identity,id,id_imsu) VALUES ('a@x',1,1);"
				     "INSERT INTO impu (id,identity) VALUES (1,'sip:a@x');"),
			 RC_OK);
	r = dump_subscription(1);
	assert_int_equal(r->scscf.state, LINK_UNKNOWN);
	assert_int_equal(r->capability_set.state, LINK_UNKNOWN);
	assert_int_equal(r->has_associations, TRI_UNKNOWN);
	assert_null(r->name.data);
	assert_false(r->impi[0].has_schemes);
	assert_int_equal(r->impi[0].has_key, TRI_UNKNOWN);
	assert_int_equal(r->impi[0].has_sqn, TRI_UNKNOWN);
	/* Whose the IMPU is is not known: it is no orphan. */
	assert_int_equal(dump_count(RECORD_ORPHAN_IMPU), 0);
	assert_int_equal(fake.count, 2);
	const struct impu *impu = &fake.record[1].impu[0];
	assert_int_equal(impu->kind, IMPU_KIND_UNKNOWN);
	assert_int_equal(impu->barred, TRI_UNKNOWN);
	assert_int_equal(impu->may_register, TRI_UNKNOWN);
	assert_int_equal(impu->irs_state, IRS_UNKNOWN);
	assert_int_equal(impu->service_profile.state, LINK_UNKNOWN);
	assert_int_equal(impu->has_charging, TRI_UNKNOWN);
	assert_false(impu->has_grants);
	assert_null(impu->wildcard.data);
	assert_int_equal(fake.directory.has_visited_networks, TRI_UNKNOWN);
	dump_forget();
}

static void values_of_unknown_meaning_are_unknown_and_counted(void **state)
{
	const struct impu *impu;

	(void)state;
	assert_int_equal(dump_import(ROWS("impu", "(1,'sip:a@x',9,2,7,1,NULL,1,'','',3,-1)")),
			 RC_OK);
	impu = &fake.record[0].impu[0];
	assert_int_equal(impu->kind, IMPU_KIND_UNKNOWN);
	assert_int_equal(impu->barred, TRI_UNKNOWN);
	assert_int_equal(impu->state, REG_STATE_UNKNOWN);
	assert_int_equal(impu->psi_active, TRI_UNKNOWN);
	assert_int_equal(impu->may_register, TRI_UNKNOWN);
	assert_int_equal(impu->irs_state, IRS_OWN);
	assert_int_equal(fake_note(&dump_summary, "impu.barring has 1 value of unknown meaning"),
			 1);
	dump_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_subscription_has_what_its_row_says),
		cmocka_unit_test(an_impi_has_what_its_row_says_but_no_key),
		cmocka_unit_test(an_impu_has_what_its_row_says),
		cmocka_unit_test(the_directory_has_the_small_tables),
		cmocka_unit_test(impis_without_a_subscription_stand_alone_with_their_impus),
		cmocka_unit_test(impus_without_an_impi_stand_alone),
		cmocka_unit_test(several_impis_of_a_subscription_share_their_impus),
		cmocka_unit_test(a_number_that_occurs_twice_is_rejected_with_both_places),
		cmocka_unit_test(replace_keeps_the_last_row_and_ignore_the_first),
		cmocka_unit_test(what_is_not_exported_is_unknown),
		cmocka_unit_test(values_of_unknown_meaning_are_unknown_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
