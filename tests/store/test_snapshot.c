/* Writing a snapshot and reading it back: records, look-ups, collisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/lookup_key.h"
#include "tests/codec/random_record.h"
#include "tests/store/temporary.h"

#define SEED 0x5eedull
#define RECORDS 6000

static int make_snapshot(void **state)
{
	struct snapshot_writer_options options = {.index_sets = true, .index_names = true};

	if (folder_make(state))
		return -1;
	write_random(in_folder("random.db"), SEED, RECORDS, &options);
	return 0;
}

static void a_scan_gives_every_record_in_input_order(void **state)
{
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);
	struct random_source r = {SEED};
	struct ims_subscription expected, found;
	struct snapshot_view view;
	uint32_t count = 0;
	bool more = true;

	(void)state;
	subscription_init(&expected);
	subscription_init(&found);
	assert_int_equal(snapshot_ordinals(s), RECORDS);
	assert_int_equal(snapshot_scan(c, 0, RECORDS, NULL), RC_OK);
	while (snapshot_next(c, &view, &more, NULL) == RC_OK && more) {
		random_record(&r, count, &expected);
		assert_int_equal(view.ordinal, count);
		assert_true(view.shape <= snapshot_shapes(s));
		assert_int_equal(snapshot_unpack(c, &view, &found, NULL), RC_OK);
		assert_null(record_difference(&expected, &found));
		count++;
	}
	assert_int_equal(count, RECORDS);
	subscription_clear(&expected);
	subscription_clear(&found);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

static void a_scan_may_begin_and_end_anywhere(void **state)
{
	static const uint32_t ranges[][2] = {{0, 1},       {63, 64},     {100, 100},  {1000, 1700},
					     {5999, 6000}, {5990, 9000}, {7000, 8000}};
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		uint32_t next = ranges[i][0], end = ranges[i][1] < RECORDS ? ranges[i][1] : RECORDS;
		struct snapshot_view view;
		bool more = true;

		assert_int_equal(snapshot_scan(c, next, ranges[i][1], NULL), RC_OK);
		while (snapshot_next(c, &view, &more, NULL) == RC_OK && more)
			assert_int_equal(view.ordinal, next++);
		assert_true(next == end || ranges[i][0] >= RECORDS);
		assert_int_equal(snapshot_next(c, &view, &more, NULL), RC_OK);
		assert_false(more);
	}
	snapshot_cursor_close(c);
	snapshot_close(s);
}

static bool is_among(uint32_t ordinal, void *context)
{
	uint32_t *wanted = context;

	if (ordinal == *wanted)
		*wanted = UINT32_MAX;
	return true;
}

static void assert_found(struct snapshot_cursor *c, int space, struct text t, uint32_t ordinal)
{
	uint32_t wanted = ordinal;

	if (!t.data)
		return;
	assert_int_equal(snapshot_find(c, space, t, is_among, &wanted, NULL), RC_OK);
	if (wanted != UINT32_MAX)
		fail_msg("record %u is not found by '%.*s'", ordinal, (int)t.length, t.data);
}

static void every_record_is_read_and_found_by_its_identities(void **state)
{
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);
	struct random_source r = {SEED};
	struct ims_subscription expected, found;

	(void)state;
	subscription_init(&expected);
	subscription_init(&found);
	for (uint32_t i = 0; i < RECORDS; i++) {
		/* not in their order */
		uint32_t other = i * 2654435761u % RECORDS;

		assert_int_equal(snapshot_read(c, other, &found, NULL), RC_OK);
		assert_int_equal(snapshot_read(c, i, &found, NULL), RC_OK);
		random_record(&r, i, &expected);
		assert_null(record_difference(&expected, &found));
		for (uint32_t k = 0; k < expected.imsi_count; k++)
			assert_found(c, LOOKUP_IDENTITY, expected.imsi[k], i);
		for (uint32_t k = 0; k < expected.msisdn_count; k++)
			assert_found(c, LOOKUP_IDENTITY, expected.msisdn[k], i);
		for (uint32_t k = 0; k < expected.impi_count; k++)
			assert_found(c, LOOKUP_IDENTITY, expected.impi[k].identity, i);
		for (uint32_t k = 0; k < expected.impu_count; k++) {
			assert_found(c, LOOKUP_IDENTITY, expected.impu[k].identity, i);
			if (expected.impu[k].irs_state == IRS_NAMED)
				assert_found(c, LOOKUP_IRS, expected.impu[k].irs, i);
		}
		assert_found(c, LOOKUP_NAME, expected.name, i);
	}
	assert_int_equal(snapshot_read(c, RECORDS, &found, NULL), RC_NOTFOUND);
	subscription_clear(&expected);
	subscription_clear(&found);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

