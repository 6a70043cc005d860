/* Why a verdict is what it is, in words: the IMSI→IMPI→IMPU chain, the first failing step, the
 * nearest stored identity where one is missing, and the smallest change that turns the verdict. */
#pragma once
#include "audit/predict.h"
#include "model/nearest.h"

/* The kind of change that a remedy is; subject and target say of what. Other than these: read it.
 */
enum remedy_kind {
	REMEDY_OTHER,
	REMEDY_ADD_PAIR,       /* IMPI subject and IMPU target, associated */
	REMEDY_ADD_IMPI,       /* IMPI subject, associated with IMPU target */
	REMEDY_ADD_IMPU,       /* IMPU subject, associated with IMPI target */
	REMEDY_ADD_SIBLING,    /* an IMPU that is not barred, into the set of IMPU subject */
	REMEDY_LIFT_BARRING,   /* of IMPU subject, which is not derived from an IMSI */
	REMEDY_RENAME_IMPI,    /* from subject to target */
	REMEDY_RENAME_IMPU,    /* from subject to target */
	REMEDY_MOVE_INTO_SET,  /* IMPU subject into the set of IMPU target */
	REMEDY_ASSOCIATE,      /* IMPI subject with IMPU target */
	REMEDY_GRANT_NETWORK,  /* visited network target to IMPU subject */
	REMEDY_LIST_NETWORK,   /* visited network target, and grant it to IMPU subject */
	REMEDY_DROP_DUPLICATE, /* of the identity subject, keep one */
};

struct explanation {
	const char *text;           /* cause, with the identities; one line */
	const char *remedy;         /* the smallest change, concrete; one line */
	struct text nearest;        /* stored identity nearest to the one that is missing; absent:
				     * none found, or none missing */
	enum difference difference; /* how nearest differs from what is presented */
	enum remedy_kind remedy_kind;
	struct text subject, target; /* of the remedy; may be absent */
};

/* Fills *out for a verdict that has a rule; texts live in arena, or are those of the attempt and
 * the resolution. A misspelling that explains a missing identity refines the verdict's rule to its
 * own row (D01 to D04 become D40 to D46, or the rule on blanks or look-alikes); the code stays.
 * What would show after that repair is appended to verdict->further. Reads the population, and
 * predicts once more when a misspelling is found. For a verdict without rule *out stays empty. */
enum rc explain(struct predictor *p, const struct attempt *attempt, struct verdict *verdict,
		const struct resolution *resolution, struct arena *arena, struct explanation *out,
		struct diag *diag);

/* The same without cause and remedy: refines the rule and finds the nearest identity, for counting.
 */
enum rc explain_without_text(struct predictor *p, const struct attempt *attempt,
			     struct verdict *verdict, const struct resolution *resolution,
			     struct arena *arena, struct explanation *out, struct diag *diag);
