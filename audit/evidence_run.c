#include "audit/evidence_run.h"

#include <stdlib.h>

#include "audit/lister.h"
#include "audit/listed_scan.h"
#include "base/time_text.h"

/* The records that tried, ascending, each once; NULL when memory is out. */
static uint32_t *tried_ordinals(const struct evidence_pairs *pairs, size_t *count)
{
	uint32_t *list = malloc((pairs->used + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; list && i < pairs->used; i++)
		if (pairs->pair[i].ordinal != EVIDENCE_NO_ORDINAL)
			list[n++] = pairs->pair[i].ordinal;
	*count = list ? listed_scan_sort(list, n) : 0;
	return list;
}

static enum rc count_all_tried(struct worker *w, struct live_evidence *e)
{
	size_t count;
	uint32_t *list = tried_ordinals(&e->pairs, &count);
	enum rc rc;

	if (!list)
		return diag_set(&w->diag, RC_NOMEM, "no memory for the evidence");
	e->tried_subscribers = count;
	rc = worker_scan_listed(w, list, count);
	if (rc == RC_OK)
		worker_settle(w);
	for (size_t i = 0; i < TALLY_RULES; i++)
		e->tried[i] = w->tally.cause[i].subscribers;
	free(list);
	return rc;
}

enum rc evidence_run(const struct audit_request *request, const struct audit_result *result,
		     const struct evidence_source *source, struct live_evidence *out,
		     struct diag *diag)
{
	struct worker *w;
	enum rc rc = lister_new(result, NULL, NULL, &w, diag);

	if (rc != RC_OK) {
		*out = (struct live_evidence){0};
		return rc;
	}
	const struct evidence_request gathering = {
		.observations = source->observations,
		.predictor = &w->predictor,
		.cursor = w->cursor,
		.collisions = &w->shared->collisions,
		.rival = source->rival,
		.rival_count = source->rival_count,
		.own = source->own,
		.policy = request->policy,
		.snapshot_us =
			source->export_us
				? source->export_us
				: time_of_seconds(snapshot_get_info(request->snapshot)->taken_at),
		.from_us = source->from_us,
		.interrupted = request->interrupted,
		.progress = source->progress,
		.progress_context = source->progress_context,
	};

	rc = evidence_gather(&gathering, out, &w->diag);
	if (rc == RC_OK)
		rc = count_all_tried(w, out);
	return lister_free(w, rc, diag);
}
