/* Lookup entries of one space, collected in any order and given back sorted: dealt to buckets by
 * the upper bits of their key as they come, spilled to a file when the writer says so, sorted
 * bucket by bucket. 12 bytes an entry. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/rc.h"
#include "codec/lookup_block.h"

#define ENTRY_BUCKET_BITS 9
#define ENTRY_BUCKETS (1u << ENTRY_BUCKET_BITS)

/* The file that pools spill to; no name, gone with the process. */
struct entry_spill {
	int fd; /* -1: none yet */
	uint64_t size;
	const char *beside; /* path next to which it is made; borrowed */
};

struct entry_chunk;
struct entry_segment {
	uint64_t offset;
	uint64_t count;
};
struct entry_bucket {
	struct entry_chunk *first, *last;
	uint32_t used; /* entries in last */
	uint32_t segment_count, segment_capacity;
	struct entry_segment *segments; /* in the spill file, before the chunks */
	uint64_t count;
};
struct entry_pool {
	struct entry_bucket bucket[ENTRY_BUCKETS];
	struct entry_chunk *free; /* of chunks that were spilled */
	size_t memory;            /* bytes of chunks in use */
	uint64_t count;
};

void entry_pool_init(struct entry_pool *p);
void entry_pool_clear(struct entry_pool *p);
void entry_spill_clear(struct entry_spill *s);

enum rc entry_pool_add(struct entry_pool *p, uint64_t key, uint32_t ordinal, struct diag *diag);

/* Writes everything in memory to the file, which is made when there is none. */
enum rc entry_pool_spill(struct entry_pool *p, struct entry_spill *spill, struct diag *diag);

/* Entries of one bucket, sorted by fingerprint and ordinal, each pair once. Buckets are ordered. */
struct entry_list {
	struct lookup_entry *entries;
	size_t count;
	size_t capacity;
	struct lookup_entry *scratch;
	uint32_t *counters;
};
void entry_list_clear(struct entry_list *l);
/* bits of fingerprint, LOOKUP_BITS_MIN to LOOKUP_BITS_MAX. The bucket stays as it is. */
enum rc entry_pool_load(const struct entry_pool *p, const struct entry_spill *spill,
			unsigned bucket, unsigned bits, struct entry_list *out, struct diag *diag);
/* Forgets a bucket's entries. */
void entry_pool_drop(struct entry_pool *p, unsigned bucket);
