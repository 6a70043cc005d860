/* Which visited network is "home" for an IMPI (design.md 10.4). */
#pragma once
#include "audit/policy.h"
#include "model/attempt.h"

/* The policy's string, else the domain of the IMSI in the IMPI, else the IMPI's realm, which may be
 * absent; *basis gets on what it rests. In arena, or borrowed. */
struct text home_network_of_impi(struct text impi, const struct policy *policy, struct arena *arena,
				 enum visited_basis *basis);
