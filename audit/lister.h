/* A worker for single records once a run is over: it knows the collisions and votes of the run. */
#pragma once
#include "audit/worker.h"

/* visit may be NULL when worker_list will not be called. Heap memory, as a worker is large. */
enum rc lister_new(const struct audit_result *result, worker_list_visit visit, void *context,
		   struct worker **out, struct diag *diag);
/* Releases; copies the worker's diag where rc is a failure. Returns rc. */
enum rc lister_free(struct worker *w, enum rc rc, struct diag *diag);
