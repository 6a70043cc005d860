#include "audit/evidence.h"

#include <stdlib.h>

#include "audit/evidence_judge.h"
#include "audit/evidence_tally.h"

#define ARENA_RESET_EVERY 64 /* judgements between two resets of the scratch arena */
#define PROGRESS_EVERY 4096  /* exchanges */
#define PASSES 3

struct gathering {
	const struct evidence_request *request;
	struct live_evidence *evidence;
	struct arena scratch;
	unsigned judged;
	uint64_t visited; /* in all passes */
	enum rc rc;
	struct diag *diag;
};

/* Called for each exchange of each pass. */
static bool is_stopped(struct gathering *g)
{
	const struct evidence_request *r = g->request;

	if (r->progress && ++g->visited % PROGRESS_EVERY == 0)
		r->progress(r->progress_context, g->visited, PASSES * g->evidence->observed.count);
	if (g->rc == RC_OK && r->interrupted && *r->interrupted)
		g->rc = diag_set(g->diag, RC_INTERRUPTED, "interrupted");
	return g->rc != RC_OK;
}

static bool no_memory(struct gathering *g)
{
	g->rc = diag_set(g->diag, RC_NOMEM, "no memory for the evidence");
	return false;
}

/* Pass 1: what was presented, and the newest telling answer to each. */
static bool collect(const struct cx_exchange *e, void *context)
{
	struct gathering *g = context;
	struct live_evidence *evidence = g->evidence;
	struct attempt attempt;

	if (is_stopped(g))
		return false;
	evidence->exchanges++;
	evidence->silent += e->answer.kind == ANSWER_SILENT;
	evidence->relay_made += e->end == CX_END_RELAY_ANSWERED;
	evidence->registrations += cx_exchange_attempt(e, &attempt);
	if (!evidence->first_us || e->time_us < evidence->first_us)
		evidence->first_us = e->time_us;
	if (e->time_us > evidence->last_us)
		evidence->last_us = e->time_us;
	return evidence_pairs_add(&evidence->pairs, e) || no_memory(g);
}

/* Pass 2: the prediction for each pair, at its telling exchange; whose it is, at any. */
static bool judge(const struct cx_exchange *e, void *context)
{
	struct gathering *g = context;
	struct evidence_pair *pair = evidence_pairs_find(&g->evidence->pairs, e);

	if (is_stopped(g))
		return false;
	if (!pair || (pair->id != e->id && (pair->id || pair->is_resolved)))
		return true;
	if (++g->judged % ARENA_RESET_EVERY == 0)
		arena_reset(&g->scratch);
	g->rc = evidence_judge(g->request, e, pair, &g->evidence->drifts, &g->scratch, g->diag);
	return g->rc == RC_OK;
}

/* Pass 3: failures that provisioning does not foretell, minute by minute. */
static bool suspect(const struct cx_exchange *e, void *context)
{
	struct gathering *g = context;
	const struct evidence_pair *pair;
	bool is_suspect = cx_exchange_is_failure(e);

	if (is_stopped(g))
		return false;
	if (is_suspect && evidence_is_telling(e)) {
		pair = evidence_pairs_find(&g->evidence->pairs, e);
		is_suspect = pair && pair->match != EVIDENCE_UNJUDGED &&
			     (pair->predicted.kind != (uint8_t)e->answer.kind ||
			      pair->predicted.code != e->answer.code);
	}
	return incident_finder_add(g->evidence->finder, e, is_suspect) || no_memory(g);
}

static enum rc run_pass(struct gathering *g, bool (*visit)(const struct cx_exchange *, void *))
{
	const struct observation_query query = {.from_us = g->request->from_us};
	enum rc rc = observations_visit(g->request->observations, &query, visit, g, g->diag);

	if (g->rc != RC_OK)
		return g->rc;
	/* Damage costs the blocks that it hit, not the audit. */
	g->evidence->is_damaged |= rc == RC_CORRUPT;
	return rc == RC_CORRUPT ? RC_OK : rc;
}

enum rc evidence_gather(const struct evidence_request *request, struct live_evidence *out,
			struct diag *diag)
{
	struct gathering g = {.request = request, .evidence = out, .diag = diag};
	enum rc rc;

	*out = (struct live_evidence){.from_us = request->from_us,
				      .snapshot_us = request->snapshot_us};
	evidence_pairs_init(&out->pairs);
	evidence_drifts_init(&out->drifts);
	arena_init(&out->arena);
	arena_init(&g.scratch);
	rc = observations_summarize(request->observations, &out->observed, diag);
	if (rc == RC_OK)
		rc = incident_finder_new(&out->finder, diag);
	if (rc == RC_OK)
		rc = run_pass(&g, collect);
	if (rc == RC_OK)
		rc = run_pass(&g, judge);
	if (rc == RC_OK)
		rc = run_pass(&g, suspect);
	if (rc == RC_OK)
		rc = incident_finder_finish(out->finder, &out->incident, &out->incident_count,
					    diag);
	if (rc == RC_OK)
		rc = evidence_tally(request->observations, out, diag);
	arena_clear(&g.scratch);
	return rc;
}

void evidence_clear(struct live_evidence *e)
{
	if (!e)
		return;
	evidence_pairs_clear(&e->pairs);
	evidence_drifts_clear(&e->drifts);
	incident_finder_free(e->finder);
	free(e->rule);
	arena_clear(&e->arena);
	*e = (struct live_evidence){0};
}
