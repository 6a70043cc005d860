/* SIP-Authentication-Scheme (TS 29.229 6.3.9): the names on the wire and the bits of enum
 * auth_scheme (model/subscription.h) that FHoSS gives them. */
#pragma once
#include <stdbool.h>

#include "base/text.h"
#include "model/subscription.h"

/* "Unknown": the HSS is asked to choose; no scheme that an IMPI could be provisioned for. */
#define SCHEME_ASK_HSS (1u << 31)

/* The bit of a name, in any case of its letters unless is_exact ("unknown", as Kamailio writes it,
 * counts as exact, too); 0 for none. */
unsigned auth_scheme_find(struct text name, bool is_exact);

/* The name of the likeliest scheme in a mask, "Digest-AKAv1-MD5" first and for an empty mask, too.
 */
const char *auth_scheme_name(unsigned mask);
