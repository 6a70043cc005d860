/* Observations survive files that vanish, are replaced or are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/store/observations_fixture.h"
#include "tests/store/temporary.h"

static void change(const char *sql)
{
	sqlite3 *db = foreign();

	run_sql(db, sql);
	sqlite3_close(db);
}

/* --- files that vanish ----------------------------------------------------------------------- */

static void a_deleted_database_is_made_anew(void **state)
{
	struct observations *o = open_observations(new_folder("deleted"), OBSERVATIONS_WRITE);
	struct observations *reader = open_observations(folder, OBSERVATIONS_READ);
	struct observations_summary summary;

	(void)state;
	append_usual(o, 0, 1000, 10);
	flush(o);
	assert_int_equal(count_exchanges(reader, ""), 1000);
	remove_database(folder);
	append_usual(o, 1000, 50, 10);
	flush(o);
	assert_int_equal(observations_summarize(reader, &summary, NULL), RC_OK);
	assert_int_equal(summary.last_id, 1050);
	assert_int_equal(summary.first_id, 513); /* the block that was still open */
	assert_int_equal(count_exchanges(reader, ""), 538);
	/* Without the journal alone, which is then of no use. */
	unlink(file_of(""));
	append_usual(o, 1050, 50, 10);
	flush(o);
	assert_int_equal(observations_summarize(reader, &summary, NULL), RC_OK);
	assert_int_equal(summary.last_id, 1100);
	observations_close(reader);
	observations_close(o);
}

static void a_file_that_got_nothing_is_removed(void **state)
{
	struct observations *o = open_observations(new_folder("empty"), OBSERVATIONS_WRITE);
	struct observation_status status = {.observer = TEXT_LITERAL("relay.example.org")};

	(void)state;
	assert_true(observations_exist(folder));
	append_usual(o, 0, 10, 10);
	observations_close(o); /* nothing was flushed */
	assert_false(observations_exist(folder));
	assert_int_equal(access(file_of("-wal"), F_OK), -1);
	assert_int_equal(access(file_of("-shm"), F_OK), -1);
	/* A status is something, */
	o = open_observations(folder, OBSERVATIONS_WRITE);
	assert_int_equal(observations_flush(o, &status, NULL), RC_OK);
	observations_close(o);
	assert_true(observations_exist(folder));
	/* and what was there before stays, whatever it holds. */
	observations_close(open_observations(folder, OBSERVATIONS_WRITE));
	assert_true(observations_exist(folder));
}

static void a_removed_folder_is_made_anew(void **state)
{
	struct observations *o = open_observations(new_folder("gone"), OBSERVATIONS_WRITE);
	char lock[700];

	(void)state;
	append_usual(o, 0, 10, 10);
	flush(o);
	remove_database(folder);
	snprintf(lock, sizeof(lock), "%s/observations.lock", folder);
	unlink(lock);
	assert_int_equal(rmdir(folder), 0);
	append_usual(o, 10, 10, 10);
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 20);
	/* A file in its place is nothing to write to. */
	remove_database(folder);
	unlink(lock);
	assert_int_equal(rmdir(folder), 0);
	write_file(folder, "x", 1);
	append_usual(o, 20, 10, 10);
	assert_int_equal(observations_flush(o, NULL, NULL), RC_IO);
	assert_int_equal(observations_flush(o, NULL, NULL), RC_IO);
	assert_int_equal(observations_pending(o), 10);
	unlink(folder);
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 30);
	observations_close(o);
}

static void a_replaced_database_is_gone_on_with(void **state)
{
	struct observations *o = open_observations(new_folder("other"), OBSERVATIONS_WRITE);
	struct observations_summary summary;
	char other[700];

	(void)state;
	append_usual(o, 0, 5000, 10);
	flush(o);
	observations_close(o);
	snprintf(other, sizeof(other), "%s", file_of(""));
	o = open_observations(new_folder("replaced"), OBSERVATIONS_WRITE);
	append_usual(o, 0, 10, 10);
	flush(o);
	assert_int_equal(rename(other, file_of("")), 0);
	append_usual(o, 10, 10, 10);
	flush(o);
	assert_int_equal(observations_summarize(o, &summary, NULL), RC_OK);
	assert_int_equal(summary.count, 5020);
	assert_int_equal(summary.last_id, 5020);
	assert_int_equal(count_exchanges(o, ""), 5020);
	observations_close(o);
}

static void what_is_no_database_is_refused_and_kept(void **state)
{
	struct observations *o = open_observations(new_folder("garbage"), OBSERVATIONS_WRITE);
	struct observations *reader = NULL;
	char garbage[8192];

	(void)state;
	append_usual(o, 0, 10, 10);
	flush(o);
	remove_database(folder);
	memset(garbage, 'x', sizeof(garbage));
	write_file(file_of(""), garbage, sizeof(garbage));
	append_usual(o, 10, 10, 10);
	assert_int_equal(observations_flush(o, NULL, NULL), RC_CORRUPT);
	assert_int_equal(observations_flush(o, NULL, NULL), RC_CORRUPT);
	assert_int_equal(observations_pending(o), 10);
	assert_int_equal(observations_open(folder, OBSERVATIONS_READ, &reader, NULL), RC_CORRUPT);
	unlink(file_of(""));
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 20);
	observations_close(o);
}

