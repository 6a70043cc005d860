/* Observations survive what happens to hosts: kill -9, full disks, locks, no rights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/observations_fixture.h"
#include "tests/store/temporary.h"

/* --- death ----------------------------------------------------------------------------------- */

/* Appends and flushes for ever; tells after each flush how many exchanges there are. */
static void write_until_killed(int out)
{
	struct observations *o = open_observations(folder, OBSERVATIONS_WRITE);
	struct observations_summary summary;
	uint64_t count;

	if (observations_summarize(o, &summary, NULL))
		_exit(1);
	for (count = summary.count;;) {
		append_usual(o, (uint32_t)count, 700, 100);
		flush(o);
		count += 700;
		if (write(out, &count, sizeof(count)) != sizeof(count))
			_exit(1);
	}
}

static void a_killed_writer_loses_its_batch_at_most(void **state)
{
	uint64_t told = 0, before = 0;

	(void)state;
	new_folder("killed");
	for (int round = 0; round < 8; round++) {
		int pipes[2], status;

		assert_int_equal(pipe(pipes), 0);
		pid_t child = fork();
		if (child == 0)
			write_until_killed(pipes[1]);
		close(pipes[1]);
		for (int i = 0; i < 5 + round * 3; i++)
			assert_int_equal(read(pipes[0], &told, sizeof(told)), sizeof(told));
		usleep((useconds_t)round * 900);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		while (read(pipes[0], &told, sizeof(told)) == sizeof(told))
			continue;
		close(pipes[0]);
		struct observations *o = open_observations(folder, OBSERVATIONS_READ);
		uint64_t count = count_exchanges(o, "");
		assert_true(count >= told && count <= told + 700 && count > before);
		assert_int_equal((count - before) % 700, 0);
		assert_int_equal(count_exchanges(o, "001010000000007") / 3, (count / 3 + 92) / 100);
		before = count;
		observations_close(o);
	}
}

static void the_lock_of_a_writer_dies_with_it(void **state)
{
	struct observations *second = NULL;
	int pipes[2], status;
	uint64_t told;

	(void)state;
	new_folder("lock");
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0)
		write_until_killed(pipes[1]);
	assert_int_equal(read(pipes[0], &told, sizeof(told)), sizeof(told));
	assert_int_equal(observations_open(folder, OBSERVATIONS_WRITE, &second, NULL), RC_BUSY);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(pipes[0]);
	close(pipes[1]);
	observations_close(open_observations(folder, OBSERVATIONS_WRITE));
}

/* --- no space, no lock ----------------------------------------------------------------------- */

static int fill_the_disk(void)
{
	struct rlimit limit, small;
	struct observations *o = open_observations(folder, OBSERVATIONS_WRITE);
	uint32_t next = 1000;
	enum rc rc = RC_OK;

	append_usual(o, 0, 1000, 10);
	flush(o);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small = (struct rlimit){400000, limit.rlim_max};
	setrlimit(RLIMIT_FSIZE, &small);
	for (; !rc && next < 1000000; next += 1000) {
		append_usual(o, next, 1000, 10);
		rc = observations_flush(o, NULL, NULL);
	}
	if (rc != RC_FULL)
		return 1;
	if (observations_pending(o) != 1000)
		return 2;
	if (observations_flush(o, NULL, NULL) != RC_FULL)
		return 3;
	if (count_exchanges(o, "") != next - 1000)
		return 4;
	setrlimit(RLIMIT_FSIZE, &limit);
	if (observations_flush(o, NULL, NULL) || observations_pending(o))
		return 5;
	if (count_exchanges(o, "") != next)
		return 6;
	observations_close(o);
	return 0;
}

