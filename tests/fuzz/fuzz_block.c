/* Packed blocks of any bytes. The first byte says what they are: a block of lookup entries, or one
 * of records, whose shapes are the bytes after a length. What unpacks must come back when it is
 * packed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/lookup_block.h"
#include "codec/record_block.h"
#include "codec/record_pack.h"
#include "codec/record_unpack.h"
#include "tests/codec/random_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text fixed_text(void *context, enum record_text kind, uint32_t id)
{
	static const char *const texts[] = {"@ims.mnc001.mcc001.3gppnetwork.org", "@example.org",
					    ";user=phone", "irs-"};

	(void)context;
	(void)kind;
	return id >= 1 && id <= 4 ? text_from(texts[id - 1]) : TEXT_NONE;
}

static struct text packed_text(void *context, enum record_text kind, uint32_t id)
{
	const struct record_packer *p = context;

	return intern_text(kind == RECORD_TAIL ? &p->tails : &p->texts, id);
}

static void stop(const char *what)
{
	fprintf(stderr, "fuzz_block: %s\n", what);
	abort();
}

static void pack_again(const struct ims_subscription *record)
{
	struct ims_subscription found;
	struct packed_record packed;
	struct record_packer p;
	struct record_block block;
	struct record_view view;
	struct record_dictionary dictionary = {packed_text, &p};

	record_packer_init(&p, 0);
	subscription_init(&found);
	if (record_packer_put(&p, record, &packed, NULL))
		stop("what unpacked does not pack");
	if (!record_block_open(record_packer_take(&p), &block) ||
	    !record_block_next(&block, &view) ||
	    record_unpack(&block, &view, intern_text(&p.shapes, view.shape), &dictionary, &found,
			  NULL))
		stop("what was packed does not unpack");
	const char *difference = record_difference(record, &found);
	if (difference)
		stop(difference);
	subscription_clear(&found);
	record_packer_clear(&p);
}

static void read_records(struct text shape, struct text bytes)
{
	struct record_dictionary dictionary = {fixed_text, NULL};
	struct ims_subscription record;
	struct record_block block;
	struct record_view view;

	if (!record_block_open(bytes, &block))
		return;
	subscription_init(&record);
	while (record_block_next(&block, &view)) {
		record_lead_plmn(view.lead);
		if (record_unpack(&block, &view, view.shape ? shape : view.inline_shape,
				  &dictionary, &record, NULL) == RC_OK)
			pack_again(&record);
	}
	subscription_clear(&record);
}

static void read_entries(struct text bytes)
{
	struct lookup_block block;
	uint32_t first = 0, count, sum = 0;

	if (!lookup_block_open(bytes, &block))
		return;
	while ((count = lookup_block_next_run(&block, &first))) {
		for (uint32_t i = 0; i < count; i++)
			sum += lookup_block_ordinal(&block, first + i);
		first += count;
	}
	lookup_block_find(&block, sum, &first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	/* An exact copy, so that reading beyond it is seen. */
	char *copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	if (copy[0] & 1) {
		read_entries(text_of(copy + 1, size - 1));
	} else if (size > 2) {
		size_t length = (unsigned char)copy[1];

		if (length > size - 2)
			length = size - 2;
		read_records(text_of(copy + 2, length),
			     text_of(copy + 2 + length, size - 2 - length));
	}
	free(copy);
	return 0;
}
