#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "model/identity_reading.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Numbers are written as ITU-T E.123 and RFC 3966 5.1.1 do, and as people paste them. */
static void people_add_things_to_identities(void **state)
{
	static const struct {
		const char *typed, *reading[IDENTITY_READINGS_MAX];
	} rows[] = {
		{"999700000000001", {"999700000000001"}},
		{" 999700000000001\n", {"999700000000001"}},
		{"999 70 0000000001", {"999 70 0000000001", "999700000000001"}},
		{"999-70-0000000001", {"999-70-0000000001", "999700000000001"}},
		{"IMSI:999700000000001", {"IMSI:999700000000001", "999700000000001"}},
		{"imsi = 999700000000001", {"imsi = 999700000000001", "999700000000001"}},
		{"MSISDN +999 000 0001", {"MSISDN +999 000 0001", "+9990000001"}},
		{"IMPI: 999700000000001@ims.example",
		 {"IMPI: 999700000000001@ims.example", "999700000000001@ims.example"}},
		{"IMPU: sip:alice@example.org",
		 {"IMPU: sip:alice@example.org", "sip:alice@example.org"}},
		{"<sip:+9990000001@ims.example>",
		 {"<sip:+9990000001@ims.example>", "sip:+9990000001@ims.example"}},
		{"\"Alice\" <sip:alice@example.org>",
		 {"\"Alice\" <sip:alice@example.org>", "sip:alice@example.org"}},
		{"'999700000000001'", {"'999700000000001'", "999700000000001"}},
		{"tel:+999-000-0001", {"tel:+999-000-0001", "tel:+9990000001"}},
		{"tel:+999 (000) 0001", {"tel:+999 (000) 0001", "tel:+9990000001"}},
		{"TEL:+999.000.0001;x=y", {"TEL:+999.000.0001;x=y", "TEL:+9990000001;x=y"}},
		{"sip:+999 000 0001@ims.example",
		 {"sip:+999 000 0001@ims.example", "sip:+9990000001@ims.example"}},
		{"+999 000/0001", {"+999 000/0001", "+9990000001"}},
		/* no-break space, hyphen and minus of Unicode, marks of direction */
		{"+999\u00a0000\u20100001", {"+999\u00a0000\u20100001", "+9990000001"}},
		{"\u202a+999 000\u22120001\u202c",
		 {"\u202a+999 000\u22120001\u202c", "+9990000001"}},
		/* E.123 2.6: what is in brackets is not dialled from abroad */
		{"+999 (0)00 0001", {"+999 (0)00 0001", "+999000001"}},
		{"00999 (0)00 0001", {"00999 (0)00 0001", "00999000001", "+999000001"}},
		{"009990000001", {"009990000001", "+9990000001"}},
		{"00 999 0000001", {"00 999 0000001", "009990000001", "+9990000001"}},
		{"tel:009990000001", {"tel:009990000001", "tel:+9990000001"}},
		{"sip:009990000001@ims.example",
		 {"sip:009990000001@ims.example", "sip:+9990000001@ims.example"}},
		{"001010000000001", {"001010000000001", "+1010000000001"}},
		{"0123456", {"0123456", "+998123456"}},
		{"01 23-456", {"01 23-456", "0123456", "+998123456"}},
		{"tel:0123456", {"tel:0123456", "tel:+998123456"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct identity_readings found;
		struct arena arena;
		unsigned n = 0;

		arena_init(&arena);
		assert_true(identity_read(text_from(rows[i].typed), TEXT_LITERAL("998"), &arena,
					  &found));
		while (n < IDENTITY_READINGS_MAX && rows[i].reading[n]) {
			if (n >= found.count ||
			    !text_equal(found.reading[n], text_from(rows[i].reading[n])))
				fail_msg("'%s': reading %u is not '%s'", rows[i].typed, n,
					 rows[i].reading[n]);
			n++;
		}
		if (found.count != n)
			fail_msg("'%s': %u readings", rows[i].typed, found.count);
		arena_clear(&arena);
	}
}

static void what_is_no_number_stays_as_it_is(void **state)
{
	static const char *const rows[] = {
		"",
		"alice@example.org",
		"sip:alice-bob@example.org",
		"imsi-999700000000001@ims.example",
		"imsi@example.org",
		"impu1@example.org",
		"sip:999!.*!@ims.example",
		"49+30",
		"++49",
		"+",
		"<>",
		"sip:",
		"\xff\xfe",
		"12\00134",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct identity_readings found;
		struct arena arena;

		arena_init(&arena);
		assert_true(identity_read(text_from(rows[i]), TEXT_NONE, &arena, &found));
		if (found.count != 1 || !text_equal(found.reading[0], text_from(rows[i])))
			fail_msg("'%s' has %u readings", rows[i], found.count);
		arena_clear(&arena);
	}
}

static void a_national_number_needs_the_country_code(void **state)
{
	struct identity_readings found;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_true(identity_read(TEXT_LITERAL("0123456"), TEXT_NONE, &arena, &found));
	assert_int_equal(found.count, 1);
	arena_clear(&arena);
}

static void the_tidy_reading_is_told(void **state)
{
	static const struct {
		const char *typed;
		unsigned tidy;
	} rows[] = {
		{"001010000000001", 0},         {"00101 0000000001", 1},
		{"MSISDN +999 000 0001", 1},    {"alice@example.org", 0},
		{"impi: alice@example.org", 1}, {"", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct identity_readings found;
		struct arena arena;

		arena_init(&arena);
		assert_true(identity_read(text_from(rows[i].typed), TEXT_NONE, &arena, &found));
		assert_int_equal(found.tidy, rows[i].tidy);
		arena_clear(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_add_things_to_identities),
		cmocka_unit_test(what_is_no_number_stays_as_it_is),
		cmocka_unit_test(a_national_number_needs_the_country_code),
		cmocka_unit_test(the_tidy_reading_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
