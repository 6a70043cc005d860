/* One question to the kernel, in words: for the kernel's tests. */
#pragma once
#include <stdbool.h>
#include "audit/fact.h"
#include "audit/kernel.h"

struct kernel_case {
	struct facts facts;
	struct attempt attempt;
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
};

/* A healthy subscriber that is not registered: all facts in order, a plain registration. */
void kernel_case_init(struct kernel_case *c, const char *hss, const char *cscf);

/* Words, with blanks between: "fact=no", "fact=yes", "fact=unknown", with "~" behind for a guess
 * and
 * "!" for a default of the policy; "state=registered" and so on; words of the attempt; "-" is
 * nothing. False for a word that is not known. */
bool kernel_case_set(struct kernel_case *c, const char *words);

void kernel_case_decide(const struct kernel_case *c, struct verdict *v);

/* All of the above in one call. */
void kernel_decide_words(const char *hss, const char *cscf, const char *words, struct verdict *v);

/* The verdict's condition on a fact, NULL when there is none. */
const struct condition *kernel_case_condition(const struct verdict *v, const char *fact);
