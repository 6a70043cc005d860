#include "cli/session.h"

#include <stdio.h>

#include "cli/exit_code.h"

int session_policy(const struct program *program, const struct common_options *o,
		   struct policy *policy)
{
	struct diag diag;

	policy_init(policy);
	if (!o->policy)
		return 0;
	if (!program->load_policy)
		return EXIT_TAKE_OVER;
	diag_init(&diag);
	return program->load_policy(o->policy, policy, &diag) == RC_OK
		       ? 0
		       : command_fail(EXIT_UNUSABLE, &diag);
}

/* The first name that is there. */
static struct text first_of(const char *option, struct text policy, const char *snapshot)
{
	if (option)
		return text_from(option);
	if (policy.data)
		return policy;
	return snapshot && *snapshot ? text_from(snapshot) : TEXT_LITERAL("3gpp");
}

int session_profiles(const char *command, const struct common_options *o,
		     const struct policy *policy, const char *snapshot_hss,
		     const struct hss_profile **hss, const struct cscf_profile **cscf)
{
	struct text hss_name = first_of(o->hss, policy->hss, snapshot_hss);
	struct text cscf_name = first_of(o->cscf, policy->cscf, NULL);

	*hss = hss_profile_find(hss_name);
	*cscf = cscf_profile_find(cscf_name);
	if (!*hss)
		return command_usage(
			command,
			"unknown HSS profile '%.*s', expected 3gpp, fhoss, open5gs or pyhss",
			(int)hss_name.length, hss_name.data);
	if (!*cscf)
		return command_usage(
			command,
			"unknown CSCF profile '%.*s', expected 3gpp, kamailio or clearwater",
			(int)cscf_name.length, cscf_name.data);
	return 0;
}

enum rc session_open(struct session *s, struct snapshot *snapshot, const struct hss_profile *hss,
		     const struct cscf_profile *cscf, const struct policy *policy,
		     struct diag *diag)
{
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->snapshot = snapshot;
	rc = snapshot_cursor_open(snapshot, &s->cursor, diag);
	if (rc == RC_OK)
		rc = population_open_snapshot(snapshot, s->cursor, &s->population, diag);
	if (rc != RC_OK) {
		session_close(s);
		return rc;
	}
	predictor_init(&s->predictor, &s->population, hss, cscf, policy);
	return RC_OK;
}

void session_close(struct session *s)
{
	if (s->predictor.population)
		predictor_clear(&s->predictor);
	if (s->population.context)
		population_close_snapshot(&s->population);
	snapshot_cursor_close(s->cursor);
	snapshot_close(s->snapshot);
	memset(s, 0, sizeof(*s));
}

int session_store(const struct common_options *o, struct store **store)
{
	const char *folder = options_store(o);
	struct diag diag;

	diag_init(&diag);
	if (!folder) {
		diag_set(&diag, RC_USAGE, "no store: give --store DIR or set CXAUDIT_STORE");
		return command_fail(EXIT_USAGE, &diag);
	}
	return store_open(folder, STORE_READ, store, &diag) == RC_OK
		       ? 0
		       : command_fail(EXIT_UNUSABLE, &diag);
}
