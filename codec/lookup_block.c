#include "codec/lookup_block.h"

#define FALSE_HIT_BITS 24
#define PADDING 8 /* so that eight bytes may be read at the last entry */

static unsigned width_of(uint64_t value)
{
	return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

unsigned lookup_block_bits(uint64_t entries)
{
	unsigned bits = width_of(entries) + FALSE_HIT_BITS;

	if (bits < LOOKUP_BITS_MIN)
		return LOOKUP_BITS_MIN;
	return bits > LOOKUP_BITS_MAX ? LOOKUP_BITS_MAX : bits;
}

/* Bits waiting for a whole byte. */
struct bits {
	struct byte_writer *out;
	uint64_t pending;
	unsigned count;
};

/* Up to LOOKUP_BITS_MAX bits. Writes eight bytes, of which the whole ones count: behind the end
 * there is PADDING. */
static void bits_add(struct bits *b, uint64_t value, unsigned width)
{
	uint64_t bytes;

	b->pending |= value << b->count;
	b->count += width;
	bytes = htole64(b->pending);
	memcpy(b->out->data + b->out->length, &bytes, sizeof(bytes));
	b->out->length += b->count / 8;
	b->pending >>= b->count & ~7u;
	b->count &= 7;
}

static void bits_end(struct bits *b)
{
	if (b->count)
		b->out->data[b->out->length++] = (unsigned char)b->pending;
	b->pending = 0;
	b->count = 0;
}

static uint64_t stream_bytes(uint64_t count, unsigned width)
{
	return (count * width + 7) / 8;
}

void lookup_block_pack(const struct lookup_entry *entries, uint32_t count, struct byte_writer *out)
{
	uint64_t gaps = 0;
	uint32_t ordinals = entries[0].ordinal;

	for (uint32_t i = 1; i < count; i++) {
		gaps |= entries[i].fingerprint - entries[i - 1].fingerprint;
		ordinals |= entries[i].ordinal;
	}
	unsigned gap_width = width_of(gaps), ordinal_width = width_of(ordinals);
	size_t size = VARINT_BYTES_MAX + 2 + stream_bytes(count, gap_width) +
		      stream_bytes(count, ordinal_width) + PADDING;
	if (!byte_writer_reserve(out, size))
		return;
	byte_writer_varint(out, count);
	byte_writer_byte(out, gap_width);
	byte_writer_byte(out, ordinal_width);
	struct bits bits = {out, 0, 0};
	for (uint32_t i = 1; i < count; i++)
		bits_add(&bits, entries[i].fingerprint - entries[i - 1].fingerprint, gap_width);
	bits_end(&bits);
	for (uint32_t i = 0; i < count; i++)
		bits_add(&bits, entries[i].ordinal, ordinal_width);
	bits_end(&bits);
	byte_writer_bytes(out, (const unsigned char[PADDING]){0}, PADDING);
}

bool lookup_block_open(struct text bytes, struct lookup_block *out)
{
	struct byte_reader r = byte_reader_of(bytes.data, bytes.length);

	out->count = byte_reader_count(&r, UINT32_MAX);
	out->gap_width = byte_reader_byte(&r);
	out->ordinal_width = byte_reader_byte(&r);
	if (r.failed || !out->count || out->gap_width > LOOKUP_BITS_MAX || out->ordinal_width > 32)
		return false;
	/* Equal entries are never written; nor can they make a huge count of no bytes. */
	if (out->count > 1 && !out->gap_width && !out->ordinal_width)
		return false;
	uint64_t gaps = stream_bytes(out->count - 1, out->gap_width);
	uint64_t ordinals = stream_bytes(out->count, out->ordinal_width);
	out->gaps = r.at;
	if (byte_reader_left(&r) != gaps + ordinals + PADDING)
		return false;
	out->ordinals = out->gaps + gaps;
	return true;
}

uint32_t lookup_block_find(const struct lookup_block *b, uint64_t distance, uint32_t *first)
{
	uint64_t sum = 0;
	uint32_t i = 0, end;

	while (sum < distance && i + 1 < b->count)
		sum += lookup_block_gap(b, i++);
	*first = i;
	if (sum != distance)
		return 0;
	for (end = i; end + 1 < b->count && !lookup_block_gap(b, end);)
		end++;
	return end - i + 1;
}

uint32_t lookup_block_next_run(const struct lookup_block *b, uint32_t *first)
{
	uint32_t i = *first, end;

	while (i + 1 < b->count && lookup_block_gap(b, i))
		i++;
	if (i + 1 >= b->count)
		return 0;
	*first = i;
	for (end = i; end + 1 < b->count && !lookup_block_gap(b, end);)
		end++;
	return end - i + 1;
}
