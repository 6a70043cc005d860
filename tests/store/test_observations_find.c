/* Exchanges are found by identity, number and time, whatever was merged since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "codec/lookup_key.h"
#include "tests/store/observations_fixture.h"
#include "tests/store/temporary.h"

#define START_US 1700000000000000

/* --- by identity ----------------------------------------------------------------------------- */

struct matching {
	uint64_t key;
	uint64_t sum, count;
};

static bool match(const struct cx_exchange *e, void *context)
{
	struct matching *m = context;
	bool has = e->impi.data && lookup_key(LOOKUP_IDENTITY, e->impi) == m->key;

	for (uint32_t i = 0; i < e->impu_count && !has; i++)
		has = e->impu[i].data && lookup_key(LOOKUP_IDENTITY, e->impu[i]) == m->key;
	m->count += has;
	m->sum += has ? e->id : 0;
	return true;
}

/* Against a scan of everything. */
static void compare_with_scan(struct observations *o, const char *identity)
{
	struct observation_query all = {.from_us = INT64_MIN};
	struct observation_query query = {.from_us = INT64_MIN, .identity = text_from(identity)};
	struct matching m = {.key = lookup_key(LOOKUP_IDENTITY, query.identity)};
	struct seen seen = {.stop_after = 0};

	assert_int_equal(observations_visit(o, &all, match, &m, NULL), RC_OK);
	for (int i = 0; i < 2; i++) {
		query.newest_first = i;
		assert_int_equal(visit(o, &query, &seen), RC_OK);
		assert_true(seen.is_ordered);
		assert_int_equal(seen.count, m.count);
		assert_int_equal(seen.sum, m.sum);
	}
}

