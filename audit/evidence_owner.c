#include "audit/evidence_owner.h"

#include <stdlib.h>
#include <string.h>

#include "audit/evidence_selection.h"
#include "store/snapshot.h"

#define SOURCES (EVIDENCE_RIVALS_MAX + 1)
#define HOST_SHARE 0.9 /* of what one source alone holds: the HSS is that source's */
#define ARENA_RESET_EVERY 64

void evidence_owner_clear(struct evidence_owner *owner)
{
	for (unsigned i = 0; i < EVIDENCE_RIVALS_MAX; i++)
		free(owner->holding[i]);
	*owner = (struct evidence_owner){0};
}

/* --- what a rival holds ---------------------------------------------------------------------- */

struct asking {
	const struct evidence_request *request;
	const struct evidence_rival *rival;
	struct evidence_pairs *pairs;
	uint8_t *holding;
	struct evidence_selection selection;
	struct arena arena;
	unsigned asked;
	enum rc rc;
	struct diag *diag;
};

/* A record with that key: whether it holds the identity is still to be seen. */
static void on_candidates(uint32_t number, const uint32_t *ordinals, size_t count, void *context)
{
	uint8_t *holding = context;

	(void)ordinals;
	(void)count;
	holding[number] = EVIDENCE_UNRESOLVED;
}

static enum rc find_candidates(struct asking *a)
{
	size_t used = a->pairs->used, count = 0;
	struct snapshot_wanted *wanted = malloc((used * 2 + 1) * sizeof(*wanted));
	enum rc rc;

	if (!wanted)
		return diag_set(a->diag, RC_NOMEM, "no memory for the evidence");
	memset(a->holding, EVIDENCE_NOT_HELD, used);
	for (size_t i = 0; i < used; i++) {
		const struct evidence_witness *w = &a->pairs->pair[i].witness;

		wanted[count++] = (struct snapshot_wanted){w->impi_key, (uint32_t)i};
		wanted[count++] = (struct snapshot_wanted){w->impu_key, (uint32_t)i};
	}
	rc = snapshot_find_many(a->rival->cursor, POPULATION_IDENTITY, wanted, count, on_candidates,
				a->holding, a->diag);
	free(wanted);
	return rc;
}

static bool is_selected(uint64_t id, void *context)
{
	struct asking *a = context;

	return evidence_selection_has(&a->selection, id);
}

static bool ask(const struct cx_exchange *e, void *context)
{
	struct asking *a = context;
	const volatile int *interrupted = a->request->interrupted;
	struct evidence_pair *pair = evidence_pairs_find(a->pairs, e);
	struct resolution found;
	struct verdict verdict;
	struct attempt attempt;

	if (!pair || pair->witness.id != e->id || !cx_exchange_attempt(e, &attempt))
		return true;
	if (interrupted && *interrupted)
		a->rc = diag_set(a->diag, RC_INTERRUPTED, "interrupted");
	if (++a->asked % ARENA_RESET_EVERY == 0)
		arena_reset(&a->arena);
	if (a->rc == RC_OK)
		a->rc = predict(a->rival->predictor, &attempt, false, &a->arena, &verdict, &found,
				a->diag);
	if (a->rc == RC_OK)
		a->holding[pair - a->pairs->pair] =
			found.impi_ordinal != EVIDENCE_NO_ORDINAL   ? EVIDENCE_IMPI_HELD
			: found.impu_ordinal != EVIDENCE_NO_ORDINAL ? EVIDENCE_IMPU_HELD
								    : EVIDENCE_NOT_HELD;
	return a->rc == RC_OK;
}

static enum rc ask_rival(const struct evidence_request *request, const struct evidence_rival *rival,
			 struct evidence_pairs *pairs, uint8_t *holding, struct diag *diag)
{
	struct asking a = {request, rival, pairs, .holding = holding, .diag = diag};
	const struct observation_query query = {.from_us = request->from_us,
						.is_wanted = is_selected};
	enum rc rc = find_candidates(&a);

	arena_init(&a.arena);
	if (rc == RC_OK)
		rc = evidence_selection_new(&a.selection, pairs->used, diag);
	for (size_t i = 0; rc == RC_OK && i < pairs->used; i++)
		if (holding[i] == EVIDENCE_UNRESOLVED)
			evidence_selection_add(&a.selection, pairs->pair[i].witness.id);
	if (rc == RC_OK) {
		evidence_selection_sort(&a.selection);
		rc = observations_visit(request->observations, &query, ask, &a, diag);
		/* Damage was told when the pairs were collected. */
		rc = a.rc != RC_OK ? a.rc : rc == RC_CORRUPT ? RC_OK : rc;
	}
	evidence_selection_clear(&a.selection);
	arena_clear(&a.arena);
	return rc;
}

/* --- whose it is ----------------------------------------------------------------------------- */

struct settling {
	struct evidence_owner *owner;
	const struct evidence_request *request;
	const struct evidence_pairs *pairs;
};

static uint8_t number_of(const struct settling *s, unsigned rival)
{
	return (uint8_t)(rival + (rival >= s->owner->own));
}