static void a_full_disk_keeps_the_batch_until_there_is_space(void **state)
{
	int status;

	(void)state;
	new_folder("full");
	pid_t child = fork();
	if (child == 0)
		_exit(fill_the_disk());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The journal meets the limit long before it would be copied by its length; the file does not. */
static int fill_the_journal(void)
{
	struct observations *o = open_observations(folder, OBSERVATIONS_WRITE);
	struct observation_status status = {.observer = TEXT_LITERAL("relay.example.org")};
	struct rlimit limit;

	append_usual(o, 0, 10, 10);
	flush(o);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = 400000;
	setrlimit(RLIMIT_FSIZE, &limit);
	for (status.seen = 0; status.seen < 500; status.seen++)
		if (observations_flush(o, &status, NULL))
			return 1;
	observations_close(o);
	return 0;
}

static void a_full_journal_is_copied_and_begun_anew(void **state)
{
	int status;

	(void)state;
	new_folder("journal");
	pid_t child = fork();
	if (child == 0)
		_exit(fill_the_journal());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_locked_database_keeps_the_batch(void **state)
{
	struct observations *o = open_observations(new_folder("locked"), OBSERVATIONS_WRITE);

	(void)state;
	append_usual(o, 0, 100, 10);
	flush(o);
	sqlite3 *db = foreign();
	run_sql(db, "BEGIN IMMEDIATE");
	append_usual(o, 100, 600, 10);
	assert_int_equal(observations_flush(o, NULL, NULL), RC_BUSY);
	assert_int_equal(observations_pending(o), 600);
	assert_int_equal(count_exchanges(o, ""), 100);
	run_sql(db, "COMMIT");
	flush(o);
	assert_int_equal(count_exchanges(o, ""), 700);
	sqlite3_close(db);
	observations_close(o);
}

/* A reader that never ends keeps the journal, but no writer and no other reader. */
static void a_reader_in_an_old_journal_stops_nobody(void **state)
{
	struct observations *o = open_observations(new_folder("old"), OBSERVATIONS_WRITE);
	struct observations *reader;
	struct stat st;

	(void)state;
	append_usual(o, 0, 100, 10);
	flush(o);
	sqlite3 *db = foreign();
	run_sql(db, "BEGIN; SELECT count(*) FROM block");
	for (uint32_t i = 0; i < 40; i++) {
		append_usual(o, 100 + i * 5000, 5000, 1000);
		flush(o);
	}
	reader = open_observations(folder, OBSERVATIONS_READ);
	assert_int_equal(count_exchanges(reader, ""), 200100);
	run_sql(db, "COMMIT");
	sqlite3_close(db);
	for (uint32_t i = 0; i < 20; i++) {
		append_usual(o, 200100 + i * 5000, 5000, 1000);
		flush(o);
		count_exchanges(reader, "001010000000000");
	}
	assert_int_equal(stat(file_of("-wal"), &st), 0);
	assert_true(st.st_size < 33000000);
	observations_close(reader);
	observations_close(o);
}

/* --- no rights ------------------------------------------------------------------------------- */

/* Root may write anywhere, so that the child becomes nobody. */
static int use_read_only_folder(void)
{
	struct observations *o = NULL;
	uint64_t count;

	if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
		return 50;
	if (observations_open(folder, OBSERVATIONS_WRITE, &o, NULL) != RC_IO)
		return 1;
	if (observations_open(folder, OBSERVATIONS_READ, &o, NULL))
		return 2;
	count = count_exchanges(o, "");
	observations_close(o);
	return count == 1000 ? 0 : 3;
}

static void a_read_only_folder_can_be_read(void **state)
{
	struct observations *o = open_observations(new_folder("readonly"), OBSERVATIONS_WRITE);
	int status;

	(void)state;
	append_usual(o, 0, 1000, 10);
	flush(o);
	observations_close(o);
	chmod(in_folder(""), 0755);
	chmod(folder, 0555);
	chmod(file_of(""), 0444);
	pid_t child = fork();
	if (child == 0)
		_exit(use_read_only_folder());
	assert_int_equal(waitpid(child, &status, 0), child);
	chmod(folder, 0755);
	chmod(in_folder(""), 0700);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_writer_loses_its_batch_at_most),
		cmocka_unit_test(the_lock_of_a_writer_dies_with_it),
		cmocka_unit_test(a_full_disk_keeps_the_batch_until_there_is_space),
		cmocka_unit_test(a_full_journal_is_copied_and_begun_anew),
		cmocka_unit_test(a_locked_database_keeps_the_batch),
		cmocka_unit_test(a_reader_in_an_old_journal_stops_nobody),
		cmocka_unit_test(a_read_only_folder_can_be_read),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
