/* One audit run over one snapshot (design.md 7, 8). Records of equal shape and PLMN get one verdict
 * between them, as long as they are local and share no key with another record (store/snapshot.h);
 * the rest is judged one by one. */
#pragma once
#include "audit/evaluator.h"
#include "audit/policy.h"
#include "store/snapshot.h"

#define AUDIT_EXAMPLES 8

struct audit_totals {
	uint64_t subscriptions, attempts, registers, refused, fails, undecided, unproven;
	uint64_t conditional, refused_subscriptions, naive_refused;
};

/* One rule and the subscribers that it hits. */
struct audit_cause {
	const struct rule *rule;
	uint64_t subscribers;   /* all that it hits */
	uint64_t intended;      /* of these: refused on purpose, by the policy */
	uint64_t certain;       /* of these: shown for certain */
	enum severity severity; /* the rule's; at most a warning when nothing is certain */
	uint32_t example[AUDIT_EXAMPLES]; /* ordinals, ascending */
	unsigned example_count;
};

/* Many subscribers with one rule and one key ("ims.mnc01.mcc001…"): one finding instead of many. */
struct audit_group {
	const struct rule *rule;       /* of the subscribers it explains */
	const struct rule *population; /* of the finding itself */
	struct text key;               /* realm, visited network, set label, … */
	const char *what;              /* "realm", "visited network", … */
	uint64_t count;
	enum certainty certainty; /* of the surest of them */
	uint32_t example;         /* ordinal of one of them */
	uint64_t fingerprint;
};

struct audit_result {
	struct audit_totals totals;
	struct audit_cause *cause; /* by severity, then subscribers, descending */
	size_t cause_count;
	struct audit_group *group; /* by count, descending; only those above the threshold */
	size_t group_count;
	enum severity worst;
	bool has_findings;
	const char **notes; /* what could not be checked, and why */
	size_t note_count;
	struct arena arena;
	void *state; /* private: what audit_list needs */
};

struct audit_request {
	struct snapshot *snapshot;
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	const struct policy *policy;
	unsigned threads;                                               /* 1 or more */
	void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
	void *progress_context;
	const volatile int *interrupted; /* may be NULL */
};

/* RC_INTERRUPTED leaves *result empty. audit_result_clear releases it. */
enum rc audit_run(const struct audit_request *request, struct audit_result *result,
		  struct diag *diag);
void audit_result_clear(struct audit_result *result);

/* Visits the population findings only. */
void audit_list_population(const struct audit_result *result,
			   bool (*visit)(const struct audit_finding *finding, void *context),
			   void *context);

/* Visits every finding of the run, population findings first, then subscriber by subscriber in the
 * order of the input, with all texts. The record is NULL for population findings. visit returns
 * false to stop. */
enum rc audit_list(const struct audit_request *request, const struct audit_result *result,
		   bool (*visit)(const struct audit_finding *finding,
				 const struct ims_subscription *record, void *context),
		   void *context, struct diag *diag);
/* The findings of one record only (for examples and lookups). */
enum rc audit_list_one(const struct audit_request *request, const struct audit_result *result,
		       uint32_t ordinal,
		       bool (*visit)(const struct audit_finding *finding,
				     const struct ims_subscription *record, void *context),
		       void *context, struct diag *diag);
