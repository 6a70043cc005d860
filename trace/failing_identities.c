#include "trace/failing_identities.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 256u

static struct failing_identity *slot_of(struct failing_identity *slots, uint32_t capacity,
					uint64_t key)
{
	uint32_t at = (uint32_t)(key ^ key >> 32) & (capacity - 1);

	while (slots[at].key && slots[at].key != key)
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static enum rc rebuild(struct failing_identities *f, uint32_t capacity)
{
	struct failing_identity *slots = calloc(capacity, sizeof(*slots));

	if (!slots)
		return RC_NOMEM;
	for (uint32_t i = 0; i < f->capacity; i++)
		if (f->slot[i].key)
			*slot_of(slots, capacity, f->slot[i].key) = f->slot[i];
	free(f->slot);
	f->slot = slots;
	f->capacity = capacity;
	return RC_OK;
}

/* Forgets those with the fewest failures until a quarter is free. Who is forgotten a second time
 * lost failures the first time, too: floor has to cover both. */
static enum rc forget(struct failing_identities *f)
{
	while (f->count > FAILING_IDENTITIES / 4 * 3) {
		f->floor++;
		for (uint32_t i = 0; i < f->capacity; i++) {
			if (!f->slot[i].key || f->slot[i].failed + f->slot[i].missed > f->floor)
				continue;
			free(f->slot[i].name);
			f->slot[i] = (struct failing_identity){0};
			f->count--;
		}
	}
	return rebuild(f, f->capacity);
}

static enum rc make_room(struct failing_identities *f)
{
	if (f->count == FAILING_IDENTITIES)
		return forget(f);
	if (2 * f->count >= f->capacity)
		return rebuild(f, f->capacity ? 2 * f->capacity : CAPACITY_FIRST);
	return RC_OK;
}

enum rc failing_identities_add(struct failing_identities *f, uint64_t key, const char *name,
			       enum cause_class cause)
{
	struct failing_identity *found;

	if (make_room(f) != RC_OK)
		return RC_NOMEM;
	found = slot_of(f->slot, f->capacity, key);
	if (!found->key) {
		found->name = strdup(name);
		if (!found->name)
			return RC_NOMEM;
		found->key = key;
		found->missed = f->floor;
		f->count++;
	}
	found->failed++;
	found->cause = cause;
	return RC_OK;
}

static int by_failed(const void *a, const void *b)
{
	const struct failing_identity *x = a, *y = b;

	if (x->failed != y->failed)
		return x->failed > y->failed ? -1 : 1;
	if (!x->key || !y->key)
		return (y->key != 0) - (x->key != 0);
	return strcmp(x->name, y->name);
}

void failing_identities_sort(struct failing_identities *f)
{
	if (f->capacity)
		qsort(f->slot, f->capacity, sizeof(f->slot[0]), by_failed);
}

void failing_identities_clear(struct failing_identities *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->capacity; i++)
		free(f->slot[i].name);
	free(f->slot);
	*f = (struct failing_identities){0};
}
