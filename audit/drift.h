/* Drift: the live HSS no longer says what the export says. One observed exchange is compared with
 * the subscriber's record; only what the export tells is compared, so an unknown fact never drifts.
 */
#pragma once
#include <stdbool.h>

#include "audit/predict.h"
#include "model/cx_exchange.h"

enum drift_kind {
	DRIFT_IDENTITY_ADDED, /* User-Data names an IMPU that the exported set lacks */
	DRIFT_IDENTITY_GONE,  /* the exported set has an IMPU that User-Data lacks */
	DRIFT_BARRED,         /* barred live, not in the export */
	DRIFT_UNBARRED,       /* the other way round */
	DRIFT_DEFAULT_IMPU,   /* another IMPU comes first among those not barred */
	DRIFT_SCHEME,         /* MAA with a scheme that the IMPI is not provisioned for */
	DRIFT_SCSCF_NAME,     /* another S-CSCF is stored (TS 29.228 6.1.1.1) */
	DRIFT_PRIVATE_ID,     /* User-Data names another PrivateID */
};
#define DRIFT_KINDS 8

struct drift {
	enum drift_kind kind;
	struct text subject;        /* IMPU or IMPI that it is about */
	struct text live, exported; /* what each says; absent: nothing */
};

/* Visits what differs between the answer of e and the record that it was resolved to; texts are
 * those of e and resolution. predicted is the answer that the provisioning foretells, with content;
 * NULL where it foretells a failure. visit returns false to stop. */
void drift_compare(const struct cx_exchange *e, const struct resolution *resolution,
		   const struct cx_answer *predicted,
		   bool (*visit)(const struct drift *drift, void *context), void *context);

/* The slug of the rule that tells of it (rules_observed.inc). */
const char *drift_rule_slug(enum drift_kind kind);
