/* Packs Cx exchanges to a block (codec/exchange_format.h) that codec/exchange_block.h reads. All
 * members are kept but the number, which is that of the block's first exchange plus the index. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "codec/bytes.h"
#include "codec/exchange_format.h"
#include "codec/exchange_shape.h"
#include "codec/identity_form.h"
#include "codec/intern.h"
#include "model/cx_exchange.h"

/* Places in an exchange where one text often follows itself. */
enum exchange_recent {
	RECENT_CONTENT,
	RECENT_SESSION,                             /* + enum cx_command */
	RECENT_TAIL = RECENT_SESSION + CX_COMMANDS, /* + enum identity_prefix */
	RECENT_PLACES = RECENT_TAIL + PREFIX_COUNT,
};

struct exchange_packer {
	uint32_t count;
	int64_t from_us, to_us; /* least and greatest time; valid when count is not 0 */
	int64_t base_time;
	uint64_t base_number; /* 0: no number yet */
	uint64_t base_part[EXCHANGE_SESSION_PARTS];
	bool has_base_part[EXCHANGE_SESSION_PARTS];
	uint64_t first_number; /* of the exchange at hand, 0: none yet */
	struct intern texts, shapes;
	uint32_t recent[RECENT_PLACES]; /* number of the text met last */
	struct shape_memo memo;
	struct byte_writer values;    /* whole exchanges */
	struct byte_writer shape, at; /* of the exchange at hand */
};

void exchange_packer_init(struct exchange_packer *p);
/* Empties it, for the next block. */
void exchange_packer_reset(struct exchange_packer *p);
void exchange_packer_clear(struct exchange_packer *p);

/* True when the block should take no more. */
bool exchange_packer_is_full(const struct exchange_packer *p);

/* False when memory is out: then the block is as before. */
bool exchange_packer_add(struct exchange_packer *p, const struct cx_exchange *e);

/* Appends the block as it is now; out->failed tells that memory was out. */
void exchange_packer_write(const struct exchange_packer *p, struct byte_writer *out);