static bool count_candidate(uint32_t ordinal, void *context)
{
	(void)ordinal;
	++*(uint32_t *)context;
	return true;
}

static void strangers_are_not_found(void **state)
{
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);
	uint32_t count = 0;
	char imsi[32];

	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		struct text t =
			text_of(imsi, (size_t)snprintf(imsi, sizeof(imsi), "31015%010u", i));

		assert_int_equal(
			snapshot_find(c, LOOKUP_IDENTITY, t, count_candidate, &count, NULL), RC_OK);
	}
	assert_int_equal(count, 0);
	assert_int_equal(snapshot_find(c, 3, TEXT_LITERAL("x"), count_candidate, &count, NULL),
			 RC_USAGE);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

/* What two ways of finding told of one look-up. */
struct candidates {
	uint64_t sum;
	uint32_t count;
};

static bool add_candidate(uint32_t ordinal, void *context)
{
	struct candidates *c = context;

	c->sum += (uint64_t)ordinal * ordinal + 1;
	c->count++;
	return true;
}

static void add_candidates(uint32_t number, const uint32_t *ordinals, size_t count, void *context)
{
	struct candidates *all = context;

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		add_candidate(ordinals[i], &all[number]);
}

/* All records' IMPUs, strangers among them, in no order. */
static void many_look_ups_find_what_each_finds(void **state)
{
	enum { MOST = 4 * RECORDS };
	static struct snapshot_wanted wanted[MOST];
	static struct candidates each[MOST], many[MOST];
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);
	struct random_source r = {SEED};
	struct ims_subscription record;
	uint32_t count = 0;
	char stranger[32];

	(void)state;
	subscription_init(&record);
	for (uint32_t i = 0; i < RECORDS && count < MOST - 1; i++) {
		struct text t = text_of(stranger, (size_t)snprintf(stranger, sizeof(stranger),
								   "31015%010u", i));

		random_record(&r, i, &record);
		for (uint32_t k = 0; k <= record.impu_count && count < MOST; k++) {
			t = k < record.impu_count ? record.impu[k].identity : t;
			if (!t.data)
				continue;
			wanted[count] = (struct snapshot_wanted){
				snapshot_lookup_key(LOOKUP_IDENTITY, t), count};
			assert_int_equal(snapshot_find(c, LOOKUP_IDENTITY, t, add_candidate,
						       &each[count++], NULL),
					 RC_OK);
		}
	}
	assert_int_equal(snapshot_find_many(c, LOOKUP_IDENTITY, wanted, count, add_candidates, many,
					    NULL),
			 RC_OK);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(many[i].count, each[i].count);
		assert_int_equal(many[i].sum, each[i].sum);
	}
	assert_int_equal(
		snapshot_find_many(c, LOOKUP_IDENTITY, NULL, 0, add_candidates, many, NULL), RC_OK);
	subscription_clear(&record);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

/* --- collisions ------------------------------------------------------------------------------ */

struct pair {
	uint64_t key;
	uint32_t ordinal;
};

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

struct pairs {
	struct pair *pair;
	size_t count, capacity;
};

static void add_pair(struct pairs *p, struct text t, uint32_t ordinal)
{
	if (!t.data)
		return;
	if (p->count == p->capacity) {
		p->capacity = p->capacity ? p->capacity * 2 : 4096;
		p->pair = realloc(p->pair, p->capacity * sizeof(*p->pair));
		assert_non_null(p->pair);
	}
	p->pair[p->count++] = (struct pair){lookup_key(LOOKUP_IDENTITY, t), ordinal};
}

