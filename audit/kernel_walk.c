#include "audit/kernel_walk.h"

#include <string.h>

enum result { RESULT_PASSES, RESULT_PASSES_UNSURE, RESULT_FAILS, RESULT_FAILS_UNSURE };

static enum tri value_of(const struct walk *w, unsigned fact)
{
	return fact == FACT_REGISTERED ? w->registered : w->facts->fact[fact].value;
}

static enum fact_basis basis_of(const struct walk *w, unsigned fact)
{
	if (fact == FACT_REGISTERED)
		return w->registered == TRI_UNKNOWN ? BASIS_MISSING : BASIS_EXPORTED;
	return w->facts->fact[fact].basis;
}

static uint64_t step_facts(const struct step *s)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < STEP_FACTS && s->any[i] != FACT_NONE; i++)
		bits |= UINT64_C(1) << s->any[i];
	return bits;
}

/* The facts of a step by what is known of them. */
struct known {
	uint64_t yes_open, missing, unknown_open, no_open, no;
	bool is_defaulted;
};

/* False when a firm "yes" settles the step. */
static bool step_sort(const struct walk *w, const struct step *s, struct known *k)
{
	for (unsigned i = 0; i < STEP_FACTS && s->any[i] != FACT_NONE; i++) {
		uint64_t bit = UINT64_C(1) << s->any[i];
		enum fact_basis basis = basis_of(w, s->any[i]);
		bool is_guess = basis == BASIS_OPEN && !(s->flags & STEP_MATCH_PROVES);

		switch (value_of(w, s->any[i])) {
		case TRI_YES:
			if (!is_guess && !(s->open >> i & 1))
				return false;
			k->yes_open |= bit;
			break;
		case TRI_NO:
			k->no |= bit;
			k->no_open |= basis == BASIS_OPEN ? bit : 0;
			break;
		case TRI_UNKNOWN:
			k->missing |= basis == BASIS_OPEN ? 0 : bit;
			k->unknown_open |= basis == BASIS_OPEN ? bit : 0;
			k->is_defaulted |= basis == BASIS_DEFAULTED;
			break;
		}
	}
	return true;
}

static enum result step_judge(const struct walk *w, const struct step *s, struct candidate *c)
{
	struct known k = {0};

	if (!step_sort(w, s, &k))
		return RESULT_PASSES;
	c->assumed = "yes";
	if (k.yes_open) {
		c->facts = k.yes_open;
		return s->strength == STEP_POSSIBLE ? RESULT_PASSES : RESULT_PASSES_UNSURE;
	}
	if (k.missing | k.unknown_open) {
		if (k.is_defaulted || s->flags & STEP_UNKNOWN_PASSES)
			return RESULT_PASSES;
		c->facts = k.missing | k.unknown_open;
		c->is_missing = k.missing != 0;
		return RESULT_PASSES_UNSURE;
	}
	c->facts = k.no_open ? k.no_open : k.no;
	if (s->strength == STEP_POSSIBLE) {
		c->assumed = "passes";
		return RESULT_PASSES_UNSURE;
	}
	c->is_failure = true;
	c->assumed = s->strength == STEP_LIKELY ? "fails" : "no";
	return s->strength == STEP_LIKELY || k.no_open ? RESULT_FAILS_UNSURE : RESULT_FAILS;
}

static bool refinement_fits(const struct walk *w, const struct refinement *r)
{
	switch (r->test) {
	case REFINE_FACT_NO:
		return value_of(w, r->fact) == TRI_NO;
	case REFINE_FACT_YES:
		return value_of(w, r->fact) == TRI_YES && basis_of(w, r->fact) != BASIS_DEFAULTED;
	case REFINE_FACT_OPEN:
		return value_of(w, r->fact) == TRI_YES && basis_of(w, r->fact) == BASIS_OPEN;
	case REFINE_USIM:
		return w->attempt->origin == ORIGIN_USIM;
	case REFINE_HOME_NETWORK:
		return w->attempt->visited_basis != VISITED_GIVEN;
	}
	return false;
}

static const struct refinement *step_refinement(const struct walk *w, const struct step *s)
{
	for (const struct refinement *r = s->refinement; r && r->rule.id; r++)
		if (refinement_fits(w, r))
			return r;
	return NULL;
}

const struct rule_ref *walk_rule(const struct walk *w, const struct step *s)
{
	const struct refinement *r = step_refinement(w, s);

	return r ? &r->rule : &s->rule;
}

