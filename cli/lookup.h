/* What lookup found for one query in one snapshot, for its text and its JSON form. */
#pragma once
#include <stdio.h>

#include "audit/explain.h"
#include "audit/record_check.h"
#include "base/arena.h"
#include "base/json_writer.h"
#include "cli/lookup_observed.h"
#include "cli/session.h"

#define LOOKUP_VERDICTS_MAX 16
#define LOOKUP_CHECKS_MAX 32
#define LOOKUP_EVIDENCE_MAX 8

/* An identity that is looked for, in whatever spelling. */
struct lookup_wanted {
	struct text text;
	char number[64];
	bool is_number;
};
void lookup_wanted_init(struct lookup_wanted *w, struct text query); /* borrows query */
/* Whether stored is that identity: canonically equal, or of the same number. */
bool lookup_same_identity(const struct lookup_wanted *w, struct text stored);

/* One subscription with its verdicts; texts live in arena. */
struct lookup_view {
	const struct snapshot_info *info;
	const struct ims_subscription *record;
	const char *hss, *cscf;
	struct {
		struct attempt attempt;
		struct verdict verdict;
		struct explanation explanation;
	} verdict[LOOKUP_VERDICTS_MAX];
	unsigned verdict_count;
	struct record_check_hit check[LOOKUP_CHECKS_MAX];
	unsigned check_count;
	const char *evidence[LOOKUP_EVIDENCE_MAX];
	unsigned evidence_count;
	bool has_observations; /* the store holds some */
	struct lookup_observed observed[LOOKUP_OBSERVED_MAX];
	unsigned observed_count;
};

/* Visits each subscription of the session's snapshot that holds the identity, in any spelling. */
enum rc lookup_visit(struct session *s, struct text query, const struct policy *policy,
		     void (*visit)(const struct lookup_view *view, void *context), void *context,
		     struct diag *diag);
/* Visits stored identities close to a query that nothing matches: the usual misspellings of it, and
 * it of them. */
enum rc lookup_nearest(struct session *s, struct text query,
		       void (*visit)(struct text identity, void *context), void *context,
		       struct diag *diag);

void lookup_text(FILE *out, const struct lookup_view *view, bool use_colour);
void lookup_json(struct json_writer *j, const struct lookup_view *view);
/* What was observed, in both forms; the head and the key included. */
void lookup_observed_text(FILE *out, const struct lookup_view *view);
void lookup_observed_json(struct json_writer *j, const struct lookup_view *view);
