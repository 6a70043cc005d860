#include "tests/importers/fake_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/lookup_key.h"
#include "tests/temporary_path.h"

struct fake_store fake;
struct import_options fake_options;

static char folder[TEMPORARY_PATH_MAX];
static char *paths[16];
static char *names[16];

void fake_store_reset(void)
{
	for (size_t i = 0; i < fake.count; i++)
		subscription_clear(&fake.record[i]);
	for (uint32_t i = 0; i < fake.file_count; i++)
		free(fake.file[i]);
	free(fake.record);
	free(fake.is_dead);
	free(fake.reject);
	free(fake.file);
	hss_directory_clear(&fake.directory);
	memset(&fake, 0, sizeof(fake));
	hss_directory_init(&fake.directory);
	fake_options = (struct import_options){.threads = 1, .error_budget = 0.01};
}

static struct ims_subscription *append_record(void)
{
	if ((fake.count & (fake.count - 1)) == 0) { /* room for as many again */
		size_t room = fake.count ? fake.count * 2 : 1;

		fake.record = realloc(fake.record, room * sizeof(*fake.record));
		fake.is_dead = realloc(fake.is_dead, room);
	}
	assert_non_null(fake.record);
	assert_non_null(fake.is_dead);
	fake.is_dead[fake.count] = false;
	subscription_init(&fake.record[fake.count]);
	return &fake.record[fake.count++];
}

enum rc snapshot_writer_put(struct snapshot_writer *w, const struct ims_subscription *record,
			    uint32_t *ordinal, struct diag *diag)
{
	(void)w;
	if (fake.put_fails_at && fake.count + 1 == fake.put_fails_at)
		return diag_set(diag, fake.put_rc, "the fake store fails as told");
	if (ordinal)
		*ordinal = (uint32_t)fake.count;
	return subscription_copy(append_record(), record);
}

struct hss_directory *snapshot_writer_directory(struct snapshot_writer *w)
{
	(void)w;
	return &fake.directory;
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
	(void)diag;
	fake.file = realloc(fake.file, (fake.file_count + 1) * sizeof(*fake.file));
	assert_non_null(fake.file);
	fake.file[fake.file_count] = strdup(name);
	*index = fake.file_count++;
	return RC_OK;
}

static bool has_key(const struct ims_subscription *r, int space, uint64_t key)
{
	bool found = false;

	if (space == LOOKUP_NAME)
		return r->name.data && lookup_key(LOOKUP_NAME, r->name) == key;
	for (uint32_t i = 0; i < r->imsi_count; i++)
		found |= lookup_key(LOOKUP_IDENTITY, r->imsi[i]) == key;
	for (uint32_t i = 0; i < r->msisdn_count; i++)
		found |= lookup_key(LOOKUP_IDENTITY, r->msisdn[i]) == key;
	for (uint32_t i = 0; i < r->impi_count; i++)
		found |= lookup_key(LOOKUP_IDENTITY, r->impi[i].identity) == key;
	for (uint32_t i = 0; i < r->impu_count; i++)
		found |= lookup_key(LOOKUP_IDENTITY, r->impu[i].identity) == key;
	return found;
}

typedef bool (*merge_function)(const struct ims_subscription *records, size_t count, bool *taken,
			       struct ims_subscription *out, void *context);

struct merge {
	int space;
	merge_function merge;
	void *context;
};

#define GROUP_MAX 64

/* Asks about the living records of a key until nothing more is to be joined. */
static void visit_key(const struct merge *m, uint64_t key)
{
	bool is_joined = true;

	fake.groups++;
	while (is_joined) {
		struct ims_subscription group[GROUP_MAX], out;
		size_t member[GROUP_MAX], members = 0;
		bool taken[GROUP_MAX] = {false};

		for (size_t i = 0; i < fake.count && members < GROUP_MAX; i++)
			if (!fake.is_dead[i] && has_key(&fake.record[i], m->space, key))
				member[members++] = i;
		for (size_t i = 0; i < members; i++)
			group[i] = fake.record[member[i]];
		subscription_init(&out);
		is_joined = members > 1 && m->merge(group, members, taken, &out, m->context);
		for (size_t i = 0; is_joined && i < members; i++)
			fake.is_dead[member[i]] |= taken[i];
		if (is_joined)
			assert_int_equal(subscription_copy(append_record(), &out), RC_OK);
		subscription_clear(&out);
	}
}

enum rc snapshot_writer_merge_some(struct snapshot_writer *w, int space, merge_function merge,
				   void *context, struct diag *diag)
{
	struct merge m = {space, merge, context};
	size_t count = fake.count;

	(void)w;
	(void)diag;
	for (size_t n = 0; n < count; n++) {
		struct ims_subscription keys = {0};

		/* fake.record moves: its lists do not. */
		keys = fake.record[n];
		if (space == LOOKUP_NAME && keys.name.data && !fake.is_dead[n])
			visit_key(&m, lookup_key(LOOKUP_NAME, keys.name));
		for (uint32_t i = 0; space == LOOKUP_IDENTITY && i < keys.imsi_count; i++)
			if (!fake.is_dead[n])
				visit_key(&m, lookup_key(LOOKUP_IDENTITY, keys.imsi[i]));
		for (uint32_t i = 0; space == LOOKUP_IDENTITY && i < keys.impi_count; i++)
			if (!fake.is_dead[n])
				visit_key(&m, lookup_key(LOOKUP_IDENTITY, keys.impi[i].identity));
	}
	return RC_OK;
}

