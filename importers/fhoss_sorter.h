/* Sorts records of bytes by a 64-bit key, stably, in bounded memory. Records that come in order (as
 * the tables of a dump do) are only appended; others are sorted in pieces, and the pieces merged.
 * What does not fit into memory goes to an unlinked temporary file (TMPDIR, else /var/tmp). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

#define FHOSS_RECORD_MAX (48u << 10) /* bytes of one record */

struct fhoss_sorter;

struct fhoss_record {
	uint64_t key;
	const unsigned char *data; /* valid until the next fhoss_sorter_next */
	size_t length;
};

/* memory is the budget in bytes, at least FHOSS_SORTER_MEMORY_MIN is used. */
#define FHOSS_SORTER_MEMORY_MIN (256u << 10)
enum rc fhoss_sorter_new(size_t memory, struct fhoss_sorter **out, struct diag *diag);
void fhoss_sorter_free(struct fhoss_sorter *s);

/* Adds a record of head and tail, which follow each other in the result. RC_FULL, RC_IO, RC_NOMEM.
 */
struct fhoss_piece {
	const void *data;
	size_t length;
};
enum rc fhoss_sorter_add(struct fhoss_sorter *s, uint64_t key, const struct fhoss_piece *pieces,
			 size_t count, struct diag *diag);

/* After the last record: prepares reading. */
enum rc fhoss_sorter_finish(struct fhoss_sorter *s, struct diag *diag);
/* *more = false behind the last record. */
enum rc fhoss_sorter_next(struct fhoss_sorter *s, struct fhoss_record *out, bool *more,
			  struct diag *diag);
uint64_t fhoss_sorter_count(const struct fhoss_sorter *s);
