/* Whose an observed registration is, where a store has several IMS sources. It belongs to the
 * source whose records hold the IMPI; where none does, to the one that holds the IMPU. What several
 * hold, or none, belongs to the source of the HSS that answered: an HSS is a source's when nearly
 * all that it answered and that one source alone holds is of that source. Where this tells nothing
 * either, the first of the sources has it, so that each exchange counts once. */
#pragma once
#include "audit/evidence.h"

/* Sources are numbered in an order that is the same in each of their audits. */
#define EVIDENCE_RIVALS_MAX 63
#define EVIDENCE_NO_SOURCE UINT8_MAX

struct evidence_owner {
	bool is_settled;
	uint8_t own;                           /* number of the source that is audited */
	uint8_t of_host[EVIDENCE_HOSTS + 1];   /* source; EVIDENCE_NO_SOURCE: not told */
	uint8_t *holding[EVIDENCE_RIVALS_MAX]; /* by rival, pair: enum evidence_holding */
};

/* Marks the pairs of other sources, and takes back the drifts that they showed. To be called when
 * all pairs are judged; *owner, all zero before, is to be cleared in any case. */
enum rc evidence_owner_settle(struct evidence_owner *owner, const struct evidence_request *request,
			      struct live_evidence *evidence, struct diag *diag);
void evidence_owner_clear(struct evidence_owner *owner);

/* Whether an exchange belongs to another source; what is no registration goes by its HSS. */
bool evidence_owner_is_elsewhere(const struct evidence_owner *owner,
				 const struct evidence_pairs *pairs, const struct cx_exchange *e);