static void an_identity_is_found_in_any_spelling(void **state)
{
	static const char *const spellings[] = {
		"001010000000005", "sip:001010000000005@ims.mnc001.mcc001.3gppnetwork.org",
		"001010000000005@ims.mnc001.mcc001.3gppnetwork.org", "tel:+001010000000005"};
	struct observations *o = open_observations(new_folder("spelling"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 300, 10);
	flush(o);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		assert_int_equal(count_exchanges(o, spellings[i]), 30);
	assert_int_equal(count_exchanges(o, "001010000000011"), 0);
	observations_close(o);
}

/* Twelve runs of level 0: merged once, with runs and a tail behind. */
static void look_ups_are_the_same_whatever_was_merged(void **state)
{
	struct observations *o = open_observations(new_folder("merge"), OBSERVATIONS_WRITE);
	struct observations *reader = open_observations(in_folder("merge"), OBSERVATIONS_READ);
	char imsi[32];
	uint32_t next = 0;

	(void)state;
	for (uint32_t round = 0; round < 20; round++) {
		for (int k = 0; k < 5; k++, next += 2000) {
			append_usual(o, next, 2000, 3000 + round);
			flush(o);
		}
		snprintf(imsi, sizeof(imsi), "00101%010u", (unsigned)round * 97);
		if (round % 5 == 4)
			compare_with_scan(reader, imsi);
	}
	compare_with_scan(reader, "001010000000000");
	assert_int_equal(count_exchanges(reader, ""), next);
	observations_close(o);
	assert_int_equal(count_exchanges(reader, ""), next);
	compare_with_scan(reader, "001010000002999");
	observations_close(reader);
}

/* More than a look-up takes at once, more than a page of the index holds. */
static void one_identity_in_every_exchange_is_found(void **state)
{
	struct observations *o = open_observations(new_folder("busy"), OBSERVATIONS_WRITE);

	(void)state;
	for (uint32_t i = 0; i < 12; i++) {
		append_usual(o, i * 3000, 3000, 1);
		flush(o);
	}
	assert_int_equal(count_exchanges(o, "001010000000000"), 36000);
	compare_with_scan(o, "001010000000000");
	observations_close(o);
}

/* --- by number and time ---------------------------------------------------------------------- */

static void numbers_and_times_are_bounds(void **state)
{
	static const struct {
		const char *what;
		int64_t from, to;
		uint64_t after;
		bool newest_first;
		uint64_t first, last, count;
	} cases[] = {
		{"all", 0, 0, 0, false, 1, 3000, 3000},
		{"all, newest first", 0, 0, 0, true, 3000, 1, 3000},
		{"after a number", 0, 0, 2990, false, 2991, 3000, 10},
		{"after a number inside a block", 0, 0, 700, false, 701, 3000, 2300},
		{"after the last", 0, 0, 3000, false, 0, 0, 0},
		{"after none that will be", 0, 0, UINT64_MAX, false, 0, 0, 0},
		{"newest down to a number", 0, 0, 700, true, 3000, 701, 2300},
		{"from a time", START_US + 1000, 0, 0, false, 1001, 3000, 2000},
		{"to a time", 0, START_US + 1000, 0, false, 1, 1000, 1000},
		{"between", START_US + 5, START_US + 8, 0, false, 6, 8, 3},
		{"between, newest first", START_US + 5, START_US + 8, 0, true, 8, 6, 3},
		{"nothing", START_US + 5000, 0, 0, false, 0, 0, 0},
	};
	struct observations *o = open_observations(new_folder("bounds"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 3000, 1);
	flush(o);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int by_identity = 0; by_identity < 2; by_identity++) {
			struct observation_query query = {
				.from_us = cases[i].from,
				.to_us = cases[i].to,
				.after_id = cases[i].after,
				.newest_first = cases[i].newest_first,
				.identity = by_identity ? TEXT_LITERAL("001010000000000")
							: TEXT_NONE};
			struct seen seen = {.stop_after = 0};

			assert_int_equal(visit(o, &query, &seen), RC_OK);
			if (!seen.is_ordered || seen.count != cases[i].count ||
			    seen.first != cases[i].first || seen.last != cases[i].last)
				fail_msg("%s: %u exchanges from %u to %u", cases[i].what,
					 (unsigned)seen.count, (unsigned)seen.first,
					 (unsigned)seen.last);
		}
	observations_close(o);
}

static void a_visitor_may_stop(void **state)
{
	struct observations *o = open_observations(new_folder("stop"), OBSERVATIONS_WRITE);
	struct observation_query query = {.after_id = 0};
	struct seen seen = {.stop_after = 3};

	(void)state;
	append_usual(o, 0, 2000, 10);
	flush(o);
	assert_int_equal(visit(o, &query, &seen), RC_OK);
	assert_int_equal(seen.count, 3);
	query.identity = TEXT_LITERAL("001010000000001");
	assert_int_equal(visit(o, &query, &seen), RC_OK);
	assert_int_equal(seen.count, 3);
	observations_close(o);
}

/* As tail does: what is appended between two looks is seen once, and the open block goes on. */
static void a_follower_sees_each_exchange_once(void **state)
{
	struct observations *o = open_observations(new_folder("tail"), OBSERVATIONS_WRITE);
	struct observations *reader = open_observations(in_folder("tail"), OBSERVATIONS_READ);
	struct observation_query query = {.after_id = 0};
	struct seen seen = {.stop_after = 0};
	uint32_t next = 0;

	(void)state;
	for (uint32_t i = 1; i < 60; i++) {
		append_usual(o, next, i, 5);
		flush(o);
		assert_int_equal(visit(reader, &query, &seen), RC_OK);
		assert_int_equal(seen.count, i);
		assert_int_equal(seen.first, next + 1);
		next += i;
		query.after_id = seen.last;
	}
	observations_close(reader);
	observations_close(o);
}

/* --- while they come and go ------------------------------------------------------------------ */

#define BUSY_COUNT 20000u

/* Appends, flushes, merges and removes while another connection visits. */
struct busy {
	struct observations *writer;
	uint32_t visited, next;
	uint64_t last;
	bool is_descending;
	bool is_seen[4 * BUSY_COUNT];
};

static bool go_on_meanwhile(const struct cx_exchange *e, void *context)
{
	struct busy *b = context;
	struct observations_retention retention = {.before_us = START_US + b->next / 4};
	uint64_t removed;

	assert_true(!b->last || (b->is_descending ? e->id < b->last : e->id > b->last));
	assert_int_equal(e->time_us, START_US + (int64_t)e->id - 1);
	b->last = e->id;
	b->is_seen[e->id] = true;
	if (b->visited++ % 100 || b->next >= 2 * BUSY_COUNT)
		return true;
	append_usual(b->writer, b->next, 200, 3);
	b->next += 200;
	flush(b->writer);
	assert_int_equal(observations_prune(b->writer, &retention, &removed, NULL), RC_OK);
	return true;
}

/* Of what was there before and is there still, a visit misses nothing. */
static void a_visit_misses_nothing_while_others_write(void **state)
{
	struct busy *b = test_malloc(sizeof(*b));
	char name[16];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct observation_query query = {
			.newest_first = i % 2,
			.identity = i / 2 ? TEXT_LITERAL("001010000000001") : TEXT_NONE};
		struct observations_summary left;

		snprintf(name, sizeof(name), "busy%u", i);
		*b = (struct busy){.is_descending = query.newest_first, .next = BUSY_COUNT};
		b->writer = open_observations(new_folder(name), OBSERVATIONS_WRITE);
		append_usual(b->writer, 0, BUSY_COUNT, 3);
		flush(b->writer);
		struct observations *reader = open_observations(in_folder(name), OBSERVATIONS_READ);
		assert_int_equal(observations_visit(reader, &query, go_on_meanwhile, b, NULL),
				 RC_OK);
		assert_int_equal(observations_summarize(b->writer, &left, NULL), RC_OK);
		assert_true(left.first_id > 1 && left.first_id < BUSY_COUNT);
		for (uint64_t id = left.first_id; id <= BUSY_COUNT; id++)
			assert_int_equal(b->is_seen[id], i < 2 || (id - 1) / 3 % 3 == 1);
		observations_close(reader);
		observations_close(b->writer);
	}
	test_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_identity_is_found_in_any_spelling),
		cmocka_unit_test(look_ups_are_the_same_whatever_was_merged),
		cmocka_unit_test(one_identity_in_every_exchange_is_found),
		cmocka_unit_test(numbers_and_times_are_bounds),
		cmocka_unit_test(a_visitor_may_stop),
		cmocka_unit_test(a_follower_sees_each_exchange_once),
		cmocka_unit_test(a_visit_misses_nothing_while_others_write),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
