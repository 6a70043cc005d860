/* The words of the model's enumerations, as they are printed. */
#pragma once
#include "model/subscription.h"

/* "public", "distinct-psi", "wildcarded-psi", "wildcarded-impu"; NULL when not exported. */
const char *impu_kind_str(enum impu_kind kind);
/* "not-registered", "registered", "unregistered", "authentication-pending"; NULL when not exported.
 */
const char *reg_state_str(enum reg_state state);