/* The sources that hold most of a pair, as bits; 0: none holds anything. */
static uint64_t holders_of(const struct settling *s, size_t pair)
{
	uint8_t best = s->pairs->pair[pair].holding;
	uint64_t holders = UINT64_C(1) << s->owner->own;

	for (unsigned i = 0; i < s->request->rival_count; i++) {
		uint8_t holding = s->owner->holding[i][pair];

		if (holding > best)
			holders = 0;
		best = holding > best ? holding : best;
		if (holding == best)
			holders |= UINT64_C(1) << number_of(s, i);
	}
	return best > EVIDENCE_NOT_HELD ? holders : 0;
}

static void assign_hosts(const struct settling *s)
{
	static const uint8_t none = EVIDENCE_NO_SOURCE;
	uint64_t(*votes)[SOURCES] = calloc(EVIDENCE_HOSTS + 1, sizeof(*votes));

	memset(s->owner->of_host, none, sizeof(s->owner->of_host));
	for (size_t i = 0; votes && i < s->pairs->used; i++) {
		uint64_t holders = holders_of(s, i);

		if (holders && !(holders & (holders - 1)))
			votes[s->pairs->pair[i].witness.host][__builtin_ctzll(holders)]++;
	}
	for (unsigned host = 1; votes && host <= s->pairs->host_count; host++) {
		uint64_t all = 0;

		for (unsigned i = 0; i < SOURCES; i++)
			all += votes[host][i];
		for (unsigned i = 0; all && i < SOURCES; i++)
			if ((double)votes[host][i] >= HOST_SHARE * (double)all)
				s->owner->of_host[host] = (uint8_t)i;
	}
	free(votes);
}

static uint8_t owner_of(const struct settling *s, size_t pair)
{
	uint64_t holders = holders_of(s, pair);
	uint8_t by_host = s->owner->of_host[s->pairs->pair[pair].witness.host];

	if (!holders)
		return by_host == EVIDENCE_NO_SOURCE ? 0 : by_host;
	if (by_host != EVIDENCE_NO_SOURCE && holders >> by_host & 1)
		return by_host;
	return (uint8_t)__builtin_ctzll(holders);
}

static enum rc take_back_drifts(struct live_evidence *evidence, struct diag *diag)
{
	struct evidence_drifts *d = &evidence->drifts;
	struct evidence_selection elsewhere;
	uint32_t kept = 0;
	enum rc rc = evidence_selection_new(&elsewhere, evidence->pairs.used, diag);

	for (size_t i = 0; rc == RC_OK && i < evidence->pairs.used; i++)
		if (evidence->pairs.pair[i].match == EVIDENCE_ELSEWHERE)
			evidence_selection_add(&elsewhere, evidence->pairs.pair[i].witness.id);
	if (rc != RC_OK)
		return rc;
	evidence_selection_sort(&elsewhere);
	/* Drifts stand in the order of the exchanges. */
	for (uint32_t i = 0; i < d->count; i++) {
		if (evidence_selection_has(&elsewhere, d->list[i].id))
			d->of_kind[d->list[i].drift.kind]--;
		else
			d->list[kept++] = d->list[i];
	}
	d->count = kept;
	evidence_selection_clear(&elsewhere);
	return RC_OK;
}

enum rc evidence_owner_settle(struct evidence_owner *owner, const struct evidence_request *request,
			      struct live_evidence *evidence, struct diag *diag)
{
	struct evidence_pairs *pairs = &evidence->pairs;
	const struct settling s = {owner, request, pairs};
	enum rc rc = RC_OK;

	if (request->rival_count > EVIDENCE_RIVALS_MAX)
		return diag_set(diag, RC_LIMIT, "%u IMS sources beside this one, %d is the most",
				request->rival_count, EVIDENCE_RIVALS_MAX);
	owner->own = request->own;
	for (unsigned i = 0; i < request->rival_count && rc == RC_OK; i++) {
		owner->holding[i] = malloc(pairs->used + 1);
		if (!owner->holding[i])
			return diag_set(diag, RC_NOMEM, "no memory for the evidence");
		rc = ask_rival(request, &request->rival[i], pairs, owner->holding[i], diag);
	}
	if (rc != RC_OK)
		return rc;
	assign_hosts(&s);
	for (size_t i = 0; i < pairs->used; i++) {
		if (owner_of(&s, i) == owner->own)
			continue;
		pairs->pair[i].match = EVIDENCE_ELSEWHERE;
		pairs->pair[i].ordinal = EVIDENCE_NO_ORDINAL;
		evidence->elsewhere_pairs++;
		evidence->elsewhere += pairs->pair[i].count;
	}
	owner->is_settled = true;
	return take_back_drifts(evidence, diag);
}

bool evidence_owner_is_elsewhere(const struct evidence_owner *owner,
				 const struct evidence_pairs *pairs, const struct cx_exchange *e)
{
	const struct evidence_pair *pair;
	uint8_t source;

	if (!owner->is_settled)
		return false;
	pair = evidence_pairs_find(pairs, e);
	if (pair)
		return pair->match == EVIDENCE_ELSEWHERE;
	source = owner->of_host[evidence_host_find(pairs, e)];
	return (source == EVIDENCE_NO_SOURCE ? 0 : source) != owner->own;
}
