#include "audit/evidence_witness.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "audit/population.h"
#include "store/snapshot.h"

#define IDENTITIES_MAX (8u << 20) /* of all witnesses: 64 MB */

void evidence_identities_clear(struct evidence_identities *l)
{
	free(l->list);
	*l = (struct evidence_identities){0};
}

uint64_t evidence_identity_hash(struct text t)
{
	return t.data ? XXH3_64bits(t.data, t.length) : 0;
}

static uint64_t add_text(uint64_t hash, struct text t)
{
	return t.data ? XXH3_64bits_withSeed(t.data, t.length, hash) : hash * 31 + 7;
}

static uint64_t traits_of(const struct cx_exchange *e, const struct attempt *a)
{
	bool is_own_user_data = text_equal(e->user_data_impi, e->impi);
	const uint32_t numbers[] = {
		(uint32_t)a->from,    (uint32_t)a->type,         a->is_emergency,
		(uint32_t)e->command, cx_exchange_is_failure(e), e->user_data_count > 0,
	};
	uint64_t hash = XXH3_64bits(numbers, sizeof(numbers));

	hash = add_text(hash, a->visited_network);
	hash = add_text(hash, a->scheme);
	hash = add_text(hash, a->server_name);
	hash = add_text(hash, e->answer_scheme);
	hash = add_text(hash, e->answer.server_name);
	return add_text(hash, is_own_user_data ? TEXT_LITERAL("own") : e->user_data_impi);
}

/* What an HSS may read as a pattern stands for more than what is written. */
static bool is_plain(struct text identity)
{
	return identity.length && !memchr(identity.data, '%', identity.length) &&
	       !memchr(identity.data, '_', identity.length) &&
	       !memchr(identity.data, '!', identity.length);
}

static size_t count_identities(const struct cx_exchange *e)
{
	size_t count = 0;

	for (uint32_t i = 0; i < e->user_data_count; i++)
		count += e->user_data[i].count;
	return count;
}

/* Room for so many; the room of an older exchange of the pair is used again. */
static bool reserve(struct evidence_witness *w, struct evidence_identities *l, size_t count)
{
	size_t room = 4;

	if (count <= w->room)
		return true;
	while (room < count)
		room *= 2;
	if (l->count + room > l->capacity) {
		size_t capacity = l->capacity ? l->capacity * 2 : 1024;
		uint64_t *grown = realloc(l->list, capacity * sizeof(*grown));

		if (!grown)
			return false;
		l->list = grown;
		l->capacity = capacity;
	}
	w->first = (uint32_t)l->count;
	w->room = (uint8_t)room;
	l->count += room;
	return true;
}

bool evidence_witness_take(struct evidence_witness *w, struct evidence_identities *lists,
			   const struct cx_exchange *e, const struct attempt *attempt)
{
	size_t count = count_identities(e);

	w->id = e->id;
	w->impi = evidence_identity_hash(attempt->impi);
	w->impu = evidence_identity_hash(attempt->impu);
	w->impi_key = snapshot_lookup_key(POPULATION_IDENTITY, attempt->impi);
	w->impu_key = snapshot_lookup_key(POPULATION_IDENTITY, attempt->impu);
	w->traits = traits_of(e, attempt);
	w->count = 0;
	w->is_usable = is_plain(attempt->impi) && is_plain(attempt->impu) &&
		       count <= EVIDENCE_WITNESS_IDENTITIES &&
		       (count <= w->room || lists->count < IDENTITIES_MAX);
	if (!w->is_usable || !count)
		return true;
	if (!reserve(w, lists, count))
		return false;
	for (uint32_t i = 0; i < e->user_data_count; i++)
		for (uint32_t k = 0; k < e->user_data[i].count; k++)
			lists->list[w->first + w->count++] =
				(evidence_identity_hash(e->user_data[i].identity[k].identity) &
				 ~EVIDENCE_BARRING_BITS) |
				((uint64_t)(e->user_data[i].identity[k].barred + 1) &
				 EVIDENCE_BARRING_BITS);
	return true;
}
