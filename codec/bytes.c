#include "codec/bytes.h"

#include <stdlib.h>

#define FIRST_CAPACITY 256

void byte_writer_clear(struct byte_writer *w)
{
	if (!w)
		return;
	free(w->data);
	*w = (struct byte_writer){NULL, 0, 0, false};
}

bool byte_writer_grow(struct byte_writer *w, size_t size)
{
	size_t capacity = w->capacity ? w->capacity : FIRST_CAPACITY;

	if (w->failed || size > SIZE_MAX / 4 || w->length > SIZE_MAX / 4)
		goto fail;
	while (capacity - w->length < size)
		capacity *= 2;
	unsigned char *data = realloc(w->data, capacity);
	if (!data)
		goto fail;
	w->data = data;
	w->capacity = capacity;
	return true;
fail:
	w->failed = true;
	return false;
}

uint64_t byte_reader_long_varint(struct byte_reader *r)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
		unsigned byte = *r->at++;

		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	return byte_reader_fail(r);
}
