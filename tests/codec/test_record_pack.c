/* Packing and unpacking records: every attribute comes back exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/lookup_key.h"
#include "codec/record_block.h"
#include "codec/record_pack.h"
#include "codec/record_unpack.h"
#include "tests/codec/random_record.h"

#define RANDOM_RECORDS 20000
#define SEED 0x123456789abcdefull

static struct text find_text(void *context, enum record_text kind, uint32_t id)
{
	const struct record_packer *p = context;

	return intern_text(kind == RECORD_TAIL ? &p->tails : &p->texts, id);
}

static enum rc unpack(struct record_packer *p, const struct record_block *block,
		      const struct record_view *view, struct ims_subscription *out)
{
	struct record_dictionary dictionary = {find_text, p};

	return record_unpack(block, view,
			     view->shape ? intern_text(&p->shapes, view->shape)
					 : view->inline_shape,
			     &dictionary, out, NULL);
}

static void assert_has_key(const struct record_packer *p, struct text t)
{
	uint64_t key = lookup_key(LOOKUP_IDENTITY, t);

	for (size_t i = 0; i < p->key_count; i++)
		if (p->keys[i] == key)
			return;
	fail_msg("no lookup key for '%.*s'", (int)t.length, t.data);
}

static void assert_has_all_keys(const struct record_packer *p, const struct ims_subscription *s)
{
	for (uint32_t i = 0; i < s->imsi_count; i++)
		if (s->imsi[i].data)
			assert_has_key(p, s->imsi[i]);
	for (uint32_t i = 0; i < s->msisdn_count; i++)
		assert_has_key(p, s->msisdn[i]);
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (s->impi[i].identity.data)
			assert_has_key(p, s->impi[i].identity);
	for (uint32_t i = 0; i < s->impu_count; i++)
		if (s->impu[i].identity.data)
			assert_has_key(p, s->impu[i].identity);
}

/* Unpacks a finished block and compares with the records that random_record gives from *r. */
static uint32_t compare_block(struct record_packer *p, struct text bytes, struct random_source *r,
			      uint32_t serial)
{
	struct ims_subscription expected, found;
	struct record_block block;
	struct record_view view;

	subscription_init(&expected);
	subscription_init(&found);
	assert_true(record_block_open(bytes, &block));
	while (record_block_next(&block, &view)) {
		random_record(r, serial, &expected);
		assert_int_equal(unpack(p, &block, &view, &found), RC_OK);
		const char *difference = record_difference(&expected, &found);
		if (difference)
			fail_msg("record %u comes back with another %s", serial, difference);
		serial++;
	}
	assert_false(block.reader.failed);
	subscription_clear(&expected);
	subscription_clear(&found);
	return serial;
}

static void every_record_comes_back_byte_for_byte(void **state)
{
	struct random_source write = {SEED}, read = {SEED};
	struct ims_subscription record;
	struct packed_record packed;
	struct record_packer p;
	uint32_t compared = 0;

	(void)state;
	record_packer_init(&p, 16384);
	subscription_init(&record);
	for (uint32_t i = 0; i < RANDOM_RECORDS; i++) {
		random_record(&write, i, &record);
		assert_int_equal(record_packer_put(&p, &record, &packed, NULL), RC_OK);
		assert_has_all_keys(&p, &record);
		if (record_packer_is_full(&p))
			compared = compare_block(&p, record_packer_take(&p), &read, compared);
	}
	compared = compare_block(&p, record_packer_take(&p), &read, compared);
	assert_int_equal(compared, RANDOM_RECORDS);
	subscription_clear(&record);
	record_packer_clear(&p);
}

/* The shape is inline when its dictionary is full. */
static void records_without_room_in_the_dictionaries_come_back(void **state)
{
	struct random_source write = {SEED + 1}, read = {SEED + 1};
	struct ims_subscription record;
	struct packed_record packed;
	struct record_packer p;
	uint32_t compared = 0;

	(void)state;
	record_packer_init(&p, 0);
	p.shapes.count_max = p.texts.count_max = p.tails.count_max = 2;
	subscription_init(&record);
	for (uint32_t i = 0; i < 2000; i++) {
		random_record(&write, i, &record);
		assert_int_equal(record_packer_put(&p, &record, &packed, NULL), RC_OK);
		assert_has_all_keys(&p, &record);
		if (record_packer_is_full(&p))
			compared = compare_block(&p, record_packer_take(&p), &read, compared);
	}
	assert_int_equal(compare_block(&p, record_packer_take(&p), &read, compared), 2000);
	assert_true(p.shapes.count <= 2);
	subscription_clear(&record);
	record_packer_clear(&p);
}

static struct packed_record pack_one(struct record_packer *p, const struct ims_subscription *s)
{
	struct packed_record packed;

	assert_int_equal(record_packer_put(p, s, &packed, NULL), RC_OK);
	return packed;
}

