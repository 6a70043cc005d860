/* Sorted pieces ("runs") of a sorter in its temporary file, and their merging. */
#pragma once
#include <string.h>
#include "importers/fhoss_sorter.h"
#include "importers/fhoss_spill.h"

#define FHOSS_RECORD_HEAD (sizeof(uint64_t) + sizeof(uint32_t)) /* key and length */
#define FHOSS_RUNS_MERGED 64                                    /* at once */

struct fhoss_run {
	uint64_t start, end; /* in the file */
	uint64_t last_key;
};

/* A run that is read. */
struct fhoss_run_reader {
	uint64_t next, end; /* in the file: what is not in the buffer yet */
	unsigned char *buffer;
	size_t length, at;
	uint64_t key; /* of the record at the position */
};

struct fhoss_runs {
	struct fhoss_spill spill;
	size_t memory;
	struct fhoss_run *run;
	size_t count, capacity;
	struct fhoss_run_reader *reader; /* a heap: the lowest key first, then the earliest run */
	unsigned heap[FHOSS_RUNS_MERGED];
	unsigned live, readers;
	size_t buffer_bytes;
	bool is_started; /* the heap's first record was handed out */
};

/* Of a record in a buffer. */
static inline size_t fhoss_run_record_bytes(const unsigned char *p)
{
	uint32_t length;

	memcpy(&length, p + sizeof(uint64_t), sizeof(length));
	return FHOSS_RECORD_HEAD + length;
}

static inline void fhoss_run_record(const unsigned char *p, struct fhoss_record *out)
{
	memcpy(&out->key, p, sizeof(out->key));
	out->data = p + FHOSS_RECORD_HEAD;
	out->length = fhoss_run_record_bytes(p) - FHOSS_RECORD_HEAD;
}

void fhoss_runs_init(struct fhoss_runs *r, size_t memory);
void fhoss_runs_clear(struct fhoss_runs *r);
size_t fhoss_runs_count(const struct fhoss_runs *r);
/* What is appended next is sorted and has these keys: goes on with the last run where it fits, else
 * begins another one. */
enum rc fhoss_runs_begin(struct fhoss_runs *r, uint64_t first_key, uint64_t last_key,
			 struct diag *diag);
enum rc fhoss_runs_append(struct fhoss_runs *r, const void *data, size_t length, struct diag *diag);
/* Prepares reading all runs as one. */
enum rc fhoss_runs_start(struct fhoss_runs *r, struct diag *diag);
enum rc fhoss_runs_next(struct fhoss_runs *r, struct fhoss_record *out, bool *more,
			struct diag *diag);
