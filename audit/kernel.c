#include "audit/kernel.h"
#include "audit/kernel_walk.h"

#define FACT_BIT(f) (UINT64_C(1) << (f))

static enum tri registered_of(enum reg_state state)
{
	switch (state) {
	case REG_STATE_REGISTERED:
	case REG_STATE_UNREGISTERED:
		return TRI_YES;
	case REG_STATE_NOT_REGISTERED:
	case REG_STATE_AUTH_PENDING:
		return TRI_NO;
	case REG_STATE_UNKNOWN:
		break;
	}
	return TRI_UNKNOWN;
}

/* TS 29.228 6.1.1.1 step 5: is the answer "subsequent registration"? */
static bool is_subsequent(const struct facts *facts, const struct hss_profile *hss)
{
	if (registered_of(facts->state) == TRI_YES)
		return true;
	for (unsigned i = 0; i < SUBSEQUENT_WAYS && hss->subsequent[i][0] != FACT_NONE; i++) {
		const uint8_t *way = hss->subsequent[i];
		bool fits = true;

		for (unsigned j = 0; j < SUBSEQUENT_FACTS && way[j] != FACT_NONE; j++)
			fits &= facts->fact[way[j]].value == TRI_YES;
		if (fits)
			return true;
	}
	return false;
}

static const struct sip_answer *sip_of(const struct walk *w, const struct step *s,
				       enum cx_command command)
{
	return s->sip ? s->sip : cscf_profile_map(w->cscf, command, s);
}

static enum outcome outcome_of_status(int status)
{
	return status == 403 ? OUTCOME_REFUSED : status ? OUTCOME_FAILS : OUTCOME_UNDECIDED;
}

static bool is_uar_query(const struct attempt *a)
{
	return a->from == CX_UAR && a->type != AUTHORIZATION_REGISTRATION;
}

static enum outcome outcome_of(const struct walk *w, const struct step *s, enum cx_command command)
{
	if (!s)
		return is_uar_query(w->attempt) ? OUTCOME_ACCEPTED : OUTCOME_REGISTERS;
	return outcome_of_status(sip_of(w, s, command)->status);
}

static void condition_add(struct verdict *v, const struct condition *c)
{
	if (v->condition_count < VERDICT_CONDITIONS_MAX)
		v->condition[v->condition_count++] = *c;
}

static void certainty_lower(struct verdict *v, enum certainty to)
{
	if (v->certainty < to)
		v->certainty = to;
}

/* Turns one step that is not firm round: lists its facts, and lowers the certainty when the outcome
 * would differ. */
static void candidate_weigh(struct walk *w, const struct candidate *c)
{
	const struct step *then = c->is_failure ? w->next : c->step;
	enum cx_command then_in = c->is_failure ? w->next_in : c->command;
	struct condition condition = {
		.assumed = c->assumed,
		.otherwise = outcome_of(w, then, then_in),
		.otherwise_row = then ? walk_rule(w, then)->row : NULL,
		.is_missing_fact = c->is_missing,
	};

	for (unsigned f = 1; f < FACT_COUNT; f++) {
		if (!(c->facts & FACT_BIT(f)))
			continue;
		condition.fact = fact_slug(f);
		condition.subject = w->facts->fact[f].subject;
		condition_add(w->verdict, &condition);
	}
	if (condition.otherwise != w->verdict->outcome)
		certainty_lower(w->verdict,
				c->is_missing ? CERTAINTY_UNPROVEN : CERTAINTY_CONDITIONAL);
}

/* Conditions that rest on no fact. */
static void extra_conditions(struct walk *w, const struct sip_answer *sip)
{
	struct verdict *v = w->verdict;
	const struct attempt *a = w->attempt;
	unsigned flags = w->failed ? w->failed->flags : STEP_OF_IMPU;
	enum outcome opposite = v->outcome == OUTCOME_REGISTERS || v->outcome == OUTCOME_ACCEPTED
					? OUTCOME_REFUSED
					: OUTCOME_REGISTERS;
	struct condition c;

	if (sip && sip->open) {
		c = (struct condition){
			.fact = sip->open,
			.assumed = sip->assumed,
			.otherwise = sip->otherwise,
			.otherwise_row = walk_rule(w, w->failed)->row,
		};
		condition_add(v, &c);
		certainty_lower(v, CERTAINTY_CONDITIONAL);
	}
	if ((a->is_pair_chosen || w->facts->is_pair_chosen) && flags & STEP_OF_IMPU) {
		c = (struct condition){
			.fact = "impu-presented",
			.subject = a->impu,
			.assumed = "yes",
			.otherwise = opposite,
			.otherwise_row = w->failed ? NULL : "D17",
		};
		condition_add(v, &c);
		certainty_lower(v, CERTAINTY_CONDITIONAL);
	}
	if ((a->is_mnc_length_uncertain || w->facts->is_mnc_length_uncertain) &&
	    flags & STEP_OF_SPELLING) {
		c = (struct condition){
			.fact = "mnc-length",
			.subject = a->imsi,
			.assumed = "yes",
			.otherwise = opposite,
		};
		condition_add(v, &c);
		certainty_lower(v, CERTAINTY_CONDITIONAL);
	}
}

static void answer_success(struct walk *w)
{
	struct verdict *v = w->verdict;

	v->outcome = outcome_of(w, NULL, CX_UAR);
	if (is_uar_query(w->attempt) && w->attempt->type == AUTHORIZATION_CAPABILITIES)
		return;
	v->sip_status = 200;
	v->sip_reason = "OK";
	v->sent_by = NODE_S_CSCF;
}

static void answer_failure(struct walk *w, const struct sip_answer *sip)
{
	struct verdict *v = w->verdict;

	v->outcome = outcome_of_status(sip->status);
	v->sip_status = sip->status;
	v->sip_reason = sip->reason;
	v->sent_by = sip->sent_by;
	v->rule = walk_rule(w, w->failed)->id;
}

void kernel_decide(const struct facts *facts, const struct attempt *attempt,
		   const struct hss_profile *hss, const struct cscf_profile *cscf,
		   struct verdict *verdict)
{
	const struct sip_answer *sip = NULL;
	struct walk w;

	*verdict = (struct verdict){.certainty = CERTAINTY_CERTAIN};
	verdict->naive_status = facts->is_impu_barred_naive ? 403 : 200;
	w.facts = facts;
	w.attempt = attempt;
	w.hss = hss;
	w.cscf = cscf;
	w.verdict = verdict;
	w.registered = registered_of(facts->state);
	w.is_first = !is_subsequent(facts, hss);
	w.types = 1U << attempt->type;
	w.settled = 0;
	w.failed = w.next = NULL;
	w.failed_in = w.next_in = CX_UAR;
	w.candidate_count = 0;
	walk_all(&w);
	if (w.failed) {
		sip = sip_of(&w, w.failed, w.failed_in);
		answer_failure(&w, sip);
	} else {
		answer_success(&w);
	}
	for (unsigned i = 0; i < w.candidate_count; i++)
		candidate_weigh(&w, &w.candidate[i]);
	extra_conditions(&w, sip);
}
