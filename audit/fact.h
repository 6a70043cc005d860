/* What the kernel knows about one attempt: the resolver fills it by the HSS profile's matching
 * rule, the kernel never looks at strings. Each fact is phrased so that "no" is the defect. A fact
 * that a profile does not look at costs nothing. */
#pragma once
#include <stdbool.h>
#include "base/text.h"
#include "base/tri.h"
#include "model/subscription.h"

/* [silent]: exports seldom carry it; while unknown the check is not made. */
enum fact {
	FACT_NONE, /* no fact: ends lists */

	/* the way to the HSS */
	FACT_HSS_ROUTED,  /* [silent] realm and SLF lead to the HSS of the user (D59) */
	FACT_HSS_ANSWERS, /* [silent] the HSS answers for this user (D60) */

	/* UAR: the request itself */
	FACT_IMPI_SENT,
	FACT_IMPU_SENT,
	FACT_VISITED_NETWORK_SENT,

	/* UAR: identities */
	FACT_VISITED_NETWORK_LISTED, /* once in the HSS' own list (FHoSS: visited_network) */
	FACT_IMPI_WELL_FORMED,       /* [silent] open5gs: the user part holds 1 to 15 digits */
	FACT_IMPI_EXISTS,
	FACT_IMPI_UNIQUE, /* one row matches, not several */
	FACT_IMPU_EXISTS,
	FACT_IMPU_UNIQUE,
	FACT_IMPU_IN_ONE_SUBSCRIPTION, /* not in two IMS subscriptions (D48) */
	FACT_IMPU_OF_ONE_IMPI,         /* [silent] no second IMPI shares it (D49, open5gs) */
	FACT_IMPU_DISTINCT,            /* no PSI, and not matched by a wildcard only */
	FACT_SUBSCRIPTION_EXISTS,      /* the IMPI has an IMS subscription (D61) */
	FACT_ASSOCIATED,
	FACT_ASSOCIATION_UNIQUE, /* one row for the pair */

	/* UAR: barring; the set is that of the profile's scope */
	FACT_IMPU_UNBARRED,
	FACT_SET_HAS_UNBARRED,          /* another member, a distinct IMPU, is not barred */
	FACT_SET_HAS_UNBARRED_WILDCARD, /* another member, wildcarded or PSI, is not (D09) */
	FACT_SET_WITHIN_SUBSCRIPTION,   /* no members of other subscriptions (D14) */
	FACT_SET_HAS_SIP_URI,           /* IMPU missing: yet some IMPU of the IMPI is a SIP URI */
	FACT_OTHER_SET_HAS_UNBARRED, /* an unbarred IMPU of the IMPI in another set: D07, not D06 */
	FACT_NOT_TEMPORARY_IMPU,     /* [silent] the IMPU presented is not the IMSI's (D11) */

	/* UAR: authorisation */
	FACT_ROAMING_ALLOWED,          /* for this IMPU (or IMPI) in this visited network */
	FACT_IMS_AUTHORISED,           /* subscription or IMPI level: not suspended */
	FACT_MAY_REGISTER,             /* IMPU level: FHoSS can_register */
	FACT_SERVICE_PROFILE_ASSIGNED, /* [silent] FHoSS: no NULL; else: none missing on the IMPU */
	FACT_SET_PROFILES_ASSIGNED,    /* [silent] … nor on a sibling of the set */
	FACT_REGISTERED,               /* the kernel takes it from facts.state; never set */

	/* selection; the first three are no defects */
	FACT_SCSCF_STORED,        /* a name is stored (yes), known to be none (no) */
	FACT_SUBSCRIPTION_ACTIVE, /* some IMPU is registered or unregistered-with-services */
	FACT_AUTH_PENDING,        /* authentication pending is stored */
	FACT_CAPABILITIES_SERVED, /* [silent] some S-CSCF of the directory offers all mandatory
				   * ones, or a preferred name is sent that is taken instead */
	FACT_SCSCF_REACHABLE,     /* [silent] the stored or preferred S-CSCF is in the directory */

	/* MAR */
	FACT_SCHEME_SENT,
	FACT_SCHEME_RECOGNISED,    /* [silent] the scheme string is one that the HSS knows */
	FACT_SCHEME_SUPPORTED,     /* [silent] provisioned for the IMPI */
	FACT_DEFAULT_SCHEME_VALID, /* [silent] usable when the scheme asked is "Unknown" */
	FACT_KEY_PRESENT,
	FACT_SQN_PRESENT,           /* [silent] yes where the scheme needs none */
	FACT_EPS_SUBSCRIBER_EXISTS, /* PyHSS: the AuC is reached through that row (D24) */
	FACT_SCSCF_NAME_USABLE,     /* [silent] FHoSS: not registered with an empty scscf_name */

	/* beyond the HSS: a joined store may say no; provisioning alone does not decide */
	FACT_KEYS_AGREE,        /* [silent] K and OP/OPc are those of the card (D25) */
	FACT_RESULT_AGREES,     /* [silent] RES and XRES have one length and algorithm (D26) */
	FACT_RESYNC_POSSIBLE,   /* [silent] AUTS can be verified: AMF, OPc, SQN (D28) */
	FACT_EPS_ACTIVE,        /* [silent] not suspended in CRM, HLR or EPS (D37) */
	FACT_IMS_APN,           /* [silent] the EPS or 5GS profile has the IMS APN or DNN (D38) */
	FACT_IMS_VOICE_ALLOWED, /* [silent] IMS voice over PS is indicated to the UE (D39) */

	/* SAR */
	FACT_NOT_PSI,             /* [silent] */
	FACT_PSI_ACTIVE,          /* [silent] yes for what is no PSI */
	FACT_SCSCF_NOT_OTHER,     /* [silent] no other S-CSCF is assigned (D35) */
	FACT_USER_DATA_BUILDABLE, /* no missing application server, empty wildcard, … */
	FACT_USER_DATA_VALID,     /* the S-CSCF accepts it (schema) */
	FACT_IMPU_IN_USER_DATA,   /* [silent] byte by byte: case variants are lost (D46) */
	FACT_COUNT
};

/* Stable slug, as in verdict conditions: "impu-unbarred". */
const char *fact_slug(enum fact f);

/* Why a tri is not simply yes or no. */
enum fact_basis {
	BASIS_EXPORTED,  /* the source says so, or the closed world does (design.md 10.3) */
	BASIS_DEFAULTED, /* the policy's assume (design.md 10.2): does not lower certainty */
	BASIS_MISSING,   /* not exported: TRI_UNKNOWN, verdict unproven where it matters */
	/* The standard leaves it to the HSS, or it rests on a guess (home visited network string,
	 * MNC length, IMPU presented): the value is the likely one, the verdict conditional where
	 * it matters. */
	BASIS_OPEN,
};

struct facts {
	struct {
		enum tri value;
		enum fact_basis basis;
		struct text subject; /* identity or network concerned; may be absent */
	} fact[FACT_COUNT];
	enum reg_state state; /* of the IMPU or its set */
	/* what "IMPU barred, therefore 403" looks at: the presented IMPU exists, its flag is 1 */
	bool is_impu_barred_naive;
	/* Conditions that no fact carries: e.g. other IMPUs might be presented. */
	bool is_pair_chosen, is_mnc_length_uncertain;
};

/* Everything unknown and missing. */
void facts_init(struct facts *f);
void facts_set(struct facts *f, enum fact which, enum tri value, enum fact_basis basis,
	       struct text subject);
/* A fact that the source tells, or, where value is unknown, does not. */
void facts_set_told(struct facts *f, enum fact which, enum tri value, struct text subject);
