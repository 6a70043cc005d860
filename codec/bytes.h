/* Bytes written to and read from packed blocks: LEB128 variable-length numbers, zigzag differences.
 * A writer remembers that memory was out, a reader that the bytes ended or made no sense; callers
 * check once, at the end. */
#pragma once
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/text.h"

#define VARINT_BYTES_MAX 10

struct byte_writer {
	unsigned char *data;
	size_t length;
	size_t capacity;
	bool failed;
};

void byte_writer_clear(struct byte_writer *w);
/* Makes room for size more bytes; false, and failed is set, when memory is out. */
bool byte_writer_grow(struct byte_writer *w, size_t size);

static inline bool byte_writer_reserve(struct byte_writer *w, size_t size)
{
	return w->capacity - w->length >= size || byte_writer_grow(w, size);
}

/* Where up to size bytes may be written at once; byte_writer_end takes the end of what was. NULL
 * when memory is out: then there is nothing to end. */
static inline unsigned char *byte_writer_begin(struct byte_writer *w, size_t size)
{
	return byte_writer_reserve(w, size) ? w->data + w->length : NULL;
}

static inline void byte_writer_end(struct byte_writer *w, const unsigned char *end)
{
	w->length = (size_t)(end - w->data);
}

/* Writes a varint at at, where VARINT_BYTES_MAX bytes are free; where it ends. */
static inline unsigned char *byte_put_varint(unsigned char *at, uint64_t value)
{
	while (value >= 0x80) {
		*at++ = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	*at++ = (unsigned char)value;
	return at;
}

static inline void byte_writer_byte(struct byte_writer *w, unsigned value)
{
	if (byte_writer_reserve(w, 1))
		w->data[w->length++] = (unsigned char)value;
}

static inline void byte_writer_varint(struct byte_writer *w, uint64_t value)
{
	unsigned char *at = byte_writer_begin(w, VARINT_BYTES_MAX);

	if (at)
		byte_writer_end(w, byte_put_varint(at, value));
}

/* The difference value - base, modulo 2^64: small distances to either side are short. */
static inline void byte_writer_difference(struct byte_writer *w, uint64_t value, uint64_t base)
{
	uint64_t difference = value - base;

	byte_writer_varint(w, difference << 1 ^ (uint64_t)((int64_t)difference >> 63));
}

static inline void byte_writer_u16(struct byte_writer *w, unsigned value)
{
	unsigned char *at = byte_writer_begin(w, 2);

	if (!at)
		return;
	at[0] = (unsigned char)value;
	at[1] = (unsigned char)(value >> 8);
	byte_writer_end(w, at + 2);
}

static inline void byte_writer_u32(struct byte_writer *w, uint32_t value)
{
	unsigned char *at = byte_writer_begin(w, 4);

	value = htole32(value);
	if (!at)
		return;
	memcpy(at, &value, sizeof(value));
	byte_writer_end(w, at + 4);
}

static inline void byte_writer_bytes(struct byte_writer *w, const void *data, size_t length)
{
	if (!length || !byte_writer_reserve(w, length))
		return;
	memcpy(w->data + w->length, data, length);
	w->length += length;
}

/* Length, then bytes. */
static inline void byte_writer_text(struct byte_writer *w, struct text t)
{
	byte_writer_varint(w, t.length);
	byte_writer_bytes(w, t.data, t.length);
}

struct byte_reader {
	const unsigned char *at, *end;
	bool failed; /* once set, every read gives 0 */
};

static inline struct byte_reader byte_reader_of(const void *data, size_t length)
{
	static const unsigned char nothing[1];

	data = length ? data : nothing;
	return (struct byte_reader){data, (const unsigned char *)data + length, false};
}

static inline size_t byte_reader_left(const struct byte_reader *r)
{
	return (size_t)(r->end - r->at);
}

static inline uint64_t byte_reader_fail(struct byte_reader *r)
{
	r->failed = true;
	r->at = r->end;
	return 0;
}

static inline unsigned byte_reader_byte(struct byte_reader *r)
{
	return r->at < r->end ? *r->at++ : (unsigned)byte_reader_fail(r);
}

uint64_t byte_reader_long_varint(struct byte_reader *r);

static inline uint64_t byte_reader_varint(struct byte_reader *r)
{
	return r->at < r->end && *r->at < 0x80 ? *r->at++ : byte_reader_long_varint(r);
}

/* A varint that must not exceed most. */
static inline uint32_t byte_reader_count(struct byte_reader *r, uint32_t most)
{
	uint64_t value = byte_reader_varint(r);

	return value <= most ? (uint32_t)value : (uint32_t)byte_reader_fail(r);
}

static inline uint64_t byte_reader_difference(struct byte_reader *r, uint64_t base)
{
	uint64_t value = byte_reader_varint(r);

	return base + (value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

static inline unsigned byte_reader_u16(struct byte_reader *r)
{
	unsigned low = byte_reader_byte(r);

	return low | byte_reader_byte(r) << 8;
}

/* Points into the bytes read. */
static inline struct text byte_reader_text(struct byte_reader *r)
{
	uint64_t length = byte_reader_varint(r);

	if (length > byte_reader_left(r))
		byte_reader_fail(r);
	if (r->failed)
		return text_of("", 0);
	struct text t = text_of((const char *)r->at, (size_t)length);
	r->at += length;
	return t;
}
