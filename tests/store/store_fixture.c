#include "tests/store/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <string.h>

#include "tests/codec/random_record.h"

static void check(enum rc rc, const struct diag *diag)
{
	if (rc)
		fail_msg("%s: %s", rc_str(rc), diag->text);
}

struct store *open_store(const char *folder, enum store_mode mode)
{
	struct store *s = NULL;
	struct diag diag;

	diag_init(&diag);
	check(store_open(folder, mode, &s, &diag), &diag);
	return s;
}

struct store_import *begin_import(struct store *s, const char *source)
{
	struct store_import *i = NULL;
	struct diag diag;

	diag_init(&diag);
	check(store_import_begin(s, source, NULL, &i, &diag), &diag);
	return i;
}

void put_records(struct store_import *i, uint32_t count)
{
	struct ims_subscription record;

	subscription_init(&record);
	for (uint32_t k = 0; k < count; k++) {
		derivable_record(k, &record);
		assert_int_equal(snapshot_writer_put(store_import_writer(i), &record, NULL, NULL),
				 RC_OK);
	}
	subscription_clear(&record);
}

uint64_t run_import(struct store *s, const char *source, uint32_t count)
{
	struct snapshot_info info = {.format = "csv", .role = "ims", .hss = "3gpp", .taken_at = 42};
	struct store_import *i = begin_import(s, source);
	struct diag diag;

	diag_init(&diag);
	put_records(i, count);
	check(store_import_commit(i, &info, true, &diag), &diag);
	return info.number;
}

int64_t current_count(struct store *s, const char *source)
{
	struct snapshot *snapshot = NULL;

	if (store_current(s, source, &snapshot, NULL))
		return -1;
	int64_t count = (int64_t)snapshot_get_info(snapshot)->subscriptions;
	snapshot_close(snapshot);
	return count;
}

unsigned count_files(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		count += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(dir);
	return count;
}
