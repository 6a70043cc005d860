/* Gathers the facts for one attempt by the HSS profile's own matching rule (design.md 3). */
#pragma once
#include "audit/fact.h"
#include "audit/predict.h"

enum rc resolver_gather(struct predictor *p, const struct attempt *attempt, struct arena *arena,
			struct facts *facts, struct resolution *resolution, struct diag *diag);
