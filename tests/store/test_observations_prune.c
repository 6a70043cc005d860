/* Retention: whole blocks go, by age or size, with their index and their space. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

#include "tests/store/observations_fixture.h"
#include "tests/store/temporary.h"

#define START_US 1700000000000000
#define BLOCK 512 /* exchanges */

static struct observations *filled(const char *name, uint32_t count)
{
	struct observations *o = open_observations(in_folder(name), OBSERVATIONS_WRITE);

	for (uint32_t i = 0; i < count; i += 1000) {
		append_usual(o, i, count - i < 1000 ? count - i : 1000, 40);
		flush(o);
	}
	return o;
}

static uint64_t prune(struct observations *o, struct observations_retention retention)
{
	uint64_t removed = 0;

	assert_int_equal(observations_prune(o, &retention, &removed, NULL), RC_OK);
	return removed;
}

static int64_t file_bytes(const char *name)
{
	char path[600];
	struct stat st;

	snprintf(path, sizeof(path), "%s/observations.db", in_folder(name));
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static sqlite3 *database(const char *name)
{
	sqlite3 *db = NULL;
	char path[600];

	snprintf(path, sizeof(path), "%s/observations.db", in_folder(name));
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	return db;
}

static int64_t number_of(const char *name, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = database(name);

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

static void run_sql_in(const char *name, const char *sql)
{
	sqlite3 *db = database(name);

	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void what_is_older_goes_block_by_block(void **state)
{
	struct observations *o = filled("age", 60000);
	struct observations_retention retention = {.before_us = START_US + 20 * BLOCK + 7,
						   .is_whole = true};
	struct observations_summary summary;

	(void)state;
	assert_int_equal(prune(o, retention), 20 * BLOCK);
	assert_int_equal(prune(o, retention), 0);
	assert_int_equal(observations_summarize(o, &summary, NULL), RC_OK);
	assert_int_equal(summary.first_id, 20 * BLOCK + 1);
	assert_int_equal(summary.last_id, 60000);
	assert_int_equal(count_exchanges(o, ""), 60000 - 20 * BLOCK);
	uint64_t all = 0;
	char imsi[32];
	for (unsigned i = 0; i < 40; i++) {
		snprintf(imsi, sizeof(imsi), "00101%010u", i);
		all += count_exchanges(o, imsi);
	}
	assert_int_equal(all, 60000 - 20 * BLOCK);
	observations_close(o);
}

/* Old ones that came late, as an import does. */
static void age_finds_old_blocks_behind_new_ones(void **state)
{
	struct observations *o = open_observations(in_folder("late"), OBSERVATIONS_WRITE);
	struct observations_retention retention = {.before_us = START_US + 5000};

	(void)state;
	append_usual(o, 10000, 3 * BLOCK, 5);
	append_usual(o, 0, 2 * BLOCK, 5);
	append_usual(o, 20000, 100, 5);
	flush(o);
	assert_int_equal(prune(o, retention), 2 * BLOCK);
	assert_int_equal(count_exchanges(o, ""), 3 * BLOCK + 100);
	observations_close(o);
}

static void the_file_shrinks_to_the_size_wanted(void **state)
{
	struct observations *o = filled("size", 100000);
	struct observations_retention retention = {.bytes_most = 500000, .is_whole = true};

	(void)state;
	/* Closing copies the journal, so that the size is that of everything. */
	observations_close(o);
	int64_t before = file_bytes("size");
	assert_true(before > 1500000);
	o = open_observations(in_folder("size"), OBSERVATIONS_WRITE);
	uint64_t removed = prune(o, retention);
	assert_true(removed > 50000 && removed < 100000);
	observations_close(o);
	assert_true(file_bytes("size") <= 500000);
	assert_true(file_bytes("size") > 300000);
	o = open_observations(in_folder("size"), OBSERVATIONS_WRITE);
	assert_int_equal(count_exchanges(o, ""), 100000 - removed);
	observations_close(o);
}

/* Enough for a run of the second level: it and what it was made of go with the last blocks, and
 * have more pages than one transaction removes. */
static void nothing_is_left_of_the_index_of_what_went(void **state)
{
	struct observations_retention everything = {.before_us = INT64_MAX, .is_whole = true};
	struct observations *o = filled("index", 140000);

	(void)state;
	assert_int_equal(prune(o, everything), 140000);
	observations_close(o);
	assert_int_equal(number_of("index", "SELECT count(*) FROM lookup_run"), 0);
	assert_int_equal(number_of("index", "SELECT count(*) FROM lookup_page"), 0);
	assert_true(file_bytes("index") < 100000);
}

/* Somebody's VACUUM may have made it so. */
static void a_file_that_cannot_shrink_is_pruned(void **state)
{
	struct observations_retention retention = {.before_us = START_US + 15000, .is_whole = true};
	struct observations *o = filled("vacuum", 20000);

	(void)state;
	observations_close(o);
	run_sql_in("vacuum", "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM;"
			     "PRAGMA journal_mode = WAL");
	assert_int_equal(number_of("vacuum", "PRAGMA auto_vacuum"), 0);
	o = open_observations(in_folder("vacuum"), OBSERVATIONS_WRITE);
	assert_int_equal(prune(o, retention), 15000 / BLOCK * BLOCK);
	assert_int_equal(count_exchanges(o, ""), 20000 - 15000 / BLOCK * BLOCK);
	observations_close(o);
}

/* A call may end before all is done; repeated, they come to the same. */
static void slices_come_to_the_same_end(void **state)
{
	struct observations *o = filled("slices", 80000);
	struct observations_retention retention = {.before_us = START_US + 70000};
	uint64_t removed, all = 0;

	(void)state;
	while ((removed = prune(o, retention)))
		all += removed;
	assert_int_equal(all, 70000 / BLOCK * BLOCK);
	observations_close(o);
}

static void numbers_are_never_given_again(void **state)
{
	struct observations_retention everything = {.before_us = INT64_MAX, .is_whole = true};
	struct observations *o = filled("numbers", 5000);
	struct observations_summary summary;

	(void)state;
	assert_int_equal(prune(o, everything), 5000);
	assert_int_equal(observations_summarize(o, &summary, NULL), RC_OK);
	assert_int_equal(summary.count, 0);
	append_usual(o, 5000, 10, 5);
	flush(o);
	assert_int_equal(prune(o, everything), 10);
	observations_close(o);
	o = open_observations(in_folder("numbers"), OBSERVATIONS_WRITE);
	append_usual(o, 5010, 10, 5);
	flush(o);
	assert_int_equal(observations_summarize(o, &summary, NULL), RC_OK);
	assert_int_equal(summary.first_id, 5011);
	assert_int_equal(summary.last_id, 5020);
	observations_close(o);
	assert_true(file_bytes("numbers") < 100000);
}

/* What is pending is not lost, nor comes back what was removed. */
static void removal_leaves_the_batch_alone(void **state)
{
	struct observations_retention everything = {.before_us = INT64_MAX};
	struct observations *o = filled("batch", 2 * BLOCK + 10);

	(void)state;
	append_usual(o, 2 * BLOCK + 10, 5, 5);
	assert_int_equal(prune(o, everything), 2 * BLOCK);
	assert_int_equal(observations_pending(o), 5);
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 15);
	assert_int_equal(prune(o, everything), 15);
	append_usual(o, 2 * BLOCK + 15, 5, 5);
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 5);
	observations_close(o);
}

/* As an observer that keeps a day: the index of what went goes too, and its runs stay few. */
static void a_steady_retention_keeps_the_file_and_its_index_small(void **state)
{
	struct observations *o = open_observations(in_folder("steady"), OBSERVATIONS_WRITE);

	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		struct observations_retention retention = {.before_us = START_US +
									(int64_t)i * 1000 - 30000};

		append_usual(o, i * 1000, 1000, 400);
		flush(o);
		prune(o, retention);
	}
	uint64_t count = count_exchanges(o, "");
	assert_true(count >= 30000 && count < 30000 + 2 * BLOCK + 1000);
	observations_close(o);
	assert_int_equal(number_of("steady", "SELECT count(*) FROM lookup_page WHERE run NOT IN"
					     " (SELECT run FROM lookup_run)"),
			 0);
	assert_true(number_of("steady", "SELECT count(*) FROM lookup_run") < 12);
	assert_true(file_bytes("steady") < 3000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_older_goes_block_by_block),
		cmocka_unit_test(age_finds_old_blocks_behind_new_ones),
		cmocka_unit_test(the_file_shrinks_to_the_size_wanted),
		cmocka_unit_test(nothing_is_left_of_the_index_of_what_went),
		cmocka_unit_test(a_file_that_cannot_shrink_is_pruned),
		cmocka_unit_test(slices_come_to_the_same_end),
		cmocka_unit_test(numbers_are_never_given_again),
		cmocka_unit_test(removal_leaves_the_batch_alone),
		cmocka_unit_test(a_steady_retention_keeps_the_file_and_its_index_small),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
