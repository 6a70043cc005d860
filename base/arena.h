/* A pool of bytes that are released together: the strings of one record, the evidence of one
 * verdict. */
#pragma once
#include <stddef.h>
#include "base/text.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *first; /* kept across resets */
	struct arena_chunk *current;
	size_t used; /* in current */
};

void arena_init(struct arena *a);

/* Forgets all allocations, keeps at most the first chunk: constant memory over a stream of records.
 */
void arena_reset(struct arena *a);

/* Releases everything; idempotent. */
void arena_clear(struct arena *a);

/* size bytes, aligned for any type, uninitialised; NULL when memory is out. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy that lives as long as the arena; terminated by a NUL beyond its length.
 * TEXT_NONE stays TEXT_NONE; .data is NULL with t.data set only when memory is out. */
struct text arena_text(struct arena *a, struct text t);

/* printf into the arena; NULL when memory is out. */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
