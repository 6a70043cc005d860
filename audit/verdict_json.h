/* Verdicts, findings and audits as JSON (design.md 8; docs/verdict-1.schema.json and its siblings).
 */
#pragma once
#include "audit/engine.h"
#include "audit/explain.h"
#include "base/json_writer.h"
#include "store/snapshot.h"

/* One object of schema cxaudit/verdict/1. explanation may be NULL when the verdict has no rule. */
void verdict_json(struct json_writer *j, const struct attempt *attempt,
		  const struct verdict *verdict, const struct explanation *explanation,
		  const char *hss, const char *cscf);

/* One object of schema cxaudit/finding/1. source may be NULL. */
void finding_json(struct json_writer *j, const struct audit_finding *finding, const char *source,
		  const char *hss, const char *cscf);

/* What the head of an audit report says besides its sums. */
struct audit_run_info {
	uint64_t number; /* 0 = not recorded */
	int64_t started_at;
	const char *hss, *cscf, *version;
	const struct snapshot_info *input;
	const struct completeness *completeness;
	size_t completeness_count;
	bool is_complete; /* all of the input was read and judged */
};
/* One object of schema cxaudit/audit/1. */
void audit_json(struct json_writer *j, const struct audit_run_info *info,
		const struct audit_result *result);

/* "2026-11-21T20:00:00Z". */
void json_write_member_time(struct json_writer *j, const char *key, int64_t seconds);