/* All (key, ordinal) of the population, sorted, each once. */
static struct pairs all_pairs(void)
{
	struct random_source r = {SEED};
	struct pairs p = {0};
	struct ims_subscription s;
	size_t used = 0;

	subscription_init(&s);
	for (uint32_t i = 0; i < RECORDS; i++) {
		random_record(&r, i, &s);
		for (uint32_t k = 0; k < s.imsi_count; k++)
			add_pair(&p, s.imsi[k], i);
		for (uint32_t k = 0; k < s.msisdn_count; k++)
			add_pair(&p, s.msisdn[k], i);
		for (uint32_t k = 0; k < s.impi_count; k++)
			add_pair(&p, s.impi[k].identity, i);
		for (uint32_t k = 0; k < s.impu_count; k++)
			add_pair(&p, s.impu[k].identity, i);
	}
	subscription_clear(&s);
	qsort(p.pair, p.count, sizeof(*p.pair), compare_pairs);
	for (size_t i = 0; i < p.count; i++)
		if (!used || compare_pairs(&p.pair[used - 1], &p.pair[i]) != 0)
			p.pair[used++] = p.pair[i];
	p.count = used;
	return p;
}

struct expected_runs {
	const struct pairs *pairs;
	size_t at, runs;
};

/* The runs come by ascending key, as the sorted pairs do. */
static bool check_run(const uint32_t *ordinals, size_t count, void *context)
{
	struct expected_runs *e = context;
	const struct pair *pair = e->pairs->pair;

	while (e->at + 1 < e->pairs->count && pair[e->at].key != pair[e->at + 1].key)
		e->at++;
	assert_true(e->at + count <= e->pairs->count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ordinals[i], pair[e->at + i].ordinal);
	e->at += count;
	assert_true(e->at == e->pairs->count || pair[e->at].key != pair[e->at - 1].key);
	e->runs++;
	return true;
}

static void collisions_are_the_keys_that_records_share(void **state)
{
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);
	struct pairs pairs = all_pairs();
	size_t runs = 0;

	(void)state;
	for (size_t i = 0; i + 1 < pairs.count; i++)
		runs += pairs.pair[i].key == pairs.pair[i + 1].key &&
			(!i || pairs.pair[i - 1].key != pairs.pair[i].key);
	assert_true(runs > 100);
	for (unsigned parts = 1; parts <= 7; parts++) {
		struct expected_runs expected = {&pairs, 0, 0};

		for (unsigned part = 0; part < parts; part++)
			assert_int_equal(snapshot_collisions(c, LOOKUP_IDENTITY, part, parts,
							     check_run, &expected, NULL),
					 RC_OK);
		assert_int_equal(expected.runs, runs);
	}
	assert_int_equal(snapshot_collisions(c, LOOKUP_IDENTITY, 2, 2, check_run, NULL, NULL),
			 RC_USAGE);
	free(pairs.pair);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

static bool stop_at_once(const uint32_t *ordinals, size_t count, void *context)
{
	(void)ordinals;
	(void)count;
	++*(unsigned *)context;
	return false;
}

static void a_visit_may_stop(void **state)
{
	struct snapshot *s = open_snapshot(in_folder("random.db"));
	struct snapshot_cursor *c = open_cursor(s);
	unsigned calls = 0;

	(void)state;
	assert_int_equal(snapshot_collisions(c, LOOKUP_IDENTITY, 0, 1, stop_at_once, &calls, NULL),
			 RC_OK);
	assert_int_equal(calls, 1);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_gives_every_record_in_input_order),
		cmocka_unit_test(a_scan_may_begin_and_end_anywhere),
		cmocka_unit_test(every_record_is_read_and_found_by_its_identities),
		cmocka_unit_test(strangers_are_not_found),
		cmocka_unit_test(many_look_ups_find_what_each_finds),
		cmocka_unit_test(collisions_are_the_keys_that_records_share),
		cmocka_unit_test(a_visit_may_stop),
	};

	return cmocka_run_group_tests(tests, make_snapshot, folder_remove);
}
