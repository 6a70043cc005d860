/* Files that are not what they should be: an error, never a crash, never half a result as a whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/lookup_key.h"
#include "tests/codec/random_record.h"
#include "tests/store/temporary.h"

#define SEED 0xdaull
#define RECORDS 400

static int make_snapshot(void **state)
{
	struct snapshot_writer_options options = {.index_sets = true, .index_names = true};

	if (folder_make(state))
		return -1;
	write_random(in_folder("good.db"), SEED, RECORDS, &options);
	return 0;
}

static bool count_run(const uint32_t *ordinals, size_t count, void *context)
{
	*(size_t *)context += ordinals[0] + count;
	return true;
}

static bool count_ordinal(uint32_t ordinal, void *context)
{
	*(size_t *)context += ordinal;
	return true;
}

/* Reads all there is to read; the first rc that is not RC_OK, and not RC_NOTFOUND of a record. */
static enum rc read_all(const char *path)
{
	struct ims_subscription record;
	struct snapshot_cursor *c = NULL;
	struct snapshot *s = NULL;
	struct snapshot_view view;
	size_t sum = 0;
	bool more = true;
	struct diag diag;

	diag_init(&diag);
	enum rc rc = snapshot_open(path, &s, &diag), other = RC_OK;
	if (rc)
		return rc;
	rc = snapshot_cursor_open(s, &c, &diag);
	subscription_init(&record);
	if (!rc)
		rc = snapshot_scan(c, 0, snapshot_ordinals(s), &diag);
	while (!rc && (rc = snapshot_next(c, &view, &more, &diag)) == RC_OK && more)
		rc = snapshot_unpack(c, &view, &record, &diag);
	for (uint32_t i = 0; c && i < RECORDS; i += 37) {
		enum rc one = snapshot_read(c, i, &record, &diag);

		other = one && one != RC_NOTFOUND ? one : other;
	}
	for (int space = 0; c && space < LOOKUP_SPACES; space++) {
		enum rc one = snapshot_collisions(c, space, 0, 1, count_run, &sum, &diag);

		other = one ? one : other;
		one = snapshot_find(c, space, TEXT_LITERAL("001010000000007"), count_ordinal, &sum,
				    &diag);
		other = one ? one : other;
	}
	subscription_clear(&record);
	snapshot_cursor_close(c);
	snapshot_close(s);
	return rc ? rc : other;
}

static void damaged_bytes_do_no_harm(void **state)
{
	struct random_source r = {SEED};
	size_t size;
	unsigned char *bytes = read_file(in_folder("good.db"), &size);
	unsigned corrupt = 0;

	(void)state;
	assert_int_equal(read_all(in_folder("good.db")), RC_OK);
	for (int i = 0; i < 1500; i++) {
		size_t at = random_below(&r, (uint32_t)size);
		unsigned char before = bytes[at];

		bytes[at] ^= (unsigned char)(1u << random_below(&r, 8));
		write_file(in_folder("bad.db"), bytes, size);
		corrupt += read_all(in_folder("bad.db")) == RC_CORRUPT;
		bytes[at] = before;
	}
	assert_true(corrupt > 100);
	free(bytes);
}

static void a_file_cut_short_is_corrupt(void **state)
{
	size_t size;
	unsigned char *bytes = read_file(in_folder("good.db"), &size);
	static const unsigned parts[] = {1, 2, 3, 5, 10, 15};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		write_file(in_folder("cut.db"), bytes, size * parts[i] / 16);
		assert_int_equal(read_all(in_folder("cut.db")), RC_CORRUPT);
	}
	write_file(in_folder("cut.db"), bytes, 50);
	assert_int_equal(read_all(in_folder("cut.db")), RC_CORRUPT);
	free(bytes);
}