/* Two steps may break one rule: it is told once, and not again after the first failure's. */
static void further_add(struct walk *w, const char *rule)
{
	struct verdict *v = w->verdict;

	if (!strcmp(walk_rule(w, w->failed)->id, rule))
		return;
	for (unsigned i = 0; i < v->further_count; i++)
		if (!strcmp(v->further[i], rule))
			return;
	if (v->further_count < VERDICT_FURTHER_MAX)
		v->further[v->further_count++] = rule;
}

/* What the rule of a failing step says is repaired with it, another missing identity included. */
static void settle(struct walk *w, const struct step *s)
{
	const struct refinement *r = step_refinement(w, s);

	w->settled |= step_facts(s);
	if (r && r->test == REFINE_FACT_NO)
		w->settled |= UINT64_C(1) << r->fact;
}

static void step_unsettled(struct walk *w, const struct step *s, enum cx_command command,
			   enum result result, const struct candidate *c)
{
	bool is_failure = result == RESULT_FAILS || result == RESULT_FAILS_UNSURE;

	if (step_facts(s) & w->settled)
		return;
	if (w->failed && !is_failure)
		return;
	if (!w->failed && result != RESULT_FAILS && w->candidate_count < CANDIDATES_MAX) {
		w->candidate[w->candidate_count] = *c;
		w->candidate[w->candidate_count].step = s;
		w->candidate[w->candidate_count++].command = command;
	}
	if (!is_failure) {
		w->settled |= c->facts;
		return;
	}
	settle(w, s);
	if (!w->failed) {
		w->failed = s;
		w->failed_in = command;
		return;
	}
	/* Only a firm failure makes the first one's being a guess immaterial. */
	if (!w->next && result == RESULT_FAILS) {
		w->next = s;
		w->next_in = command;
	}
	further_add(w, walk_rule(w, s)->id);
}

/* One firm "yes" as the first fact is the usual case; it is settled here. */
static bool is_plain_yes(const struct walk *w, const struct step *s)
{
	unsigned fact = s->any[0];

	if (fact == FACT_REGISTERED)
		return false;
	return w->facts->fact[fact].value == TRI_YES && w->facts->fact[fact].basis != BASIS_OPEN;
}

static void walk_steps(struct walk *w, const struct step *s, size_t count, enum cx_command command)
{
	const struct step *end = s + count;
	bool is_emergency = w->attempt->is_emergency;

	for (; s < end; s++) {
		struct candidate c = {0};
		enum result result;

		if (!(s->commands >> command & 1) || is_plain_yes(w, s))
			continue;
		if (command == CX_UAR && !(s->types & w->types))
			continue;
		if (s->flags & STEP_NOT_IN_EMERGENCY && is_emergency)
			continue;
		if (s->flags & STEP_FIRST_ONLY && !w->is_first)
			continue;
		result = step_judge(w, s, &c);
		if (result != RESULT_PASSES)
			step_unsettled(w, s, command, result, &c);
	}
}

static void add_answer(struct walk *w, enum cx_command command)
{
	struct cx_step *step = &w->verdict->step[w->verdict->step_count++];
	bool is_registration = w->attempt->type == AUTHORIZATION_REGISTRATION;

	step->command = command;
	if (w->failed && !w->failed->sip) {
		step->answer.kind = w->failed->kind;
		step->answer.code = w->failed->code;
		return;
	}
	step->answer.kind = ANSWER_RESULT_CODE;
	step->answer.code = 2001;
	if (command == CX_UAR && (is_registration || !w->hss->has_plain_success)) {
		step->answer.kind = ANSWER_EXPERIMENTAL;
		step->answer.code = w->is_first ? 2001 : 2002;
	}
}

void walk_all(struct walk *w)
{
	bool is_uar_only = w->attempt->from == CX_UAR &&
			   w->attempt->type != AUTHORIZATION_REGISTRATION;

	for (enum cx_command c = w->attempt->from; c <= CX_SAR; c++) {
		bool had_failed = w->failed != NULL;

		walk_steps(w, w->hss->step, w->hss->step_count, c);
		if (!had_failed)
			add_answer(w, c);
		if (is_uar_only)
			return;
		walk_steps(w, w->cscf->after, w->cscf->after_count, c);
		walk_steps(w, outside_steps, outside_step_count, c);
	}
}
