#include "audit/evidence_judge.h"

#include "model/auth_scheme.h"

static uint16_t rule_index(const char *id)
{
	const struct rule *rule = id ? rule_find(text_from(id)) : NULL;

	return rule ? (uint16_t)(rule - rule_table(NULL)) : EVIDENCE_NO_RULE;
}

enum evidence_match evidence_match_of(struct evidence_code predicted, struct evidence_code observed)
{
	bool should_fail = evidence_code_is_failure(predicted);

	if (!evidence_code_is_failure(observed))
		return should_fail ? EVIDENCE_FALSE_ALARM : EVIDENCE_CONFIRMED;
	if (!should_fail)
		return EVIDENCE_MISSED;
	return predicted.kind == observed.kind && predicted.code == observed.code
		       ? EVIDENCE_CONFIRMED
		       : EVIDENCE_OTHER_CODE;
}

/* The attempt of a registration seen. The scheme comes with the MAR only; the usual one keeps later
 * steps from failing for its lack. */
static bool attempt_of(const struct cx_exchange *e, const struct policy *policy,
		       struct attempt *attempt)
{
	if (!cx_exchange_attempt(e, attempt))
		return false;
	if (!attempt->scheme.data && e->command != CX_MAR)
		attempt->scheme = policy->scheme.data ? policy->scheme
						      : text_from(auth_scheme_name(SCHEME_AKAV1));
	return true;
}

enum rc evidence_judge(const struct evidence_request *request, const struct cx_exchange *e,
		       struct evidence_pair *pair, struct evidence_drifts *drifts,
		       struct arena *arena, struct diag *diag)
{
	const struct cx_answer *answer;
	struct attempt attempt;
	struct verdict verdict;
	struct resolution resolution;
	enum rc rc;

	if (!attempt_of(e, request->policy, &attempt))
		return RC_OK;
	rc = predict(request->predictor, &attempt, e->user_data_count > 0, arena, &verdict,
		     &resolution, diag);
	if (rc != RC_OK || !verdict.step_count)
		return rc;
	pair->ordinal = resolution.impi_ordinal != EVIDENCE_NO_ORDINAL ? resolution.impi_ordinal
								       : resolution.impu_ordinal;
	pair->holding = resolution.impi_ordinal != EVIDENCE_NO_ORDINAL   ? EVIDENCE_IMPI_HELD
			: resolution.impu_ordinal != EVIDENCE_NO_ORDINAL ? EVIDENCE_IMPU_HELD
									 : EVIDENCE_NOT_HELD;
	/* Nothing but silence and answers from elsewhere: there is nothing to compare. */
	if (!evidence_is_telling(e))
		return RC_OK;
	answer = &verdict.step[0].answer;
	pair->predicted = (struct evidence_code){(uint8_t)answer->kind, answer->code};
	pair->match = (uint8_t)evidence_match_of(pair->predicted, pair->observed);
	pair->certainty = (uint8_t)verdict.certainty;
	pair->rule = evidence_code_is_failure(pair->predicted) ? rule_index(verdict.rule)
							       : EVIDENCE_NO_RULE;
	evidence_drifts_add(drifts, e, &resolution,
			    evidence_code_is_failure(pair->predicted) ? NULL : answer,
			    request->snapshot_us);
	return drifts->failed ? diag_set(diag, RC_NOMEM, "no memory for the evidence") : RC_OK;
}
