#include "audit/engine.h"
#include "audit/lister.h"

void audit_list_population(const struct audit_result *result,
			   bool (*visit)(const struct audit_finding *finding, void *context),
			   void *context)
{
	bool goes_on = true;

	for (size_t i = 0; i < result->group_count && goes_on; i++) {
		const struct audit_group *g = &result->group[i];
		const char *evidence[1];
		struct arena arena;
		struct audit_finding f = {
			.rule = g->population,
			.severity = finding_severity(g->rule, g->certainty),
			.certainty = g->certainty,
			.remedy = g->population->remedy,
			.evidence = evidence,
			.evidence_count = 1,
			.count = g->count,
			.fingerprint = g->fingerprint,
		};

		arena_init(&arena);
		f.text = arena_printf(&arena, "%s: one %s, %.*s, explains %llu subscriptions",
				      g->rule->title, g->what, (int)g->key.length, g->key.data,
				      (unsigned long long)g->count);
		evidence[0] = arena_printf(&arena, "first seen at record %u of the input",
					   g->example + 1);
		if (f.text && evidence[0])
			goes_on = visit(&f, context);
		arena_clear(&arena);
	}
}

struct list_all {
	worker_list_visit visit;
	void *context;
	bool is_stopped;
};

static bool on_population(const struct audit_finding *finding, void *context)
{
	struct list_all *all = context;

	all->is_stopped = !all->visit(finding, NULL, all->context);
	return !all->is_stopped;
}

/* True when the memo of the run shows that records like the view's have no finding. */
static bool view_is_clean(struct worker *w, const struct snapshot_view *view, bool *is_new,
			  struct memo_entry **e)
{
	const struct collision_list *l = &w->shared->collisions;
	const struct collision *c = collision_list_from(l, view->ordinal);

	*e = NULL;
	if (!view->shape || !view->is_local ||
	    (c < collision_list_end(l) && c->ordinal == view->ordinal) ||
	    w->shared->request->policy->test_range_count)
		return false;
	*e = memo_get(&w->memo, view->shape, view->plmn, is_new);
	return *e && !*is_new && rule_set_is_empty(&(*e)->unit.rules);
}

enum rc audit_list(const struct audit_request *request, const struct audit_result *result,
		   bool (*visit)(const struct audit_finding *finding,
				 const struct ims_subscription *record, void *context),
		   void *context, struct diag *diag)
{
	struct list_all all = {visit, context, false};
	struct worker *w;
	enum rc rc;

	audit_list_population(result, on_population, &all);
	if (all.is_stopped)
		return RC_OK;
	rc = lister_new(result, visit, context, &w, diag);
	if (rc != RC_OK)
		return rc;
	rc = snapshot_scan(w->cursor, 0, snapshot_ordinals(request->snapshot), &w->diag);
	while (rc == RC_OK && !w->is_stopped) {
		struct snapshot_view view;
		struct memo_entry *e;
		bool more, is_new = false;

		rc = snapshot_next(w->cursor, &view, &more, &w->diag);
		if (rc != RC_OK || !more)
			break;
		if (view_is_clean(w, &view, &is_new, &e))
			continue;
		rc = worker_list(w, view.ordinal);
		if (rc == RC_OK && e && is_new)
			e->unit = w->unit;
	}
	return lister_free(w, rc, diag);
}

enum rc audit_list_one(const struct audit_request *request, const struct audit_result *result,
		       uint32_t ordinal,
		       bool (*visit)(const struct audit_finding *finding,
				     const struct ims_subscription *record, void *context),
		       void *context, struct diag *diag)
{
	struct worker *w;
	enum rc rc = lister_new(result, visit, context, &w, diag);

	(void)request;
	if (rc != RC_OK)
		return rc;
	return lister_free(w, worker_list(w, ordinal), diag);
}
