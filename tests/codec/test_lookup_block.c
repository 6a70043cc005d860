/* Packed lookup entries, the bytes they are made of, and the dictionaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/bytes.h"
#include "codec/identity_form.h"
#include "codec/intern.h"
#include "codec/lookup_block.h"
#include "tests/codec/random_record.h"

static struct text pack(const struct lookup_entry *entries, uint32_t count, struct byte_writer *out)
{
	out->length = 0;
	lookup_block_pack(entries, count, out);
	assert_false(out->failed);
	return text_of((const char *)out->data, out->length);
}

static void entries_come_back(void **state)
{
	struct random_source r = {77};
	struct byte_writer out = {0};
	static struct lookup_entry entries[1000];

	(void)state;
	for (int round = 0; round < 200; round++) {
		uint32_t count = 1 + random_below(&r, 999), limit = 1u << random_below(&r, 32);
		uint64_t fingerprint = random_below(&r, 1000), gap = 1ull << random_below(&r, 47);
		struct lookup_block block;

		for (uint32_t i = 0; i < count; i++) {
			bool repeats = i && random_below(&r, 4) == 0 &&
				       entries[i - 1].ordinal < UINT32_MAX - 3;

			if (i && !repeats)
				fingerprint += 1 + random_below(&r, UINT32_MAX) % gap;
			entries[i].fingerprint = fingerprint;
			entries[i].ordinal = repeats ? entries[i - 1].ordinal + 1
						     : random_below(&r, limit);
		}
		assert_true(lookup_block_open(pack(entries, count, &out), &block));
		assert_int_equal(block.count, count);
		for (uint32_t i = 0; i < count; i++) {
			uint32_t first, found;

			assert_int_equal(lookup_block_ordinal(&block, i), entries[i].ordinal);
			found = lookup_block_find(
				&block, entries[i].fingerprint - entries[0].fingerprint, &first);
			assert_true(first <= i && i < first + found);
			assert_true(entries[first].fingerprint == entries[i].fingerprint);
			if (i + 1 < count)
				assert_true(lookup_block_gap(&block, i) ==
					    entries[i + 1].fingerprint - entries[i].fingerprint);
		}
	}
	byte_writer_clear(&out);
}

static void absent_fingerprints_are_not_found(void **state)
{
	static const struct lookup_entry entries[] = {{10, 1}, {20, 2}, {20, 3}, {1000, 0}};
	struct byte_writer out = {0};
	struct lookup_block block;
	uint32_t first;

	(void)state;
	assert_true(lookup_block_open(pack(entries, 4, &out), &block));
	assert_int_equal(lookup_block_find(&block, 0, &first), 1);
	assert_int_equal(lookup_block_find(&block, 5, &first), 0);
	assert_int_equal(lookup_block_find(&block, 10, &first), 2);
	assert_int_equal(first, 1);
	assert_int_equal(lookup_block_find(&block, 991, &first), 0);
	assert_int_equal(lookup_block_find(&block, UINT64_MAX, &first), 0);
	byte_writer_clear(&out);
}

static void runs_are_the_repeated_fingerprints(void **state)
{
	static const struct lookup_entry entries[] = {{1, 5}, {1, 6}, {2, 0}, {3, 1},
						      {7, 1}, {7, 2}, {7, 9}};
	struct byte_writer out = {0};
	struct lookup_block block;
	uint32_t first = 0;

	(void)state;
	assert_true(lookup_block_open(pack(entries, 7, &out), &block));
	assert_int_equal(lookup_block_next_run(&block, &first), 2);
	assert_int_equal(first, 0);
	first = 2;
	assert_int_equal(lookup_block_next_run(&block, &first), 3);
	assert_int_equal(first, 4);
	first = 7;
	assert_int_equal(lookup_block_next_run(&block, &first), 0);
	byte_writer_clear(&out);
}

static void damaged_entries_are_refused(void **state)
{
	static const struct lookup_entry entries[] = {{1, 5}, {1, 6}, {2, 0}};
	struct byte_writer out = {0};
	struct lookup_block block;
	struct text bytes;

	(void)state;
	bytes = pack(entries, 3, &out);
	for (size_t length = 0; length < bytes.length; length++)
		assert_false(lookup_block_open(text_of(bytes.data, length), &block));
	/* a huge count of entries that take no bytes */
	assert_false(lookup_block_open(TEXT_LITERAL("\xff\xff\xff\xff\x0f\0\0\0\0\0\0\0\0\0\0"),
				       &block));
	byte_writer_clear(&out);
}

static void fingerprints_grow_with_the_entries(void **state)
{
	(void)state;
	assert_int_equal(lookup_block_bits(0), LOOKUP_BITS_MIN);
	for (unsigned shift = 8; shift < 33; shift++)
		assert_true(lookup_block_bits(1ull << shift) >= shift + 24 ||
			    lookup_block_bits(1ull << shift) == LOOKUP_BITS_MAX);
}

static void numbers_of_every_length_come_back(void **state)
{
	struct byte_writer w = {0};

	(void)state;
	for (unsigned shift = 0; shift < 64; shift++) {
		byte_writer_varint(&w, 1ull << shift);
		byte_writer_difference(&w, (1ull << shift) - 1, UINT64_MAX - shift);
	}
	byte_writer_varint(&w, UINT64_MAX);
	struct byte_reader r = byte_reader_of(w.data, w.length);
	for (unsigned shift = 0; shift < 64; shift++) {
		assert_true(byte_reader_varint(&r) == 1ull << shift);
		assert_true(byte_reader_difference(&r, UINT64_MAX - shift) == (1ull << shift) - 1);
	}
	assert_true(byte_reader_varint(&r) == UINT64_MAX);
	assert_false(r.failed);
	assert_int_equal(byte_reader_varint(&r), 0);
	assert_true(r.failed);
	byte_writer_clear(&w);
}

