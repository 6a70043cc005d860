/* Packs records into blocks: what many subscribers share goes to a dictionary of shapes, the rest
 * becomes a few bytes of values (codec/record_format.h). Everything comes back exactly but for what
 * has no meaning: ids of links that are not LINK_ID, schemes that are not exported, lines. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "codec/bytes.h"
#include "codec/identity_form.h"
#include "codec/intern.h"
#include "codec/record_format.h"
#include "model/subscription.h"

#define PACK_TAILS_MAX 8192
#define PACK_TEXTS_MAX 32767
#define PACK_SHAPES_MAX 65535

struct pack_number {
	uint64_t marked;
	unsigned digits;
	const char *text; /* the digits as the record has them; NULL: not of its lists */
	bool is_imsi;     /* of the list of IMSIs, or standing for it */
	bool is_hidden;   /* in no list, and could be an IMSI as well as an MSISDN */
};

struct pack_user {
	struct text text;
	bool is_plain;
};

enum pack_tail_flags {
	PACK_TAIL_IS_PLAIN = 1,
	PACK_TAIL_FITS_NUMBER = 2,
};

/* The tail last seen with a prefix. */
struct pack_tail {
	struct text text;
	uint32_t id;
};

struct record_packer {
	struct intern tails, texts, shapes;           /* written to the snapshot by its owner */
	unsigned char tail_flags[PACK_TAILS_MAX + 1]; /* by id, enum pack_tail_flags */
	struct pack_tail recent[PREFIX_COUNT];
	size_t page_bytes; /* blocks are cut so that they fill pages of this size; 0: do not care */

	/* the block under construction */
	struct byte_writer records;
	struct byte_writer block;
	uint32_t record_count;
	uint32_t file;
	uint64_t base[BASE_COUNT];
	unsigned bases_set; /* bit by enum record_base */
	uint32_t block_limit;

	/* the record under work */
	struct byte_writer shape, values;
	uint64_t previous[BASE_COUNT];
	struct pack_number number[RECORD_NUMBERS_MAX];
	struct pack_user user[RECORD_USERS_MAX];
	struct text label[RECORD_LABELS_MAX];
	uint32_t number_count, user_count, label_count;
	bool is_local, is_out_of_range;
	uint64_t *keys; /* lookup keys of the record's identities, nearly always distinct */
	size_t key_count, key_capacity;
};

struct packed_record {
	uint32_t shape;    /* 0: not in the dictionary */
	bool is_new_shape; /* first of its shape */
	bool is_local;     /* see struct snapshot_view */
};

void record_packer_init(struct record_packer *p, size_t page_bytes);
void record_packer_clear(struct record_packer *p);

/* Adds a record to the block; afterwards p->keys holds its lookup keys. RC_NOMEM; RC_USAGE when an
 * attribute is out of its range. */
enum rc record_packer_put(struct record_packer *p, const struct ims_subscription *record,
			  struct packed_record *out, struct diag *diag);

/* True when the block should be taken before the next record is put. */
bool record_packer_is_full(struct record_packer *p);

/* The finished block, valid until the next call with p; a new one is begun. Absent when memory is
 * out. */
struct text record_packer_take(struct record_packer *p);

/* Bytes held by p. */
size_t record_packer_memory(const struct record_packer *p);
