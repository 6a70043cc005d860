/* The laws of lookup keys (codec/lookup_key.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "codec/digits.h"
#include "codec/lookup_key.h"
#include "model/collation.h"
#include "model/identity.h"
#include "tests/codec/random_record.h"

static uint64_t key_of(const char *s)
{
	return lookup_key(LOOKUP_IDENTITY, text_from(s));
}

static void spellings_of_one_identity_share_a_key(void **state)
{
	/* each row: spellings that some matching rule takes for equal */
	static const char *const rows[][12] = {
		{"001010000000001", "001010000000001@ims.mnc001.mcc001.3gppnetwork.org",
		 "sip:001010000000001@ims.mnc001.mcc001.3gppnetwork.org",
		 "SIP:001010000000001@IMS.mnc001.mcc001.3gppnetwork.org", "imsi-001010000000001",
		 "imsi-001010000000001@example.org", "IMSI-001010000000001", " 001010000000001 ",
		 "<sip:001010000000001@x>", "sip:00101%30000000001@x"},
		{"4930123456", "+4930123456", "tel:+4930123456", "tel:+49-30-123.456",
		 "tel:+49(30)123456;phone-context=x", "sip:+4930123456@example.org;user=phone",
		 "sip:%2B4930123456@example.org", "sip:4930123456@example.net:5060",
		 "sip:+4930123456:secret@example.org", "+49 30 123456", "TEL:+4930123456"},
		{"alice@example.org", "ALICE@example.org", "alice@Example.ORG",
		 "sip:alice@example.org", "Sip:alice@example.org", "sips:alice@example.org",
		 "sip:alice@example.org;user=phone", "sip:alice@example.org?to=x",
		 "sip:%61lice@example.org", "sip:alice:secret@example.org",
		 "<sip:alice@example.org>", "alice@example.org  "},
		{"M\xc3\xbcller@example.org", "muller@example.org", "M\xc3\x9cLLER@EXAMPLE.ORG"},
		{"tel:*123-#4", "TEL:*123#4", "tel:*12.3#4"},
		{"tel:112", "tel:1-1-2", "112"},
		{"sip:a%3Bb@h", "sip:a%3bb@H"},
		{"\xff\xfe@h", "\xff\xfe@H"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 1; k < 12 && rows[i][k]; k++)
			if (key_of(rows[i][0]) != key_of(rows[i][k]))
				fail_msg("'%s' and '%s' have different keys", rows[i][0],
					 rows[i][k]);
}

