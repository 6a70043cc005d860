/* An attempt asked on the command line or in a batch line (design.md 8). */
#pragma once
#include "audit/policy.h"
#include "base/arena.h"
#include "base/diag.h"
#include "model/attempt.h"

struct given {
	struct text impi, impu;      /* absent: AVP not sent */
	bool has_visited_network;    /* false: the home network is taken */
	struct text visited_network; /* absent: not sent */
	bool has_scheme;             /* false: Digest-AKAv1-MD5, or the policy's */
	struct text scheme;          /* absent: not sent */
	struct text type;            /* absent: registration */
	struct text from;            /* absent: UAR */
	bool is_emergency;
};

/* RC_USAGE names the word that was found and those expected. Texts stay borrowed or live in arena.
 */
enum rc given_attempt(const struct given *g, const struct policy *policy, struct arena *arena,
		      struct attempt *out, struct diag *diag);
