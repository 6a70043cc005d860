#include "audit/lister.h"

#include <stdlib.h>

enum rc lister_new(const struct audit_result *result, worker_list_visit visit, void *context,
		   struct worker **out, struct diag *diag)
{
	struct worker *w = malloc(sizeof(*w));
	enum rc rc;

	if (!w)
		return diag_set(diag, RC_NOMEM, "no memory to list findings");
	rc = worker_init(w, result->state, 0, 1);
	if (rc != RC_OK) {
		if (diag)
			*diag = w->diag;
		worker_clear(w);
		free(w);
		return rc;
	}
	worker_prepare(w);
	w->result = result;
	w->visit = visit;
	w->visit_context = context;
	*out = w;
	return RC_OK;
}

enum rc lister_free(struct worker *w, enum rc rc, struct diag *diag)
{
	if (rc != RC_OK && diag)
		*diag = w->diag;
	worker_clear(w);
	free(w);
	return rc;
}
