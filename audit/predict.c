#include "audit/predict.h"

#include "audit/answer_content.h"
#include "audit/kernel.h"

void predictor_init(struct predictor *p, const struct population *population,
		    const struct hss_profile *hss, const struct cscf_profile *cscf,
		    const struct policy *policy)
{
	*p = (struct predictor){
		.population = population, .hss = hss, .cscf = cscf, .policy = policy};
}

void predictor_clear(struct predictor *p)
{
	if (!p)
		return;
	resolver_cache_free(p->cache);
	p->cache = NULL;
}

enum rc predict(struct predictor *p, const struct attempt *attempt, bool with_content,
		struct arena *arena, struct verdict *verdict, struct resolution *resolution,
		struct diag *diag)
{
	struct resolved r;
	struct facts facts;
	enum rc rc = resolver_find(p, attempt, &r, diag);

	if (rc != RC_OK)
		return rc;
	resolved_to_facts(&r, &facts);
	kernel_decide(&facts, attempt, p->hss, p->cscf, verdict);
	if (resolution)
		rc = resolved_keep(&r, arena, resolution, diag);
	if (rc == RC_OK && with_content)
		rc = answer_content_add(&r, arena, verdict, diag);
	return rc;
}
