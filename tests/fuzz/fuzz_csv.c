/* The csv importer on any bytes, from detection to joining; the store is replaced by checks of what
 * it is given. */
#define _GNU_SOURCE /* memfd_create */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "importers/csv_row.h"
#include "importers/importer.h"
#include "model/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECORDS_MAX 256

static struct ims_subscription records[RECORDS_MAX];
static size_t record_count;
static struct hss_directory directory;

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_identity(struct text t)
{
	require(t.data && t.length > 0 && t.length <= LIMIT_IDENTITY_LENGTH);
}

static void check_record(const struct ims_subscription *r)
{
	for (uint32_t i = 0; i < r->imsi_count; i++)
		require(identity_is_imsi(r->imsi[i]));
	for (uint32_t i = 0; i < r->impi_count; i++)
		check_identity(r->impi[i].identity);
	for (uint32_t i = 0; i < r->impu_count; i++) {
		check_identity(r->impu[i].identity);
		require(r->impu[i].irs_state != IRS_NAMED || r->impu[i].irs.length);
		for (uint32_t n = 0; n < r->impu[i].grant_count; n++)
			require(r->impu[i].grants[n] - 1 < directory.visited_network_count);
	}
	for (uint32_t i = 0; i < r->association_count; i++) {
		require(r->association[i].impi < r->impi_count);
		require(r->association[i].impu < r->impu_count);
		require(r->association[i].rows == 1);
	}
}

enum rc snapshot_writer_put(struct snapshot_writer *w, const struct ims_subscription *record,
			    uint32_t *ordinal, struct diag *diag)
{
	(void)w;
	(void)ordinal;
	(void)diag;
	check_record(record);
	if (record_count == RECORDS_MAX)
		return RC_OK;
	subscription_init(&records[record_count]);
	return subscription_copy(&records[record_count++], record);
}

struct hss_directory *snapshot_writer_directory(struct snapshot_writer *w)
{
	(void)w;
	return &directory;
}

void snapshot_writer_declare_default(struct snapshot_writer *w, const char *fact)
{
	(void)w;
	(void)fact;
}

enum rc snapshot_writer_add_file(struct snapshot_writer *w, const char *name, uint32_t *index,
				 struct diag *diag)
{
	(void)w;
	(void)name;
	(void)diag;
	*index = 0;
	return RC_OK;
}

/* One group of all: the rule has to find what belongs together. */
enum rc snapshot_writer_merge_some(struct snapshot_writer *w, int space,
				   bool (*merge)(const struct ims_subscription *list, size_t count,
						 bool *taken, struct ims_subscription *out,
						 void *context),
				   void *context, struct diag *diag)
{
	bool taken[RECORDS_MAX], is_joined = true;

	(void)w;
	(void)space;
	(void)diag;
	while (is_joined && record_count > 1) {
		struct ims_subscription out;
		size_t left = 0;

		memset(taken, 0, sizeof(taken));
		subscription_init(&out);
		is_joined = merge(records, record_count, taken, &out, context);
		for (size_t i = 0; is_joined && i < record_count; i++) {
			if (taken[i])
				subscription_clear(&records[i]);
			else
				records[left++] = records[i];
		}
		if (is_joined) {
			require(left + 1 < record_count);
			check_record(&out);
			record_count = left;
			subscription_clear(&out);
		}
	}
	return RC_OK;
}

enum rc snapshot_writer_merge(struct snapshot_writer *w, int space,
			      bool (*merge)(const struct ims_subscription *list, size_t count,
					    struct ims_subscription *out, void *context),
			      void *context, struct diag *diag)
{
	(void)w;
	(void)space;
	(void)merge;
	(void)context;
	(void)diag;
	return RC_OK;
}

enum rc store_import_begin(struct store *s, const char *source,
			   const struct snapshot_writer_options *options, struct store_import **out,
			   struct diag *diag)
{
	(void)s;
	(void)source;
	(void)options;
	(void)diag;
	*out = (struct store_import *)&directory;
	return RC_OK;
}

struct snapshot_writer *store_import_writer(struct store_import *i)
{
	return (struct snapshot_writer *)i;
}

enum rc store_import_reject(struct store_import *i, const struct reject *r, struct diag *diag)
{
	(void)i;
	(void)diag;
	require(r->reason && r->reason[0]);
	return RC_OK;
}

enum rc store_import_commit(struct store_import *i, struct snapshot_info *info, bool publish,
			    struct diag *diag)
{
	(void)i;
	(void)info;
	(void)publish;
	(void)diag;
	return RC_OK;
}

void store_import_abort(struct store_import *i)
{
	(void)i;
}

static void run_import(const uint8_t *data, size_t size)
{
	char path[64];
	const char *files[] = {path};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct import_request request = {
		.source = "fuzz",
		.format = "csv",
		.files = files,
		.file_count = 1,
		.options = {.threads = 1, .error_budget = 1, .accept_truncated = true}};
	struct import_summary summary;
	struct diag diag;

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	hss_directory_init(&directory);
	diag_init(&diag);
	import_run(&request, &summary, &diag);
	import_summary_clear(&summary);
	while (record_count > 0)
		subscription_clear(&records[--record_count]);
	hss_directory_clear(&directory);
	close(fd);
}

/* Any part of a row is incomplete, or reads as the whole does. */
static void scan_parts(const uint8_t *data, size_t size)
{
	struct csv_scanner scanner;
	struct csv_row row = {.count = 0};
	char *window = calloc(1, size + SOURCE_PADDING);

	require(window != NULL);
	memcpy(window, data, size);
	arena_init(&row.scratch);
	csv_scanner_init(&scanner, ',');
	enum csv_scan whole = csv_scan_row(&scanner, window, window + size, true, 0, &row);
	size_t whole_length = whole == CSV_SCAN_ROW ? (size_t)(row.next - window) : 0;
	for (size_t part = size; part-- > 0 && size < 512;) {
		memset(window + part, 0, size - part);
		enum csv_scan result =
			csv_scan_row(&scanner, window, window + part, false, 0, &row);
		require(result == CSV_SCAN_INCOMPLETE || result == whole);
		require(result != CSV_SCAN_ROW || (size_t)(row.next - window) == whole_length);
	}
	arena_clear(&row.scratch);
	free(window);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	run_import(data, size);
	scan_parts(data, size);
	return 0;
}
