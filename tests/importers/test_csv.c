#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/importers/fake_store.h"

#define LEAD "001010000000001,491700001,001010000000001@ims.example,"

static int reset(void **state)
{
	(void)state;
	fake_store_reset();
	return 0;
}

/* Imports text and compares the only record. */
static void expect_one(const char *text, const char *dump)
{
	struct import_summary summary;
	struct diag diag;

	fake_store_reset();
	assert_int_equal(fake_import_text(text, "csv", &summary, &diag), RC_OK);
	assert_int_equal(summary.rejects, 0);
	assert_int_equal(fake_live(), 1);
	assert_string_equal(fake_dump(0), dump);
	import_summary_clear(&summary);
}

static void rows_of_one_subscription_become_one_record(void **state)
{
	(void)state;
	expect_one("imsi,msisdn,impi,impu,barred,irs,default,profile\n" LEAD
		   "sip:001010000000001@ims.example,1,1,0,3\n" LEAD
		   "sip:+491700001@ims.example,0,1,1,3\n" LEAD "tel:+491700001,0,,0,\n",
		   "subscription imsi 001010000000001 msisdn 491700001\n"
		   " impi 001010000000001@ims.example\n"
		   " impu sip:001010000000001@ims.example barred yes default no irs 1 sp 3\n"
		   " impu sip:+491700001@ims.example barred no default yes irs 1 sp 3\n"
		   " impu tel:+491700001 barred no default no irs own sp none\n"
		   "pair 0-0\npair 0-1\npair 0-2\n");
	assert_int_equal(fake_record(0)->has_imsi_column, TRI_YES);
	assert_int_equal(fake_record(0)->has_associations, TRI_YES);
	assert_int_equal(fake_record(0)->provenance.offset, 49);
	assert_int_equal(fake_record(0)->provenance.line, 2);
}

static void a_missing_column_is_unknown_and_an_empty_cell_is_what_is_documented(void **state)
{
	(void)state;
	expect_one("impi,impu\na@b,sip:a@b\n",
		   "subscription\n impi a@b\n impu sip:a@b\npair 0-0\n");
	assert_int_equal(fake_record(0)->has_imsi_column, TRI_UNKNOWN);
	expect_one("imsi,impu\n00101,sip:a@b\n", "subscription imsi 00101\n impu sip:a@b\n");
	assert_int_equal(fake_record(0)->has_associations, TRI_UNKNOWN);
	expect_one("imsi,impi,impu,barred,irs,default,profile,kind,state,may_register,scscf,"
		   "visited_networks,capabilities_mandatory,preferred_scscf,wildcard,auth_schemes,"
		   "key_present,roaming_allowed,psi_active,ims_authorised,charging\n"
		   "00101,a@b,sip:a@b,,,,,,,,,,,,,,,,,,\n",
		   "subscription imsi 00101 scscf none capabilities none preferred none\n"
		   " impi a@b\n"
		   " impu sip:a@b irs own sp none wildcard  charging no networks \n"
		   "pair 0-0\n");
}

static void every_column_is_read(void **state)
{
	(void)state;
	expect_one("Subscription Name;IMSI;MSISDN;Private-User-Identity;Public_Identity;Barring "
		   "Indication;IRS-ID;Is Default;Service Profile;IdentityType;RegState;"
		   "canRegister;S-CSCF Name;Visited Networks;Auth Scheme;default_auth_scheme;"
		   "has key;enabled;roaming;mandatory_capabilities;optional capabilities;"
		   "Preferred S-CSCF;PSI activation;wildcard PSI;charging_info;user barring\n"
		   "alice;00101;+4917;a@b;sip:a@b;true;set-1;Y;gold;psi;Registered;no;sip:s1@b;"
		   "net.a|net.b;Digest-AKAv1-MD5|SIP Digest;SIP Digest;1;yes;no;2|1;7;"
		   "sip:s2@b|sip:s1@b;1;sip:!.*!@b;ccf;0\n",
		   "subscription name alice imsi 00101 msisdn +4917 ims_authorised yes scscf "
		   "sip:s1@b capabilities 1 preferred 1\n"
		   " impi a@b schemes 129 default_scheme 128 key yes barred no roaming no\n"
		   " impu sip:a@b kind 2 barred yes may_register no default yes irs set-1 sp "
		   "2147483648 state 2 psi yes wildcard sip:!.*!@b charging yes networks 1,2\n"
		   "pair 0-0 state 2\n");
	const struct hss_directory *d = &fake.directory;
	assert_int_equal(d->visited_network_count, 2);
	assert_true(text_equal(d->visited_network[1].identity, TEXT_LITERAL("net.b")));
	assert_int_equal(d->capability_count, 3);
	assert_int_equal(d->capability[0].capability, 1);
	assert_true(d->capability[0].is_mandatory);
	assert_int_equal(d->capability[2].capability, 7);
	assert_false(d->capability[2].is_mandatory);
	assert_int_equal(d->preferred_count, 2);
	assert_true(text_equal(d->preferred[0].name, TEXT_LITERAL("sip:s2@b")));
	assert_true(d->preferred[0].priority < d->preferred[1].priority);
	assert_int_equal(d->service_profile_count, 1);
	assert_true(text_equal(d->service_profile[0].name, TEXT_LITERAL("gold")));
	assert_int_equal(d->has_capability_sets, TRI_YES);
	assert_int_equal(d->has_preferred_sets, TRI_YES);
	assert_int_equal(d->has_service_profiles, TRI_UNKNOWN);
}

