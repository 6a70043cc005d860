#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/identity.h"
#include "model/nearest.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define HOME "@ims.mnc070.mcc999.3gppnetwork.org"
#define IMSI "999709999999999"
#define IMPI IMSI HOME
#define IMPU "sip:" IMPI

/* cx-semantics 7, D40 to D46. */
static const struct {
	const char *expected, *stored;
	enum difference difference;
} difference_rows[] = {
	{IMPI, IMPI, DIFFERENCE_NONE},
	/* D46 */
	{IMPI, IMSI "@IMS.mnc070.mcc999.3gppnetwork.org", DIFFERENCE_CANONICAL},
	{"sip:alice@a.example", "SIP:%61lice@A.example;user=phone", DIFFERENCE_CANONICAL},
	{"sip:alice@a.example", "sip:Alice@A.example", DIFFERENCE_USER_CASE},
	{IMPU, IMPU ":5060", DIFFERENCE_PARAMETER},
	{IMPI, IMPI ";user=phone", DIFFERENCE_PARAMETER},
	{"sip:+4930@a.example", "sip:%2B4930@a.example", DIFFERENCE_ESCAPE},
	{"sip:%2B4930@a.example", "sip:+4930@a.example", DIFFERENCE_ESCAPE},
	/* blanks of files */
	{IMPI, IMPI " ", DIFFERENCE_BLANK},
	{IMPI, "\xef\xbb\xbf" IMPI, DIFFERENCE_BLANK},
	{IMPU, "sip: " IMSI "\xc2\xa0@IMS.mnc070.mcc999.3gppnetwork.org\r", DIFFERENCE_BLANK},
	/* D44 */
	{IMPI, "imsi-" IMPI, DIFFERENCE_IMSI_PREFIX},
	{IMPI, "sip:" IMPI, DIFFERENCE_IMSI_PREFIX},
	{IMPI, "tel:" IMPI, DIFFERENCE_IMSI_PREFIX},
	{IMPI, "sip:imsi-" IMPI, DIFFERENCE_IMSI_PREFIX},
	{IMPU, "sip:imsi-" IMPI, DIFFERENCE_IMSI_PREFIX},
	{IMPI, "0" IMPI, DIFFERENCE_EAP_PREFIX},
	{IMPI, "1" IMPI, DIFFERENCE_EAP_PREFIX},
	{IMPI, "6" IMSI "@nai.epc.mnc070.mcc999.3gppnetwork.org", DIFFERENCE_EAP_PREFIX},
	{IMPI, "5" IMPI, DIFFERENCE_OTHER},
	/* D40, D41 */
	{IMPI, "99970999999999" HOME, DIFFERENCE_TRUNCATED},
	{IMPU, "sip:99709999999999" HOME, DIFFERENCE_TRUNCATED},
	{IMPI, "9997099999999" HOME, DIFFERENCE_TRUNCATED},
	{"001010000000004" HOME, "00101000000004" HOME, DIFFERENCE_TRUNCATED},
	{"001010000120004" HOME, "00101000010004" HOME, DIFFERENCE_TRUNCATED},
	{"001010000120004" HOME, "00101100010004" HOME, DIFFERENCE_OTHER},
	{IMPI, "999709999999989" HOME, DIFFERENCE_DIGITS},
	{IMPI, "999790999999999" HOME, DIFFERENCE_DIGITS},
	{IMPI, "999709999999888" HOME, DIFFERENCE_OTHER},
	{"tel:+4930123", "tel:+4930132", DIFFERENCE_DIGITS},
	/* D42 */
	{IMPI, "9990709999999999" HOME, DIFFERENCE_PADDED_IMSI},
	{IMPI, IMSI "@ims.mnc70.mcc999.3gppnetwork.org", DIFFERENCE_MNC_PADDING},
	{IMPI, IMSI "@ims.mnc700.mcc999.3gppnetwork.org", DIFFERENCE_MNC_PADDING},
	{IMPI, IMSI "@ims.mnc709.mcc999.3gppnetwork.org", DIFFERENCE_MNC_PADDING},
	{IMPU, "sip:" IMSI "@IMS.MNC0070.MCC999.3gppnetwork.org", DIFFERENCE_MNC_PADDING},
	{IMSI "@ims.mnc709.mcc999.3gppnetwork.org", IMPI, DIFFERENCE_MNC_PADDING},
	/* D43 */
	{IMPI, IMSI "@epc.mnc070.mcc999.3gppnetwork.org", DIFFERENCE_REALM_LABEL},
	{IMPI, IMSI "@mnc070.mcc999.3gppnetwork.org", DIFFERENCE_REALM_LABEL},
	{IMPI, IMSI "@ims.mnc071.mcc999.3gppnetwork.org", DIFFERENCE_REALM},
	{IMPI, IMSI "@ims.mnc070.mcc998.3gppnetwork.org", DIFFERENCE_REALM},
	{IMPI, IMSI "@ims.mnc070.mcc999.3gpnetwork.org", DIFFERENCE_REALM},
	{IMPI, IMSI, DIFFERENCE_REALM},
	{IMSI, IMPI, DIFFERENCE_OTHER},
	/* dirt of hand-made lists */
	{IMPI, "9997099999999O9" HOME, DIFFERENCE_OTHER}, /* another digit and a letter */
	{"0" IMSI "@a", "O" IMSI "@a", DIFFERENCE_LOOKALIKE},
	{"sip:alice@a.example", "sip:\xd0\xb0lice@a.example", DIFFERENCE_LOOKALIKE},
	{"tel:+4930",
	 "tel:\xef\xbc\x8b"
	 "4930",
	 DIFFERENCE_LOOKALIKE},
	{"tel:+4930", "tel:4930", DIFFERENCE_PLUS},
	{"sip:4930@a.example", "sip:+4930@a.example", DIFFERENCE_PLUS},
	{IMPU, IMPI, DIFFERENCE_SCHEME},
	{IMPU, "sips:" IMPI, DIFFERENCE_SCHEME},
	{IMPI, "alice@a.example", DIFFERENCE_OTHER},
	{IMPI, "", DIFFERENCE_OTHER},
	{IMPI, "@", DIFFERENCE_OTHER},
	{"sip:+4930@a.example", "tel:+4930", DIFFERENCE_OTHER},
};