static void another_format_is_told(void **state)
{
	static const struct {
		const char *sql;
		enum rc rc;
	} cases[] = {
		{"PRAGMA user_version = 2", RC_UNSUPPORTED},
		{"PRAGMA user_version = 1; PRAGMA application_id = 7", RC_CORRUPT},
	};
	struct observations *o = open_observations(new_folder("format"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 1, 1);
	flush(o);
	observations_close(o);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		change(cases[i].sql);
		o = NULL;
		assert_int_equal(observations_open(folder, OBSERVATIONS_READ, &o, NULL),
				 cases[i].rc);
		assert_int_equal(observations_open(folder, OBSERVATIONS_WRITE, &o, NULL),
				 cases[i].rc);
		assert_null(o);
	}
}

/* --- damage ---------------------------------------------------------------------------------- */

static void a_damaged_block_is_skipped_and_told(void **state)
{
	struct observations *o = open_observations(new_folder("damaged"), OBSERVATIONS_WRITE);
	struct seen seen = {.stop_after = 0};
	struct cx_exchange e;
	struct arena arena;

	(void)state;
	append_usual(o, 0, 5 * 512, 10);
	flush(o);
	change("UPDATE content SET exchanges = zeroblob(9) WHERE first = 513;"
	       "UPDATE content SET exchanges = x'' WHERE first = 1537;");
	for (int newest_first = 0; newest_first < 2; newest_first++) {
		struct observation_query query = {.newest_first = newest_first};

		assert_int_equal(visit(o, &query, &seen), RC_CORRUPT);
		assert_true(seen.is_ordered);
		assert_true(seen.count == 3 * 512);
		query.identity = TEXT_LITERAL("001010000000003");
		assert_int_equal(visit(o, &query, &seen), RC_CORRUPT);
		assert_true(seen.count > 100);
	}
	arena_init(&arena);
	assert_int_equal(observations_get(o, 1600, &arena, &e, NULL), RC_CORRUPT);
	assert_int_equal(observations_get(o, 100, &arena, &e, NULL), RC_OK);
	arena_clear(&arena);
	observations_close(o);
}

/* The visit ends: no cursor goes on behind a place that is none. */
static void a_damaged_list_of_blocks_is_told(void **state)
{
	static const char *const damages[] = {
		"UPDATE block SET count = count + (4 << 30) WHERE first = 513",
		"UPDATE block SET count = 0 WHERE first = 513",
		"UPDATE block SET first = -5 WHERE first = 1",
	};
	struct seen seen = {.stop_after = 0};
	char name[16];

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		snprintf(name, sizeof(name), "list%zu", i);
		struct observations *o = open_observations(new_folder(name), OBSERVATIONS_WRITE);

		append_usual(o, 0, 5 * 512, 10);
		flush(o);
		change(damages[i]);
		for (int newest_first = 0; newest_first < 2; newest_first++) {
			struct observation_query query = {.newest_first = newest_first};

			assert_int_equal(visit(o, &query, &seen), RC_CORRUPT);
			assert_true(seen.count <= 5 * 512);
		}
		observations_close(o);
	}
}

/* It would go on at 1, over what is there. */
static void without_its_next_number_a_file_is_not_written(void **state)
{
	struct observations *o = open_observations(new_folder("next"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 10, 10);
	flush(o);
	observations_close(o);
	change("DELETE FROM sequence");
	o = NULL;
	assert_int_equal(observations_open(folder, OBSERVATIONS_WRITE, &o, NULL), RC_CORRUPT);
	assert_null(o);
	o = open_observations(folder, OBSERVATIONS_READ);
	assert_int_equal(count_exchanges(o, ""), 10);
	observations_close(o);
}

static void a_damaged_index_is_told_and_stops_no_flush(void **state)
{
	struct observations *o = open_observations(new_folder("index"), OBSERVATIONS_WRITE);
	struct observation_query query = {.identity = TEXT_LITERAL("001010000000003")};
	struct seen seen = {.stop_after = 0};

	(void)state;
	for (uint32_t i = 0; i < 20; i++) {
		append_usual(o, i * 5000, 5000, 10);
		flush(o);
	}
	change("UPDATE lookup_page SET entries = x'07'");
	assert_int_equal(visit(o, &query, &seen), RC_CORRUPT);
	for (uint32_t i = 20; i < 60; i++) {
		append_usual(o, i * 5000, 5000, 10);
		flush(o);
	}
	assert_int_equal(count_exchanges(o, ""), 300000);
	assert_int_equal(visit(o, &query, &seen), RC_CORRUPT);
	observations_close(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deleted_database_is_made_anew),
		cmocka_unit_test(a_file_that_got_nothing_is_removed),
		cmocka_unit_test(a_removed_folder_is_made_anew),
		cmocka_unit_test(a_replaced_database_is_gone_on_with),
		cmocka_unit_test(what_is_no_database_is_refused_and_kept),
		cmocka_unit_test(another_format_is_told),
		cmocka_unit_test(a_damaged_block_is_skipped_and_told),
		cmocka_unit_test(a_damaged_list_of_blocks_is_told),
		cmocka_unit_test(without_its_next_number_a_file_is_not_written),
		cmocka_unit_test(a_damaged_index_is_told_and_stops_no_flush),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