static void booleans_and_kinds_are_read_in_every_spelling(void **state)
{
	static const char *const yes[] = {"1", "true", "TRUE", "Yes", "y", "Y", " 1 ", "\"1\""};
	static const char *const no[] = {"0", "false", "False", "NO", "n", "N", " no"};
	static const struct {
		const char *word;
		int kind;
	} kinds[] = {
		{"public", 1},         {"0", 1}, {"Distinct PSI", 2},    {"1", 2},
		{"wildcarded_psi", 3}, {"2", 3}, {"wildcarded_impu", 4},
	};
	char text[128], dump[128];

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		snprintf(text, sizeof(text), "impu,barred\nsip:a@b,%s\n", yes[i]);
		expect_one(text, "subscription\n impu sip:a@b barred yes\n");
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		snprintf(text, sizeof(text), "impu,barred\nsip:a@b,%s\n", no[i]);
		expect_one(text, "subscription\n impu sip:a@b barred no\n");
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(text, sizeof(text), "impu,kind\nsip:a@b,%s\n", kinds[i].word);
		snprintf(dump, sizeof(dump), "subscription\n impu sip:a@b kind %d\n",
			 kinds[i].kind);
		expect_one(text, dump);
	}
	expect_one("imsi,suspended\n00101,1\n", "subscription imsi 00101 ims_authorised no\n");
}

static void delimiters_line_ends_and_marks_make_no_difference(void **state)
{
	static const char *const texts[] = {
		"imsi,impi,impu,barred\n00101,a@b,sip:a@b,1\n",
		"imsi;impi;impu;barred\n00101;a@b;sip:a@b;1\n",
		"imsi\timpi\timpu\tbarred\n00101\ta@b\tsip:a@b\t1\n",
		"imsi|impi|impu|barred\n00101|a@b|sip:a@b|1\n",
		"imsi,impi,impu,barred\r\n00101,a@b,sip:a@b,1\r\n",
		"imsi,impi,impu,barred\r00101,a@b,sip:a@b,1\r",
		"\xef\xbb\xbfimsi,impi,impu,barred\n00101,a@b,sip:a@b,1\n",
		"\xef\xbb\xbfsep=;\r\nimsi;impi;impu;barred\r\n00101;a@b;sip:a@b;1\r\n",
		"sep=^\nimsi^impi^impu^barred\n00101^a@b^sip:a@b^1\n",
		"SEP=\t\nimsi\timpi\timpu\tbarred\n00101\ta@b\tsip:a@b\t1\n",
		"\n\n  \nimsi,impi,impu,barred\n\n\n00101,a@b,sip:a@b,1\n\n",
		"\"imsi\",\"impi\",\"impu\",\"barred\"\n\"00101\",\"a@b\",\"sip:a@b\",\"1\"\n",
		"imsi,\"impi\",impu,barred\n00101,\"a@b\" ,sip:a@b,1\n",
		"imsi,impi,impu,barred\n00101,a@b,sip:a@b,1",
		"imsi,impi,impu,barred\n00101,a@b,sip:a@b,1\n,,,\n\x1a",
		"imsi,impi,impu,barred\n00101,a@b,sip:a@b,1\nimsi,impi,impu,barred\n",
		"barred,impu,impi,imsi\n1,sip:a@b,a@b,00101\n",
		"imsi,foo,impi,impu,bar,barred\n00101,x,a@b,sip:a@b,\"y\nz\",1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect_one(texts[i], "subscription imsi 00101\n impi a@b\n impu sip:a@b barred "
				     "yes\npair 0-0\n");
}

