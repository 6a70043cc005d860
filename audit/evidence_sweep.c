#include "audit/evidence_sweep.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "audit/duplicate.h"
#include "audit/evidence_judge.h"
#include "audit/evidence_locate.h"
#include "audit/listed_scan.h"

#define IDENTITIES_MAX 32 /* of one kind in a record; larger ones are left */
#define MEMO_FIRST 1024u  /* a power of two */
#define MEMO_MAX (1u << 20)
#define CHECK_EVERY 4096 /* records between looks at the interrupt flag */

struct memo_entry {
	uint64_t key[2];
	bool is_taken, is_usable;
	uint8_t certainty;
	uint16_t rule;
	struct evidence_code predicted;
};

struct sweep {
	const struct evidence_request *request;
	struct live_evidence *evidence;
	struct memo_entry *memo;
	size_t slots, used;
	struct ims_subscription record;
	uint64_t impi[IDENTITIES_MAX], impu[IDENTITIES_MAX]; /* hashes of those of the record */
	uint64_t impu_short[IDENTITIES_MAX];                 /* without EVIDENCE_BARRING_BITS */
	struct arena arena;
	struct diag *diag;
};

static struct memo_entry *memo_slot(const struct sweep *s, const uint64_t key[2])
{
	size_t i = key[0] & (s->slots - 1);

	while (s->memo[i].is_taken && (s->memo[i].key[0] != key[0] || s->memo[i].key[1] != key[1]))
		i = (i + 1) & (s->slots - 1);
	return &s->memo[i];
}

static bool memo_grow(struct sweep *s)
{
	struct sweep grown = {.slots = s->slots ? s->slots * 2 : MEMO_FIRST};

	grown.memo = calloc(grown.slots, sizeof(*grown.memo));
	if (!grown.memo)
		return false;
	for (size_t i = 0; i < s->slots; i++)
		if (s->memo[i].is_taken)
			*memo_slot(&grown, s->memo[i].key) = s->memo[i];
	free(s->memo);
	s->memo = grown.memo;
	s->slots = grown.slots;
	return true;
}

/* How a registration stands to a record. */
struct relation {
	uint32_t shape, plmn, impi, impu;
	uint64_t traits;
	/* User-Data: the index of the IMPU in the record, and its barring */
	uint32_t identity[EVIDENCE_WITNESS_IDENTITIES];
	uint32_t count;
	uint32_t is_told; /* the answer tells of provisioning */
};

static uint32_t find_hash(const uint64_t *list, uint32_t count, uint64_t hash)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i] == hash)
			return i;
	return UINT32_MAX;
}

/* False when something is not in the record as it is written. */
static bool relate(const struct sweep *s, const struct snapshot_view *view,
		   const struct evidence_witness *w, struct relation *out)
{
	const uint64_t *live = s->evidence->pairs.identities.list;

	memset(out, 0, sizeof(*out)); /* it is hashed as it lies */
	out->shape = view->shape;
	out->plmn = view->plmn;
	out->impi = find_hash(s->impi, s->record.impi_count, w->impi);
	out->impu = find_hash(s->impu, s->record.impu_count, w->impu);
	out->traits = w->traits;
	out->count = w->count;
	for (uint32_t i = 0; i < w->count; i++) {
		uint64_t hash = live[w->first + i];
		uint32_t found = find_hash(s->impu_short, s->record.impu_count,
					   hash & ~EVIDENCE_BARRING_BITS);

		if (found == UINT32_MAX)
			return false;
		out->identity[i] = found << 2 | (uint32_t)(hash & EVIDENCE_BARRING_BITS);
	}
	return out->impi != UINT32_MAX && out->impu != UINT32_MAX;
}

/* Judges the exchange itself, aside. What it drifts is told when the exchange has its turn. */
static enum rc memo_fill(struct sweep *s, struct memo_entry *entry,
			 const struct evidence_pair *pair, uint32_t ordinal)
{
	struct evidence_pair judged = *pair;
	struct evidence_drifts drifts;
	struct cx_exchange e;
	enum rc rc;

	arena_reset(&s->arena);
	rc = observations_get(s->request->observations, pair->witness.id, &s->arena, &e, NULL);
	/* Pruned meanwhile, or damaged: no other exchange is judged by it. */
	if (rc != RC_OK)
		return rc == RC_NOMEM ? diag_set(s->diag, rc, "no memory for the evidence") : RC_OK;
	evidence_drifts_init(&drifts);
	rc = evidence_judge(s->request, &e, &judged, &drifts, &s->arena, s->diag);
	*entry = (struct memo_entry){
		.key = {entry->key[0], entry->key[1]},
		.is_taken = true,
		.is_usable = rc == RC_OK && judged.holding == EVIDENCE_IMPI_HELD &&
			     judged.ordinal == ordinal && !drifts.count && !drifts.older,
		.certainty = judged.certainty,
		.rule = judged.rule,
		.predicted = judged.predicted,
	};
	evidence_drifts_clear(&drifts);
	return rc;
}

