/* Judges one observed registration by the predictor. */
#pragma once
#include "audit/evidence.h"

enum evidence_match evidence_match_of(struct evidence_code predicted,
				      struct evidence_code observed);

/* Fills prediction, match and what the export knows of a pair from its telling exchange, and adds
 * what its answer shows beyond the code to the drifts. arena is for the call alone. */
enum rc evidence_judge(const struct evidence_request *request, const struct cx_exchange *e,
		       struct evidence_pair *pair, struct evidence_drifts *drifts,
		       struct arena *arena, struct diag *diag);
