/* Sums of the judged pairs: the confusion by rule, the contradictions, the subscribers that fail
 * most. */
#pragma once
#include "audit/evidence.h"

/* Fills rule, failing and unknown of e from its pairs and incidents; the texts of what is shown are
 * fetched from the observations. */
enum rc evidence_tally(struct observations *o, struct live_evidence *e, struct diag *diag);