struct whole_merge {
	bool (*merge)(const struct ims_subscription *records, size_t count,
		      struct ims_subscription *out, void *context);
	void *context;
};

static bool take_whole_group(const struct ims_subscription *records, size_t count, bool *taken,
			     struct ims_subscription *out, void *context)
{
	const struct whole_merge *whole = context;
	bool is_joined = whole->merge(records, count, out, whole->context);

	for (size_t i = 0; i < count; i++)
		taken[i] = is_joined;
	return is_joined;
}

enum rc snapshot_writer_merge(struct snapshot_writer *w, int space,
			      bool (*merge)(const struct ims_subscription *records, size_t count,
					    struct ims_subscription *out, void *context),
			      void *context, struct diag *diag)
{
	struct whole_merge whole = {merge, context};

	return snapshot_writer_merge_some(w, space, take_whole_group, &whole, diag);
}

enum rc store_import_begin(struct store *s, const char *source,
			   const struct snapshot_writer_options *options, struct store_import **out,
			   struct diag *diag)
{
	(void)s;
	(void)source;
	(void)diag;
	fake.is_begun = true;
	fake.options = *options;
	*out = (struct store_import *)&fake;
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
	if ((fake.reject_count & (fake.reject_count - 1)) == 0)
		fake.reject = realloc(fake.reject, (fake.reject_count ? fake.reject_count * 2 : 1) *
							   sizeof(*fake.reject));
	assert_non_null(fake.reject);
	struct fake_reject *f = &fake.reject[fake.reject_count++];
	memset(f, 0, sizeof(*f));
	snprintf(f->file, sizeof(f->file), "%s", r->file ? r->file : "");
	snprintf(f->reason, sizeof(f->reason), "%s", r->reason);
	snprintf(f->subject, sizeof(f->subject), "%s", r->subject ? r->subject : "");
	f->has_subject = r->subject != NULL;
	f->line = r->line;
	f->offset = r->offset;
	return RC_OK;
}

enum rc store_import_commit(struct store_import *i, struct snapshot_info *info, bool publish,
			    struct diag *diag)
{
	(void)i;
	(void)diag;
	fake.is_committed = true;
	fake.is_published = publish;
	info->number = publish;
	info->subscriptions = fake_live();
	return RC_OK;
}

void store_import_abort(struct store_import *i)
{
	if (i)
		fake.is_aborted = true;
}

enum rc fake_import(const char *const *files, const char *format, struct import_summary *summary,
		    struct diag *diag)
{
	struct import_request request = {
		.source = "test", .format = format, .files = files, .options = fake_options};

	while (files[request.file_count])
		request.file_count++;
	diag_init(diag);
	return import_run(&request, summary, diag);
}

enum rc fake_import_bytes(const void *data, size_t length, const char *format,
			  struct import_summary *summary, struct diag *diag)
{
	const char *files[] = {fake_file("import.test", data, length), NULL};

	return fake_import(files, format, summary, diag);
}

enum rc fake_import_text(const char *text, const char *format, struct import_summary *summary,
			 struct diag *diag)
{
	return fake_import_bytes(text, strlen(text), format, summary, diag);
}

static void remove_folder(void)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && paths[i]; i++) {
		unlink(paths[i]);
		free(paths[i]);
		free(names[i]);
	}
	rmdir(folder);
}

static void make_folder(void)
{
	if (folder[0])
		return;
	assert_non_null(mkdtemp(temporary_path(folder, "fake_store")));
	atexit(remove_folder);
}

const char *fake_file(const char *name, const void *data, size_t length)
{
	char path[TEMPORARY_PATH_MAX + 64];
	size_t i = 0;

	make_folder();
	while (paths[i] && strcmp(names[i], name) != 0)
		i++;
	assert_true(i + 1 < sizeof(paths) / sizeof(paths[0]));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!paths[i]) {
		paths[i] = strdup(path);
		names[i] = strdup(name);
	}
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	return paths[i];
}

const struct ims_subscription *fake_record(size_t index)
{
	for (size_t i = 0; i < fake.count; i++)
		if (!fake.is_dead[i] && !index--)
			return &fake.record[i];
	fail_msg("there is no such record");
	return NULL;
}

size_t fake_live(void)
{
	size_t live = 0;

	for (size_t i = 0; i < fake.count; i++)
		live += !fake.is_dead[i];
	return live;
}

uint64_t fake_note(const struct import_summary *summary, const char *text)
{
	for (size_t i = 0; i < summary->note_count; i++)
		if (strcmp(summary->notes[i].text, text) == 0)
			return summary->notes[i].count;
	return 0;
}
