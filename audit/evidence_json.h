/* The member "evidence" of schema cxaudit/audit/1. */
#pragma once
#include "audit/engine.h"
#include "audit/evidence.h"
#include "base/json_writer.h"

/* One object. The result tells which rules have findings without a live attempt. */
void evidence_json(struct json_writer *j, const struct live_evidence *e,
		   const struct audit_result *result);
