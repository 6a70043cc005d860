/* A folder of the test's own, and a snapshot written into it. */
#pragma once
#include "store/snapshot.h"
#include "store/snapshot_writer.h"

/* "<folder>/<name>"; valid until the fourth next call. */
const char *in_folder(const char *name);

/* Group set-up and tear-down: makes and removes the folder, with all files in it. */
int folder_make(void **state);
int folder_remove(void **state);

/* Opens a writer; fails the test on trouble. */
struct snapshot_writer *writer_open(const char *path,
				    const struct snapshot_writer_options *options);
void writer_commit(struct snapshot_writer *w);
/* Writes random_record 0 to count - 1 of a seed. */
void write_random(const char *path, uint64_t seed, uint32_t count,
		  const struct snapshot_writer_options *options);

struct snapshot *open_snapshot(const char *path);
struct snapshot_cursor *open_cursor(struct snapshot *s);

/* The bytes of a file; *size of them, to be freed. */
unsigned char *read_file(const char *path, size_t *size);
void write_file(const char *path, const void *data, size_t size);
