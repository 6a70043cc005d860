/* The kernel's way through the steps; private to audit/kernel*.c. */
#pragma once
#include "audit/cscf_profile.h"
#include "audit/hss_profile.h"
#include "audit/step.h"

#define CANDIDATES_MAX 24

/* A step whose result is not firm. */
struct candidate {
	const struct step *step;
	enum cx_command command;
	uint64_t facts; /* those that are not firm, as bits */
	const char *assumed;
	bool is_missing; /* not exported; otherwise a guess, or open */
	bool is_failure; /* the step fails: turned round, it passes */
};

struct walk {
	const struct facts *facts;
	const struct attempt *attempt;
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct verdict *verdict;
	enum tri registered;
	bool is_first;    /* a positive UAA is "first registration" */
	unsigned types;   /* the bit of the attempt's type */
	uint64_t settled; /* facts that are accounted for: failed, or listed as not firm */
	const struct step *failed, *next; /* first failing step, next firm one; NULL: none */
	enum cx_command failed_in, next_in;
	struct candidate candidate[CANDIDATES_MAX];
	unsigned candidate_count;
};

/* Goes through all steps; fills the verdict's steps and further. */
void walk_all(struct walk *w);

/* The rule that tells the cause of a failing step best. */
const struct rule_ref *walk_rule(const struct walk *w, const struct step *s);
