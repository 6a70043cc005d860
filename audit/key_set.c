#include "audit/key_set.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 64u

static uint64_t *slot_of(const struct key_set *s, uint64_t key)
{
	size_t i = key & (s->slots - 1);

	while (s->slot[i] && s->slot[i] != key)
		i = (i + 1) & (s->slots - 1);
	return &s->slot[i];
}

static bool grow(struct key_set *s)
{
	struct key_set old = *s;

	s->slots = old.slots ? old.slots * 2 : SLOTS_FIRST;
	s->slot = calloc(s->slots, sizeof(*s->slot));
	if (!s->slot) {
		*s = old;
		return false;
	}
	for (size_t i = 0; i < old.slots; i++)
		if (old.slot[i])
			*slot_of(s, old.slot[i]) = old.slot[i];
	free(old.slot);
	return true;
}

bool key_set_add(struct key_set *s, uint64_t key)
{
	uint64_t *slot;

	key += !key;
	if (s->used * 2 >= s->slots && !grow(s))
		return false;
	slot = slot_of(s, key);
	s->used += !*slot;
	*slot = key;
	return true;
}

bool key_set_has(const struct key_set *s, uint64_t key)
{
	return s->slots && *slot_of(s, key + !key);
}

bool key_set_join(struct key_set *s, const struct key_set *from)
{
	for (size_t i = 0; i < from->slots; i++)
		if (from->slot[i] && !key_set_add(s, from->slot[i]))
			return false;
	return true;
}

void key_set_reset(struct key_set *s)
{
	if (s->used)
		memset(s->slot, 0, s->slots * sizeof(*s->slot));
	s->used = 0;
}

void key_set_clear(struct key_set *s)
{
	free(s->slot);
	*s = (struct key_set){0};
}
