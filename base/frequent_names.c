#include "base/frequent_names.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 256u

static void entry_free(const struct frequent_names *f, struct frequent_name *e)
{
	if (!e)
		return;
	if (f->clear)
		f->clear(e);
	free((void *)(uintptr_t)e->name.data);
	free(e);
}

static struct frequent_name **slot_of(struct frequent_name **slots, uint32_t capacity, uint64_t key,
				      struct text name)
{
	uint32_t at = (uint32_t)(key ^ key >> 32) & (capacity - 1);

	while (slots[at] && (slots[at]->key != key || !text_equal(slots[at]->name, name)))
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static enum rc rebuild(struct frequent_names *f, uint32_t capacity)
{
	struct frequent_name **slots = calloc(capacity, sizeof(*slots));

	if (!slots)
		return RC_NOMEM;
	for (uint32_t i = 0; i < f->capacity; i++)
		if (f->slot[i])
			*slot_of(slots, capacity, f->slot[i]->key, f->slot[i]->name) = f->slot[i];
	free(f->slot);
	f->slot = slots;
	f->capacity = capacity;
	return RC_OK;
}

/* Forgets the least frequent until a quarter is free. Who is forgotten a second time lost some the
 * first time, too: floor has to cover both. */
static enum rc forget(struct frequent_names *f)
{
	while (f->count > f->most / 4 * 3) {
		f->floor++;
		for (uint32_t i = 0; i < f->capacity; i++) {
			if (!f->slot[i] || f->slot[i]->count + f->slot[i]->missed > f->floor)
				continue;
			entry_free(f, f->slot[i]);
			f->slot[i] = NULL;
			f->count--;
		}
	}
	return rebuild(f, f->capacity);
}

static enum rc make_room(struct frequent_names *f)
{
	if (f->count == f->most)
		return forget(f);
	if (2 * f->count >= f->capacity)
		return rebuild(f, f->capacity ? 2 * f->capacity : CAPACITY_FIRST);
	return RC_OK;
}

static struct frequent_name *entry_new(const struct frequent_names *f, uint64_t key,
				       struct text name)
{
	struct frequent_name *e = calloc(1, f->bytes);
	char *copy = malloc(name.length + 1);

	if (!e || !copy) {
		free(e);
		free(copy);
		return NULL;
	}
	if (name.length)
		memcpy(copy, name.data, name.length);
	copy[name.length] = '\0';
	*e = (struct frequent_name){text_of(copy, name.length), key, 0, f->floor};
	return e;
}

enum rc frequent_names_add(struct frequent_names *f, uint64_t key, struct text name,
			   struct frequent_name **out)
{
	struct frequent_name **at;

	if (make_room(f) != RC_OK)
		return RC_NOMEM;
	at = slot_of(f->slot, f->capacity, key, name);
	if (!*at) {
		*at = entry_new(f, key, name);
		if (!*at)
			return RC_NOMEM;
		f->count++;
	}
	(*at)->count++;
	*out = *at;
	return RC_OK;
}

static int by_count(const void *a, const void *b)
{
	const struct frequent_name *x = *(struct frequent_name *const *)a;
	const struct frequent_name *y = *(struct frequent_name *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return text_compare(x->name, y->name);
}

void frequent_names_sort(struct frequent_names *f, int (*compare)(const void *, const void *))
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < f->capacity; i++) {
		struct frequent_name *e = f->slot[i];

		f->slot[i] = NULL;
		if (e)
			f->slot[used++] = e;
	}
	if (used)
		qsort(f->slot, used, sizeof(struct frequent_name *), compare ? compare : by_count);
}

void frequent_names_clear(struct frequent_names *f)
{
	for (uint32_t i = 0; i < f->capacity; i++)
		entry_free(f, f->slot[i]);
	free(f->slot);
	*f = (struct frequent_names){0};
}
