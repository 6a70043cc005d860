/* Reads a block of Cx exchanges (codec/exchange_format.h). Blocks may be damaged: everything is
 * checked, nothing beyond the bytes given is read, and what an exchange unpacks to is bounded. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "codec/bytes.h"
#include "codec/exchange_format.h"
#include "model/cx_exchange.h"

struct exchange_texts {
	struct text *text; /* text[number - 1] */
	uint32_t count, capacity;
};

struct exchange_block {
	uint32_t count;
	uint64_t first_id;
	int64_t base_time;
	uint64_t base_number;
	uint64_t base_part[EXCHANGE_SESSION_PARTS];
	struct exchange_texts texts, shapes;
	struct text exchange[EXCHANGE_BLOCK_MAX]; /* packed, by index */
};

void exchange_block_init(struct exchange_block *b);
void exchange_block_clear(struct exchange_block *b);

/* Reads the head of a block whose first exchange has the number first_id; the bytes stay the
 * caller's and must outlive b. Any block that was open before is left. RC_CORRUPT, RC_NOMEM. */
enum rc exchange_block_open(struct exchange_block *b, struct text bytes, uint64_t first_id);

/* Unpacks the exchange with an index below b->count. Texts of *out live in the block's bytes and in
 * arena. RC_CORRUPT, RC_NOMEM. */
enum rc exchange_block_read(const struct exchange_block *b, uint32_t index, struct arena *arena,
			    struct cx_exchange *out);
