#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/identity.h"

#define T(s) TEXT_LITERAL(s)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define HOME "ims.mnc001.mcc001.3gppnetwork.org"

/* TS 23.003 2.2: at most 15 digits. */
static void an_imsi_is_five_to_fifteen_digits(void **state)
{
	(void)state;
	assert_false(identity_is_imsi(T("0010")));
	assert_true(identity_is_imsi(T("00101")));
	assert_true(identity_is_imsi(T("001010000000001")));
	assert_false(identity_is_imsi(T("0010100000000012")));
	assert_false(identity_is_imsi(T("00101000000000a")));
	assert_false(identity_is_imsi(TEXT_NONE));
}

static void an_impi_splits_at_its_last_at_sign(void **state)
{
	struct impi_parts parts = identity_split_impi(T("a@b@c"));

	(void)state;
	assert_true(text_equal(parts.user, T("a@b")));
	assert_true(text_equal(parts.realm, T("c")));
	parts = identity_split_impi(T("alice"));
	assert_true(text_equal(parts.user, T("alice")));
	assert_null(parts.realm.data);
	parts = identity_split_impi(T("alice@"));
	assert_non_null(parts.realm.data);
	assert_int_equal(parts.realm.length, 0);
}

/* RFC 4282 2.1, TS 23.003 13.2 and 13.3: the realm is a domain name, the user is not. */
static void an_impi_compares_its_realm_in_any_case(void **state)
{
	static const struct {
		struct text a, b;
		bool equal;
	} rows[] = {
		{T("00101@Ims.Example"), T("00101@ims.EXAMPLE"), true},
		{T("Alice@ims.example"), T("alice@ims.example"), false},
		{T("alice"), T("alice"), true},
		{T("alice"), T("Alice"), false},
		{T("alice@"), T("alice"), false},
		{T("a%41@b"), T("aA@b"), false},
		{T("a@b "), T("a@b"), false},
		{T(""), TEXT_NONE, false},
		{TEXT_NONE, TEXT_NONE, true},
	};
	struct strbuf a, b;

	(void)state;
	strbuf_init(&a);
	strbuf_init(&b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(identity_impi_equal(rows[i].a, rows[i].b), rows[i].equal);
		if (!rows[i].a.data || !rows[i].b.data)
			continue;
		strbuf_reset(&a);
		strbuf_reset(&b);
		identity_add_canonical_impi(rows[i].a, &a);
		identity_add_canonical_impi(rows[i].b, &b);
		assert_int_equal(text_equal(strbuf_text(&a), strbuf_text(&b)), rows[i].equal);
	}
	strbuf_clear(&a);
	strbuf_clear(&b);
}

/* TS 23.003 13.4, RFC 3261 19.1.4, RFC 3966 4. */
static void impus_compare_in_canonical_form(void **state)
{
	static const struct {
		struct text a, b;
		bool equal;
	} rows[] = {
		{T("sip:a@Ims.Example"), T("SIP:a@ims.example;user=phone"), true},
		{T("sip:%61@ims.example"), T("sip:a@ims.example"), true},
		{T("sip:A@ims.example"), T("sip:a@ims.example"), false},
		{T("sip:a@ims.example:5060"), T("sip:a@ims.example"), false},
		{T("tel:+49-30"), T("tel:+4930;x=y"), true},
		{T("tel:+4930"), T("tel:4930"), false},
		{T("sip:+4930@ims.example"), T("tel:+4930"), false},
		{T("sip:a@b "), T("sip:a@b "), true}, /* damaged, but byte-equal */
		{T("sip:a@b "), T("sip:a@b"), false},
		{T("no uri"), T("no uri"), true},
		{T("alice@b"), T("alice@B"), false},
		{T(""), T(""), true},
		{T(""), TEXT_NONE, false},
		{TEXT_NONE, TEXT_NONE, true},
	};
	struct strbuf a, b;

	(void)state;
	strbuf_init(&a);
	strbuf_init(&b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(identity_impu_equal(rows[i].a, rows[i].b), rows[i].equal);
		if (!rows[i].a.data || !rows[i].b.data)
			continue;
		strbuf_reset(&a);
		strbuf_reset(&b);
		identity_add_canonical_impu(rows[i].a, &a);
		identity_add_canonical_impu(rows[i].b, &b);
		assert_int_equal(text_equal(strbuf_text(&a), strbuf_text(&b)), rows[i].equal);
	}
	strbuf_clear(&a);
	strbuf_clear(&b);
}

/* TS 23.003 13.2, 13.3, 13.4B; the first row is their example. */
static void identities_are_derived_from_the_imsi(void **state)
{
	static const struct {
		const char *imsi;
		unsigned mnc_length;
		const char *impi; /* NULL: refused */
	} rows[] = {
		{"234150999999999", 2, "234150999999999@ims.mnc015.mcc234.3gppnetwork.org"},
		{"234150999999999", 3, "234150999999999@ims.mnc150.mcc234.3gppnetwork.org"},
		{"001010", 2, "001010@ims.mnc001.mcc001.3gppnetwork.org"},
		{"001001", 3, "001001@ims.mnc001.mcc001.3gppnetwork.org"},
		{"00101", 2, NULL},
		{"0010100000000012", 2, NULL},
		{"00101000000000x", 2, NULL},
		{"001010000000001", 1, NULL},
		{"001010000000001", 4, NULL},
		{"", 2, NULL},
	};
	struct strbuf impi, impu;

	(void)state;
	strbuf_init(&impi);
	strbuf_init(&impu);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text imsi = text_from(rows[i].imsi);
		bool expected = rows[i].impi != NULL;

		strbuf_reset(&impi);
		strbuf_reset(&impu);
		assert_int_equal(identity_add_derived_impi(imsi, rows[i].mnc_length, &impi),
				 expected);
		assert_int_equal(identity_add_derived_impu(imsi, rows[i].mnc_length, &impu),
				 expected);
		assert_int_equal(impi.length > 0, expected);
		if (!expected)
			continue;
		assert_string_equal(impi.data, rows[i].impi);
		assert_memory_equal(impu.data, "sip:", 4);
		assert_string_equal(impu.data + 4, rows[i].impi);
	}
	strbuf_clear(&impi);
	strbuf_clear(&impu);
}

