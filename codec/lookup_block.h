/* Sorted lookup entries, bit-packed: fingerprints of lookup keys as gaps of one width a block, and
 * the ordinals of the records that hold them. In a snapshot entries of equal fingerprint are always
 * in one block.
 *   varint count; byte gap width; byte ordinal width; count - 1 gaps; count ordinals; 8 zero bytes.
 * The fingerprint of the first entry is kept beside the block. */
#pragma once
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"
#include "codec/bytes.h"

#define LOOKUP_BITS_MIN 32
#define LOOKUP_BITS_MAX 56
#define LOOKUP_BLOCK_ENTRIES 256 /* about; a run of equal fingerprints is never split */

struct lookup_entry {
	uint64_t fingerprint; /* the upper bits of a lookup key */
	uint32_t ordinal;
};

/* Bits of fingerprints for so many entries: a lookup meets a false candidate once in 2^24. */
unsigned lookup_block_bits(uint64_t entries);

/* Packs count entries, at least one, sorted by fingerprint and ordinal. */
void lookup_block_pack(const struct lookup_entry *entries, uint32_t count, struct byte_writer *out);

struct lookup_block {
	uint32_t count;
	unsigned gap_width, ordinal_width;
	const unsigned char *gaps, *ordinals;
};

/* The bytes stay the caller's. False when they are damaged. */
bool lookup_block_open(struct text bytes, struct lookup_block *out);

static inline uint64_t lookup_block_bits_at(const unsigned char *data, unsigned width, uint32_t i)
{
	uint64_t position = (uint64_t)i * width, word;

	memcpy(&word, data + (position >> 3), sizeof(word));
	return le64toh(word) >> (position & 7) & ((1ull << width) - 1);
}

/* What the fingerprint of entry i + 1 is above that of entry i. */
static inline uint64_t lookup_block_gap(const struct lookup_block *b, uint32_t i)
{
	return lookup_block_bits_at(b->gaps, b->gap_width, i);
}

static inline uint32_t lookup_block_ordinal(const struct lookup_block *b, uint32_t i)
{
	return (uint32_t)lookup_block_bits_at(b->ordinals, b->ordinal_width, i);
}

/* The entries with a fingerprint that is distance above the first one: their first index and count,
 * which may be 0. */
uint32_t lookup_block_find(const struct lookup_block *b, uint64_t distance, uint32_t *first);

/* The next run of two or more entries of equal fingerprint that begins at or after *first; its
 * count, 0 when there is none. */
uint32_t lookup_block_next_run(const struct lookup_block *b, uint32_t *first);
