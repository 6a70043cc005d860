/* The registrations that the UEs of one subscription would try (design.md 3, 10.4, 10.5). */
#pragma once
#include "audit/policy.h"
#include "base/arena.h"
#include "base/diag.h"
#include "model/attempt.h"
#include "model/subscription.h"

/* Visits each plausible attempt of a record: "usim" from exported IMSIs, else from IMPIs of 3GPP
 * shape (misspelt realms under 3gppnetwork.org and an "imsi-" prefix included), with both MNC
 * lengths when unsure, the likelier first, one right after the other; "provisioned" where nothing
 * of that exists: each IMPI with its first associated distinct SIP IMPU, or, where there is none,
 * with "sip:" and the IMPI. Both, where IMSIs are exported but every IMPI has a realm of its own,
 * which a card with an ISIM may hold, and the policy does not say which cards there are:
 * is_pair_chosen is set. Orphan IMPUs have no attempt. visit returns false to stop. export_rules
 * are PLMN rules voted by the export (majority), used after the policy's. Attempts live in arena.
 */
enum rc attempts_visit(const struct ims_subscription *s, const struct policy *policy,
		       const struct plmn_rule *export_rules, size_t export_rule_count,
		       struct arena *arena,
		       bool (*visit)(const struct attempt *attempt, void *context), void *context,
		       struct diag *diag);
