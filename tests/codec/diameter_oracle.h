/* freeDiameter's own parser beside our walker. */
#pragma once
#include "base/text.h"

/* Starts libfdcore and libfdproto, without network; false when they cannot be. */
bool diameter_oracle_start(void);
void diameter_oracle_stop(void);

/* NULL when both see the same top-level AVPs in the message, or differ as the table in
 * diameter_oracle.c says; else what differs. */
const char *diameter_oracle_difference(struct text message);
