#include "cx/raw_message.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64
#define PREFETCHED_BYTES 512 /* most messages; a prefetch beyond the end does no harm */

static size_t size_of(size_t length)
{
	return sizeof(struct raw_message) + length;
}

static void give_back(struct raw_budget *budget, size_t size)
{
	atomic_fetch_sub_explicit(&budget->used, size, memory_order_relaxed);
}

struct raw_message *raw_message_new(struct text bytes, struct raw_budget *budget)
{
	size_t size = size_of(bytes.length);
	size_t used = atomic_fetch_add_explicit(&budget->used, size, memory_order_relaxed);
	struct raw_message *m = used + size <= budget->most ? malloc(size) : NULL;

	if (!m) {
		give_back(budget, size);
		return NULL;
	}
	m->budget = budget;
	m->received = moment_now();
	m->length = bytes.length;
	if (bytes.length)
		memcpy(m->bytes, bytes.data, bytes.length);
	return m;
}

void raw_message_free(struct raw_message *m)
{
	if (!m)
		return;
	size_t size = size_of(m->length);
	struct raw_budget *budget = m->budget;

	explicit_bzero(m, size);
	free(m);
	give_back(budget, size);
}

void raw_message_prefetch(const struct raw_message *m)
{
	for (size_t i = 0; m && i < PREFETCHED_BYTES; i += CACHE_LINE)
		__builtin_prefetch((const char *)m + i, 1);
}

struct text raw_message_text(const struct raw_message *m)
{
	return m ? text_of((const char *)m->bytes, m->length) : TEXT_NONE;
}
