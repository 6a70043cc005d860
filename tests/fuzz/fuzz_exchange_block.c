/* Packed blocks of Cx exchanges of any bytes. What unpacks must come back when it is packed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/exchange_block.h"
#include "codec/exchange_pack.h"
#include "tests/codec/random_exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void stop(const char *what)
{
	fprintf(stderr, "fuzz_exchange_block: %s\n", what);
	abort();
}

static void pack_again(const struct cx_exchange *e)
{
	struct exchange_packer packer;
	struct exchange_block block;
	struct byte_writer out = {0};
	struct cx_exchange found;
	struct arena arena;

	arena_init(&arena);
	exchange_packer_init(&packer);
	exchange_block_init(&block);
	if (!exchange_packer_add(&packer, e))
		stop("what unpacked does not pack");
	exchange_packer_write(&packer, &out);
	if (exchange_block_open(&block, text_of((const char *)out.data, out.length), 1) ||
	    block.count != 1 || exchange_block_read(&block, 0, &arena, &found))
		stop("what was packed does not unpack");
	const char *difference = exchange_difference(e, &found);
	if (difference)
		stop(difference);
	exchange_block_clear(&block);
	exchange_packer_clear(&packer);
	byte_writer_clear(&out);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exchange_block block;
	struct cx_exchange e;
	struct arena arena;
	/* An exact copy, so that reading beyond it is seen. */
	char *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	arena_init(&arena);
	exchange_block_init(&block);
	if (exchange_block_open(&block, text_of(copy, size), 1) == RC_OK)
		for (uint32_t i = 0; i < block.count && i < 16; i++) {
			arena_reset(&arena);
			if (exchange_block_read(&block, i, &arena, &e) == RC_OK)
				pack_again(&e);
		}
	exchange_block_clear(&block);
	arena_clear(&arena);
	free(copy);
	return 0;
}
