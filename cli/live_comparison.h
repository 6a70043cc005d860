/* The evidence of an audit: which observations it rests on, and gathering them. */
#pragma once
#include "audit/evidence_run.h"
#include "audit/report.h"
#include "cli/rival_sources.h"
#include "store/store.h"

struct live_comparison {
	bool is_unwanted;                   /* --no-observations */
	int64_t since;                      /* --observed-since, seconds since 1970; 0 = all */
	int64_t export_us;                  /* how old the export is; 0 = as its snapshot says */
	struct observations *observations;  /* NULL: there are none */
	const struct rival_sources *rivals; /* the store's other sources; NULL: none */
};

/* Opens observations.db of a folder where there is one. is_asked: the folder was named for it, so
 * that a missing file is told. Returns 0 or an exit code; what is wrong was told. */
int live_comparison_open(struct live_comparison *a, const char *folder, bool is_asked);
void live_comparison_close(struct live_comparison *a);

/* Gathers the evidence for a run, with a progress bar. *out is to be cleared in any case. */
enum rc live_comparison_gather(struct live_comparison *a, const struct audit_request *request,
			       const struct audit_result *result, struct live_evidence *out,
			       struct diag *diag);

/* Whether the evidence holds a finding of that severity or above. */
bool live_comparison_reaches(const struct live_evidence *e, enum severity threshold);

/* The age of an export: the newest change of its files; now where one is no file. Microseconds. */
int64_t live_comparison_export_age(const char *const *files, size_t count);
