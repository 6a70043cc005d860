/* MNC lengths that the export itself implies: the majority of the 3GPP domains found for a PLMN
 * (cx-semantics 1.2). */
#pragma once
#include "base/diag.h"
#include "model/plmn.h"
#include "store/snapshot.h"

struct mnc_vote {
	struct plmn_rule *rules; /* source = MNC_SOURCE_EXPORT */
	size_t count;
};
/* Samples the snapshot. A rule needs three voters and four fifths of the votes of its first five
 * digits. */
enum rc mnc_vote_count(struct snapshot *s, struct snapshot_cursor *c, struct mnc_vote *out,
		       struct diag *diag);
/* The same for one IMSI, for look-ups, which cannot wait for many places of a file: a few places
 * do where they agree, otherwise it is mnc_vote_count. */
enum rc mnc_vote_count_imsi(struct snapshot *s, struct snapshot_cursor *c, struct text imsi,
			    struct mnc_vote *out, struct diag *diag);
void mnc_vote_clear(struct mnc_vote *v);
