#include "audit/evidence_run.h"

#include <stdlib.h>

#include "audit/lister.h"
#include "base/time_text.h"

static int compare_ordinals(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The records that tried, ascending, each once; NULL when there are none or memory is out. */
static uint32_t *tried_ordinals(const struct evidence_pairs *pairs, size_t *count)
{
	uint32_t *list = malloc((pairs->used + !pairs->used) * sizeof(*list));
	size_t n = 0, kept = 0;

	for (size_t i = 0; list && i < pairs->slots; i++)
		if (pairs->slot[i].count && pairs->slot[i].ordinal != EVIDENCE_NO_ORDINAL)
			list[n++] = pairs->slot[i].ordinal;
	if (n)
		qsort(list, n, sizeof(*list), compare_ordinals);
	for (size_t i = 0; i < n; i++)
		if (!kept || list[kept - 1] != list[i])
			list[kept++] = list[i];
	*count = kept;
	return list;
}

static enum rc count_tried(struct worker *w, uint32_t ordinal, struct live_evidence *e)
{
	size_t count;
	const struct rule *rules = rule_table(&count);
	enum rc rc = snapshot_read(w->lookup, ordinal, &w->record, &w->diag);

	if (rc == RC_OK)
		rc = evaluator_judge(&w->evaluator, &w->record, &w->unit, &w->diag);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		e->tried[i] += rule_set_has(&w->unit.rules, &rules[i]);
	return rc;
}

static enum rc count_all_tried(struct worker *w, const struct audit_request *request,
			       struct live_evidence *e)
{
	size_t count;
	uint32_t *list = tried_ordinals(&e->pairs, &count);
	enum rc rc = RC_OK;

	if (!list)
		return diag_set(&w->diag, RC_NOMEM, "no memory for the evidence");
	e->tried_subscribers = count;
	w->evaluator.visit = NULL;
	w->evaluator.group = NULL;
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		if (request->interrupted && *request->interrupted)
			rc = diag_set(&w->diag, RC_INTERRUPTED, "interrupted");
		else
			rc = count_tried(w, list[i], e);
	}
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
		rc = count_all_tried(w, request, out);
	return lister_free(w, rc, diag);
}