static void differences_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(difference_rows); i++) {
		enum difference found = identity_difference(text_from(difference_rows[i].expected),
							    text_from(difference_rows[i].stored));

		if (found != difference_rows[i].difference)
			fail_msg("%s and %s: %s", difference_rows[i].expected,
				 difference_rows[i].stored, difference_str(found));
	}
}

static void each_difference_has_a_clause_and_a_case(void **state)
{
	(void)state;
	for (int d = DIFFERENCE_NONE; d <= DIFFERENCE_OTHER; d++) {
		size_t i = 0;

		assert_non_null(difference_str((enum difference)d));
		while (i < COUNT(difference_rows) && (int)difference_rows[i].difference != d)
			i++;
		if (i == COUNT(difference_rows))
			fail_msg("no case for %s", difference_str((enum difference)d));
	}
}

static void overlong_texts_are_not_compared(void **state)
{
	static char big[1025];

	(void)state;
	memset(big, ' ', sizeof(big));
	assert_int_equal(identity_difference(text_from(IMPI), text_of(big, sizeof(big))),
			 DIFFERENCE_OTHER);
}

struct search {
	struct text wanted;
	unsigned visited, at;
	unsigned limit;
	struct text expected;
};

static bool search_one(struct text t, void *context)
{
	struct search *s = context;

	s->visited++;
	if (text_equal(t, s->wanted))
		s->at = s->visited;
	return s->visited < s->limit;
}

