/* Judges one record: every plausible attempt of its UEs and every check of the record itself. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "audit/explain.h"
#include "audit/policy.h"
#include "audit/predict.h"
#include "audit/rule_table.h"
#include "base/arena.h"

#define RULE_WORDS 3 /* 64 rules a word */

/* A set of rules, by their index in rule_table(). */
struct rule_set {
	uint64_t word[RULE_WORDS];
};
void rule_set_add(struct rule_set *set, const struct rule *rule);
bool rule_set_has(const struct rule_set *set, const struct rule *rule);
bool rule_set_is_empty(const struct rule_set *set);

/* What one record adds to the totals (design.md 8, "totals"; 10.1: the five figures sum to
 * attempts). */
struct audit_unit {
	uint32_t attempts, registers, refused, fails, undecided, unproven;
	uint32_t conditional;    /* of registers, refused and fails */
	uint32_t naive_refused;  /* "IMPU barred, therefore 403" would flag them */
	bool is_subscription;    /* false for orphans */
	bool is_refused;         /* every plausible attempt is refused for certain */
	struct rule_set rules;   /* causes of its verdicts and checks that it fails */
	struct rule_set certain; /* of these: shown by a check or by a certain verdict */
	struct rule_set faults;  /* of these: not intended by the policy */
};

/* One finding of a record: borrowed for the call. */
struct audit_finding {
	const struct rule *rule;
	enum severity severity;
	enum certainty certainty;
	struct text imsi, impi, impu;
	const struct attempt *attempt;         /* NULL for checks of the record */
	const struct verdict *verdict;         /* NULL likewise */
	const struct explanation *explanation; /* NULL likewise */
	const char *text, *remedy;
	const char *const *evidence;
	size_t evidence_count;
	bool is_intended;
	uint64_t count;       /* 1, or the subscriptions that a population finding explains */
	uint64_t fingerprint; /* of rule and subject: stable between runs */
	uint64_t part_of;     /* fingerprint of the population finding that explains it, 0 = none */
};
typedef void (*audit_finding_visit)(const struct audit_finding *finding, void *context);

struct evaluator {
	struct predictor *predictor;
	const struct plmn_rule
		*export_rules; /* MNC lengths that the export implies (audit/mnc_vote.h) */
	size_t export_rule_count;
	struct arena arena; /* reset by each call */
	/* set by the caller for the duration of a call, or NULL: receives each finding with its
	 * texts */
	audit_finding_visit visit;
	void *visit_context;
	/* receives, for each verdict finding, what a population finding could group it by; or NULL
	 */
	void (*group)(const struct rule *rule, struct text key, enum certainty certainty,
		      void *context);
	void *group_context;
};

void evaluator_init(struct evaluator *e, struct predictor *p, const struct plmn_rule *export_rules,
		    size_t count);
void evaluator_clear(struct evaluator *e);

/* Counts one finding of the unit. */
void audit_unit_add(struct audit_unit *unit, const struct rule *rule, enum certainty certainty,
		    bool is_intended);

/* Fills *unit from the record. Two attempts that differ only in the MNC length are one question:
 * the one that registers counts, as the provisioning then confirms that length; the likelier one
 * otherwise (cx-semantics 1.2). */
enum rc evaluator_judge(struct evaluator *e, const struct ims_subscription *record,
			struct audit_unit *unit, struct diag *diag);

/* The severity of a finding: the rule's, but at most a warning when the verdict is not certain. */
enum severity finding_severity(const struct rule *rule, enum certainty certainty);
/* FNV-1a over rule id and identities. */
uint64_t finding_fingerprint(const struct rule *rule, struct text imsi, struct text impi,
			     struct text impu);
