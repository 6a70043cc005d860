/* What lookup found for one query in one snapshot, for its text and its JSON form. */
#pragma once
#include <stdio.h>

#include "audit/explain.h"
#include "audit/record_check.h"
#include "base/arena.h"
#include "base/json_writer.h"
#include "cli/lookup_observed.h"
#include "cli/lookup_wanted.h"
#include "cli/session.h"

#define LOOKUP_MATCHES_MAX 256 /* subscriptions of one source that are shown */
#define LOOKUP_VERDICTS_MAX 16
#define LOOKUP_CHECKS_MAX 32
#define LOOKUP_EVIDENCE_MAX 8

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
	unsigned verdict_count, verdicts_left_out;
	struct record_check_hit check[LOOKUP_CHECKS_MAX];
	unsigned check_count, checks_left_out;
	const char *evidence[LOOKUP_EVIDENCE_MAX];
	unsigned evidence_count;
	bool has_observations; /* the store holds some */
	struct lookup_observed observed[LOOKUP_OBSERVED_MAX];
	unsigned observed_count;
};

/* One source that is searched. */
struct lookup_search {
	struct session *session;
	const struct lookup_wanted *wanted;
	void (*visit)(const struct lookup_view *view, void *context);
	void *context;
	uint64_t found;     /* subscriptions that hold it */
	const char *column; /* that holds it in the last of them, see lookup_record_holds */
};
/* Visits the first LOOKUP_MATCHES_MAX subscriptions of the session's snapshot that hold the
 * identity by the first reading that any holds, and counts all. */
enum rc lookup_visit(struct lookup_search *s, struct diag *diag);

/* Visits stored identities close to one that nothing matches: the usual misspellings of it, and
 * what one slip of the fingers makes of it. */
enum rc lookup_nearest(struct session *s, const struct lookup_wanted *wanted,
		       void (*visit)(struct text identity, void *context), void *context,
		       struct diag *diag);

void lookup_text(FILE *out, const struct lookup_view *view, bool use_colour);
void lookup_json(struct json_writer *j, const struct lookup_view *view);
/* What was observed, in both forms; the head and the key included. */
void lookup_observed_text(FILE *out, const struct lookup_view *view);
void lookup_observed_json(struct json_writer *j, const struct lookup_view *view);