static void what_is_no_snapshot_is_refused(void **state)
{
	static const char text[] = "imsi,msisdn\n001010000000001,4930123456\n";

	(void)state;
	write_file(in_folder("text.db"), text, sizeof(text) - 1);
	assert_int_equal(read_all(in_folder("text.db")), RC_CORRUPT);
	write_file(in_folder("none.db"), "", 0);
	assert_int_equal(read_all(in_folder("none.db")), RC_CORRUPT);
	assert_int_equal(read_all(in_folder("missing.db")), RC_NOTFOUND);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void tables_that_were_tampered_with_are_corrupt(void **state)
{
	static const char *const changes[] = {
		"UPDATE record_block SET records = x'ff' WHERE first = 0",
		"UPDATE record_block SET records = substr(records, 1, length(records) - 1)",
		"UPDATE record_block SET records = 'text'",
		"UPDATE record_block SET records = NULL",
		"UPDATE record_block SET first = first + 4000000000",
		"DELETE FROM record_block",
		"DROP TABLE record_block",
		"UPDATE lookup_identity SET entries = x'00'",
		"UPDATE lookup_identity SET entries = substr(entries, 2)",
		"DROP TABLE lookup_name",
		"DELETE FROM dictionary",
		"UPDATE dictionary SET content = x'0000'",
		"UPDATE meta SET value = -1 WHERE key = 'ordinals'",
		"UPDATE meta SET value = 99 WHERE key = 'lookup_identity_bits'",
		"UPDATE meta SET value = 3 WHERE key = 'ordinals'",
		"PRAGMA application_id = 5",
		"PRAGMA user_version = 0",
	};
	size_t size;
	unsigned char *bytes = read_file(in_folder("good.db"), &size);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		write_file(in_folder("bad.db"), bytes, size);
		run_sql(in_folder("bad.db"), changes[i]);
		if (read_all(in_folder("bad.db")) != RC_CORRUPT)
			fail_msg("not seen as corrupt: %s", changes[i]);
	}
	free(bytes);
}

static void a_newer_format_is_not_supported(void **state)
{
	size_t size;
	unsigned char *bytes = read_file(in_folder("good.db"), &size);

	(void)state;
	write_file(in_folder("newer.db"), bytes, size);
	run_sql(in_folder("newer.db"), "PRAGMA user_version = 1000");
	assert_int_equal(read_all(in_folder("newer.db")), RC_UNSUPPORTED);
	free(bytes);
}

/* A file that may grow to so many bytes only; 0 when the writer said RC_FULL and left nothing. */
static int write_limited(const char *path, rlim_t limit, const struct snapshot_writer_options *o)
{
	struct rlimit small = {limit, limit};
	struct snapshot_info info = {.source = "full"};
	struct snapshot_writer *w = NULL;
	struct ims_subscription record;
	enum rc rc;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	subscription_init(&record);
	rc = snapshot_writer_open(path, o, &w, NULL);
	for (uint32_t i = 0; !rc && i < 300000; i++) {
		derivable_record(i, &record);
		rc = snapshot_writer_put(w, &record, NULL, NULL);
	}
	if (!rc)
		rc = snapshot_writer_commit(w, &info, NULL);
	else
		snapshot_writer_abort(w);
	subscription_clear(&record);
	if (rc != RC_FULL)
		return 10 + (int)rc;
	return access(path, F_OK) == 0;
}

static void a_full_disk_is_reported_and_leaves_nothing(void **state)
{
	static const rlim_t limits[] = {0, 20000, 300000, 1000000, 3000000, 6000000};
	struct snapshot_writer_options options = {.memory = 1};

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit(write_limited(in_folder("full.db"), limits[i], &options));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status))
			fail_msg("%lu bytes: child says %d", (unsigned long)limits[i],
				 WEXITSTATUS(status));
	}
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
	struct snapshot_writer *w;

	(void)state;
	assert_int_equal(snapshot_writer_open(in_folder("no/such.db"), NULL, &w, NULL), RC_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_bytes_do_no_harm),
		cmocka_unit_test(a_file_cut_short_is_corrupt),
		cmocka_unit_test(what_is_no_snapshot_is_refused),
		cmocka_unit_test(tables_that_were_tampered_with_are_corrupt),
		cmocka_unit_test(a_newer_format_is_not_supported),
		cmocka_unit_test(a_full_disk_is_reported_and_leaves_nothing),
		cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_snapshot, folder_remove);
}
