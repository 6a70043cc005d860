#include "audit/evidence_pairs.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define SLOTS_FIRST 1024u
#define DAY_US (INT64_C(86400) * 1000000)
#define DAYS_KEPT 64
#define CODE_ROUTING 3000 /* 3xxx and 4xxx of RFC 6733 7.1 */
#define CODE_PERMANENT 5000

void evidence_pairs_init(struct evidence_pairs *p)
{
	*p = (struct evidence_pairs){0};
}

void evidence_pairs_clear(struct evidence_pairs *p)
{
	free(p->slot);
	evidence_pairs_init(p);
}

bool evidence_is_telling(const struct cx_exchange *e)
{
	bool has_code = e->answer.kind == ANSWER_RESULT_CODE ||
			e->answer.kind == ANSWER_EXPERIMENTAL;

	return e->end == CX_END_ANSWERED && has_code &&
	       (e->answer.code < CODE_ROUTING || e->answer.code >= CODE_PERMANENT);
}

bool evidence_code_is_failure(struct evidence_code code)
{
	return code.kind == ANSWER_SILENT || code.kind == ANSWER_WITHOUT_CODE ||
	       code.code >= CODE_ROUTING;
}

static void hash_text(XXH3_state_t *state, struct text t)
{
	uint64_t length = t.data ? t.length : UINT64_MAX;

	XXH3_128bits_update(state, &length, sizeof(length));
	if (t.length)
		XXH3_128bits_update(state, t.data, t.length);
}

/* False when the exchange is no registration of a UE. */
static bool key_of(const struct cx_exchange *e, uint64_t key[2])
{
	struct attempt a;
	XXH3_state_t state;

	if (!cx_exchange_attempt(e, &a))
		return false;
	uint32_t kind[] = {(uint32_t)a.from, (uint32_t)a.type, a.is_emergency};

	XXH3_128bits_reset(&state);
	XXH3_128bits_update(&state, kind, sizeof(kind));
	hash_text(&state, a.impi);
	hash_text(&state, a.impu);
	hash_text(&state, a.visited_network);
	hash_text(&state, a.scheme);
	XXH128_hash_t hash = XXH3_128bits_digest(&state);
	key[0] = hash.low64;
	key[1] = hash.high64;
	return true;
}

static struct evidence_pair *slot_of(const struct evidence_pairs *p, const uint64_t key[2])
{
	size_t i = key[0] & (p->slots - 1);

	while (p->slot[i].count && (p->slot[i].key[0] != key[0] || p->slot[i].key[1] != key[1]))
		i = (i + 1) & (p->slots - 1);
	return &p->slot[i];
}

static bool grow(struct evidence_pairs *p)
{
	struct evidence_pairs old = *p;

	p->slots = old.slots ? old.slots * 2 : SLOTS_FIRST;
	p->slot = calloc(p->slots, sizeof(*p->slot));
	if (!p->slot) {
		*p = old;
		return false;
	}
	for (size_t i = 0; i < old.slots; i++)
		if (old.slot[i].count)
			*slot_of(p, old.slot[i].key) = old.slot[i];
	free(old.slot);
	return true;
}

static void pair_count(struct evidence_pair *pair, const struct cx_exchange *e, int64_t first_us)
{
	int64_t day = (e->time_us - first_us) / DAY_US;

	pair->count++;
	pair->failures += cx_exchange_is_failure(e);
	pair->silences += e->answer.kind == ANSWER_SILENT;
	if (e->time_us > pair->last_us)
		pair->last_us = e->time_us;
	/* Days before the first, by a clock that went back, count with it. */
	pair->days |= UINT64_C(1) << (day < 0 ? 0 : day >= DAYS_KEPT ? DAYS_KEPT - 1 : day);
	if (!evidence_is_telling(e) || (pair->id && e->time_us < pair->telling_us))
		return;
	pair->id = e->id;
	pair->telling_us = e->time_us;
	pair->observed = (struct evidence_code){(uint8_t)e->answer.kind, e->answer.code};
}

bool evidence_pairs_add(struct evidence_pairs *p, const struct cx_exchange *e)
{
	struct evidence_pair *pair;
	uint64_t key[2];

	if (!key_of(e, key))
		return true;
	if (p->used >= p->slots - p->slots / 4 && !grow(p))
		return false;
	if (!p->first_us || !p->used)
		p->first_us = e->time_us;
	if (e->time_us > p->last_us)
		p->last_us = e->time_us;
	pair = slot_of(p, key);
	if (!pair->count) {
		if (p->used >= EVIDENCE_PAIRS_MAX) {
			p->beyond++;
			return true;
		}
		*pair = (struct evidence_pair){
			.key = {key[0], key[1]},
			.command = (uint8_t)e->command,
			.ordinal = EVIDENCE_NO_ORDINAL,
			.rule = EVIDENCE_NO_RULE,
		};
		p->used++;
	}
	pair_count(pair, e, p->first_us);
	return true;
}

struct evidence_pair *evidence_pairs_find(const struct evidence_pairs *p,
					  const struct cx_exchange *e)
{
	struct evidence_pair *pair;
	uint64_t key[2];

	if (!p->slots || !key_of(e, key))
		return NULL;
	pair = slot_of(p, key);
	return pair->count ? pair : NULL;
}

unsigned evidence_pair_days(const struct evidence_pair *pair)
{
	return (unsigned)__builtin_popcountll(pair->days);
}
