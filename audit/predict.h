/* Predicts one attempt: resolver (facts, by the HSS profile's own matching rule) and kernel
 * (verdict), in one call. */
#pragma once
#include "audit/policy.h"
#include "audit/population.h"
#include "base/arena.h"
#include "model/attempt.h"
#include "model/verdict.h"

struct hss_profile;
struct cscf_profile;

/* NULL when there is no such profile; names: 3gpp, fhoss, open5gs, pyhss / 3gpp, kamailio,
 * clearwater. */
const struct hss_profile *hss_profile_find(struct text name);
const struct cscf_profile *cscf_profile_find(struct text name);
const char *hss_profile_name(const struct hss_profile *p);
const char *cscf_profile_name(const struct cscf_profile *p);

struct predictor {
	const struct population *population;
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	const struct policy *policy;
	void *cache; /* private to the resolver (LIKE index, set aggregates); released by
			predictor_clear */
};
void predictor_init(struct predictor *p, const struct population *population,
		    const struct hss_profile *hss, const struct cscf_profile *cscf,
		    const struct policy *policy);
void predictor_clear(struct predictor *p);

/* What a verdict was drawn from: for explanations. Pointers stay valid as long as arena is not
 * reset. */
struct resolution {
	uint32_t impi_ordinal, impu_ordinal;         /* UINT32_MAX: not found */
	const struct ims_subscription *subscription; /* a copy in the arena of the IMPI's record,
							else of the IMPU's; NULL */
	uint32_t impi_index, impu_index;             /* into subscription; UINT32_MAX: not in it */
	uint32_t impi_matches, impu_matches;         /* rows that match by the profile's rule */
};

/* Texts of the verdict live in arena or are those of the attempt. with_content adds Server-Name,
 * capabilities and User-Data to the answers. resolution may be NULL. */
enum rc predict(struct predictor *p, const struct attempt *attempt, bool with_content,
		struct arena *arena, struct verdict *verdict, struct resolution *resolution,
		struct diag *diag);