static unsigned position_of(const char *expected, const char *wanted)
{
	struct search s = {text_from(wanted), 0, 0, 1000, text_from(expected)};

	identity_visit_misspellings(s.expected, search_one, &s);
	return s.at;
}

static void usual_misspellings_are_visited(void **state)
{
	static const struct {
		const char *expected, *stored;
	} rows[] = {
		{IMPI, "imsi-" IMPI},
		{IMPI, "sip:" IMPI},
		{IMPU, IMPI},
		{IMPU, "sip:imsi-" IMPI},
		{IMPI, "0" IMPI},
		{IMPI, "99970999999999" HOME},
		{IMPU, "sip:99970999999999" HOME},
		{IMPI, IMSI "@ims.mnc70.mcc999.3gppnetwork.org"},
		{IMPI, IMSI "@ims.mnc700.mcc999.3gppnetwork.org"},
		{IMPI, IMSI "@ims.mnc709.mcc999.3gppnetwork.org"},
		{IMSI "@ims.mnc709.mcc999.3gppnetwork.org", IMPI},
		{"001010000000001@ims.mnc001.mcc001.3gppnetwork.org",
		 "001010000000001@ims.mnc1.mcc001.3gppnetwork.org"},
		{"001010000000001@ims.mnc001.mcc001.3gppnetwork.org",
		 "001010000000001@ims.mnc010.mcc001.3gppnetwork.org"},
		{IMPI, IMSI "@epc.mnc070.mcc999.3gppnetwork.org"},
		{IMPI, "0" IMSI "@nai.epc.mnc070.mcc999.3gppnetwork.org"},
		{IMPI, "9990709999999999" HOME},
		{IMPI, IMSI "@IMS.MNC070.MCC999.3GPPNETWORK.ORG"},
		{IMPU, IMPU ":5060"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!position_of(rows[i].expected, rows[i].stored))
			fail_msg("%s is not visited", rows[i].stored);
	assert_int_equal(position_of(IMPI, "imsi-" IMPI), 1);
}

static bool explain_one(struct text t, void *context)
{
	const char *expected = context;
	enum difference d = identity_difference(text_from(expected), t);
	bool is_double = text_starts_with(t, "imsi-") && expected[0] == 's';

	assert_int_not_equal(d, DIFFERENCE_NONE);
	if ((d == DIFFERENCE_OTHER) != is_double)
		fail_msg("%.*s: %s", (int)t.length, t.data, difference_str(d));
	return true;
}

static void each_misspelling_is_explained_by_its_difference(void **state)
{
	char impi[] = IMPI, impu[] = IMPU;

	(void)state;
	identity_visit_misspellings(text_from(impi), explain_one, impi);
	identity_visit_misspellings(text_from(impu), explain_one, impu);
}

static void a_visit_stops_when_told(void **state)
{
	(void)state;
	for (unsigned limit = 1; limit <= 15; limit++) {
		struct search s = {TEXT_NONE, 0, 0, limit, text_from(IMPI)};

		identity_visit_misspellings(s.expected, search_one, &s);
		assert_int_equal(s.visited, limit);
	}
}

static void other_identities_have_no_misspellings(void **state)
{
	static const char *const rows[] = {"alice@a.example",
					   "tel:+4930",
					   "",
					   "sip:",
					   "001010@",
					   "alice" HOME,
					   IMSI "@epc.mnc070.mcc999.3gppnetwork.org"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct search s = {TEXT_NONE, 0, 0, 1000, text_from(rows[i])};

		identity_visit_misspellings(s.expected, search_one, &s);
		assert_int_equal(s.visited, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_are_named),
		cmocka_unit_test(each_difference_has_a_clause_and_a_case),
		cmocka_unit_test(overlong_texts_are_not_compared),
		cmocka_unit_test(usual_misspellings_are_visited),
		cmocka_unit_test(each_misspelling_is_explained_by_its_difference),
		cmocka_unit_test(a_visit_stops_when_told),
		cmocka_unit_test(other_identities_have_no_misspellings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
