#include "codec/intern.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FIRST_SLOTS 256

void intern_init(struct intern *d, uint32_t count_max, size_t bytes_max)
{
	*d = (struct intern){.count_max = count_max, .bytes_max = bytes_max};
	arena_init(&d->arena);
}

void intern_clear(struct intern *d)
{
	if (!d)
		return;
	free(d->texts);
	free(d->slots);
	arena_clear(&d->arena);
	intern_init(d, d->count_max, d->bytes_max);
}

static void slot_put(struct intern_slot *slots, uint32_t slot_count, struct intern_slot slot)
{
	uint32_t at = slot.hash & (slot_count - 1);

	while (slots[at].id)
		at = (at + 1) & (slot_count - 1);
	slots[at] = slot;
}

/* Makes room for one more; at most half of the slots are taken. */
static bool make_room(struct intern *d)
{
	if (d->count == d->capacity) {
		uint32_t capacity = d->capacity ? d->capacity * 2 : 64;
		struct text *texts = realloc(d->texts, capacity * sizeof(*texts));

		if (!texts)
			return false;
		d->texts = texts;
		d->capacity = capacity;
	}
	if (d->count < d->slot_count / 2)
		return true;
	uint32_t slot_count = d->slot_count ? d->slot_count * 2 : FIRST_SLOTS;
	struct intern_slot *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return false;
	for (uint32_t i = 0; i < d->slot_count; i++)
		if (d->slots[i].id)
			slot_put(slots, slot_count, d->slots[i]);
	free(d->slots);
	d->slots = slots;
	d->slot_count = slot_count;
	return true;
}

uint32_t intern_add(struct intern *d, struct text t)
{
	t.data = t.data ? t.data : "";
	uint32_t hash = (uint32_t)XXH3_64bits(t.data, t.length);

	for (uint32_t at = hash; d->slot_count; at++) {
		const struct intern_slot *slot = &d->slots[at & (d->slot_count - 1)];

		if (!slot->id)
			break;
		if (slot->hash != hash)
			continue;
		const struct text *known = &d->texts[slot->id - 1];
		if (known->length == t.length && memcmp(known->data, t.data, t.length) == 0)
			return slot->id;
	}
	if (d->count >= d->count_max || t.length > d->bytes_max - d->bytes || !make_room(d))
		return 0;
	struct text copy = arena_text(&d->arena, t);
	if (!copy.data)
		return 0;
	d->texts[d->count++] = copy;
	d->bytes += t.length;
	slot_put(d->slots, d->slot_count, (struct intern_slot){hash, d->count});
	return d->count;
}

struct text intern_text(const struct intern *d, uint32_t id)
{
	return id && id <= d->count ? d->texts[id - 1] : TEXT_NONE;
}
