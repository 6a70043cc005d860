#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/plmn.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* cx-semantics 1.2, one row at least for each class and each edge of a range; the subscriber number
 * is made up. */
static void mnc_lengths_follow_the_table(void **state)
{
	static const struct {
		const char *imsi;
		unsigned length;
		bool is_certain;
		enum mnc_source source;
	} rows[] = {
		/* three digits, both sources agree */
		{"302220000000001", 3, true, MNC_SOURCE_TABLE},
		{"310150000000001", 3, true, MNC_SOURCE_TABLE},
		{"316010000000001", 3, true, MNC_SOURCE_TABLE},
		{"334020000000001", 3, true, MNC_SOURCE_TABLE},
		{"342600000000001", 3, true, MNC_SOURCE_TABLE},
		{"344920000000001", 3, true, MNC_SOURCE_TABLE},
		{"346140000000001", 3, true, MNC_SOURCE_TABLE},
		{"348170000000001", 3, true, MNC_SOURCE_TABLE},
		{"365840000000001", 3, true, MNC_SOURCE_TABLE},
		{"708001000000001", 3, true, MNC_SOURCE_TABLE},
		{"722310000000001", 3, true, MNC_SOURCE_TABLE},
		{"732101000000001", 3, true, MNC_SOURCE_TABLE},
		/* three digits by one source only */
		{"330110000000001", 3, false, MNC_SOURCE_TABLE},
		{"352110000000001", 3, false, MNC_SOURCE_TABLE},
		{"376350000000001", 3, false, MNC_SOURCE_TABLE},
		{"750001000000001", 3, false, MNC_SOURCE_TABLE},
		/* mixed countries */
		{"338180000000001", 3, false, MNC_SOURCE_EXCEPTION},
		{"338050000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 338-05 */
		{"338051000000001", 2, false, MNC_SOURCE_EXCEPTION},
		{"338990000000001", 3, false, MNC_SOURCE_TABLE},
		{"350007000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 350-00 */
		{"350001000000001", 2, false, MNC_SOURCE_EXCEPTION},
		{"374129000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 374-12 */
		{"374120000000001", 3, false, MNC_SOURCE_EXCEPTION},
		{"374125000000001", 2, false, MNC_SOURCE_EXCEPTION},
		{"374140000000001", 3, false, MNC_SOURCE_EXCEPTION},
		{"738002000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 738-00 */
		{"738010000000001", 2, false, MNC_SOURCE_EXCEPTION},
		/* test and private networks */
		{"001010000000001", 2, false, MNC_SOURCE_TABLE},
		{"999700000000001", 2, false, MNC_SOURCE_TABLE},
		/* two digits with exceptions */
		{"405024000000001", 2, true, MNC_SOURCE_TABLE},
		{"405025000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405030000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 405-03 */
		{"405047000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 405-04 */
		{"405048000000001", 2, true, MNC_SOURCE_TABLE},
		{"405749000000001", 2, true, MNC_SOURCE_TABLE},
		{"405750000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405756000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405757000000001", 2, true, MNC_SOURCE_TABLE},
		{"405798000000001", 2, true, MNC_SOURCE_TABLE},
		{"405799000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405886000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405887000000001", 2, true, MNC_SOURCE_TABLE},
		{"405908000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405932000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"405933000000001", 2, true, MNC_SOURCE_TABLE},
		{"502142000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"502144000000001", 2, true, MNC_SOURCE_TABLE},
		{"502148000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"502149000000001", 2, true, MNC_SOURCE_TABLE},
		{"502150000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"502157000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"208500000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"208501000000001", 2, true, MNC_SOURCE_TABLE},
		{"208714000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"214700000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"250811000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"255701000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"441212000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"467193000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"710300000000001", 3, true, MNC_SOURCE_EXCEPTION},
		{"714020000000001", 3, false, MNC_SOURCE_EXCEPTION}, /* or 714-02 */
		{"714021000000001", 2, true, MNC_SOURCE_TABLE},
		/* two digits */
		{"262010000000001", 2, true, MNC_SOURCE_TABLE},
		{"404100000000001", 2, true, MNC_SOURCE_TABLE},
		{"460000000000001", 2, true, MNC_SOURCE_TABLE},
		{"364390000000001", 2, true, MNC_SOURCE_TABLE},
		{"901400000000001", 2, true, MNC_SOURCE_TABLE},
		/* no such country code */
		{"123450000000001", 2, false, MNC_SOURCE_NONE},
		{"850010000000001", 2, false, MNC_SOURCE_NONE},
		{"", 2, false, MNC_SOURCE_NONE},
		{"26x010000000001", 2, false, MNC_SOURCE_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mnc_length found = plmn_mnc_length(text_from(rows[i].imsi), NULL, 0);

		if (found.length != rows[i].length || found.is_certain != rows[i].is_certain ||
		    found.source != rows[i].source)
			fail_msg("%s: %u %d %d", rows[i].imsi, found.length, found.is_certain,
				 found.source);
	}
}

static void rules_win_over_the_table(void **state)
{
	static const struct plmn_rule rules[] = {
		{"31015", MNC_SOURCE_POLICY},  {"26201", MNC_SOURCE_EXPORT},
		{"262013", MNC_SOURCE_POLICY}, {"262023", MNC_SOURCE_EXPORT},
		{"99970", MNC_SOURCE_EXPORT},  {"001011", MNC_SOURCE_EXPORT},
		{"26203", MNC_SOURCE_POLICY},  {"262034", MNC_SOURCE_POLICY},
		{"26204", MNC_SOURCE_POLICY},  {"262041", MNC_SOURCE_EXPORT},
		{"2620", MNC_SOURCE_POLICY},
	};
	static const struct {
		const char *imsi;
		unsigned length;
		bool is_certain;
		enum mnc_source source;
	} rows[] = {
		{"310150000000001", 2, true, MNC_SOURCE_POLICY},
		{"262010000000001", 2, true, MNC_SOURCE_EXPORT},
		{"262013000000001", 3, true, MNC_SOURCE_POLICY},
		{"262023000000001", 3, false, MNC_SOURCE_EXPORT}, /* the table is sure of 2 */
		{"999700000000001", 2, true, MNC_SOURCE_EXPORT},
		{"001011000000001", 3, true, MNC_SOURCE_EXPORT}, /* the table is not sure */
		{"262034000000001", 3, true, MNC_SOURCE_POLICY}, /* longest first */
		{"262031000000001", 2, true, MNC_SOURCE_POLICY},
		{"262041000000001", 2, true, MNC_SOURCE_POLICY}, /* policy first */
		{"262050000000001", 2, true, MNC_SOURCE_TABLE},  /* four digits are no PLMN */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mnc_length found =
			plmn_mnc_length(text_from(rows[i].imsi), rules, COUNT(rules));

		if (found.length != rows[i].length || found.is_certain != rows[i].is_certain ||
		    found.source != rows[i].source)
			fail_msg("%s: %u %d %d", rows[i].imsi, found.length, found.is_certain,
				 found.source);
	}
}

/* TS 23.003 13.2 with its example. */
static void the_home_domain_pads_the_mnc_on_the_left(void **state)
{
	char out[PLMN_DOMAIN_MAX] = "untouched";

	(void)state;
	assert_false(plmn_home_domain(TEXT_LITERAL("00101"), 3, out));
	assert_false(plmn_home_domain(TEXT_LITERAL("0010"), 2, out));
	assert_false(plmn_home_domain(TEXT_LITERAL("0010a0"), 2, out));
	assert_false(plmn_home_domain(TEXT_NONE, 2, out));
	assert_string_equal(out, "untouched");
	assert_true(plmn_home_domain(TEXT_LITERAL("234150999999999"), 2, out));
	assert_string_equal(out, "ims.mnc015.mcc234.3gppnetwork.org");
	assert_true(plmn_home_domain(TEXT_LITERAL("310150000000001"), 3, out));
	assert_string_equal(out, "ims.mnc150.mcc310.3gppnetwork.org");
	assert_true(plmn_home_domain(TEXT_LITERAL("00101"), 2, out));
	assert_string_equal(out, "ims.mnc001.mcc001.3gppnetwork.org");
}

static void domains_are_taken_apart(void **state)
{
	static const struct {
		const char *domain, *label, *mnc, *mcc;
		bool is_ims;
	} rows[] = {
		{"ims.mnc015.mcc234.3gppnetwork.org", "ims", "015", "234", true},
		{"IMS.MNC015.MCC234.3GPPNETWORK.ORG", "IMS", "015", "234", true},
		{"epc.mnc015.mcc234.3gppnetwork.org", "epc", "015", "234", false},
		{"nai.epc.mnc015.mcc234.3gppnetwork.org", "nai.epc", "015", "234", false},
		{"ims.nid000007ed9d5.mnc015.mcc234.3gppnetwork.org", "ims.nid000007ed9d5", "015",
		 "234", false},
		{"mnc15.mcc234.3gppnetwork.org", "", "15", "234", false},
		{"ims.mnc15.mcc234.3gppnetwork.org", "ims", "15", "234", false},
		{"ims.mnc0150.mcc234.3gppnetwork.org", "ims", "0150", "234", false},
		{"ims.mnc.mcc234.3gppnetwork.org", NULL, NULL, NULL, false},
		{"ims.mncx15.mcc234.3gppnetwork.org", NULL, NULL, NULL, false},
		{"imsmnc015.mcc234.3gppnetwork.org", NULL, NULL, NULL, false},
		{"ims.mnc015.mcc234.3gppnetwork.org.", NULL, NULL, NULL, false},
		{"ims.mnc015.mcc234.pub.3gppnetwork.org", NULL, NULL, NULL, false},
		{"ims.mcc234.mnc015.3gppnetwork.org", NULL, NULL, NULL, false},
		{"mcc234.3gppnetwork.org", NULL, NULL, NULL, false},
		{".3gppnetwork.org", NULL, NULL, NULL, false},
		{"ims.example", NULL, NULL, NULL, false},
		{"", NULL, NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct plmn_domain d = {0};

		assert_int_equal(plmn_domain_parse(text_from(rows[i].domain), &d),
				 rows[i].label != NULL);
		assert_true(text_equal(d.mnc, text_from(rows[i].mnc)));
		assert_true(text_equal(d.mcc, text_from(rows[i].mcc)));
		assert_true(text_equal(d.label, text_from(rows[i].label)));
		assert_int_equal(d.is_ims, rows[i].is_ims);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mnc_lengths_follow_the_table),
		cmocka_unit_test(rules_win_over_the_table),
		cmocka_unit_test(the_home_domain_pads_the_mnc_on_the_left),
		cmocka_unit_test(domains_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
