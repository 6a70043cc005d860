#include "audit/population.h"

static enum rc memory_find(void *context, int lookup_space, struct text t,
			   bool (*visit)(uint32_t ordinal, void *visit_context),
			   void *visit_context, struct diag *diag)
{
	const struct population_memory *m = context;

	(void)lookup_space;
	(void)t;
	(void)diag;
	for (uint32_t i = 0; i < m->count; i++)
		if (!visit(i, visit_context))
			break;
	return RC_OK;
}

static enum rc memory_read(void *context, uint32_t ordinal, const struct ims_subscription **out,
			   struct diag *diag)
{
	const struct population_memory *m = context;

	if (ordinal >= m->count)
		return diag_set(diag, RC_NOTFOUND, "no record has the ordinal %u", ordinal);
	*out = &m->records[ordinal];
	return RC_OK;
}

void population_from_memory(struct population_memory *m, const struct hss_directory *directory,
			    bool has_global_sets, struct population *out)
{
	*out = (struct population){
		.context = m,
		.directory = directory,
		.has_global_sets = has_global_sets,
		.ordinals = m->count,
		.find = memory_find,
		.read = memory_read,
	};
}
