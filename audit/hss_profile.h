/* How an HSS answers Cx requests: data only (cx-semantics 2 to 4 and their deviations). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "audit/predict.h"
#include "audit/step.h"

#define SUBSEQUENT_WAYS 3
#define SUBSEQUENT_FACTS 2

struct hss_profile {
	const char *name;
	const struct step
		*step; /* in the order of the checks; a step may belong to several commands */
	size_t step_count;
	/* A positive UAA is "subsequent registration" when the IMPU is registered or unregistered,
	 * or when all facts of one of these ways are "yes". */
	uint8_t subsequent[SUBSEQUENT_WAYS][SUBSEQUENT_FACTS];
	/* Positive UAA to de-registration and capabilities: base 2001 (true), or as to a
	 * registration (false). */
	bool has_plain_success;
};

extern const struct hss_profile hss_profile_3gpp, hss_profile_fhoss, hss_profile_open5gs,
	hss_profile_pyhss;
