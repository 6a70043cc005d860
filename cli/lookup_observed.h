/* What was observed on Cx of one subscriber: the newest exchange of each kind, and whether its
 * answer is the one that the verdict foretells. */
#pragma once
#include "audit/drift.h"
#include "audit/evidence_pairs.h"
#include "base/arena.h"
#include "cli/session.h"

#define LOOKUP_OBSERVED_MAX 12
#define LOOKUP_DRIFTS_MAX 8

struct lookup_observed {
	struct cx_exchange exchange;    /* texts live in the arena */
	bool is_compared;               /* a telling answer to a registration; else no verdict */
	struct evidence_code predicted; /* of the same command */
	enum evidence_match match;
	enum certainty certainty;
	const char *rule; /* that a failure is predicted by; NULL: none is */
	struct drift drift[LOOKUP_DRIFTS_MAX];
	unsigned drift_count;
	bool is_older; /* than the export */
};

/* Whether observation and verdict agree; unknown where nothing is compared, or where they differ
 * and the verdict rests on facts that were not exported. */
enum tri lookup_observed_agrees(const struct lookup_observed *o);

/* Fills list, newest first, from the session's observations: of each command, IMPI, IMPU and
 * visited network the newest exchange. *count is 0 without observations. A block of them that does
 * not decode is passed over. */
enum rc lookup_observed_fill(struct session *s, const struct ims_subscription *record,
			     struct arena *arena, struct lookup_observed *list, unsigned *count,
			     struct diag *diag);
