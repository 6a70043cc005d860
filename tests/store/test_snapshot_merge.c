/* Joining records that share a key before the snapshot is committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "codec/lookup_key.h"
#include "tests/codec/random_record.h"
#include "tests/store/temporary.h"

#define SUBSCRIBERS 3000

/* Puts all IMPUs into one record when the groups hold the IMSI of the context, or any. */
static bool join(const struct ims_subscription *records, size_t count, struct ims_subscription *out,
		 void *context)
{
	unsigned *calls = context;

	++*calls;
	if (subscription_copy(out, &records[0]))
		return false;
	for (size_t i = 1; i < count; i++)
		for (uint32_t k = 0; k < records[i].impu_count; k++)
			subscription_add_impu(out,
					      arena_text(&out->arena, records[i].impu[k].identity));
	return true;
}

static bool refuse(const struct ims_subscription *records, size_t count,
		   struct ims_subscription *out, void *context)
{
	(void)records;
	(void)count;
	(void)out;
	++*(unsigned *)context;
	return false;
}

/* A row of an export: one IMPI with one of its IMPUs. */
static void put_row(struct snapshot_writer *w, uint32_t subscriber, uint32_t row)
{
	struct ims_subscription s;
	char impi[64], impu[64];

	subscription_init(&s);
	subscription_add_impi(&s, text_of(impi,
					  (size_t)snprintf(impi, sizeof(impi),
							   "00101%010u@example.org", subscriber)));
	subscription_add_impu(&s, text_of(impu, (size_t)snprintf(impu, sizeof(impu),
								 "sip:user%u.%u@example.org",
								 subscriber, row)));
	s.provenance.offset = (uint64_t)row * 1000000 + subscriber;
	assert_int_equal(snapshot_writer_put(w, &s, NULL, NULL), RC_OK);
	subscription_clear(&s);
}

static bool take_only(uint32_t ordinal, void *context)
{
	uint32_t *found = context;

	assert_int_equal(*found, UINT32_MAX);
	*found = ordinal;
	return true;
}

