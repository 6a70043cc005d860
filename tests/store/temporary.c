#include "tests/store/temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/codec/random_record.h"
#include "tests/temporary_path.h"

static char folder[TEMPORARY_PATH_MAX];

const char *in_folder(const char *name)
{
	static char paths[4][TEMPORARY_PATH_MAX + 64];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

int folder_make(void **state)
{
	(void)state;
	return mkdtemp(temporary_path(folder, "test_store")) ? 0 : -1;
}

static void remove_all(const char *path, int depth)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	char name[4096];

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) >= (int)sizeof(name))
			continue;
		if (unlink(name) && depth < 3)
			remove_all(name, depth + 1);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

int folder_remove(void **state)
{
	(void)state;
	remove_all(folder, 0);
	return 0;
}

static void check(enum rc rc, const struct diag *diag)
{
	if (rc)
		fail_msg("%s: %s", rc_str(rc), diag->text);
}

struct snapshot_writer *writer_open(const char *path, const struct snapshot_writer_options *options)
{
	struct snapshot_writer *w = NULL;
	struct diag diag;

	diag_init(&diag);
	check(snapshot_writer_open(path, options, &w, &diag), &diag);
	return w;
}

void writer_commit(struct snapshot_writer *w)
{
	struct snapshot_info info = {.source = "test", .format = "random", .role = "ims"};
	struct diag diag;

	diag_init(&diag);
	check(snapshot_writer_commit(w, &info, &diag), &diag);
}

void write_random(const char *path, uint64_t seed, uint32_t count,
		  const struct snapshot_writer_options *options)
{
	struct snapshot_writer *w = writer_open(path, options);
	struct random_source r = {seed};
	struct ims_subscription record;
	struct diag diag;

	diag_init(&diag);
	subscription_init(&record);
	for (uint32_t i = 0; i < count; i++) {
		random_record(&r, i, &record);
		check(snapshot_writer_put(w, &record, NULL, &diag), &diag);
	}
	subscription_clear(&record);
	writer_commit(w);
}

struct snapshot *open_snapshot(const char *path)
{
	struct snapshot *s = NULL;
	struct diag diag;

	diag_init(&diag);
	check(snapshot_open(path, &s, &diag), &diag);
	return s;
}

struct snapshot_cursor *open_cursor(struct snapshot *s)
{
	struct snapshot_cursor *c = NULL;
	struct diag diag;

	diag_init(&diag);
	check(snapshot_cursor_open(s, &c, &diag), &diag);
	return c;
}

unsigned char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *data;
	long length;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	length = ftell(file);
	rewind(file);
	data = malloc((size_t)length + 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, (size_t)length, file), length);
	fclose(file);
	*size = (size_t)length;
	return data;
}

void write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
}
