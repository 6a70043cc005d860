/* The store's folder: what is current, what is kept, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "tests/store/store_fixture.h"
#include "tests/store/temporary.h"

static void the_newest_import_is_current_and_two_are_kept(void **state)
{
	const char *folder = in_folder("cycle");
	struct store *s = open_store(folder, STORE_WRITE);

	(void)state;
	assert_int_equal(current_count(s, "hss"), -1);
	for (uint32_t i = 1; i <= 4; i++) {
		uint64_t number = run_import(s, "hss", i * 10);

		assert_int_equal(number, i);
		assert_int_equal(current_count(s, "hss"), i * 10);
		assert_int_equal(current_count(s, NULL), i * 10);
		assert_int_equal(count_files(folder, "snapshot-"), i < 2 ? 1 : 2);
	}
	store_close(s);
}

static void files_are_0600_and_the_folder_0700(void **state)
{
	static const char *const files[] = {"catalog.db", "snapshot-1.db", "import-hss.lock"};
	char folder[600], path[700];
	struct stat st;
	mode_t before = umask(0);

	(void)state;
	snprintf(folder, sizeof(folder), "%s", in_folder("modes/deep/down"));
	struct store *s = open_store(folder, STORE_WRITE);
	run_import(s, "hss", 1);
	umask(before);
	store_close(s);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(in_folder("modes"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void an_aborted_import_leaves_nothing(void **state)
{
	const char *folder = in_folder("aborted");
	struct store *s = open_store(folder, STORE_WRITE);

	(void)state;
	run_import(s, "hss", 5);
	struct store_import *i = begin_import(s, "hss");
	put_records(i, 7);
	store_import_abort(i);
	assert_int_equal(current_count(s, "hss"), 5);
	assert_int_equal(count_files(folder, "snapshot-"), 1);
	store_close(s);
}

struct seen {
	unsigned count;
	char text[200];
};

static bool see_reject(const struct reject *r, void *context)
{
	struct seen *seen = context;

	if (!seen->count++)
		snprintf(seen->text, sizeof(seen->text), "%s|%lu|%lu|%s|%s",
			 r->file ? r->file : "-", (unsigned long)r->line, (unsigned long)r->offset,
			 r->reason, r->subject ? r->subject : "-");
	return true;
}

static void an_unpublished_import_keeps_its_rejects_only(void **state)
{
	const char *folder = in_folder("unpublished");
	struct store *s = open_store(folder, STORE_WRITE);
	struct snapshot_info info = {.rejects = 20000};
	struct reject reject = {"a.csv", 7, 123, "found 'x', expected digits", "imsi x"};
	struct seen seen = {0, ""};

	(void)state;
	run_import(s, "hss", 5);
	struct store_import *i = begin_import(s, "hss");
	put_records(i, 7);
	for (uint32_t k = 0; k < LIMIT_REJECTS_KEPT + 5; k++)
		assert_int_equal(store_import_reject(i, &reject, NULL), RC_OK);
	assert_int_equal(store_import_commit(i, &info, false, NULL), RC_OK);
	assert_int_equal(info.number, 2);
	assert_int_equal(current_count(s, "hss"), 5);
	assert_int_equal(count_files(folder, "snapshot-"), 1);
	assert_int_equal(store_rejects(s, 2, see_reject, &seen, NULL), RC_OK);
	assert_int_equal(seen.count, LIMIT_REJECTS_KEPT);
	assert_string_equal(seen.text, "a.csv|7|123|found 'x', expected digits|imsi x");
	/* rejects of imports that do not count any more go with the next one */
	run_import(s, "hss", 6);
	seen.count = 0;
	assert_int_equal(store_rejects(s, 2, see_reject, &seen, NULL), RC_OK);
	assert_int_equal(seen.count, 0);
	store_close(s);
}

static void a_second_import_of_a_source_is_told_that_it_is_busy(void **state)
{
	struct store *s = open_store(in_folder("busy"), STORE_WRITE),
		     *other = open_store(in_folder("busy"), STORE_WRITE);
	struct store_import *first = begin_import(s, "hss"), *second = NULL;
	struct diag diag;

	(void)state;
	diag_init(&diag);
	assert_int_equal(store_import_begin(other, "hss", NULL, &second, &diag), RC_BUSY);
	assert_non_null(strstr(diag.text, "busy"));
	/* another source is another matter, and leaves the running one alone */
	second = begin_import(other, "eps");
	put_records(second, 3);
	put_records(first, 4);
	struct snapshot_info info = {.role = "ims"}, eps = {.role = "eps"};
	assert_int_equal(store_import_commit(second, &eps, true, NULL), RC_OK);
	assert_int_equal(store_import_commit(first, &info, true, NULL), RC_OK);
	assert_int_equal(current_count(s, "hss"), 4);
	assert_int_equal(current_count(s, "eps"), 3);
	assert_int_equal(current_count(s, NULL), 4);
	store_close(s);
	store_close(other);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct snapshot *snapshot;
	struct store *s = NULL;
	struct diag diag;

	(void)state;
	diag_init(&diag);
	assert_int_equal(store_open(in_folder("nowhere"), STORE_READ, &s, &diag), RC_NOTFOUND);
	assert_int_equal(store_open("", STORE_READ, &s, &diag), RC_USAGE);
	s = open_store(in_folder("several"), STORE_WRITE);
	assert_int_equal(store_current(s, NULL, &snapshot, &diag), RC_NOTFOUND);
	run_import(s, "one", 1);
	run_import(s, "two", 2);
	assert_int_equal(store_current(s, NULL, &snapshot, &diag), RC_USAGE);
	assert_non_null(strstr(diag.text, "one, two"));
	assert_int_equal(store_current(s, "three", &snapshot, &diag), RC_NOTFOUND);
	store_close(s);
}

