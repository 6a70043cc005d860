/* The other IMS sources of a store, for telling whose an observed exchange is
 * (audit/evidence_owner.h). */
#pragma once
#include "audit/evidence_owner.h"
#include "cli/session.h"

struct rival_sources {
	struct session session[EVIDENCE_RIVALS_MAX];
	struct evidence_rival rival[EVIDENCE_RIVALS_MAX];
	unsigned count;
	uint8_t own; /* place of the audited source among all, by name */
};

/* Opens the current snapshots of all IMS sources but the one named own; *out is to be freed.
 * RC_LIMIT when there are too many, and whatever the store fails with. */
enum rc rival_sources_new(struct store *store, const char *own,
			  const struct common_options *options, const struct policy *policy,
			  struct rival_sources **out, struct diag *diag);
void rival_sources_free(struct rival_sources *r); /* accepts NULL */
