/* Evidence for an audit that was run. */
#pragma once
#include "audit/engine.h"
#include "audit/evidence.h"

struct evidence_source {
	struct observations *observations;
	int64_t from_us;                    /* older exchanges do not count; 0 = all */
	int64_t export_us;                  /* how old the export is; 0 = as old as its snapshot */
	const struct evidence_rival *rival; /* the other sources, as in struct evidence_request */
	unsigned rival_count;
	uint8_t own;
	void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
	void *progress_context;
};

/* evidence_gather over the snapshot of the run, and which of the rules' subscribers try at all.
 * *out is to be cleared in any case. */
enum rc evidence_run(const struct audit_request *request, const struct audit_result *result,
		     const struct evidence_source *source, struct live_evidence *out,
		     struct diag *diag);
