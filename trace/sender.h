/* Who made the final answer, from evidence in the order of cx-semantics 6.6: hops, Response-Source,
 * Server, Warning, Cx, and what the kind of answer says. */
#pragma once
#include "trace/case_fact.h"

/* Fills sent_by, its confidence and the evidence of *out, and the FROM_ facts. explain_via adds
 * what counting Vias is worth here. */
void sender_find(struct case_facts *f, bool explain_via, struct diagnosis *out);
