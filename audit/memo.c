#include "audit/memo.h"

#include <stdlib.h>

void memo_init(struct memo *m)
{
	memset(m, 0, sizeof(*m));
	arena_init(&m->arena);
}

void memo_clear(struct memo *m)
{
	free(m->slot);
	arena_clear(&m->arena);
	memset(m, 0, sizeof(*m));
}

static struct memo_entry *slot_of(struct memo_entry *slot, size_t slots, uint64_t key)
{
	size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (slots - 1);

	while (slot[i].key && slot[i].key != key)
		i = (i + 1) & (slots - 1);
	return &slot[i];
}

static bool memo_grow(struct memo *m)
{
	size_t slots = m->slots ? m->slots * 2 : 256;
	struct memo_entry *grown = calloc(slots, sizeof(*grown));

	if (!grown)
		return false;
	for (size_t i = 0; i < m->slots; i++)
		if (m->slot[i].key)
			*slot_of(grown, slots, m->slot[i].key) = m->slot[i];
	free(m->slot);
	m->slot = grown;
	m->slots = slots;
	return true;
}

struct memo_entry *memo_get(struct memo *m, uint32_t shape, uint32_t plmn, bool *is_new)
{
	uint64_t key = (uint64_t)shape << 32 | plmn;
	struct memo_entry *e;

	if (m->used * 2 >= m->slots && !memo_grow(m))
		return NULL;
	e = slot_of(m->slot, m->slots, key);
	*is_new = !e->key;
	if (*is_new) {
		e->key = key;
		m->used++;
	}
	return e;
}

bool memo_add_group(struct memo *m, struct memo_entry *e, const struct tally_group *added)
{
	struct tally_group *grown;

	for (unsigned i = 0; i < e->group_count; i++) {
		struct tally_group *g = &e->group[i];

		if (g->rule != added->rule || !text_equal(g->key, added->key))
			continue;
		g->certainty = added->certainty < g->certainty ? added->certainty : g->certainty;
		return true;
	}
	grown = arena_alloc(&m->arena, (e->group_count + 1) * sizeof(*grown));
	if (!grown)
		return false;
	if (e->group_count)
		memcpy(grown, e->group, e->group_count * sizeof(*grown));
	grown[e->group_count] = *added;
	grown[e->group_count].key = arena_text(&m->arena, added->key);
	e->group = grown;
	return grown[e->group_count++].key.data != NULL;
}

void memo_settle(const struct memo *m, struct tally *t)
{
	for (size_t i = 0; i < m->slots; i++) {
		const struct memo_entry *e = &m->slot[i];

		if (!e->count)
			continue;
		tally_add(t, &e->unit, e->count, e->ordinal, e->ordinal_count);
		for (unsigned k = 0; k < e->group_count; k++) {
			struct tally_group g = e->group[k];

			g.count = e->count;
			g.example = e->ordinal[0];
			/* Of no single record: it adds up whatever was counted before. */
			g.last = UINT32_MAX;
			tally_add_group(t, &g);
		}
	}
}
