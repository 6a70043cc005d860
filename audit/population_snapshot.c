#include "audit/population.h"

#include <stdlib.h>

#include "store/snapshot.h"

#define SLOTS (POPULATION_READ_KEPT + 1)

/* The records read last: a lookup returns to the same one several times. */
struct snapshot_context {
	struct snapshot_cursor *cursor;
	struct ims_subscription record[SLOTS];
	uint32_t ordinal[SLOTS]; /* UINT32_MAX: empty */
	uint64_t used[SLOTS];    /* clock of the last read */
	uint64_t clock;
};

static enum rc snapshot_context_find(void *context, int lookup_space, struct text t,
				     bool (*visit)(uint32_t ordinal, void *visit_context),
				     void *visit_context, struct diag *diag)
{
	struct snapshot_context *c = context;

	return snapshot_find(c->cursor, lookup_space, t, visit, visit_context, diag);
}

static enum rc snapshot_context_read(void *context, uint32_t ordinal,
				     const struct ims_subscription **out, struct diag *diag)
{
	struct snapshot_context *c = context;
	unsigned oldest = 0;
	enum rc rc;

	for (unsigned i = 0; i < SLOTS; i++) {
		if (c->ordinal[i] == ordinal) {
			c->used[i] = ++c->clock;
			*out = &c->record[i];
			return RC_OK;
		}
		if (c->used[i] < c->used[oldest])
			oldest = i;
	}
	c->ordinal[oldest] = UINT32_MAX;
	rc = snapshot_read(c->cursor, ordinal, &c->record[oldest], diag);
	if (rc != RC_OK)
		return rc;
	c->ordinal[oldest] = ordinal;
	c->used[oldest] = ++c->clock;
	*out = &c->record[oldest];
	return RC_OK;
}

enum rc population_open_snapshot(struct snapshot *s, struct snapshot_cursor *c,
				 struct population *out, struct diag *diag)
{
	const struct snapshot_info *info = snapshot_get_info(s);
	struct snapshot_context *context = calloc(1, sizeof(*context));

	if (!context)
		return diag_set(diag, RC_NOMEM, "out of memory");
	context->cursor = c;
	for (unsigned i = 0; i < SLOTS; i++) {
		subscription_init(&context->record[i]);
		context->ordinal[i] = UINT32_MAX;
	}
	*out = (struct population){
		.context = context,
		.directory = snapshot_get_directory(s),
		.has_global_sets = info->has_global_sets,
		/* A row of FHoSS' tables that was rejected is missing from some join. */
		.is_partial = info->is_truncated || (info->has_global_sets && info->rejects),
		.lacks_impis = !info->impis,
		.lacks_impus = !info->impus,
		.ordinals = snapshot_ordinals(s),
		.find = snapshot_context_find,
		.read = snapshot_context_read,
	};
	return RC_OK;
}

void population_close_snapshot(struct population *p)
{
	struct snapshot_context *context = p->context;

	if (!context)
		return;
	for (unsigned i = 0; i < SLOTS; i++)
		subscription_clear(&context->record[i]);
	free(context);
	p->context = NULL;
}
