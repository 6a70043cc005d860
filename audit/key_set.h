/* A growing set of 64-bit keys that are well mixed already. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_set {
	uint64_t *slot; /* open addressing; 0: free */
	size_t slots, used;
};

/* True unless memory was out. Key 0 is stored as 1. */
bool key_set_add(struct key_set *s, uint64_t key);
bool key_set_has(const struct key_set *s, uint64_t key);
/* Adds all of from to s. */
bool key_set_join(struct key_set *s, const struct key_set *from);
/* Empties, keeps the memory. */
void key_set_reset(struct key_set *s);
void key_set_clear(struct key_set *s);