static void rows_far_apart_become_one_record(void **state)
{
	struct snapshot_writer *w = writer_open(in_folder("rows.db"), NULL);
	struct ims_subscription record;
	struct snapshot_cursor *c;
	struct snapshot_view view;
	struct snapshot *s;
	unsigned calls = 0;
	uint32_t live = 0;
	bool more = true;
	char text[64];

	(void)state;
	for (uint32_t row = 0; row < 3; row++)
		for (uint32_t i = 0; i < SUBSCRIBERS; i++)
			put_row(w, i, row);
	assert_int_equal(snapshot_writer_merge(w, LOOKUP_IDENTITY, join, &calls, NULL), RC_OK);
	assert_int_equal(calls, SUBSCRIBERS);
	writer_commit(w);
	s = open_snapshot(in_folder("rows.db"));
	assert_int_equal(snapshot_get_info(s)->subscriptions, SUBSCRIBERS);
	assert_int_equal(snapshot_get_info(s)->impus, SUBSCRIBERS * 3);
	c = open_cursor(s);
	subscription_init(&record);
	for (uint32_t i = 0; i < SUBSCRIBERS; i++) {
		uint32_t found = UINT32_MAX;
		int length = snprintf(text, sizeof(text), "sip:user%u.2@example.org", i);

		assert_int_equal(snapshot_find(c, LOOKUP_IDENTITY, text_of(text, (size_t)length),
					       take_only, &found, NULL),
				 RC_OK);
		assert_int_equal(snapshot_read(c, found, &record, NULL), RC_OK);
		assert_int_equal(record.impu_count, 3);
		assert_true(text_equal(record.impu[2].identity, text_of(text, (size_t)length)));
	}
	assert_int_equal(snapshot_read(c, 5, &record, NULL), RC_NOTFOUND);
	assert_int_equal(snapshot_scan(c, 0, snapshot_ordinals(s), NULL), RC_OK);
	while (snapshot_next(c, &view, &more, NULL) == RC_OK && more) {
		assert_true(view.ordinal >= SUBSCRIBERS * 3);
		live++;
	}
	assert_int_equal(live, SUBSCRIBERS);
	subscription_clear(&record);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

/* A and B share one key, B and C another: whatever is merged first, one record is left. */
static void chains_become_one_record(void **state)
{
	struct snapshot_writer *w = writer_open(in_folder("chains.db"), NULL);
	struct ims_subscription s;
	struct snapshot *snapshot;
	unsigned calls = 0;
	char text[64];

	(void)state;
	subscription_init(&s);
	for (uint32_t chain = 0; chain < 200; chain++) {
		for (uint32_t link = 0; link < 5; link++) {
			subscription_reset(&s);
			for (uint32_t k = 0; k < 2; k++) {
				int length = snprintf(text, sizeof(text), "sip:c%u.%u@h", chain,
						      link + k);
				subscription_add_impu(
					&s, arena_text(&s.arena, text_of(text, (size_t)length)));
			}
			assert_int_equal(snapshot_writer_put(w, &s, NULL, NULL), RC_OK);
		}
	}
	subscription_clear(&s);
	assert_int_equal(snapshot_writer_merge(w, LOOKUP_IDENTITY, join, &calls, NULL), RC_OK);
	writer_commit(w);
	snapshot = open_snapshot(in_folder("chains.db"));
	assert_int_equal(snapshot_get_info(snapshot)->subscriptions, 200);
	assert_int_equal(snapshot_get_info(snapshot)->impus, 200 * 10);
	snapshot_close(snapshot);
}

static void refused_groups_stay_as_they_are(void **state)
{
	struct snapshot_writer *w = writer_open(in_folder("refused.db"), NULL);
	struct snapshot *s;
	unsigned calls = 0;

	(void)state;
	for (uint32_t row = 0; row < 2; row++)
		for (uint32_t i = 0; i < 100; i++)
			put_row(w, i, row);
	assert_int_equal(snapshot_writer_merge(w, LOOKUP_IDENTITY, refuse, &calls, NULL), RC_OK);
	assert_int_equal(calls, 100);
	writer_commit(w);
	s = open_snapshot(in_folder("refused.db"));
	assert_int_equal(snapshot_get_info(s)->subscriptions, 200);
	snapshot_close(s);
}

static void names_and_spilled_entries_merge_too(void **state)
{
	struct snapshot_writer_options options = {.memory = 1, .index_names = true};
	struct snapshot_writer *w = writer_open(in_folder("names.db"), &options);
	struct ims_subscription s;
	struct snapshot *snapshot;
	unsigned calls = 0;
	char name[32];

	(void)state;
	subscription_init(&s);
	for (uint32_t i = 0; i < 240000; i++) {
		subscription_reset(&s);
		if (i % 1000 == 0)
			s.name = text_of(name, (size_t)snprintf(name, sizeof(name), "name %u",
								i / 1000 % 120));
		snprintf(name + 16, 16, "%010u", i);
		subscription_add_imsi(&s, text_of(name + 16, 10));
		subscription_add_msisdn(&s, text_of(name + 17, 9));
		assert_int_equal(snapshot_writer_put(w, &s, NULL, NULL), RC_OK);
	}
	subscription_clear(&s);
	assert_int_equal(snapshot_writer_merge(w, LOOKUP_NAME, join, &calls, NULL), RC_OK);
	assert_int_equal(calls, 120);
	writer_commit(w);
	snapshot = open_snapshot(in_folder("names.db"));
	assert_int_equal(snapshot_get_info(snapshot)->subscriptions, 240000 - 120);
	snapshot_close(snapshot);
}

static void huge_groups_are_left_alone(void **state)
{
	struct snapshot_writer *w = writer_open(in_folder("huge.db"), NULL);
	unsigned calls = 0;

	(void)state;
	for (uint32_t i = 0; i < SNAPSHOT_MERGE_MAX + 1; i++)
		put_row(w, 7, i);
	assert_int_equal(snapshot_writer_merge(w, LOOKUP_IDENTITY, join, &calls, NULL), RC_OK);
	assert_int_equal(calls, 0);
	snapshot_writer_abort(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_far_apart_become_one_record),
		cmocka_unit_test(chains_become_one_record),
		cmocka_unit_test(refused_groups_stay_as_they_are),
		cmocka_unit_test(names_and_spilled_entries_merge_too),
		cmocka_unit_test(huge_groups_are_left_alone),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
