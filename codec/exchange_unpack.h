/* The part of exchange_block that puts texts together. */
#pragma once
#include "codec/exchange_block.h"

/* One exchange on its way out. */
struct exchange_unpacking {
	const struct exchange_block *block;
	struct arena *arena;
	struct byte_reader r, shape;
	uint64_t first_number;
	size_t composed; /* bytes that were taken from arena */
	bool is_out_of_memory;
};

/* Memory of the arena for count elements of size bytes; NULL when there is none, or when the
 * exchange has had its share: then u->r has failed. */
void *exchange_compose(struct exchange_unpacking *u, size_t count, size_t size);

struct text exchange_read_text(const struct exchange_unpacking *u, struct byte_reader *r);
struct text exchange_read_identity(struct exchange_unpacking *u);
struct text exchange_read_session(struct exchange_unpacking *u);