static void overlong_numbers_are_refused(void **state)
{
	static const unsigned char eleven[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
					       0x80, 0x80, 0x80, 0x80, 0x01};
	static const unsigned char too_large[] = {0xff, 0xff, 0xff, 0xff, 0xff,
						  0xff, 0xff, 0xff, 0xff, 0x02};
	struct byte_reader r = byte_reader_of(eleven, sizeof(eleven));

	(void)state;
	byte_reader_varint(&r);
	assert_true(r.failed);
	r = byte_reader_of(too_large, sizeof(too_large));
	byte_reader_varint(&r);
	assert_true(r.failed);
}

static void equal_texts_have_one_number(void **state)
{
	struct intern d;
	char text[16];

	(void)state;
	intern_init(&d, 1000, 1 << 20);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 1000; i++) {
			snprintf(text, sizeof(text), "t%u", i);
			assert_int_equal(intern_add(&d, text_from(text)), i + 1);
		}
	assert_int_equal(intern_add(&d, TEXT_LITERAL("one too many")), 0);
	assert_true(text_equal(intern_text(&d, 7), TEXT_LITERAL("t6")));
	assert_null(intern_text(&d, 0).data);
	assert_null(intern_text(&d, 1001).data);
	intern_clear(&d);
}

static void a_dictionary_keeps_its_cap_of_bytes(void **state)
{
	struct intern d;

	(void)state;
	intern_init(&d, 1000, 8);
	assert_int_equal(intern_add(&d, TEXT_LITERAL("12345")), 1);
	assert_int_equal(intern_add(&d, TEXT_LITERAL("6789")), 0);
	assert_int_equal(intern_add(&d, TEXT_LITERAL("678")), 2);
	assert_int_equal(intern_add(&d, TEXT_LITERAL("")), 3);
	assert_int_equal(intern_add(&d, TEXT_LITERAL("12345")), 1);
	intern_clear(&d);
}

static void identities_are_taken_apart_without_loss(void **state)
{
	static const struct {
		const char *identity;
		enum identity_prefix prefix;
		unsigned digits;
		const char *user, *tail;
	} rows[] = {
		{"001010000000001@h", PREFIX_NONE, 15, "001010000000001", "@h"},
		{"sip:001010000000001@h", PREFIX_SIP, 15, "001010000000001", "@h"},
		{"sip:+4930123@h;user=phone", PREFIX_SIP_PLUS, 7, "4930123", "@h;user=phone"},
		{"tel:+4930123", PREFIX_TEL_PLUS, 7, "4930123", NULL},
		{"tel:4930123;phone-context=+1", PREFIX_TEL, 7, "4930123", ";phone-context=+1"},
		{"imsi-001010000000001", PREFIX_IMSI, 15, "001010000000001", NULL},
		{"+4930123", PREFIX_PLUS, 7, "4930123", NULL},
		{"sip:1234@h", PREFIX_SIP, 0, "1234", "@h"},
		{"sip:+abc@h", PREFIX_SIP, 0, "+abc", "@h"},
		{"sip:a@b@c", PREFIX_SIP, 0, "a@b", "@c"},
		{"12345;x", PREFIX_NONE, 0, "12345;x", NULL},
		{"12345678901234567890@h", PREFIX_NONE, 0, "12345678901234567890", "@h"},
		{"SIP:alice@h", PREFIX_NONE, 0, "SIP:alice", "@h"},
		{"", PREFIX_NONE, 0, "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct identity_form form;

		identity_form_split(text_from(rows[i].identity), &form);
		assert_int_equal(form.prefix, rows[i].prefix);
		assert_int_equal(form.digits, rows[i].digits);
		assert_true(text_equal(form.user, text_from(rows[i].user)));
		assert_true(text_equal(form.tail, text_from(rows[i].tail)));
	}
}

static void plain_users_and_tails_need_no_care(void **state)
{
	static const char *const users[] = {"alice", "a.b-c9", "x"};
	static const char *const odd_users[] = {"",         "Alice", "a_b",   "a%b",
						"a\\b",     "12345", "1-2.3", "a b",
						"imsi-123", "a\xc3", "+a"};
	static const char *const tails[] = {"@h", "@ims.mnc001.mcc001.3gppnetwork.org"};
	static const char *const odd_tails[] = {"", "@", "h", "@H", "@h:1", "@h;x", "@h ", "@@h"};

	(void)state;
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		assert_true(identity_form_user_is_plain(text_from(users[i])));
	for (size_t i = 0; i < sizeof(odd_users) / sizeof(odd_users[0]); i++)
		assert_false(identity_form_user_is_plain(text_from(odd_users[i])));
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		assert_true(identity_form_tail_is_plain(text_from(tails[i])));
	for (size_t i = 0; i < sizeof(odd_tails) / sizeof(odd_tails[0]); i++)
		assert_false(identity_form_tail_is_plain(text_from(odd_tails[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_back),
		cmocka_unit_test(absent_fingerprints_are_not_found),
		cmocka_unit_test(runs_are_the_repeated_fingerprints),
		cmocka_unit_test(damaged_entries_are_refused),
		cmocka_unit_test(fingerprints_grow_with_the_entries),
		cmocka_unit_test(numbers_of_every_length_come_back),
		cmocka_unit_test(overlong_numbers_are_refused),
		cmocka_unit_test(equal_texts_have_one_number),
		cmocka_unit_test(a_dictionary_keeps_its_cap_of_bytes),
		cmocka_unit_test(identities_are_taken_apart_without_loss),
		cmocka_unit_test(plain_users_and_tails_need_no_care),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
