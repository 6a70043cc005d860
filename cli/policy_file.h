/* Reads the policy file (libconfuse; man cxaudit.conf(5)). */
#pragma once
#include "audit/policy.h"
#include "base/diag.h"

/* Fills *policy, which policy_init made. RC_SYNTAX names file, line, what was found and what was
 * expected. */
enum rc policy_file_load(const char *path, struct policy *policy, struct diag *diag);
