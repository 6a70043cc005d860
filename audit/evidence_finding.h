/* What the evidence shows, as findings: incidents, contradictions, subscribers that no export
 * knows, drifts. */
#pragma once
#include "audit/evidence.h"

/* Visits them in that order; texts are borrowed for the call. visit returns false to stop. The list
 * of contradictions holds the EVIDENCE_CASES with the most attempts of each rule, that of unknown
 * subscribers EVIDENCE_SUBJECTS. */
void evidence_findings_visit(const struct live_evidence *e,
			     bool (*visit)(const struct audit_finding *finding, void *context),
			     void *context);

/* "Experimental-Result-Code 5001 (DIAMETER_ERROR_USER_UNKNOWN)", "no answer"; in out, terminated.
 */
char *evidence_code_text(struct evidence_code code, char *out, size_t size);
#define EVIDENCE_CODE_TEXT_MAX 96

/* One clause on a drift: "barred live, not barred in the export"; in out, terminated. */
char *evidence_drift_text(const struct drift *drift, char *out, size_t size);
#define EVIDENCE_DRIFT_TEXT_MAX 512