static void a_catalog_that_is_none_is_refused(void **state)
{
	struct store *s;

	(void)state;
	store_close(open_store(in_folder("nocatalog"), STORE_WRITE));
	write_file(in_folder("nocatalog/catalog.db"), "not a database, but long enough", 31);
	assert_int_equal(store_open(in_folder("nocatalog"), STORE_READ, &s, NULL), RC_CORRUPT);
	assert_int_equal(store_open(in_folder("nocatalog"), STORE_WRITE, &s, NULL), RC_CORRUPT);
	write_file(in_folder("afile"), "x", 1);
	assert_int_equal(store_open(in_folder("afile"), STORE_WRITE, &s, NULL), RC_IO);
}

static void odd_source_names_are_refused(void **state)
{
	static const char *const names[] = {
		"",        ".",
		"..",      "a/b",
		"a b",     "\xc3\xa4",
		".hidden", "0123456789012345678901234567890123456789012345678901234567890123"};
	struct store *s = open_store(in_folder("names"), STORE_WRITE);
	struct store_import *i;

	(void)state;
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		assert_int_equal(store_import_begin(s, names[k], NULL, &i, NULL), RC_USAGE);
	store_close(s);
}

static bool see_source(const struct store_source *source, void *context)
{
	struct seen *seen = context;
	size_t used = strlen(seen->text);

	seen->count++;
	snprintf(seen->text + used, sizeof(seen->text) - used, "%s %s %s %lu %lu %ld;",
		 source->name, source->format, source->role, (unsigned long)source->snapshot,
		 (unsigned long)source->subscriptions, (long)source->taken_at);
	return true;
}

static void sources_and_runs_are_listed(void **state)
{
	struct store *s = open_store(in_folder("sources"), STORE_WRITE), *reader;
	struct seen seen = {0, ""};
	uint64_t run = 0;

	(void)state;
	run_import(s, "b", 2);
	run_import(s, "a", 1);
	run_import(s, "b", 3);
	assert_int_equal(store_sources(s, see_source, &seen, NULL), RC_OK);
	assert_string_equal(seen.text, "a csv ims 2 1 42;b csv ims 3 3 42;");
	assert_int_equal(store_record_run(s, 5, "{}", &run, NULL), RC_OK);
	assert_int_equal(run, 1);
	reader = open_store(in_folder("sources"), STORE_READ);
	assert_int_equal(store_record_run(reader, 5, "{}", &run, NULL), RC_OK);
	assert_int_equal(run, 2);
	store_close(reader);
	store_close(s);
}

static void a_snapshot_in_use_survives_its_removal(void **state)
{
	struct store *s = open_store(in_folder("inuse"), STORE_WRITE);
	struct ims_subscription record;
	struct snapshot *old;

	(void)state;
	run_import(s, "hss", 900);
	assert_int_equal(store_current(s, "hss", &old, NULL), RC_OK);
	for (int i = 0; i < 3; i++)
		run_import(s, "hss", 10);
	struct snapshot_cursor *c = open_cursor(old);
	subscription_init(&record);
	assert_int_equal(snapshot_read(c, 899, &record, NULL), RC_OK);
	subscription_clear(&record);
	snapshot_cursor_close(c);
	snapshot_close(old);
	store_close(s);
}

static void a_temporary_store_vanishes(void **state)
{
	struct store *s = NULL;

	(void)state;
	setenv("TMPDIR", in_folder(""), 1);
	assert_int_equal(store_open_temporary(&s, NULL), RC_OK);
	assert_int_equal(count_files(in_folder(""), "cxaudit."), 1);
	run_import(s, "hss", 10);
	assert_int_equal(current_count(s, NULL), 10);
	store_close(s);
	assert_int_equal(count_files(in_folder(""), "cxaudit."), 0);
	unsetenv("TMPDIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_import_is_current_and_two_are_kept),
		cmocka_unit_test(files_are_0600_and_the_folder_0700),
		cmocka_unit_test(an_aborted_import_leaves_nothing),
		cmocka_unit_test(an_unpublished_import_keeps_its_rejects_only),
		cmocka_unit_test(a_second_import_of_a_source_is_told_that_it_is_busy),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(a_catalog_that_is_none_is_refused),
		cmocka_unit_test(odd_source_names_are_refused),
		cmocka_unit_test(sources_and_runs_are_listed),
		cmocka_unit_test(a_snapshot_in_use_survives_its_removal),
		cmocka_unit_test(a_temporary_store_vanishes),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