static void healthy_subscribers_share_one_local_shape_and_two_keys(void **state)
{
	struct ims_subscription record;
	struct record_packer p;

	(void)state;
	record_packer_init(&p, 16384);
	subscription_init(&record);
	for (uint32_t i = 0; i < 100; i++) {
		derivable_record(i, &record);
		struct packed_record packed = pack_one(&p, &record);

		assert_int_equal(packed.shape, 1);
		assert_true(packed.is_local);
		assert_int_equal(packed.is_new_shape, i == 0);
		assert_int_equal(p.key_count, 2);
	}
	subscription_clear(&record);
	record_packer_clear(&p);
}

/* One IMPI and one IMPU: whether the verdict may be shared with records of the same shape. */
static void only_identities_that_compare_plainly_are_local(void **state)
{
	static const struct {
		const char *imsi, *impi, *impu;
		bool is_local;
	} rows[] = {
		{"001010000000001", "001010000000001@ims.example.org", "tel:+4930123456", true},
		{"001010000000001", "alice@ims.example.org", "sip:alice@ims.example.org", true},
		{NULL, "001010000000001@ims.example.org", "sip:001010000000001@ims.example.org",
		 true},
		{"001010000000001", "Alice@ims.example.org", "tel:+4930123456", false},
		{"001010000000001", "alice@Ims.example.org", "tel:+4930123456", false},
		{"001010000000001", "al_ce@ims.example.org", "tel:+4930123456", false},
		{"001010000000001", "alice@ims.example.org ", "tel:+4930123456", false},
		{"001010000000001", "al%69ce@ims.example.org", "tel:+4930123456", false},
		{"001010000000001", "alice@ims.example.org", "sip:a@ims.example.org;user=phone",
		 false},
		{"001010000000001", "alice@ims.example.org", "sip:a@ims.example.org:5060", false},
		{"001010000000001", "alice@ims.example.org", "sip:!.*!@ims.example.org", false},
		{"001010000000001", "alice@ims.example.org", "alice@ims.example.org", false},
		/* another number of the length of an IMSI may be a damaged one */
		{"001010000000001", "001010000000002@ims.example.org", "tel:+4930123456", false},
		{"001010000000001", "alice@ims.example.org", "sip:00101000000001@ims.example.org",
		 false},
		/* not enough digits for a PLMN, or no digits */
		{"00101", "alice@ims.example.org", "tel:+4930123456", false},
		{"0010100000000O1", "alice@ims.example.org", "tel:+4930123456", false},
	};
	struct ims_subscription record;

	(void)state;
	subscription_init(&record);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record_packer p;

		record_packer_init(&p, 0);
		subscription_reset(&record);
		if (rows[i].imsi)
			subscription_add_imsi(&record, text_from(rows[i].imsi));
		subscription_add_impi(&record, text_from(rows[i].impi));
		subscription_add_impu(&record, text_from(rows[i].impu));
		if (pack_one(&p, &record).is_local != rows[i].is_local)
			fail_msg("%s, %s: expected %s", rows[i].impi, rows[i].impu,
				 rows[i].is_local ? "local" : "not local");
		record_packer_clear(&p);
	}
	subscription_clear(&record);
}

/* What decides a verdict must show in the shape: each row differs from the first. */
static void differences_that_matter_make_another_shape(void **state)
{
	static const struct {
		const char *imsi, *impi, *impu, *label;
	} rows[] = {
		{"001010000000001", "001010000000001@example.org", "sip:+4930123456@example.org",
		 "7"},
		{"00101000000001", "00101000000001@example.org", "sip:+4930123456@example.org",
		 "7"},
		{"001010000000001", "001010000000002@example.org", "sip:+4930123456@example.org",
		 "7"},
		{"001010000000001", "001010000000001@example.com", "sip:+4930123456@example.org",
		 "7"},
		{"001010000000001", "001010000000001@example.org", "tel:+4930123456", "7"},
		{"001010000000001", "001010000000001@example.org", "sip:4930123456@example.org",
		 "7"},
		{"001010000000001", "001010000000001@example.org", "sip:alice@example.org", "7"},
		{"001010000000001", "001010000000001@example.org", "sip:+4930123456@example.org",
		 "0"},
	};
	struct ims_subscription record;
	struct record_packer p;

	(void)state;
	record_packer_init(&p, 0);
	subscription_init(&record);
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		subscription_reset(&record);
		subscription_add_imsi(&record, text_from(rows[i].imsi));
		subscription_add_impi(&record, text_from(rows[i].impi));
		struct impu *impu = subscription_add_impu(&record, text_from(rows[i].impu));
		impu->irs_state = IRS_NAMED;
		impu->irs = text_from(rows[i].label);
		assert_int_equal(pack_one(&p, &record).shape, i + 1);
	}
	/* … and what does not decide it, does not. */
	subscription_reset(&record);
	subscription_add_imsi(&record, TEXT_LITERAL("001010000000999"));
	subscription_add_impi(&record, TEXT_LITERAL("001010000000999@example.org"));
	struct impu *impu =
		subscription_add_impu(&record, TEXT_LITERAL("sip:+4930123457@example.org"));
	impu->irs_state = IRS_NAMED;
	impu->irs = TEXT_LITERAL("8");
	assert_int_equal(pack_one(&p, &record).shape, 1);
	subscription_clear(&record);
	record_packer_clear(&p);
}

