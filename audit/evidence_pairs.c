#include "audit/evidence_pairs.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "audit/evidence_incident.h"

#define PAIRS_FIRST 1024u /* a power of two */
#define DAY_US (INT64_C(86400) * 1000000)
#define CODE_ROUTING 3000 /* 3xxx and 4xxx of RFC 6733 7.1 */
#define CODE_PERMANENT 5000

void evidence_pairs_init(struct evidence_pairs *p)
{
	*p = (struct evidence_pairs){0};
}

void evidence_pairs_clear(struct evidence_pairs *p)
{
	free(p->pair);
	free(p->slot);
	evidence_identities_clear(&p->identities);
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

/* Room for the parts of most keys: hashing them in one piece is several times faster. */
struct key_bytes {
	char data[512];
	size_t length;
	XXH64_hash_t high, low; /* of what did not fit */
};

static void add_bytes(struct key_bytes *k, const void *data, size_t length)
{
	if (length > sizeof(k->data) - k->length) {
		XXH128_hash_t hash = XXH3_128bits_withSeed(k->data, k->length, k->high ^ k->low);

		k->high = hash.high64;
		k->low = hash.low64;
		k->length = 0;
	}
	if (length > sizeof(k->data)) {
		XXH128_hash_t hash = XXH3_128bits_withSeed(data, length, k->high ^ k->low);

		k->high = hash.high64;
		k->low = hash.low64;
	} else if (length) {
		memcpy(k->data + k->length, data, length);
		k->length += length;
	}
}

static void add_text(struct key_bytes *k, struct text t)
{
	uint32_t length = t.data ? (uint32_t)t.length : UINT32_MAX;

	add_bytes(k, &length, sizeof(length));
	add_bytes(k, t.data, t.length);
}

static void key_of(const struct attempt *a, uint64_t key[2])
{
	const uint32_t kind[] = {(uint32_t)a->from, (uint32_t)a->type, a->is_emergency};
	struct key_bytes k;

	k.length = 0;
	k.high = k.low = 0;
	add_bytes(&k, kind, sizeof(kind));
	add_text(&k, a->impi);
	add_text(&k, a->impu);
	add_text(&k, a->visited_network);
	add_text(&k, a->scheme);
	XXH128_hash_t hash = XXH3_128bits_withSeed(k.data, k.length, k.high ^ k.low);
	key[0] = hash.low64;
	key[1] = hash.high64;
}

/* The slot of a key, or the free one where it belongs. */
static uint32_t *slot_of(const struct evidence_pairs *p, const uint64_t key[2])
{
	size_t i = key[0] & (p->slots - 1);

	for (; p->slot[i]; i = (i + 1) & (p->slots - 1)) {
		const struct evidence_pair *pair = &p->pair[p->slot[i] - 1];

		if (pair->key[0] == key[0] && pair->key[1] == key[1])
			break;
	}
	return &p->slot[i];
}

/* Twice as many slots as there is room for pairs. */
static bool grow(struct evidence_pairs *p)
{
	size_t capacity = p->capacity ? p->capacity * 2 : PAIRS_FIRST;
	struct evidence_pair *pair = realloc(p->pair, capacity * sizeof(*pair));
	uint32_t *slot;

	if (!pair)
		return false;
	p->pair = pair;
	slot = calloc(capacity * 2, sizeof(*slot));
	if (!slot)
		return false;
	free(p->slot);
	p->slot = slot;
	p->slots = capacity * 2;
	p->capacity = capacity;
	for (size_t i = 0; i < p->used; i++)
		*slot_of(p, pair[i].key) = (uint32_t)i + 1;
	return true;
}

static uint64_t host_hash(const struct cx_exchange *e)
{
	struct text host = e->answer_origin_host.data ? e->answer_origin_host : e->destination_host;

	return evidence_identity_hash(host);
}

unsigned evidence_host_find(const struct evidence_pairs *p, const struct cx_exchange *e)
{
	uint64_t hash = host_hash(e);

	for (unsigned i = 0; hash && i < p->host_count; i++)
		if (p->host[i] == hash)
			return i + 1;
	return 0;
}

static uint8_t host_add(struct evidence_pairs *p, const struct cx_exchange *e)
{
	unsigned found = evidence_host_find(p, e);
	uint64_t hash = found ? 0 : host_hash(e);

	if (!hash || p->host_count == EVIDENCE_HOSTS)
		return (uint8_t)found;
	p->host[p->host_count] = hash;
	return (uint8_t)++p->host_count;
}

static bool witness_take(struct evidence_pairs *p, struct evidence_pair *pair,
			 const struct cx_exchange *e, const struct attempt *attempt)
{
	pair->witness.host = host_add(p, e);
	return evidence_witness_take(&pair->witness, &p->identities, e, attempt);
}

static bool pair_count(struct evidence_pairs *p, struct evidence_pair *pair,
		       const struct cx_exchange *e, const struct attempt *attempt)
{
	int64_t day = (e->time_us - p->first_us) / DAY_US;
	bool is_failure = cx_exchange_is_failure(e);

	pair->count++;
	pair->failures += is_failure;
	pair->silences += e->answer.kind == ANSWER_SILENT;
	if (e->time_us > pair->last_us)
		pair->last_us = e->time_us;
	/* Days before the first, by a clock that went back, count with it. */
	pair->days |= UINT64_C(1) << (day < 0 ? 0 : day >= EVIDENCE_DAYS ? EVIDENCE_DAYS - 1 : day);
	if (!evidence_is_telling(e) || (pair->id && e->time_us < pair->telling_us))
		return pair->witness.id || witness_take(p, pair, e, attempt);
	pair->id = e->id;
	pair->telling_us = e->time_us;
	pair->observed = (struct evidence_code){(uint8_t)e->answer.kind, e->answer.code};
	pair->nature = is_failure ? incident_nature(e) : 0;
	return witness_take(p, pair, e, attempt);
}

bool evidence_pairs_add(struct evidence_pairs *p, const struct cx_exchange *e)
{
	struct attempt attempt;
	uint64_t key[2];
	uint32_t *slot;

	if (!cx_exchange_attempt(e, &attempt))
		return true;
	if (p->used == p->capacity && p->used < EVIDENCE_PAIRS_MAX && !grow(p))
		return false;
	if (!p->first_us || !p->used)
		p->first_us = e->time_us;
	if (e->time_us > p->last_us)
		p->last_us = e->time_us;
	key_of(&attempt, key);
	slot = slot_of(p, key);
	if (!*slot) {
		if (p->used >= EVIDENCE_PAIRS_MAX) {
			p->beyond++;
			return true;
		}
		p->pair[p->used] = (struct evidence_pair){
			.key = {key[0], key[1]},
			.command = (uint8_t)e->command,
			.ordinal = EVIDENCE_NO_ORDINAL,
			.rule = EVIDENCE_NO_RULE,
		};
		*slot = (uint32_t)++p->used;
	}
	return pair_count(p, &p->pair[*slot - 1], e, &attempt);
}

struct evidence_pair *evidence_pairs_find(const struct evidence_pairs *p,
					  const struct cx_exchange *e)
{
	struct attempt attempt;
	uint64_t key[2];
	uint32_t number;

	if (!p->slots || !cx_exchange_attempt(e, &attempt))
		return NULL;
	key_of(&attempt, key);
	number = *slot_of(p, key);
	return number ? &p->pair[number - 1] : NULL;
}

unsigned evidence_days_count(uint64_t days)
{
	return (unsigned)__builtin_popcountll(days);
}

bool evidence_days_are_capped(uint64_t days)
{
	return days >> (EVIDENCE_DAYS - 1);
}
