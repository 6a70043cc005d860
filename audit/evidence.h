/* Evidence: what the live HSS answered, held against what the provisioning predicts (design.md 1,
 * 3). Each pair that a UE really presented on Cx is an attempt of origin "observed"; its verdict
 * from that command on is compared with the newest telling answer. */
#pragma once
#include "audit/evidence_drift.h"
#include "audit/evidence_incident.h"
#include "audit/evidence_interval.h"
#include "audit/evidence_pairs.h"
#include "audit/evaluator.h"
#include "audit/policy.h"
#include "audit/predict.h"
#include "store/observations.h"

#define EVIDENCE_CASES 8 /* contradictions shown for each rule */

/* One contradiction: texts live in the evidence's arena. */
struct evidence_case {
	uint64_t id; /* exchange */
	int64_t time_us;
	struct text impi, impu, node;
	enum cx_command command;
	struct evidence_code predicted, observed;
	enum certainty certainty;
};

/* What became of the predictions of one cause; rule NULL: of "passes". Only certain and conditional
 * verdicts count as confirmed or contradicted. */
struct evidence_rule {
	const struct rule *rule;
	uint64_t pairs;     /* presented pairs with this prediction */
	uint64_t attempts;  /* exchanges of them */
	uint64_t confirmed; /* fails with the predicted code (rule NULL: passes) */
	uint64_t other_code;
	uint64_t contradicted; /* passes (rule NULL: fails) */
	uint64_t unproven;     /* of pairs: the verdict rests on facts that were not exported */
	uint64_t in_incidents; /* contradicted only while an incident lasted */
	uint64_t unjudged;     /* no telling answer */
	uint64_t days;         /* as in struct evidence_pair */
	int64_t last_us;
	struct evidence_case contradiction[EVIDENCE_CASES];
	unsigned contradiction_count;
};

/* One subscriber that fails, or that no export knows, by live attempts. */
struct evidence_subject {
	struct text impi, impu;
	const struct rule *rule; /* predicted cause; NULL: predicted to pass, or unknown */
	struct evidence_code observed;
	enum cx_command command;
	uint64_t attempts;
	uint64_t days; /* as in struct evidence_pair */
	int64_t last_us;
	bool is_known; /* to the export */
};
#define EVIDENCE_SUBJECTS 32

struct live_evidence {
	struct observations_summary observed; /* the file */
	uint64_t exchanges;                   /* looked at: since from_us */
	int64_t from_us, first_us, last_us;
	int64_t snapshot_us;                        /* when the export was taken */
	uint64_t registrations, silent, relay_made; /* of exchanges */
	uint64_t elsewhere, elsewhere_pairs;        /* registrations, pairs of other sources */
	bool is_damaged; /* some blocks of the file could not be read, the rest was */
	struct evidence_pairs pairs;
	struct evidence_rule *rule; /* by attempts, descending; "passes" first */
	size_t rule_count;
	const struct incident *incident;
	size_t incident_count;
	struct evidence_subject failing[EVIDENCE_SUBJECTS]; /* by attempts, descending */
	unsigned failing_count;
	struct evidence_subject unknown[EVIDENCE_SUBJECTS]; /* failing, known to no export */
	unsigned unknown_count;
	uint64_t unknown_pairs;
	struct evidence_drifts drifts;
	/* By rule index: subscribers that the rule hits and that were seen to try to register. */
	uint64_t tried[RULE_WORDS * 64];
	uint64_t tried_subscribers;
	/* private */
	struct incident_finder *finder;
	struct arena arena;
};

struct collision_list;
/* Another IMS source of the store. */
struct evidence_rival {
	struct snapshot_cursor *cursor;
	struct predictor *predictor; /* over its snapshot; may use the cursor */
};

struct evidence_request {
	struct observations *observations;
	struct predictor *predictor; /* over the snapshot, with the profiles of the audit */
	/* To judge many at a time (audit/evidence_sweep.h): a cursor that the predictor does not
	 * use, and the collisions of the audit. NULL: each is judged on its own. */
	struct snapshot_cursor *cursor;
	const struct collision_list *collisions;
	/* The other sources of the store, in an order that is the same for all of them, and the
	 * place of this one in it (audit/evidence_owner.h). */
	const struct evidence_rival *rival;
	unsigned rival_count;
	uint8_t own;
	const struct policy *policy;
	int64_t snapshot_us;
	int64_t from_us;                 /* older exchanges do not count; 0 = all */
	const volatile int *interrupted; /* may be NULL */
	void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
	void *progress_context;
};

/* One pass over all exchanges, one over those that need to be judged on their own, one over minutes
 * of incidents; constant memory but for the pairs. *out is to be cleared in any case. */
enum rc evidence_gather(const struct evidence_request *request, struct live_evidence *out,
			struct diag *diag);
void evidence_clear(struct live_evidence *e);