static void the_imsi_is_read_back_only_from_a_fitting_domain(void **state)
{
	static const struct {
		const char *impi, *imsi; /* NULL: none */
	} rows[] = {
		{"001010000000001@ims.mnc001.mcc001.3gppnetwork.org", "001010000000001"},
		{"001010000000001@IMS.MNC010.MCC001.3GPPNETWORK.ORG", "001010000000001"},
		{"001010000000001@ims.mnc002.mcc001.3gppnetwork.org", NULL},
		{"001010000000001@ims.mnc001.mcc999.3gppnetwork.org", NULL},
		{"001010000000001@epc.mnc001.mcc001.3gppnetwork.org", NULL},
		{"001010000000001@ims.mnc01.mcc001.3gppnetwork.org", NULL},
		{"imsi-001010000000001@ims.mnc001.mcc001.3gppnetwork.org", NULL},
		{"0001010000000001@ims.mnc001.mcc001.3gppnetwork.org", NULL},
		{"001010000000001@ims.example", NULL},
		{"001010000000001", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text imsi = TEXT_NONE;

		assert_int_equal(identity_imsi_of_impi(text_from(rows[i].impi), &imsi),
				 rows[i].imsi != NULL);
		assert_true(text_equal(imsi, text_from(rows[i].imsi)));
	}
}

static void numbers_lose_their_decoration_only(void **state)
{
	static const struct {
		const char *text, *digits; /* NULL: refused */
	} rows[] = {
		{"+49-30.(12)", "493012"},
		{"%2B4930", "4930"},
		{"imsi-00101", "00101"},
		{"IMSI-00101", "00101"},
		{"4930", "4930"},
		{"49+30", NULL},
		{"++49", NULL},
		{"49 30", NULL},
		{"", NULL},
		{"+", NULL},
		{"-", NULL},
		{"4930;x", NULL},
		{"1234567890123456789", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[16];

		assert_int_equal(identity_number(text_from(rows[i].text), out, sizeof(out)),
				 rows[i].digits != NULL);
		if (rows[i].digits)
			assert_string_equal(out, rows[i].digits);
	}
}

static void masks_hide_the_middle_of_the_user(void **state)
{
	static const struct {
		const char *text, *masked;
	} rows[] = {
		{"sip:001010000000001@ims.example", "sip:001***01@ims.example"},
		{"001010000000001@ims.example", "001***01@ims.example"},
		{"001010000000001", "001***01"},
		{"tel:+4930123456;ext=99", "tel:+49***56"},
		{"sip:alice@ims.example;x=secret", "sip:a***@ims.example"},
		{"sip:alice0123:secret@ims.example", "sip:ali***23@ims.example"},
		{"al", "a***"},
		{"a", "***"},
		{"", "***"},
		{"12\x01"
		 "45678",
		 "12?***78"},
	};
	struct strbuf out;

	(void)state;
	strbuf_init(&out);
	for (size_t i = 0; i < COUNT(rows); i++) {
		strbuf_reset(&out);
		identity_add_masked(text_from(rows[i].text), &out);
		assert_string_equal(out.data, rows[i].masked);
	}
	strbuf_reset(&out);
	identity_add_masked(TEXT_NONE, &out);
	assert_string_equal(out.data, "***");
	strbuf_clear(&out);
}

static void free_text_keeps_no_identity(void **state)
{
	static const struct {
		const char *text, *masked;
	} rows[] = {
		{"Forbidden", "Forbidden"},
		{"Forbidden - user 001010000000001 (+9990000001) unknown",
		 "Forbidden - user *** (+***) unknown"},
		{"<sip:alice@example.org> may not", "<***> may not"},
		{"imsi-001010000000001", "imsi-***"},
		{"no route to +999-000-0001.", "no route to +***."},
		{"j\xc3\xb6rg@example.org may not", "*** may not"},
		{"SIP;cause=403;text=\"4711 calls\"", "SIP;cause=403;text=\"4711 calls\""},
		{"", ""},
		{"call +999-000-0001 later", "call +*** later"},
		{"a-1-2 x-4 1-", "a-1-2 x-4 1-"},
		{"walter%40example.org", "***"},
	};
	struct strbuf out;

	(void)state;
	strbuf_init(&out);
	for (size_t i = 0; i < COUNT(rows); i++) {
		strbuf_reset(&out);
		strbuf_add_str(&out, "");
		identity_add_masked_words(text_from(rows[i].text), &out);
		assert_true(text_equal(strbuf_text(&out), text_from(rows[i].masked)) ||
			    (out.length == 0 && !rows[i].masked[0]));
	}
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_imsi_is_five_to_fifteen_digits),
		cmocka_unit_test(free_text_keeps_no_identity),
		cmocka_unit_test(an_impi_splits_at_its_last_at_sign),
		cmocka_unit_test(an_impi_compares_its_realm_in_any_case),
		cmocka_unit_test(impus_compare_in_canonical_form),
		cmocka_unit_test(identities_are_derived_from_the_imsi),
		cmocka_unit_test(the_imsi_is_read_back_only_from_a_fitting_domain),
		cmocka_unit_test(numbers_lose_their_decoration_only),
		cmocka_unit_test(masks_hide_the_middle_of_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
