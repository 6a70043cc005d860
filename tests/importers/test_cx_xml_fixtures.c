#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "importers/cx_xml.h"
#include "tests/importers/import_double.h"

#define HOME "ims.mnc001.mcc001.3gppnetwork.org"

static void import_fixture(struct import *i, const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	struct source *source;
	struct diag diag;

	diag_init(&diag);
	snprintf(path, sizeof(path), "%s/fixtures/cx_xml/%s", top ? top : ".", name);
	import_double_init(i, 2);
	assert_int_equal(source_open(path, &source, &diag), RC_OK);
	assert_int_equal(cx_xml_importer.run(i, &source, 1, &diag), RC_OK);
	source_close(source);
	assert_false(i->is_truncated);
}

static void check_shown(const struct import *i, size_t index, const char *shown)
{
	struct strbuf out;

	strbuf_init(&out);
	assert_true(index < i->record_count);
	assert_string_equal(import_double_show(&i->record[index], &out), shown);
	strbuf_clear(&out);
}

static void the_usual_shape_is_read_without_a_word(void **state)
{
	struct import i;

	(void)state;
	import_fixture(&i, "healthy.xml");
	assert_int_equal(i.record_count, 1);
	check_shown(&i, 0,
		    "001010000000001@" HOME " {1: sip:001010000000001@" HOME
		    "! sip:+99910000001@" HOME "* tel:+99910000001}");
	assert_int_equal(i.reject_count, 0);
	assert_int_equal(i.notes.length, 0);
	assert_int_equal(i.directory.service_profile_count, 1);
	assert_int_equal(i.directory.service_profile[0].ifc_count, 1);
	assert_int_equal(i.directory.service_profile[0].faults, 0);
	assert_int_equal(i.record[0].impu[0].kind, IMPU_DISTINCT);
	import_double_clear(&i);
}

static void documents_of_one_subscription_come_together(void **state)
{
	struct import i;

	(void)state;
	import_fixture(&i, "wrapped.xml");
	assert_int_equal(i.record_count, 1);
	check_shown(&i, 0,
		    "001010000000002@" HOME "+001010000000003@" HOME
		    " {1: sip:001010000000002@" HOME "!} {2: tel:+99910000002*}");
	assert_int_equal(i.reject_count, 0);
	assert_int_equal(i.counted, 3);
	import_double_clear(&i);
}

static void concatenated_documents_and_a_count_line_are_taken(void **state)
{
	struct import i;

	(void)state;
	import_fixture(&i, "concatenated.xml");
	assert_int_equal(i.record_count, 2);
	assert_int_equal(i.reject_count, 1);
	assert_string_equal(i.reject[0].reason, "IMSSubscription without PrivateID");
	assert_int_equal(i.reject[0].line, 7);
	assert_int_equal(import_double_notes(&i, "text outside of the documents"), 1);
	import_double_clear(&i);
}

static void faults_of_profiles_reach_the_directory(void **state)
{
	static const uint32_t faults[] = {PROFILE_FAULT_SCHEMA, PROFILE_FAULT_TRIGGER_WITHOUT_SPT,
					  PROFILE_FAULT_NO_APPLICATION_SERVER,
					  PROFILE_FAULT_SCHEMA};
	struct import i;

	(void)state;
	import_fixture(&i, "faulty_profiles.xml");
	assert_int_equal(i.record_count, 4);
	assert_int_equal(i.reject_count, 0);
	for (size_t n = 0; n < 4; n++) {
		const struct impu *impu = &i.record[n].impu[0];
		const struct service_profile *profile =
			hss_directory_service_profile(&i.directory, impu->service_profile.id);

		assert_non_null(profile);
		assert_int_equal(profile->faults, faults[n]);
	}
	assert_int_equal(i.record[3].impu[0].barred, TRI_YES);
	import_double_clear(&i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_shape_is_read_without_a_word),
		cmocka_unit_test(documents_of_one_subscription_come_together),
		cmocka_unit_test(concatenated_documents_and_a_count_line_are_taken),
		cmocka_unit_test(faults_of_profiles_reach_the_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
