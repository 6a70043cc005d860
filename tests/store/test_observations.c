/* What observations.db was given comes back, by number; and its batch, status and summary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/store/observations_fixture.h"
#include "tests/store/temporary.h"

#define START_US 1700000000000000

static void a_store_that_was_never_written_is_not_found(void **state)
{
	struct observations *o = NULL;

	(void)state;
	assert_int_equal(observations_open(new_folder("none"), OBSERVATIONS_READ, &o, NULL),
			 RC_NOTFOUND);
	assert_null(o);
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void folder_and_files_are_the_owners(void **state)
{
	struct observations *o = open_observations(new_folder("deep"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 1, 1);
	flush(o);
	assert_int_equal(mode_of(in_folder("deep")), 0700);
	assert_int_equal(mode_of(in_folder("deep/observations.db")), 0600);
	assert_int_equal(mode_of(in_folder("deep/observations.db-wal")), 0600);
	assert_int_equal(mode_of(in_folder("deep/observations.db-shm")), 0600);
	observations_close(o);
}

struct comparison {
	const struct cx_exchange *expected; /* by number from 1 */
	uint32_t next;
};

static bool compare(const struct cx_exchange *e, void *context)
{
	struct comparison *c = context;
	const char *difference = exchange_difference(&c->expected[c->next], e);

	if (difference)
		fail_msg("exchange %u differs in %s", (unsigned)c->next + 1, difference);
	assert_int_equal(e->id, ++c->next);
	return true;
}

static void every_exchange_comes_back_by_number(void **state)
{
	enum { COUNT = 3000 };
	struct cx_exchange *expected = calloc(COUNT, sizeof(*expected));
	struct observations *o = open_observations(new_folder("random"), OBSERVATIONS_WRITE);
	struct observation_query query = {.from_us = INT64_MIN};
	struct random_source r = {11};
	struct cx_exchange found;
	struct arena arena, once;

	(void)state;
	arena_init(&arena);
	arena_init(&once);
	for (uint32_t i = 0; i < COUNT; i++) {
		random_exchange(&r, &arena, &expected[i]);
		assert_int_equal(observations_append(o, &expected[i], NULL), RC_OK);
		if (random_below(&r, 100) == 0)
			flush(o);
	}
	flush(o);
	struct observations *reader = open_observations(in_folder("random"), OBSERVATIONS_READ);
	struct comparison comparison = {expected, 0};
	assert_int_equal(observations_visit(reader, &query, compare, &comparison, NULL), RC_OK);
	assert_int_equal(comparison.next, COUNT);
	for (uint32_t i = 0; i < 300; i++) {
		uint32_t index = random_below(&r, COUNT);

		arena_reset(&once);
		assert_int_equal(observations_get(reader, index + 1, &once, &found, NULL), RC_OK);
		assert_int_equal(found.id, index + 1);
		assert_null(exchange_difference(&expected[index], &found));
	}
	assert_int_equal(observations_get(reader, 0, &once, &found, NULL), RC_NOTFOUND);
	assert_int_equal(observations_get(reader, COUNT + 1, &once, &found, NULL), RC_NOTFOUND);
	assert_int_equal(observations_get(reader, UINT64_MAX, &once, &found, NULL), RC_NOTFOUND);
	observations_close(reader);
	observations_close(o);
	arena_clear(&arena);
	arena_clear(&once);
	free(expected);
}

/* --- batch, status, summary ------------------------------------------------------------------ */

static void what_is_forgotten_was_never_there(void **state)
{
	struct observations *o = open_observations(new_folder("forget"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 100, 5);
	assert_int_equal(observations_pending(o), 100);
	flush(o);
	assert_int_equal(observations_pending(o), 0);
	append_usual(o, 100, 1400, 5);
	assert_int_equal(observations_pending(o), 1400);
	assert_int_equal(observations_forget(o), 1400);
	assert_int_equal(observations_pending(o), 0);
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 100);
	append_usual(o, 1500, 50, 5);
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 150);
	assert_int_equal(count_exchanges(o, "001010000000001"), 21 + 11);
	observations_close(o);
}

