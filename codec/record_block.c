#include "codec/record_block.h"

#include "codec/digits.h"

bool record_block_open(struct text bytes, struct record_block *out)
{
	struct byte_reader r = byte_reader_of(bytes.data, bytes.length);

	out->count = byte_reader_count(&r, RECORD_BLOCK_MAX);
	out->file = byte_reader_count(&r, UINT32_MAX);
	for (int i = 0; i < BASE_COUNT; i++)
		out->base[i] = byte_reader_varint(&r);
	out->next = 0;
	out->reader = r;
	return !r.failed;
}

bool record_view_parse(const struct record_block *block, struct text bytes, struct record_view *out)
{
	struct byte_reader r = byte_reader_of(bytes.data, bytes.length);
	uint64_t head = byte_reader_varint(&r);

	if (head >> RECORD_FLAG_BITS > UINT32_MAX)
		return false;
	out->shape = (uint32_t)(head >> RECORD_FLAG_BITS);
	out->flags = head & ((1u << RECORD_FLAG_BITS) - 1);
	out->lead = out->flags & RECORD_HAS_LEAD
			    ? byte_reader_difference(&r, block->base[BASE_IMSI])
			    : 0;
	out->inline_shape = out->shape ? TEXT_NONE : byte_reader_text(&r);
	out->bytes = bytes;
	out->values = r;
	return !r.failed;
}

/* Steps over one record; its bytes, none for a dead one. */
static struct text step(struct record_block *block)
{
	block->next++;
	return byte_reader_text(&block->reader);
}

bool record_block_next(struct record_block *block, struct record_view *out)
{
	while (block->next < block->count && !block->reader.failed) {
		struct text bytes = step(block);

		if (!bytes.length)
			continue;
		out->index = block->next - 1;
		if (record_view_parse(block, bytes, out))
			return true;
		byte_reader_fail(&block->reader);
	}
	return false;
}

bool record_block_seek(struct record_block *block, uint32_t index, struct record_view *out)
{
	struct text bytes = TEXT_NONE;

	if (index >= block->count)
		return false;
	while (block->next <= index && !block->reader.failed)
		bytes = step(block);
	if (block->reader.failed || !bytes.length)
		return false;
	out->index = index;
	if (record_view_parse(block, bytes, out))
		return true;
	byte_reader_fail(&block->reader);
	return false;
}

uint32_t record_lead_plmn(uint64_t lead)
{
	unsigned digits = 15;

	/* Nearly every IMSI has fifteen digits. */
	if (lead < digits_power[15] || lead >= 2 * digits_power[15])
		for (digits = DIGITS_MAX; digits > 0 && lead < digits_power[digits];)
			digits--;
	return digits < 6 ? 0 : (uint32_t)(lead / digits_power[digits - 6] % 10000000);
}

bool record_block_bury(struct text bytes, bool (*is_dead)(uint32_t index, void *context),
		       void *context, struct byte_writer *out)
{
	struct record_block block;

	out->length = 0;
	if (!record_block_open(bytes, &block))
		return false;
	byte_writer_bytes(out, bytes.data, bytes.length - byte_reader_left(&block.reader));
	while (block.next < block.count && !block.reader.failed) {
		uint32_t index = block.next;
		struct text record = step(&block);

		byte_writer_text(out, is_dead(index, context) ? text_of("", 0) : record);
	}
	return !block.reader.failed && !out->failed;
}
