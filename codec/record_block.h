/* Walks over the records of a packed block without unpacking them. Blocks may be damaged:
 * everything is checked, nothing beyond the bytes given is read. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/record_format.h"

struct record_block {
	uint32_t count; /* records, dead ones too */
	uint32_t file;
	uint64_t base[BASE_COUNT];
	uint32_t next; /* index of the record that comes next */
	struct byte_reader reader;
};

/* Reads the head; the bytes stay the caller's and must outlive *out. False when it is damaged. */
bool record_block_open(struct text bytes, struct record_block *out);

/* One record of a block. */
struct record_view {
	uint32_t index; /* in the block */
	uint32_t shape; /* 0: inline_shape */
	unsigned flags; /* enum record_flags */
	uint64_t lead;  /* RECORD_HAS_LEAD */
	struct text inline_shape;
	struct text bytes;         /* the whole record */
	struct byte_reader values; /* what follows the shape */
};

/* The next live record: true and *out. False at the end, or on damage: then block->reader.failed.
 */
bool record_block_next(struct record_block *block, struct record_view *out);

/* The record with an index, which must not lie before block->next. False when it is dead or there
 * is none, or on damage as above. */
bool record_block_seek(struct record_block *block, uint32_t index, struct record_view *out);

/* Reads the head of one record that a view showed before. */
bool record_view_parse(const struct record_block *block, struct text bytes,
		       struct record_view *out);

/* The first six digits of a lead plus 1000000; 0 for fewer digits. */
uint32_t record_lead_plmn(uint64_t lead);

/* Writes the block again without the records that is_dead names by their index. */
bool record_block_bury(struct text bytes, bool (*is_dead)(uint32_t index, void *context),
		       void *context, struct byte_writer *out);
