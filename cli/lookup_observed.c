#include "cli/lookup_observed.h"

#include <stdlib.h>

#include "audit/evidence_judge.h"
#include "base/time_text.h"
#include "model/identity.h"

#define IDENTITIES_MAX 8  /* of one record that are looked for */
#define EXCHANGES_MAX 256 /* looked at for each of them, so that a lookup stays quick */

enum tri lookup_observed_agrees(const struct lookup_observed *o)
{
	if (!o->is_compared || o->match == EVIDENCE_UNJUDGED)
		return TRI_UNKNOWN;
	if (o->match == EVIDENCE_CONFIRMED)
		return TRI_YES;
	return o->certainty == CERTAINTY_UNPROVEN ? TRI_UNKNOWN : TRI_NO;
}

struct finding {
	const struct ims_subscription *record;
	struct lookup_observed *list;
	unsigned *count;
	struct arena *arena;
	unsigned visited;
	bool failed;
};

/* The index is one of hashes: it proves nothing. */
static bool is_of_record(const struct cx_exchange *e, const struct ims_subscription *r)
{
	for (uint32_t i = 0; i < r->impi_count && e->impi.data; i++)
		if (identity_impi_equal(r->impi[i].identity, e->impi))
			return true;
	for (uint32_t i = 0; i < r->impu_count && e->impu_count; i++)
		if (identity_impu_equal(r->impu[i].identity, e->impu[0]))
			return true;
	return false;
}

static bool is_same_kind(const struct cx_exchange *a, const struct cx_exchange *b)
{
	struct text x = a->impu_count ? a->impu[0] : TEXT_NONE;
	struct text y = b->impu_count ? b->impu[0] : TEXT_NONE;

	return a->command == b->command && text_equal(a->impi, b->impi) && text_equal(x, y) &&
	       text_equal(a->visited_network, b->visited_network) &&
	       a->authorization_type == b->authorization_type;
}

static bool on_exchange(const struct cx_exchange *e, void *context)
{
	struct finding *f = context;
	struct lookup_observed *place = NULL;

	if (++f->visited > EXCHANGES_MAX)
		return false;
	if (!is_of_record(e, f->record))
		return true;
	for (unsigned i = 0; i < *f->count && !place; i++)
		if (is_same_kind(&f->list[i].exchange, e))
			place = &f->list[i];
	if (place && place->exchange.time_us >= e->time_us)
		return true;
	if (!place && *f->count == LOOKUP_OBSERVED_MAX)
		return true;
	if (!place)
		place = &f->list[(*f->count)++];
	*place = (struct lookup_observed){0};
	f->failed |= !cx_exchange_copy(e, f->arena, &place->exchange);
	return !f->failed;
}

static enum rc find_identity(struct observations *o, struct text identity, struct finding *f,
			     struct diag *diag)
{
	const struct observation_query query = {.identity = identity, .newest_first = true};
	enum rc rc;

	f->visited = 0;
	rc = observations_visit(o, &query, on_exchange, f, diag);
	if (f->failed)
		return diag_set(diag, RC_NOMEM, "no memory for what was observed");
	return rc == RC_CORRUPT ? RC_OK : rc;
}

static enum rc find_record(struct observations *o, struct finding *f, struct diag *diag)
{
	const struct ims_subscription *r = f->record;
	unsigned looked = 0;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < r->impi_count && looked < IDENTITIES_MAX && rc == RC_OK; i++)
		if (r->impi[i].identity.length && looked++ < IDENTITIES_MAX)
			rc = find_identity(o, r->impi[i].identity, f, diag);
	for (uint32_t i = 0; i < r->impu_count && looked < IDENTITIES_MAX && rc == RC_OK; i++)
		if (r->impu[i].identity.length && looked++ < IDENTITIES_MAX)
			rc = find_identity(o, r->impu[i].identity, f, diag);
	return rc;
}

static void take_drifts(struct lookup_observed *o, const struct evidence_drifts *drifts,
			struct arena *arena)
{
	for (uint32_t i = 0; i < drifts->count && i < LOOKUP_DRIFTS_MAX; i++) {
		const struct drift *d = &drifts->list[i].drift;

		o->drift[o->drift_count++] = (struct drift){
			d->kind,
			arena_text(arena, d->subject),
			arena_text(arena, d->live),
			arena_text(arena, d->exported),
		};
	}
}

static enum rc compare(struct session *s, struct arena *arena, struct lookup_observed *o,
		       struct diag *diag)
{
	const struct cx_exchange *e = &o->exchange;
	const struct evidence_request request = {
		.predictor = &s->predictor,
		.policy = s->predictor.policy,
		/* What is older is told, not left out. */
		.snapshot_us = INT64_MIN,
	};
	struct evidence_pair pair = {
		.observed = {(uint8_t)e->answer.kind, e->answer.code},
		.rule = EVIDENCE_NO_RULE,
	};
	struct evidence_drifts drifts;
	struct attempt attempt;
	enum rc rc;

	o->is_older = e->time_us < time_of_seconds(snapshot_get_info(s->snapshot)->taken_at);
	if (!evidence_is_telling(e) || !cx_exchange_attempt(e, &attempt))
		return RC_OK;
	evidence_drifts_init(&drifts);
	rc = evidence_judge(&request, e, &pair, &drifts, arena, diag);
	if (rc == RC_OK) {
		o->is_compared = pair.match != EVIDENCE_UNJUDGED;
		o->match = (enum evidence_match)pair.match;
		o->certainty = (enum certainty)pair.certainty;
		o->predicted = pair.predicted;
		o->rule = pair.rule == EVIDENCE_NO_RULE ? NULL : rule_table(NULL)[pair.rule].id;
		take_drifts(o, &drifts, arena);
	}
	evidence_drifts_clear(&drifts);
	return rc;
}

static int compare_newest_first(const void *a, const void *b)
{
	const struct cx_exchange *x = &((const struct lookup_observed *)a)->exchange;
	const struct cx_exchange *y = &((const struct lookup_observed *)b)->exchange;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

enum rc lookup_observed_fill(struct session *s, const struct ims_subscription *record,
			     struct arena *arena, struct lookup_observed *list, unsigned *count,
			     struct diag *diag)
{
	struct finding f = {.record = record, .list = list, .count = count, .arena = arena};
	enum rc rc;

	*count = 0;
	if (!s->observations)
		return RC_OK;
	rc = find_record(s->observations, &f, diag);
	for (unsigned i = 0; i < *count && rc == RC_OK; i++)
		rc = compare(s, arena, &list[i], diag);
	qsort(list, *count, sizeof(*list), compare_newest_first);
	return rc;
}
