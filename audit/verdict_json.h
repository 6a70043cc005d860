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

/* An answer on Cx as an object of the verdict's "cx", and of an observed exchange; null when the
 * HSS is silent. */
void cx_answer_json(struct json_writer *j, const struct cx_answer *answer);

/* Service profiles in order, each a list of [identity, barred]; barred is null when unknown. */
void user_data_json(struct json_writer *j, const struct user_data_profile *profile, uint32_t count);

/* One object of schema cxaudit/finding/1. source may be NULL. */
void finding_json(struct json_writer *j, const struct audit_finding *finding, const char *source,
		  const char *hss, const char *cscf);

struct live_evidence;

/* What the head of an audit report says besides its sums. */
struct audit_run_info {
	uint64_t number; /* 0 = not recorded */
	int64_t started_at;
	const char *hss, *cscf, *version;
	const struct snapshot_info *input;
	const struct completeness *completeness;
	size_t completeness_count;
	bool is_complete;                     /* all of the input was read and judged */
	const struct live_evidence *evidence; /* NULL: there are no observations */
};
/* One object of schema cxaudit/audit/1. */
void audit_json(struct json_writer *j, const struct audit_run_info *info,
		const struct audit_result *result);

/* Null when it is 0: of no vendor, or of one that was not told. */
void json_write_member_vendor(struct json_writer *j, const char *key, uint32_t vendor);

/* "2026-11-21T20:00:00Z". */
void json_write_member_time(struct json_writer *j, const char *key, int64_t seconds);
