/* Judges most pairs without looking at their exchanges: records of equal shape and PLMN give the
 * same verdict to registrations that stand to them in the same way (store/snapshot.h), so that one
 * judgement serves all. Records are visited in the order of the snapshot. */
#pragma once
#include "audit/evidence.h"

/* Leaves what it cannot vouch for unresolved: pairs of records that share a key with another, that
 * present what the record does not have byte by byte, whose answer shows a drift. */
enum rc evidence_sweep(const struct evidence_request *request, struct live_evidence *evidence,
		       struct diag *diag);