static void an_attribute_out_of_its_range_is_refused(void **state)
{
	struct ims_subscription record;
	struct packed_record packed;
	struct record_packer p;

	(void)state;
	record_packer_init(&p, 0);
	subscription_init(&record);
	subscription_add_impu(&record, TEXT_LITERAL("tel:+4930123456"))->barred = (enum tri)3;
	assert_int_equal(record_packer_put(&p, &record, &packed, NULL), RC_USAGE);
	subscription_reset(&record);
	subscription_add_impi(&record, TEXT_LITERAL("a@b"));
	subscription_associate(&record, 0, 5);
	assert_int_equal(record_packer_put(&p, &record, &packed, NULL), RC_USAGE);
	subscription_clear(&record);
	record_packer_clear(&p);
}

static bool is_odd(uint32_t index, void *context)
{
	(void)context;
	return index & 1;
}

static void buried_records_are_skipped_and_the_rest_stays(void **state)
{
	struct ims_subscription record, found;
	struct byte_writer out = {0};
	struct record_packer p;
	struct record_block block;
	struct record_view view;
	uint32_t count = 0;

	(void)state;
	record_packer_init(&p, 0);
	subscription_init(&record);
	subscription_init(&found);
	for (uint32_t i = 0; i < 50; i++) {
		derivable_record(i, &record);
		pack_one(&p, &record);
	}
	assert_true(record_block_bury(record_packer_take(&p), is_odd, NULL, &out));
	struct text bytes = text_of((const char *)out.data, out.length);
	assert_true(record_block_open(bytes, &block));
	while (record_block_next(&block, &view)) {
		assert_int_equal(view.index, count * 2);
		derivable_record(view.index, &record);
		assert_int_equal(unpack(&p, &block, &view, &found), RC_OK);
		assert_null(record_difference(&record, &found));
		count++;
	}
	assert_int_equal(count, 25);
	assert_true(record_block_open(bytes, &block));
	assert_false(record_block_seek(&block, 7, &view));
	assert_false(block.reader.failed);
	assert_true(record_block_seek(&block, 8, &view));
	byte_writer_clear(&out);
	subscription_clear(&record);
	subscription_clear(&found);
	record_packer_clear(&p);
}

/* Each byte of a block is damaged in turn: an error or another record, never more. */
static void damaged_blocks_do_no_harm(void **state)
{
	struct random_source r = {SEED + 2};
	struct ims_subscription record;
	struct record_packer p;

	(void)state;
	record_packer_init(&p, 0);
	subscription_init(&record);
	for (uint32_t i = 0; i < 40; i++) {
		random_record(&r, i, &record);
		pack_one(&p, &record);
	}
	struct text bytes = record_packer_take(&p);
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char *copy = malloc(bytes.length);
		struct record_block block;
		struct record_view view;

		assert_non_null(copy);
		memcpy(copy, bytes.data, bytes.length);
		copy[i] ^= (unsigned char)(1u << random_below(&r, 8));
		if (record_block_open(text_of((const char *)copy, bytes.length), &block))
			while (record_block_next(&block, &view))
				unpack(&p, &block, &view, &record);
		free(copy);
	}
	subscription_clear(&record);
	record_packer_clear(&p);
}

static void the_plmn_of_a_lead_is_its_first_six_digits(void **state)
{
	(void)state;
	assert_int_equal(record_lead_plmn(1001010000000001ull), 1001010);
	assert_int_equal(record_lead_plmn(1999700000000001ull), 1999700);
	assert_int_equal(record_lead_plmn(1262011ull), 1262011);
	assert_int_equal(record_lead_plmn(100101ull), 0);
	assert_int_equal(record_lead_plmn(1123456789012345678ull), 1123456);
	assert_int_equal(record_lead_plmn(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_comes_back_byte_for_byte),
		cmocka_unit_test(records_without_room_in_the_dictionaries_come_back),
		cmocka_unit_test(healthy_subscribers_share_one_local_shape_and_two_keys),
		cmocka_unit_test(only_identities_that_compare_plainly_are_local),
		cmocka_unit_test(differences_that_matter_make_another_shape),
		cmocka_unit_test(an_attribute_out_of_its_range_is_refused),
		cmocka_unit_test(buried_records_are_skipped_and_the_rest_stays),
		cmocka_unit_test(damaged_blocks_do_no_harm),
		cmocka_unit_test(the_plmn_of_a_lead_is_its_first_six_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