static void quoted_cells_may_hold_delimiters_line_ends_and_quotes(void **state)
{
	(void)state;
	expect_one("impi,impu,irs,note\n"
		   "\"a,\"\"b\"\"@c\",\"sip:a@b\",\"x\"\"y\",\"line\r\nbreak\"\n"
		   "\"a,\"\"b\"\"@c\",tel:5\"6,\"x\"\"y\",\n",
		   "subscription\n impi a,\"b\"@c\n impu sip:a@b irs x\"y\n"
		   " impu tel:5\"6 irs x\"y\npair 0-0\npair 0-1\n");
}

static void identities_are_kept_byte_for_byte(void **state)
{
	(void)state;
	expect_one("imsi,msisdn,impi,impu\n 00101 ,+49 170-1, A@B.\xc3\xa4 ,SIP:%41@b;x=y \n",
		   "subscription imsi 00101 msisdn +49 170-1\n impi  A@B.\xc3\xa4 \n"
		   " impu SIP:%41@b;x=y \npair 0-0\n");
}

static void the_subscription_is_named_by_name_then_imsi_then_impi(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text("subscription,imsi,impi,impu\n"
					  "A,00101,a@b,sip:a@b\nA,00102,c@b,sip:c@b\n"
					  ",00103,d@b,sip:d@b\n,00103,e@b,sip:d@b\n"
					  ",,f@b,sip:f@b\n,,f@b,sip:g@b\n"
					  ",,,sip:h@b\n,,,sip:i@b\n",
					  "csv", &summary, &diag),
			 RC_OK);
	assert_int_equal(fake_live(), 5);
	assert_string_equal(fake_dump(0), "subscription name A imsi 00101 imsi 00102\n impi a@b\n"
					  " impi c@b\n impu sip:a@b\n impu sip:c@b\n"
					  "pair 0-0\npair 1-1\n");
	assert_string_equal(fake_dump(1), "subscription imsi 00103\n impi d@b\n impi e@b\n"
					  " impu sip:d@b\npair 0-0\npair 1-0\n");
	assert_string_equal(fake_dump(2), "subscription\n impi f@b\n impu sip:f@b\n"
					  " impu sip:g@b\npair 0-0\npair 0-1\n");
	assert_string_equal(fake_dump(3), "orphan_impu\n impu sip:h@b\n");
	assert_string_equal(fake_dump(4), "orphan_impu\n impu sip:i@b\n");
	import_summary_clear(&summary);
}

static void duplicate_rows_are_noted_and_counted_once(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text("imsi,impi,impu\n00101,a@b,sip:a@b\n00101,a@b,sip:a@b\n"
					  "00101,a@b,sip:a@b\n",
					  "csv", &summary, &diag),
			 RC_OK);
	assert_int_equal(fake_note(&summary, "duplicate row"), 2);
	assert_int_equal(fake_record(0)->association[0].rows, 1);
	assert_int_equal(summary.records, 3);
	import_summary_clear(&summary);
}

static void rows_that_differ_only_in_visited_network_add_up(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import_text("impi,impu,visited_network\na@b,sip:a@b,net.a\n"
					  "a@b,sip:a@b,net.b\na@b,sip:a@b,net.a net.c\n",
					  "csv", &summary, &diag),
			 RC_OK);
	assert_string_equal(fake_dump(0), "subscription\n impi a@b\n impu sip:a@b networks 1,2,3\n"
					  "pair 0-0\n");
	assert_int_equal(fake_note(&summary, "duplicate row"), 0);
	import_summary_clear(&summary);
}

static void an_impu_of_two_impis_has_the_state_that_counts(void **state)
{
	(void)state;
	expect_one("imsi,impi,impu,state\n00101,a@b,sip:a@b,not registered\n"
		   "00101,c@b,sip:a@b,registered\n",
		   "subscription imsi 00101\n impi a@b\n impi c@b\n impu sip:a@b state 2\n"
		   "pair 0-0 state 1\npair 1-0 state 2\n");
}

