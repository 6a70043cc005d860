#include "tests/importers/fhoss_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct import_summary dump_summary;
struct diag dump_diag;

enum rc dump_import_files(const char *const *files)
{
	dump_forget();
	fake_options.error_budget = 1;
	return fake_import(files, "fhoss-sql", &dump_summary, &dump_diag);
}

enum rc dump_import(const char *text)
{
	dump_forget();
	fake_options.error_budget = 1;
	return fake_import_text(text, "fhoss-sql", &dump_summary, &dump_diag);
}

void dump_forget(void)
{
	uint64_t memory = fake_options.memory;

	import_summary_clear(&dump_summary);
	memset(&dump_summary, 0, sizeof(dump_summary));
	fake_store_reset();
	fake_options.memory = memory;
}

const char *dump_fixture(const char *name)
{
	static char paths[4][512];
	static unsigned next;
	const char *top = getenv("top_srcdir");
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/fixtures/fhoss/%s", top ? top : ".", name);
	return path;
}

static uint64_t row_of(const struct ims_subscription *record)
{
	if (record->kind == RECORD_SUBSCRIPTION)
		return record->row;
	return record->kind == RECORD_ORPHAN_IMPI ? record->impi[0].row : record->impu[0].row;
}

static const struct ims_subscription *find(enum record_kind kind, uint64_t row)
{
	const struct ims_subscription *found = NULL;

	for (size_t i = 0; i < fake.count; i++) {
		if (fake.record[i].kind != kind || row_of(&fake.record[i]) != row)
			continue;
		assert_null(found);
		found = &fake.record[i];
	}
	assert_non_null(found);
	return found;
}

const struct ims_subscription *dump_subscription(uint64_t row)
{
	return find(RECORD_SUBSCRIPTION, row);
}

const struct ims_subscription *dump_orphan_impi(uint64_t row)
{
	return find(RECORD_ORPHAN_IMPI, row);
}

const struct ims_subscription *dump_orphan_impu(uint64_t row)
{
	return find(RECORD_ORPHAN_IMPU, row);
}

const struct impu *dump_impu(const struct ims_subscription *record, uint64_t row)
{
	for (uint32_t i = 0; i < record->impu_count; i++)
		if (record->impu[i].row == row)
			return &record->impu[i];
	fail_msg("the record has no IMPU %d", (int)row);
	return NULL;
}

size_t dump_count(enum record_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < fake.count; i++)
		count += fake.record[i].kind == kind;
	return count;
}

bool dump_rejects(const char *reason)
{
	for (size_t i = 0; i < fake.reject_count; i++)
		if (strstr(fake.reject[i].reason, reason))
			return true;
	return false;
}
