#include "audit/evidence.h"

#include <stdlib.h>

#include "audit/evidence_judge.h"
#include "audit/evidence_owner.h"
#include "audit/evidence_selection.h"
#include "audit/evidence_sweep.h"
#include "audit/evidence_tally.h"

#define ARENA_RESET_EVERY 64 /* judgements between two resets of the scratch arena */
#define PROGRESS_EVERY 4096  /* exchanges */

struct gathering {
	const struct evidence_request *request;
	struct live_evidence *evidence;
	struct arena scratch;
	unsigned judged;
	uint64_t visited;
	struct evidence_selection selection;
	struct incident_finder *scout; /* takes each failure for suspect */
	struct evidence_owner owner;
	const struct incident_span *span, *span_end, *span_begun;
	enum rc rc;
	struct diag *diag;
};

/* Called for each exchange of each pass. */
static bool is_stopped(struct gathering *g)
{
	const struct evidence_request *r = g->request;

	if (r->progress && ++g->visited % PROGRESS_EVERY == 0)
		r->progress(r->progress_context, g->visited, g->evidence->observed.count);
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
	return (evidence_pairs_add(&evidence->pairs, e) &&
		incident_finder_add(g->scout, e, cx_exchange_is_failure(e))) ||
	       no_memory(g);
}

static bool is_selected(uint64_t id, void *context)
{
	struct gathering *g = context;

	return evidence_selection_has(&g->selection, id);
}

/* The prediction for a pair at its telling exchange; whose it is, at any. */
static bool judge(const struct cx_exchange *e, void *context)
{
	struct gathering *g = context;
	struct evidence_pair *pair = evidence_pairs_find(&g->evidence->pairs, e);

	if (is_stopped(g))
		return false;
	if (!pair || pair->witness.id != e->id)
		return true;
	if (++g->judged % ARENA_RESET_EVERY == 0)
		arena_reset(&g->scratch);
	g->rc = evidence_judge(g->request, e, pair, &g->evidence->drifts, &g->scratch, g->diag);
	return g->rc == RC_OK;
}

static bool is_in_span(uint64_t id, void *context)
{
	struct gathering *g = context;

	while (g->span < g->span_end && g->span->last_id < id)
		g->span++;
	return g->span < g->span_end && id >= g->span->first_id;
}

/* Failures that provisioning does not foretell, minute by minute. */
static bool suspect_all(const struct cx_exchange *e, void *context)
{
	struct gathering *g = context;
	const struct evidence_pair *pair;
	bool is_suspect = cx_exchange_is_failure(e);

	if (is_stopped(g))
		return false;
	if (evidence_owner_is_elsewhere(&g->owner, &g->evidence->pairs, e))
		return true;
	if (is_suspect && evidence_is_telling(e)) {
		pair = evidence_pairs_find(&g->evidence->pairs, e);
		is_suspect = pair && pair->match != EVIDENCE_UNJUDGED &&
			     (pair->predicted.kind != (uint8_t)e->answer.kind ||
			      pair->predicted.code != e->answer.code);
	}
	return incident_finder_add(g->evidence->finder, e, is_suspect) || no_memory(g);
}

/* The same in minutes that might hold an incident. */
static bool suspect(const struct cx_exchange *e, void *context)
{
	struct gathering *g = context;

	if (g->span != g->span_begun) {
		g->span_begun = g->span;
		if (!incident_finder_begin_span(g->evidence->finder, g->span))
			return no_memory(g);
	}
	return suspect_all(e, context);
}

static enum rc run_pass(struct gathering *g, bool (*visit)(const struct cx_exchange *, void *),
			bool (*is_wanted)(uint64_t, void *))
{
	const struct observation_query query = {.from_us = g->request->from_us,
						.is_wanted = is_wanted};
	enum rc rc = observations_visit(g->request->observations, &query, visit, g, g->diag);

	if (g->rc != RC_OK)
		return g->rc;
	/* Damage costs the blocks that it hit, not the audit. */
	g->evidence->is_damaged |= rc == RC_CORRUPT;
	return rc == RC_CORRUPT ? RC_OK : rc;
}

static enum rc collect_all(struct gathering *g)
{
	enum rc rc = incident_finder_new(&g->scout, g->diag);
	const struct incident *list;
	size_t count;

	if (rc == RC_OK)
		rc = run_pass(g, collect, NULL);
	if (rc == RC_OK)
		rc = incident_finder_finish(g->scout, &list, &count, g->diag);
	return rc;
}

/* Looks at the exchanges of the pairs that are not resolved yet. */
static enum rc judge_rest(struct gathering *g)
{
	const struct evidence_pairs *pairs = &g->evidence->pairs;
	enum rc rc = evidence_selection_new(&g->selection, pairs->used, g->diag);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < pairs->used; i++)
		if (pairs->pair[i].holding == EVIDENCE_UNRESOLVED)
			evidence_selection_add(&g->selection, pairs->pair[i].witness.id);
	if (g->selection.count) {
		evidence_selection_sort(&g->selection);
		rc = run_pass(g, judge, is_selected);
	}
	evidence_selection_clear(&g->selection);
	return rc;
}

static enum rc find_incidents(struct gathering *g)
{
	struct live_evidence *e = g->evidence;
	size_t count;
	enum rc rc = incident_finder_new(&e->finder, g->diag);

	g->span = incident_finder_spans(g->scout, &count);
	if (count)
		g->span_end = g->span + count;
	/* Where exchanges of other sources are left out, an incident may show that all together
	 * hide.
	 */
	if (rc == RC_OK && g->request->rival_count)
		rc = run_pass(g, suspect_all, NULL);
	else if (rc == RC_OK && count)
		rc = run_pass(g, suspect, is_in_span);
	if (rc == RC_OK)
		rc = incident_finder_finish(e->finder, &e->incident, &e->incident_count, g->diag);
	return rc;
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
		rc = collect_all(&g);
	if (rc == RC_OK && request->cursor)
		rc = evidence_sweep(request, out, diag);
	if (rc == RC_OK)
		rc = judge_rest(&g);
	if (rc == RC_OK && request->rival_count)
		rc = evidence_owner_settle(&g.owner, request, out, diag);
	if (rc == RC_OK)
		rc = find_incidents(&g);
	if (rc == RC_OK)
		rc = evidence_tally(request->observations, out, diag);
	incident_finder_free(g.scout);
	evidence_owner_clear(&g.owner);
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
