#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK_BYTES 8192

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	max_align_t data[];
};

void arena_init(struct arena *a)
{
	*a = (struct arena){NULL, NULL, 0};
}

static void free_chain(struct arena_chunk *chunk)
{
	while (chunk) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void arena_reset(struct arena *a)
{
	if (a->first) {
		free_chain(a->first->next);
		a->first->next = NULL;
	}
	a->current = a->first;
	a->used = 0;
}

void arena_clear(struct arena *a)
{
	if (!a)
		return;
	free_chain(a->first);
	arena_init(a);
}

static struct arena_chunk *chunk_new(size_t size)
{
	size_t bytes = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct arena_chunk *chunk = malloc(sizeof(*chunk) + bytes);

	if (chunk) {
		chunk->next = NULL;
		chunk->size = bytes;
	}
	return chunk;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t alignment = _Alignof(max_align_t);

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignment - 1) / alignment * alignment;
	if (!a->current || a->current->size - a->used < size) {
		struct arena_chunk *chunk = chunk_new(size);

		if (!chunk)
			return NULL;
		if (a->current)
			a->current->next = chunk;
		else
			a->first = chunk;
		a->current = chunk;
		a->used = 0;
	}
	void *result = (char *)a->current->data + a->used;
	a->used += size;
	return result;
}

struct text arena_text(struct arena *a, struct text t)
{
	if (!t.data || t.length > SIZE_MAX / 2)
		return TEXT_NONE;
	char *copy = arena_alloc(a, t.length + 1);
	if (!copy)
		return TEXT_NONE;
	memcpy(copy, t.data, t.length);
	copy[t.length] = '\0';
	return text_of(copy, t.length);
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list arguments, again;
	char *out = NULL;

	va_start(arguments, format);
	va_copy(again, arguments);
	int n = vsnprintf(NULL, 0, format, arguments);
	if (n >= 0)
		out = arena_alloc(a, (size_t)n + 1);
	if (out)
		vsnprintf(out, (size_t)n + 1, format, again);
	va_end(again);
	va_end(arguments);
	return out;
}