static enum rc judge_pair(struct sweep *s, const struct snapshot_view *view,
			  struct evidence_pair *pair)
{
	struct relation relation;
	struct memo_entry *entry;
	enum rc rc = RC_OK;

	if (!relate(s, view, &pair->witness, &relation))
		return RC_OK;
	relation.is_told = pair->id != 0;
	if (s->used * 2 >= s->slots && !memo_grow(s))
		return diag_set(s->diag, RC_NOMEM, "no memory for the evidence");
	XXH128_hash_t hash = XXH3_128bits(&relation, sizeof(relation));
	const uint64_t key[] = {hash.low64, hash.high64};
	entry = memo_slot(s, key);
	if (!entry->is_taken) {
		if (s->used >= MEMO_MAX)
			return RC_OK;
		memcpy(entry->key, key, sizeof(key));
		rc = memo_fill(s, entry, pair, view->ordinal);
		s->used += entry->is_taken;
	}
	if (rc != RC_OK || !entry->is_taken || !entry->is_usable)
		return rc;
	pair->holding = EVIDENCE_IMPI_HELD;
	pair->ordinal = view->ordinal;
	if (!pair->id) /* nothing to compare */
		return RC_OK;
	pair->predicted = entry->predicted;
	pair->certainty = entry->certainty;
	pair->rule = entry->rule;
	pair->match = (uint8_t)evidence_match_of(pair->predicted, pair->observed);
	return RC_OK;
}

static bool is_shared(const struct sweep *s, uint32_t ordinal)
{
	const struct collision_list *list = s->request->collisions;
	const struct collision *found = collision_list_from(list, ordinal);

	return found < collision_list_end(list) && found->ordinal == ordinal;
}

static enum rc judge_record(struct sweep *s, const struct snapshot_view *view,
			    const struct evidence_place *place, size_t count)
{
	const struct ims_subscription *r = &s->record;
	enum rc rc;

	if (!view->shape || !view->is_local || is_shared(s, view->ordinal))
		return RC_OK;
	rc = snapshot_unpack(s->request->cursor, view, &s->record, s->diag);
	if (rc != RC_OK || r->impi_count > IDENTITIES_MAX || r->impu_count > IDENTITIES_MAX)
		return rc;
	for (uint32_t i = 0; i < r->impi_count; i++)
		s->impi[i] = evidence_identity_hash(r->impi[i].identity);
	for (uint32_t i = 0; i < r->impu_count; i++) {
		s->impu[i] = evidence_identity_hash(r->impu[i].identity);
		s->impu_short[i] = s->impu[i] & ~EVIDENCE_BARRING_BITS;
	}
	for (size_t i = 0; i < count && rc == RC_OK; i++)
		rc = judge_pair(s, view, &s->evidence->pairs.pair[place[i].pair]);
	return rc;
}

static enum rc judge_places(struct sweep *s, const struct evidence_places *places,
			    const uint32_t *ordinals, size_t count)
{
	const struct evidence_place *at = places->list, *end = at + places->count;
	const volatile int *interrupted = s->request->interrupted;
	struct listed_scan scan;
	struct snapshot_view view;
	uint32_t records = 0;
	bool more = true;
	enum rc rc = RC_OK;

	listed_scan_init(&scan, s->request->cursor, ordinals, count);
	while (rc == RC_OK) {
		const struct evidence_place *first;

		if (++records % CHECK_EVERY == 0 && interrupted && *interrupted)
			return diag_set(s->diag, RC_INTERRUPTED, "interrupted");
		rc = listed_scan_next(&scan, &view, &more, s->diag);
		if (rc != RC_OK || !more)
			break;
		while (at < end && at->ordinal < view.ordinal)
			at++;
		for (first = at; at < end && at->ordinal == view.ordinal;)
			at++;
		rc = judge_record(s, &view, first, (size_t)(at - first));
	}
	return rc;
}

enum rc evidence_sweep(const struct evidence_request *request, struct live_evidence *evidence,
		       struct diag *diag)
{
	struct sweep s = {.request = request, .evidence = evidence, .diag = diag};
	struct evidence_places places;
	uint32_t *ordinals = NULL;
	size_t count = 0;
	enum rc rc = evidence_locate(request->cursor, &evidence->pairs, &places, diag);

	subscription_init(&s.record);
	arena_init(&s.arena);
	if (rc == RC_OK) {
		ordinals = malloc((places.count + 1) * sizeof(*ordinals));
		if (!ordinals)
			rc = diag_set(diag, RC_NOMEM, "no memory for the evidence");
	}
	for (size_t i = 0; rc == RC_OK && i < places.count; i++)
		if (!count || ordinals[count - 1] != places.list[i].ordinal)
			ordinals[count++] = places.list[i].ordinal;
	if (rc == RC_OK)
		rc = judge_places(&s, &places, ordinals, count);
	free(ordinals);
	free(s.memo);
	evidence_places_clear(&places);
	subscription_clear(&s.record);
	arena_clear(&s.arena);
	return rc;
}
