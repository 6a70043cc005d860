/* What a population finding groups single findings by: one realm, one visited network, one padding
 * habit, one set id. */
#pragma once
#include "audit/explain.h"
#include "model/attempt.h"
#include "model/finding.h"
#include "model/subscription.h"

/* The key of one verdict finding under its rule; false when findings of this rule are not grouped.
 * The text lives as long as attempt, explanation and record. */
bool group_key_of(const struct rule *rule, const struct attempt *attempt,
		  const struct explanation *explanation, const struct ims_subscription *record,
		  struct text *key);
/* What the key of that rule is: "realm", "visited network" …; NULL when it is not grouped. */
const char *group_key_what(const struct rule *rule);
/* The rule under which many findings of a rule are one: realm-shared-by-faults, padding-habit, …,
 * or the rule itself. */
const struct rule *group_key_rule(const struct rule *rule);
/* True when the key is a set label: it says something only where labels are global numbers. */
bool group_key_is_set(const struct rule *rule);