static bool check_status(const struct observation_status *s, void *context)
{
	static const char *const names[] = {"import", "relay.example.org"};
	unsigned *rows = context;

	assert_true(text_equal(s->observer, text_from(names[*rows])));
	if ((*rows)++ == 0)
		return true;
	assert_int_equal(s->started_at, 1);
	assert_int_equal(s->updated_at, 3);
	assert_int_equal(s->seen, 10);
	assert_int_equal(s->stored, 5);
	assert_int_equal(s->dropped, 4);
	assert_int_equal(s->unanswered, 1);
	assert_int_equal(s->undecodable, 2);
	assert_int_equal(s->queue_depth, 6);
	assert_int_equal(s->queue_depth_max, 7);
	assert_int_equal(s->queue_size, 8);
	assert_int_equal(s->store_failures, 9);
	return true;
}

static void each_observer_has_one_status_row(void **state)
{
	struct observations *o = open_observations(new_folder("status"), OBSERVATIONS_WRITE);
	struct observation_status status = {.observer = TEXT_LITERAL("relay.example.org"),
					    .started_at = 1,
					    .updated_at = 2,
					    .seen = 9};
	struct observation_status import = {.observer = TEXT_LITERAL("import")};
	unsigned rows = 0;

	(void)state;
	assert_int_equal(observations_flush(o, &status, NULL), RC_OK);
	assert_int_equal(observations_flush(o, &import, NULL), RC_OK);
	status = (struct observation_status){status.observer, 1, 3, 10, 5, 4, 1, 2, 6, 7, 8, 9};
	assert_int_equal(observations_flush(o, &status, NULL), RC_OK);
	assert_int_equal(observations_status(o, check_status, &rows, NULL), RC_OK);
	assert_int_equal(rows, 2);
	observations_close(o);
}

static void a_summary_tells_numbers_times_and_size(void **state)
{
	struct observations *o = open_observations(new_folder("summary"), OBSERVATIONS_WRITE);
	struct observations_summary summary;

	(void)state;
	assert_int_equal(observations_summarize(o, &summary, NULL), RC_OK);
	assert_int_equal(summary.count, 0);
	assert_int_equal(summary.last_id, 0);
	append_usual(o, 0, 1000, 5);
	flush(o);
	assert_int_equal(observations_summarize(o, &summary, NULL), RC_OK);
	assert_int_equal(summary.count, 1000);
	assert_int_equal(summary.first_id, 1);
	assert_int_equal(summary.last_id, 1000);
	assert_int_equal(summary.first_us, START_US);
	assert_int_equal(summary.last_us, START_US + 999);
	assert_true(summary.bytes > 4096);
	observations_close(o);
}

static void a_reader_writes_nothing(void **state)
{
	struct observations *o = open_observations(new_folder("reader"), OBSERVATIONS_WRITE);
	struct observation_status status = {.observer = TEXT_LITERAL("x")};
	struct observations_retention retention = {.before_us = INT64_MAX};
	uint64_t removed;

	(void)state;
	append_usual(o, 0, 10, 5);
	flush(o);
	struct observations *reader = open_observations(in_folder("reader"), OBSERVATIONS_READ);
	assert_int_equal(observations_flush(reader, &status, NULL), RC_USAGE);
	assert_int_equal(observations_prune(reader, &retention, &removed, NULL), RC_USAGE);
	observations_close(reader);
	observations_close(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_that_was_never_written_is_not_found),
		cmocka_unit_test(folder_and_files_are_the_owners),
		cmocka_unit_test(every_exchange_comes_back_by_number),
		cmocka_unit_test(what_is_forgotten_was_never_there),
		cmocka_unit_test(each_observer_has_one_status_row),
		cmocka_unit_test(a_summary_tells_numbers_times_and_size),
		cmocka_unit_test(a_reader_writes_nothing),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
