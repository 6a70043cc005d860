/* A dictionary under construction: each distinct byte string gets a number, from 1 on. It has caps,
 * so that hostile input cannot fill the memory: what does not fit is refused and written out in
 * full by the caller. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/text.h"

struct intern_slot {
	uint32_t hash;
	uint32_t id; /* 0: free */
};

struct intern {
	struct arena arena;
	struct text *texts; /* texts[id - 1] */
	uint32_t count;
	uint32_t capacity;
	struct intern_slot *slots;
	uint32_t slot_count; /* a power of two */
	uint32_t count_max;
	size_t bytes, bytes_max;
};

void intern_init(struct intern *d, uint32_t count_max, size_t bytes_max);
void intern_clear(struct intern *d);

/* The number of t, which is added when it is new; 0 when it is new and a cap is reached or memory
 * is out. t is copied. */
uint32_t intern_add(struct intern *d, struct text t);

/* The text of a number from 1 to count; TEXT_NONE for any other. Valid until intern_clear. */
struct text intern_text(const struct intern *d, uint32_t id);
