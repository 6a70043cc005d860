#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_CAPACITY 128

void strbuf_init(struct strbuf *b)
{
	*b = (struct strbuf){NULL, 0, 0, false};
}

void strbuf_clear(struct strbuf *b)
{
	if (!b)
		return;
	free(b->data);
	strbuf_init(b);
}

void strbuf_reset(struct strbuf *b)
{
	b->length = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

/* Room for length more bytes and the terminator. */
static bool reserve(struct strbuf *b, size_t length)
{
	size_t capacity = b->capacity ? b->capacity : FIRST_CAPACITY;

	if (b->failed)
		return false;
	if (b->data && length < b->capacity - b->length)
		return true;
	if (length >= SIZE_MAX / 2 - b->length)
		goto fail;
	while (capacity - b->length <= length)
		capacity *= 2;
	char *data = realloc(b->data, capacity);
	if (!data)
		goto fail;
	b->data = data;
	b->capacity = capacity;
	return true;
fail:
	b->failed = true;
	return false;
}

void strbuf_add(struct strbuf *b, const void *data, size_t length)
{
	if (!reserve(b, length))
		return;
	if (length)
		memcpy(b->data + b->length, data, length);
	b->length += length;
	b->data[b->length] = '\0';
}

void strbuf_add_text(struct strbuf *b, struct text t)
{
	strbuf_add(b, t.data, t.length);
}

void strbuf_add_str(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void strbuf_add_char(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void strbuf_printf(struct strbuf *b, const char *format, ...)
{
	va_list arguments, again;
	char small[FIRST_CAPACITY];

	va_start(arguments, format);
	va_copy(again, arguments);
	int n = vsnprintf(small, sizeof(small), format, arguments);
	if (n < 0) {
		b->failed = true;
	} else if ((size_t)n < sizeof(small)) {
		strbuf_add(b, small, (size_t)n);
	} else if (reserve(b, (size_t)n)) {
		vsnprintf(b->data + b->length, (size_t)n + 1, format, again);
		b->length += (size_t)n;
	}
	va_end(again);
	va_end(arguments);
}

struct text strbuf_text(const struct strbuf *b)
{
	return text_of(b->data ? b->data : "", b->length);
}
