/* What a command needs to answer from: policy, profiles, and one snapshot with its predictor. */
#pragma once
#include "audit/policy.h"
#include "audit/population.h"
#include "audit/predict.h"
#include "cli/command.h"
#include "cli/options.h"
#include "store/observations.h"
#include "store/store.h"

/* Loads the policy and chooses nothing yet. Returns 0, or an exit code; EXIT_TAKE_OVER when the
 * program cannot. */
int session_policy(const struct program *program, const struct common_options *o,
		   struct policy *policy);

/* The profiles: the option, else the policy, else the snapshot's own HSS profile, else 3gpp.
 * Unknown names are a usage error with the list of names. Returns 0 or an exit code. */
int session_profiles(const char *command, const struct common_options *o,
		     const struct policy *policy, const char *snapshot_hss,
		     const struct hss_profile **hss, const struct cscf_profile **cscf);

/* One open snapshot with a predictor over it. */
struct session {
	struct snapshot *snapshot;
	struct snapshot_cursor *cursor;
	struct population population;
	struct predictor predictor;
	struct observations *observations; /* borrowed; NULL: there are none */
};
/* Takes over the snapshot, also on failure. */
enum rc session_open(struct session *s, struct snapshot *snapshot, const struct hss_profile *hss,
		     const struct cscf_profile *cscf, const struct policy *policy,
		     struct diag *diag);
void session_close(struct session *s);

/* Opens the store for reading; prints what is wrong. Returns 0 or an exit code. */
int session_store(const struct common_options *o, struct store **store);
