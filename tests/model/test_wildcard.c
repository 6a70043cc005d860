#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/identity.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* TS 23.003 13.4A, 13.5: the pattern stands between the outermost '!' of the user part. */
static void wildcards_are_recognised(void **state)
{
	static const struct {
		const char *impu;
		bool is_wildcarded;
	} rows[] = {
		{"sip:chatlist!.*!@ims.example", true},
		{"sip:!.*!@ims.example", true},
		{"sip:a!b!c!@ims.example", true},
		{"tel:+49!.*!", true},
		{"SIP:a!.*!@b ", true},
		{"sip:chat!list@ims.example", false},
		{"sip:alice@ims!.*!.example", false},
		{"sip:a%21.*%21@ims.example", false},
		{"chatlist!.*!@ims.example", false},
		{"sip:", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(identity_is_wildcarded(text_from(rows[i].impu)),
				 rows[i].is_wildcarded);
}

static void distinct_identities_match_their_wildcard(void **state)
{
	static const struct {
		const char *wildcarded, *impu;
		bool matches;
	} rows[] = {
		{"sip:chatlist!.*!@ims.example", "sip:chatlist1@ims.example", true},
		{"sip:chatlist!.*!@ims.example", "sip:chatlist@IMS.example;user=phone", true},
		{"sip:chatlist!.*!@ims.example", "sip:chatlis@ims.example", false},
		{"sip:chatlist!.*!@ims.example", "sip:chatlist1@ims2.example", false},
		{"sip:chatlist!.*!@ims.example", "sips:chatlist1@ims.example", false},
		{"sip:chatlist!.*!@ims.example", "sip:ims.example", false},
		{"sip:chatlist!.*!@ims.example", "not a uri", false},
		{"sip:chatlist!.+!@ims.example", "sip:chatlist@ims.example", false},
		{"sip:a![0-9]{2}!b@ims.example", "sip:a12b@ims.example", true},
		{"sip:a![0-9]{2}!b@ims.example", "sip:a123b@ims.example", false},
		{"sip:a![0-9]{2}!b@ims.example", "sip:%6112b@ims.example", true},
		{"sip:a!x|y!b@ims.example", "sip:axb@ims.example", true},
		{"sip:a!x|y!b@ims.example", "sip:axyb@ims.example", false},
		{"sip:ab!.*!ba@ims.example", "sip:aba@ims.example", false},
		{"sip:A!.*!@ims.example", "sip:a1@ims.example", false},
		{"sip:a!!@ims.example", "sip:a@ims.example", true},
		{"tel:+49-30!.*!", "tel:+49 30", false},
		{"tel:+49-30!.*!", "tel:+4-9301", true},
		{"tel:+4930!.*!", "tel:+49311", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool matches = !rows[i].matches;

		assert_int_equal(identity_wildcard_match(text_from(rows[i].wildcarded),
							 text_from(rows[i].impu), &matches),
				 RC_OK);
		if (matches != rows[i].matches)
			fail_msg("%s and %s", rows[i].wildcarded, rows[i].impu);
	}
}

static void bad_and_costly_patterns_are_refused(void **state)
{
	static const char *const rows[] = {
		"sip:alice@ims.example",
		"sip:a!(!@ims.example",
		"sip:a!x)|(y!@ims.example",
		"sip:a![!@ims.example",
		"sip:a!(x*)\\1!@ims.example",
		"sip:a!((x{1,100}){1,100}){1,100}!@ims.example",
		"sip:a!x{99999999999999999999}!@ims.example",
		"a!.*!@ims.example",
	};
	char big[300] = "sip:!";

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool matches = true;

		if (identity_wildcard_match(text_from(rows[i]), TEXT_LITERAL("sip:axy@ims.example"),
					    &matches) != RC_SYNTAX)
			fail_msg("%s", rows[i]);
		assert_true(matches);
	}
	memset(big + 5, 'x', 257);
	strcpy(big + 5 + 256, "!@b");
	bool matches = true;
	assert_int_equal(identity_wildcard_match(text_from(big), text_from("sip:a@b"), &matches),
			 RC_OK);
	memset(big + 5, 'x', 257);
	strcpy(big + 5 + 257, "!@b");
	assert_int_equal(identity_wildcard_match(text_from(big), text_from("sip:a@b"), &matches),
			 RC_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wildcards_are_recognised),
		cmocka_unit_test(distinct_identities_match_their_wildcard),
		cmocka_unit_test(bad_and_costly_patterns_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
