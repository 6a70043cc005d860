/* The subscriber of a case in the store: what is provisioned, what that predicts for the attempt as
 * it was seen, and where the identities part (design.md 3, "What a UE presents"). */
#pragma once
#include "audit/explain.h"
#include "audit/predict.h"
#include "trace/case_fact.h"

struct provisioning {
	struct attempt attempt; /* as observed */
	struct verdict verdict;
	struct resolution resolution;
	struct explanation explanation;
};

/* Looks the identities of the case up and predicts its attempt, sets the facts of the store, and
 * fills the lines for people of *out. Without a predictor nothing is set. Fails as predict does. */
enum rc provisioning_join(struct case_facts *f, struct predictor *p, struct diagnosis *out,
			  struct diag *diag);

/* The class of a cause that the rule catalogue's row tells; CAUSE_UNKNOWN: none. */
enum cause_class provisioning_class(const char *row);
