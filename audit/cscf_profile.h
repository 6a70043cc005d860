/* What the CSCFs make of Cx answers: data only (cx-semantics 6, measured values of 12 first). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "audit/predict.h"
#include "audit/step.h"

#define ANY_KIND 15

/* One line of the mapping; the first that fits wins. */
struct cscf_answer {
	uint8_t command;        /* enum cx_command */
	uint8_t kinds;          /* bits of enum answer_kind */
	uint16_t code, code_to; /* range; code_to 0: code alone; both 0: any */
	uint8_t fact;           /* the fact that failed; FACT_NONE: any */
	bool needs_identities;  /* only when the answer carries User-Name and Public-Identity */
	struct sip_answer sip;
};

struct cscf_profile {
	const char *name;
	const struct cscf_answer *answer;
	size_t answer_count;
	const struct step *after; /* checks of the CSCFs after a positive answer, in order */
	size_t after_count;
};

/* What is answered to the UE when the HSS gives the negative answer of a step; never NULL. */
const struct sip_answer *cscf_profile_map(const struct cscf_profile *p, enum cx_command command,
					  const struct step *step);

extern const struct cscf_profile cscf_profile_3gpp, cscf_profile_kamailio, cscf_profile_clearwater;