static void keys_leave_their_presence_and_nothing_else(void **state)
{
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(
		fake_import_text("imsi,impi,k,opc,sqn,user_password,impu,barred\n"
				 "00101,a@b,c0ffee00c0ffee00c0ffee00c0ffee00,"
				 "deadbeefdeadbeefdeadbeefdeadbeef,0000feed,hunter2,sip:a@b,1\n"
				 "00102,c@b,,deadbeefdeadbeefdeadbeefdeadbeef,,,sip:c@b,1\n"
				 "00103,d@b,,,,,sip:d@b,c0ffee00\n"
				 "00104,e@b,,,,,c0ffee00c0ffee00c0ffee00c0ffee00,0\n"
				 "c0ffee00c0ffee00c0ffee00c0ffee00,d@b,,,,,sip:d@b,0\n",
				 "csv", &summary, &diag),
		RC_BUDGET);
	assert_string_equal(fake_dump(0), "subscription imsi 00101\n impi a@b key yes sqn yes\n"
					  " impu sip:a@b barred yes\npair 0-0\n");
	assert_string_equal(fake_dump(1), "subscription imsi 00102\n impi c@b key no sqn no\n"
					  " impu sip:c@b barred yes\npair 0-0\n");
	assert_int_equal(fake.reject_count, 3);
	for (size_t i = 0; i < fake.reject_count; i++) {
		assert_null(strstr(fake.reject[i].reason, "c0ff"));
		assert_null(strstr(fake.reject[i].subject, "c0ff"));
	}
	assert_null(strstr(diag.text, "c0ff"));
	assert_non_null(strstr(fake.reject[0].reason, "a value of 8 bytes"));
	import_summary_clear(&summary);
}

static void two_files_with_different_columns_are_one_import(void **state)
{
	static const char first[] = "imsi,impi,impu\n00101,a@b,sip:a@b\n00102,c@b,sip:c@b\n";
	static const char second[] = "impu;imsi;barred\nsip:a@b;00101;0\nsip:d@b;00103;1\n";
	const char *files[] = {fake_file("first.csv", first, sizeof(first) - 1),
			       fake_file("second.csv", second, sizeof(second) - 1), NULL};
	struct import_summary summary;
	struct diag diag;

	(void)state;
	assert_int_equal(fake_import(files, NULL, &summary, &diag), RC_OK);
	assert_int_equal(fake_live(), 3);
	assert_string_equal(fake_dump(0), "subscription imsi 00102\n impi c@b\n impu sip:c@b\n"
					  "pair 0-0\n");
	assert_string_equal(fake_dump(1), "subscription imsi 00103\n impu sip:d@b barred yes\n");
	assert_int_equal(fake_record(1)->provenance.file, 1);
	assert_int_equal(fake_record(1)->provenance.offset, 33);
	assert_string_equal(fake_dump(2), "subscription imsi 00101\n impi a@b\n impu sip:a@b "
					  "barred no\npair 0-0\n");
	assert_int_equal(fake_record(2)->has_associations, TRI_UNKNOWN);
	assert_int_equal(fake.file_count, 2);
	import_summary_clear(&summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_of_one_subscription_become_one_record, reset,
						reset),
		cmocka_unit_test_setup_teardown(
			a_missing_column_is_unknown_and_an_empty_cell_is_what_is_documented, reset,
			reset),
		cmocka_unit_test_setup_teardown(every_column_is_read, reset, reset),
		cmocka_unit_test_setup_teardown(booleans_and_kinds_are_read_in_every_spelling,
						reset, reset),
		cmocka_unit_test_setup_teardown(delimiters_line_ends_and_marks_make_no_difference,
						reset, reset),
		cmocka_unit_test_setup_teardown(
			quoted_cells_may_hold_delimiters_line_ends_and_quotes, reset, reset),
		cmocka_unit_test_setup_teardown(identities_are_kept_byte_for_byte, reset, reset),
		cmocka_unit_test_setup_teardown(
			the_subscription_is_named_by_name_then_imsi_then_impi, reset, reset),
		cmocka_unit_test_setup_teardown(duplicate_rows_are_noted_and_counted_once, reset,
						reset),
		cmocka_unit_test_setup_teardown(rows_that_differ_only_in_visited_network_add_up,
						reset, reset),
		cmocka_unit_test_setup_teardown(an_impu_of_two_impis_has_the_state_that_counts,
						reset, reset),
		cmocka_unit_test_setup_teardown(keys_leave_their_presence_and_nothing_else, reset,
						reset),
		cmocka_unit_test_setup_teardown(two_files_with_different_columns_are_one_import,
						reset, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
