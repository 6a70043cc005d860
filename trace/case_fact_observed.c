/* Cx that the observer recorded, where the trace itself holds none. */
#include "store/observations.h"
#include "trace/case_fact.h"

#define OBSERVED_MOST 16
#define OBSERVED_AROUND_US 5000000 /* clocks of trace and observer need not agree */

struct observing {
	const struct cx_exchange **list;
	unsigned count;
	struct arena *arena;
	bool is_out_of_memory;
};

static bool on_observed(const struct cx_exchange *e, void *context)
{
	struct observing *o = context;
	struct cx_exchange *copy = arena_alloc(o->arena, sizeof(*copy));

	for (unsigned i = 0; i < o->count; i++)
		if (o->list[i]->id == e->id)
			return true;
	if (!copy || !cx_exchange_copy(e, o->arena, copy)) {
		o->is_out_of_memory = true;
		return false;
	}
	o->list[o->count++] = copy;
	return o->count < OBSERVED_MOST;
}

enum rc case_fact_observe(struct case_facts *f, struct observations *store, struct diag *diag)
{
	struct observation_query query = {
		.from_us = f->c->first_us - OBSERVED_AROUND_US,
		.to_us = f->c->last_us + OBSERVED_AROUND_US,
		.identity = f->c->impi.data ? f->c->impi : f->c->impu,
	};
	struct observing o = {.arena = f->arena};
	struct observations_summary all;
	enum rc rc;

	/* A log without dates tells no time to look at. */
	if (f->cx_count || f->c->sees_cx || !query.identity.data || f->c->first_us <= 0)
		return RC_OK;
	o.list = arena_alloc(f->arena, OBSERVED_MOST * sizeof(*o.list));
	if (!o.list)
		return diag_set(diag, RC_NOMEM, "no memory for observations");
	rc = observations_visit(store, &query, on_observed, &o, diag);
	if (rc == RC_OK && !o.count && f->c->impi.data && f->c->impu.data) {
		query.identity = f->c->impu;
		rc = observations_visit(store, &query, on_observed, &o, diag);
	}
	if (rc == RC_OK)
		rc = observations_summarize(store, &all, diag);
	if (rc == RC_OK && o.is_out_of_memory)
		rc = diag_set(diag, RC_NOMEM, "no memory for observations");
	if (rc != RC_OK)
		return rc;
	f->cx = o.list;
	f->cx_count = o.count;
	f->is_cx_observed = o.count != 0;
	if (!o.count && f->c->method == SIP_REGISTER && all.count &&
	    all.first_us <= f->c->first_us && all.last_us >= f->c->last_us)
		case_fact_set(f, CASE_CX_ABSENT, TRI_YES, CASE_NO_PLACE,
			      "the observer was at work and recorded nothing for this attempt: the "
			      "HSS was not asked");
	return RC_OK;
}
