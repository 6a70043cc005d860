/* A verdict for people. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "audit/explain.h"

/* Several lines, each indented by indent blanks. explanation may be NULL when there is no rule. */
void verdict_text(FILE *out, const struct attempt *attempt, const struct verdict *verdict,
		  const struct explanation *explanation, int indent, bool use_colour);
