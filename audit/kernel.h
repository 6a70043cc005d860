/* The registration kernel: one pure function from facts and attempt to verdict (cx-semantics 2 to
 * 4, 6). No I/O, no strings compared, no memory allocated; the profiles are tables of steps
 * (audit/step.h).
 *
 * Outcome. The steps of UAR, MAR and SAR are made in order; the first that fails gives answer, SIP
 * status and rule. An unknown fact is taken as "yes". De-registration and capabilities queries end
 * with the UAR: when it is positive the outcome is "accepted", with status 200 for a
 * de-registration and 0 (none, sip_reason NULL) for a capabilities query, which the UE does not
 * see. Steps that provisioning does not decide (keys, radio, EPS) give "undecided", status 0, and
 * never a 403.
 *
 * Certainty. Each fact before the first failing step that is not firm is turned round, one at a
 * time:
 *  - the outcome (registers, refused, fails, ...) would differ: the verdict is unproven when the
 * fact is missing, conditional when it is a guess or left open by the standard; unproven wins;
 *  - the outcome would be the same with another code: the certainty stays.
 * Either way the fact is listed in the conditions with the outcome and row that it would give.
 * Facts of later steps do not matter. When the failing step itself is not firm, it is turned round
 * too, and what follows is the next step that fails. BASIS_DEFAULTED and firm facts change nothing;
 * success kinds (first or subsequent registration) never do. Facts marked [silent] in audit/fact.h
 * are not checked while they are unknown.
 *
 * Further conditions without a fact: "s-cscf-status-for-maa" and "-saa" (the standard leaves the
 * status open), "impu-presented" (another IMPU of the subscription might be presented; only where
 * the verdict rests on the IMPU), "mnc-length" (only where the verdict is that an identity is
 * missing). "assumed" is the value of the fact ("yes", "no"), "fails" or "passes" where the fact is
 * "no" and implementations differ, or the SIP status.
 *
 * further lists the rules of the steps that fail when the earlier ones are repaired, in order.
 * naive_status is 403 when the presented IMPU exists and is barred, else 200. */
#pragma once
#include "audit/fact.h"
#include "audit/predict.h"

/* Fills steps (command, answer kind, code), SIP status, reason and sender, outcome, certainty,
 * conditions, rule, further, naive_status. Server-Name, capabilities and User-Data of the answers
 * are the caller's to add. attempt->from takes the earlier commands as passed; the type of
 * authorization counts in UAR only. */
void kernel_decide(const struct facts *facts, const struct attempt *attempt,
		   const struct hss_profile *hss, const struct cscf_profile *cscf,
		   struct verdict *verdict);
