/* Steps: the profiles' tables are made of them. A step is one check on the way of a REGISTER, in
 * the order in which the node makes it, and what comes of it when it fails. */
#pragma once
#include <stdint.h>
#include "audit/fact.h"
#include "model/attempt.h"
#include "model/verdict.h"

/* A rule of the catalogue and its row of the decision table. */
struct rule_ref {
	const char *id;  /* "CXA007"; NULL ends lists of refinements */
	const char *row; /* "D07"; NULL beyond the table */
};
#define RULE_ROW(number)                    \
	{                                   \
		"CXA0" #number, "D" #number \
	}
#define RULE_BEYOND(number)          \
	{                            \
		"CXA0" #number, NULL \
	}

/* What a SIP user agent sees. */
struct sip_answer {
	int status; /* 0: provisioning does not decide */
	const char *reason;
	enum sip_node sent_by;
	/* Set where the texts leave the status open: the verdict is conditional on this slug. */
	const char *open;
	const char *assumed;
	enum outcome otherwise;
};

#define SIP(status, reason, sent_by)                                   \
	{                                                              \
		status, reason, sent_by, NULL, NULL, OUTCOME_UNDECIDED \
	}
#define SIP_OPEN(status, reason, sent_by, open, assumed, otherwise) \
	{                                                           \
		status, reason, sent_by, open, assumed, otherwise   \
	}

enum step_commands { IN_UAR = 1 << CX_UAR, IN_MAR = 1 << CX_MAR, IN_SAR = 1 << CX_SAR };

/* Types of authorization that make the step, as bits; they count in UAR only. */
enum step_types {
	FOR_REGISTRATION = 1 << AUTHORIZATION_REGISTRATION,
	FOR_DEREGISTRATION = 1 << AUTHORIZATION_DEREGISTRATION,
	FOR_CAPABILITIES = 1 << AUTHORIZATION_CAPABILITIES,
	FOR_ALL = FOR_REGISTRATION | FOR_DEREGISTRATION | FOR_CAPABILITIES,
	FOR_ENTRY = FOR_REGISTRATION | FOR_CAPABILITIES,
};

enum step_flags {
	STEP_NOT_IN_EMERGENCY = 1,
	STEP_FIRST_ONLY = 2,          /* made only when UAA would be "first registration" */
	STEP_UNKNOWN_PASSES = 4,      /* an unknown fact means that the check is not made */
	STEP_MATCH_PROVES = 8,        /* a guessed value that fits proves the guess */
	STEP_CARRIES_IDENTITIES = 16, /* the negative MAA holds User-Name and Public-Identity */
	STEP_OF_IMPU = 32,            /* another IMPU presented might pass */
	STEP_OF_SPELLING = 64,        /* another MNC length might pass */
};

enum step_strength {
	STEP_FIRM,     /* "no" fails */
	STEP_LIKELY,   /* "no" fails in most implementations: conditional */
	STEP_POSSIBLE, /* "no" passes in most implementations: conditional */
};

/* When another rule of the catalogue tells the cause better than the step's own. */
enum refinement_test {
	REFINE_FACT_NO,
	REFINE_FACT_YES,
	REFINE_FACT_OPEN,    /* the value is a guess */
	REFINE_USIM,         /* the IMPU presented is derived from the IMSI */
	REFINE_HOME_NETWORK, /* the visited network is the home network */
};
struct refinement {
	enum refinement_test test;
	enum fact fact;
	struct rule_ref rule;
};

#define STEP_FACTS 4

struct step {
	uint8_t any[STEP_FACTS]; /* enum fact: one "yes" is enough to pass; FACT_NONE ends */
	uint8_t open;     /* bit i > 0: a "yes" of any[i] is enough for some implementations only */
	uint8_t commands; /* enum step_commands */
	uint8_t types;    /* enum step_types */
	uint8_t flags;    /* enum step_flags */
	uint8_t strength; /* enum step_strength */
	uint8_t kind;     /* enum answer_kind of the negative answer */
	uint16_t code;
	struct rule_ref rule;
	const struct refinement *refinement; /* the first that fits wins; NULL: none */
	/* Steps of a CSCF or of the UE come after a positive answer; NULL: step of the HSS. */
	const struct sip_answer *sip;
};

/* Steps that neither HSS nor CSCF make: keys, radio, EPS. They never give a 403. */
extern const struct step outside_steps[];
extern const unsigned outside_step_count;

/* Several profiles use these. */
extern const struct refinement refine_missing_impi[], refine_missing_impu[], refine_not_distinct[],
	refine_barred[], refine_roaming[];
