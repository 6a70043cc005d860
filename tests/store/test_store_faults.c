/* Imports are whole or not there, whatever happens to them: killed, out of space, not allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/codec/random_record.h"
#include "tests/store/store_fixture.h"
#include "tests/store/temporary.h"

/* Runs an import in a child that is killed after so many records, or while it commits. */
static void import_and_die(const char *folder, uint32_t count, bool commits)
{
	int pipes[2];
	char byte;
	int status;

	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		struct snapshot_info info = {.role = "ims"};
		struct store *s = open_store(folder, STORE_WRITE);
		struct store_import *i = begin_import(s, "hss");

		put_records(i, count);
		if (write(pipes[1], "x", 1) != 1)
			_exit(2);
		if (commits)
			store_import_commit(i, &info, true, NULL);
		else
			pause();
		_exit(0);
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	if (commits)
		usleep(count % 7 * 700);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(pipes[0]);
	close(pipes[1]);
}

static void a_killed_import_leaves_the_old_snapshot_and_is_cleaned_up(void **state)
{
	char folder[600];
	struct store *s;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", in_folder("killed"));
	s = open_store(folder, STORE_WRITE);
	run_import(s, "hss", 5);
	import_and_die(folder, 30000, false);
	assert_int_equal(current_count(s, "hss"), 5);
	assert_int_equal(count_files(folder, "snapshot-"), 2);
	run_import(s, "hss", 6);
	assert_int_equal(current_count(s, "hss"), 6);
	assert_int_equal(count_files(folder, "snapshot-"), 2); /* the two that are kept */
	store_close(s);
}

static void an_import_killed_while_it_commits_is_whole_or_not_there(void **state)
{
	char folder[600];
	struct store *s;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", in_folder("killed2"));
	s = open_store(folder, STORE_WRITE);
	run_import(s, "hss", 5);
	int64_t before = 5;
	for (uint32_t k = 0; k < 14; k++) {
		import_and_die(folder, 3000 + k, true);
		int64_t now = current_count(s, "hss");
		assert_true(now == before || now == 3000 + k);
		before = now;
		if (now > 5) {
			struct snapshot *snapshot;

			assert_int_equal(store_current(s, "hss", &snapshot, NULL), RC_OK);
			struct snapshot_cursor *c = open_cursor(snapshot);
			struct ims_subscription record;

			subscription_init(&record);
			assert_int_equal(snapshot_read(c, (uint32_t)now - 1, &record, NULL), RC_OK);
			subscription_clear(&record);
			snapshot_cursor_close(c);
			snapshot_close(snapshot);
		}
	}
	run_import(s, "hss", 8);
	run_import(s, "hss", 9);
	assert_int_equal(current_count(s, "hss"), 9);
	assert_int_equal(count_files(folder, "snapshot-"), 2);
	store_close(s);
}

static int fail_for_want_of_space(const char *folder, rlim_t limit)
{
	struct rlimit small = {limit, limit};
	struct snapshot_info info = {.role = "ims"};
	struct store_import *i = NULL;
	struct store *s = NULL;
	struct ims_subscription record;
	enum rc rc;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	subscription_init(&record);
	rc = store_open(folder, STORE_WRITE, &s, NULL);
	if (!rc)
		rc = store_import_begin(s, "hss", NULL, &i, NULL);
	for (uint32_t k = 0; !rc && k < 100000; k++) {
		derivable_record(k, &record);
		rc = snapshot_writer_put(store_import_writer(i), &record, NULL, NULL);
	}
	if (!rc)
		rc = store_import_commit(i, &info, true, NULL);
	else
		store_import_abort(i);
	subscription_clear(&record);
	store_close(s);
	return (int)rc;
}

static void a_full_disk_leaves_the_old_snapshot_current(void **state)
{
	static const rlim_t limits[] = {100000, 200000, 1000000, 2000000};
	char folder[600];
	struct store *s;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", in_folder("full"));
	s = open_store(folder, STORE_WRITE);
	run_import(s, "hss", 5);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit(fail_for_want_of_space(folder, limits[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), RC_FULL);
		assert_int_equal(current_count(s, "hss"), 5);
		assert_int_equal(count_files(folder, "snapshot-"), 1);
	}
	store_close(s);
}

/* Root may write anywhere, so that the child becomes nobody. */
static int use_read_only_store(const char *folder)
{
	struct store *s = NULL;
	uint64_t run;
	int64_t count;

	if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
		return 50;
	if (store_open(folder, STORE_WRITE, &s, NULL) != RC_IO)
		return 1;
	if (store_open(folder, STORE_READ, &s, NULL))
		return 2;
	count = current_count(s, "hss");
	if (store_record_run(s, 1, "{}", &run, NULL) != RC_IO)
		return 3;
	store_close(s);
	return count == 5 ? 0 : 4;
}

static void a_read_only_store_can_be_read(void **state)
{
	char folder[600];
	struct store *s;
	int status;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", in_folder("readonly"));
	s = open_store(folder, STORE_WRITE);
	run_import(s, "hss", 5);
	store_close(s);
	chmod(in_folder(""), 0755);
	chmod(folder, 0555);
	chmod(in_folder("readonly/catalog.db"), 0444);
	chmod(in_folder("readonly/snapshot-1.db"), 0444);
	pid_t child = fork();
	if (child == 0)
		_exit(use_read_only_store(folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	chmod(folder, 0755);
	chmod(in_folder(""), 0700);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_import_leaves_the_old_snapshot_and_is_cleaned_up),
		cmocka_unit_test(an_import_killed_while_it_commits_is_whole_or_not_there),
		cmocka_unit_test(a_full_disk_leaves_the_old_snapshot_current),
		cmocka_unit_test(a_read_only_store_can_be_read),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