static void different_identities_have_different_keys(void **state)
{
	static const char *const texts[] = {
		"001010000000001",
		"001010000000010",
		"0010100000000011",
		"01010000000001",
		"tel:112",
		"tel:0112",
		"alice@example.org",
		"alice@example.com",
		"alice.b@example.org",
		"aliceb@example.org",
		"bob@example.org",
		"alice",
		"example.org",
		"",
		"@example.org",
		"urn:service:sos",
		"urn:service:sos.police",
		"1234@example.org",
		"1234@example.com",
		"a1234567@example.org",
		"1234567a@example.org",
		"9234567890123456789",
		"9234567890123456788",
	};
	size_t count = sizeof(texts) / sizeof(texts[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (key_of(texts[i]) == key_of(texts[k]))
				fail_msg("'%s' and '%s' share a key", texts[i], texts[k]);
}

static void spaces_are_apart(void **state)
{
	(void)state;
	assert_true(lookup_key(LOOKUP_IRS, TEXT_LITERAL("12345")) != key_of("12345"));
	assert_true(lookup_key(LOOKUP_IRS, TEXT_LITERAL("a")) !=
		    lookup_key(LOOKUP_NAME, TEXT_LITERAL("a")));
	assert_true(lookup_key(LOOKUP_IRS, TEXT_LITERAL("12345")) !=
		    lookup_key(LOOKUP_IRS, TEXT_LITERAL("012345")));
	assert_true(lookup_key(LOOKUP_NAME, TEXT_LITERAL("Alice ")) ==
		    lookup_key(LOOKUP_NAME, TEXT_LITERAL("alice")));
}

static void a_number_is_keyed_by_its_digits(void **state)
{
	(void)state;
	assert_true(key_of("00101") == lookup_key_number(100000 + 101));
	assert_true(key_of("123456789012345678") ==
		    lookup_key_number(1000000000000000000ull + 123456789012345678ull));
}

/* What the fast way for plain ASCII gives is what the careful one gives: an escape forces the
 * latter. */
static void the_fast_way_gives_the_same_key(void **state)
{
	static const char *const users[] = {"alice", "Alice.B-c_d", "iris", "Imsi", "a", "z9"};
	char plain[64], escaped[128];

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		snprintf(plain, sizeof(plain), "sip:%s@example.org", users[i]);
		snprintf(escaped, sizeof(escaped), "sip:%%%02x%s@example.org",
			 (unsigned)users[i][0], users[i] + 1);
		assert_true(key_of(plain) == key_of(escaped));
	}
	for (unsigned digits = 5; digits <= 20; digits++) {
		snprintf(plain, sizeof(plain), "%.*s@h", (int)digits, "01234567890123456789");
		snprintf(escaped, sizeof(escaped), "%%30%s", plain + 1);
		assert_true(key_of(plain) == key_of(escaped));
	}
}

/* Otherwise the structure of an identity could differ between equal ones. */
static void only_letters_have_accents(void **state)
{
	(void)state;
	for (unsigned c = 0x80; c < 0x20000; c++) {
		unsigned weight = collation_weight(c);

		if (weight < 0x80 && (weight < 'A' || weight > 'Z'))
			fail_msg("U+%04X weighs U+%04X", c, weight);
	}
}

/* --- random pairs, by the rules themselves --------------------------------------------------- */

static const char alphabet[] = "aAbB019+-.()%@;:?! <>sipteloSIP_\\*#=&/\xc3\xa4\xc3\x84\xff";

static struct text random_text(struct random_source *r, char *out)
{
	static const char *const starts[] = {
		"sip:", "tel:", "", "SIPS:", "imsi-", "<sip:", "tel:+"};
	static const char *const ends[] = {"@h.org", "@H.ORG", "", ";x=1", "@h.org;x", ">", "  "};
	size_t used = (size_t)sprintf(out, "%s", starts[random_below(r, 7)]);

	for (uint32_t n = random_below(r, 8); n > 0; n--) {
		if (random_below(r, 8) == 0)
			used += (size_t)sprintf(out + used, "%%%02x", 0x20 + random_below(r, 0x60));
		else
			out[used++] = alphabet[random_below(r, sizeof(alphabet) - 1)];
	}
	used += (size_t)sprintf(out + used, "%s", ends[random_below(r, 7)]);
	return text_of(out, used);
}

/* Changes that some rule does not see. */
static struct text disguise(struct random_source *r, struct text t, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < t.length; i++) {
		char c = t.data[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (is_letter && random_below(r, 3) == 0)
			c ^= 0x20;
		if (random_below(r, 6) == 0 && i > 4 && (is_letter || (c >= '0' && c <= '9')))
			used += (size_t)sprintf(out + used, "%%%02X", (unsigned)(unsigned char)c);
		else
			out[used++] = c;
		if (random_below(r, 12) == 0)
			out[used++] = '-';
	}
	if (random_below(r, 4) == 0)
		used += (size_t)sprintf(out + used, ";p=v");
	if (random_below(r, 4) == 0)
		out[used++] = ' ';
	return text_of(out, used);
}

static void equal_identities_have_equal_keys(void **state)
{
	struct random_source r = {0x9876543210abcdefull};
	char first[256], second[1024];
	unsigned equal = 0;

	(void)state;
	for (unsigned i = 0; i < 400000; i++) {
		struct text a = random_text(&r, first), b = disguise(&r, a, second);

		if (!identity_impi_equal(a, b) && !identity_impu_equal(a, b) &&
		    !collation_equal(a, b))
			continue;
		equal++;
		if (lookup_key(LOOKUP_IDENTITY, a) != lookup_key(LOOKUP_IDENTITY, b))
			fail_msg("'%.*s' and '%.*s' are equal but for their keys", (int)a.length,
				 a.data, (int)b.length, b.data);
	}
	assert_true(equal > 10000);
}

static void long_texts_are_keyed_by_their_beginning(void **state)
{
	char a[3000], b[3000];

	(void)state;
	memset(a, 'x', sizeof(a));
	memset(b, 'X', sizeof(b));
	assert_true(lookup_key(LOOKUP_IDENTITY, text_of(a, sizeof(a))) ==
		    lookup_key(LOOKUP_IDENTITY, text_of(b, sizeof(b))));
	b[0] = 'y';
	assert_true(lookup_key(LOOKUP_IDENTITY, text_of(a, sizeof(a))) !=
		    lookup_key(LOOKUP_IDENTITY, text_of(b, sizeof(b))));
	memset(b + 5, ' ', sizeof(b) - 5);
	memset(b, 'z', 5);
	assert_true(lookup_key(LOOKUP_IDENTITY, text_of(b, sizeof(b))) == key_of("zzzzz"));
}

static void digits_are_read_and_written_alike(void **state)
{
	static const char all[] = "987654321012345678901234567890";
	char out[DIGITS_MAX];

	(void)state;
	for (unsigned length = 0; length <= 20; length++) {
		for (unsigned bad = 0; bad <= length; bad++) {
			char text[32];
			uint64_t marked, expected = 1;

			memcpy(text, all, length);
			if (bad < length)
				text[bad] = (char)(bad % 2 ? '/' : 0xb3);
			unsigned wanted = bad < DIGITS_MAX ? bad : DIGITS_MAX;
			for (unsigned i = 0; i < wanted; i++)
				expected = expected * 10 + (uint64_t)(text[i] - '0');
			assert_int_equal(digits_scan(text_of(text, length), &marked), wanted);
			assert_true(marked == expected);
			digits_write(marked, wanted, out);
			assert_memory_equal(out, text, wanted);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_one_identity_share_a_key),
		cmocka_unit_test(different_identities_have_different_keys),
		cmocka_unit_test(spaces_are_apart),
		cmocka_unit_test(a_number_is_keyed_by_its_digits),
		cmocka_unit_test(the_fast_way_gives_the_same_key),
		cmocka_unit_test(only_letters_have_accents),
		cmocka_unit_test(equal_identities_have_equal_keys),
		cmocka_unit_test(long_texts_are_keyed_by_their_beginning),
		cmocka_unit_test(digits_are_read_and_written_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
