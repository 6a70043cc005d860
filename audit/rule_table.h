/* The catalogue of rules: CXA001 to CXA063 are the rows D01 to D63 of the decision table, the rest
 * are checks of records, of populations and of observed exchanges. Ids are stable for ever. */
#pragma once
#include <stddef.h>
#include "model/finding.h"

/* All rules by number; count may be NULL. */
const struct rule *rule_table(size_t *count);
/* By id ("CXA007"), slug or row ("D07"), any case; NULL when unknown. */
const struct rule *rule_find(struct text id);
