/* Folk readings beside what the standard says, and what the evidence rules out: both as tables over
 * the facts (cx-semantics 9). */
#pragma once
#include "trace/cause.h"

/* Fill folk and ruled_out of *out. */
void reading_fill(const struct case_facts *f, struct diagnosis *out);
