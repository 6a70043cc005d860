/* Exchanges in memory on their way into observations.db: packed blocks with their lookup entries.
 * The last block stays open: it is written with each flush until it is full, so that few exchanges
 * at a time do not make many small blocks. */
#pragma once
#include "base/diag.h"
#include "codec/exchange_pack.h"
#include "codec/lookup_block.h"

/* Of lookup keys in observations.db; a false hit is found out on the exchange. */
#define OBSERVATION_FINGERPRINT_BITS 40

static inline uint64_t observation_fingerprint(uint64_t key)
{
	return key >> (64 - OBSERVATION_FINGERPRINT_BITS);
}

struct observation_block {
	uint32_t count;
	int64_t from_us, to_us; /* least and greatest time */
	struct byte_writer exchanges;
	struct byte_writer entries; /* codec/lookup_block.h, by index in the block; may be empty */
	uint64_t fingerprint;       /* of the first entry */
};

struct observation_batch {
	uint64_t first_id; /* of the first exchange here */
	uint32_t total;    /* exchanges here */
	uint32_t stored;   /* the first of them, which are in the file already */
	struct observation_block *full;
	uint32_t full_count, full_capacity;
	struct exchange_packer packer; /* the open block */
	struct lookup_entry *entries;
	size_t entry_count, entry_capacity;
};

void observation_batch_init(struct observation_batch *b);
void observation_batch_clear(struct observation_batch *b);

/* RC_NOMEM leaves the batch as it was. */
enum rc observation_batch_add(struct observation_batch *b, const struct cx_exchange *e,
			      struct diag *diag);

/* The open block as it is now, into *out, which the caller clears. False when memory is out. */
bool observation_batch_open_block(struct observation_batch *b, struct observation_block *out);
void observation_block_clear(struct observation_block *block);

/* All that is here has been stored: keeps the open block alone. */
void observation_batch_mark_stored(struct observation_batch *b);

/* Forgets all that is here; what comes next gets the numbers that were not stored. */
void observation_batch_forget(struct observation_batch *b);

/* Sorts entries, at least one, and drops doubled ones; their count. Those of one fingerprint have
 * ascending ordinals already. */
size_t observation_entries_sort(struct lookup_entry *entries, size_t count);
