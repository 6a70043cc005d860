#include "audit/evidence_tally.h"

#include <stdlib.h>

/* The pairs with the most attempts of one kind, in descending order. */
struct ranking {
	const struct evidence_pair *pair[EVIDENCE_SUBJECTS];
	unsigned count, most;
};

/* Newer first where the attempts are equal, so that the order does not depend on the hash. */
static bool is_before(const struct evidence_pair *a, const struct evidence_pair *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return a->id > b->id;
}

static void ranking_add(struct ranking *r, const struct evidence_pair *pair)
{
	unsigned i = r->count;

	if (i == r->most && !is_before(pair, r->pair[i - 1]))
		return;
	if (i < r->most)
		r->count++;
	else
		i--;
	for (; i && is_before(pair, r->pair[i - 1]); i--)
		r->pair[i] = r->pair[i - 1];
	r->pair[i] = pair;
}

struct sums {
	struct evidence_rule *rule; /* [0]: "passes"; [n + 1]: rule n */
	struct ranking *contradiction;
	struct ranking failing, unknown;
	size_t count;
};

static bool is_contradiction(const struct evidence_pair *pair)
{
	return pair->match == EVIDENCE_MISSED || pair->match == EVIDENCE_FALSE_ALARM;
}

static void count_match(struct sums *s, size_t index, const struct evidence_pair *pair,
			bool is_in_incident)
{
	struct evidence_rule *r = &s->rule[index];

	if (pair->certainty == CERTAINTY_UNPROVEN) {
		r->unproven++;
	} else if (is_in_incident) {
		r->in_incidents++;
	} else {
		r->confirmed += pair->match == EVIDENCE_CONFIRMED;
		r->other_code += pair->match == EVIDENCE_OTHER_CODE;
		r->contradicted += is_contradiction(pair);
		if (is_contradiction(pair) || pair->match == EVIDENCE_OTHER_CODE)
			ranking_add(&s->contradiction[index], pair);
	}
}

static void count_pair(struct sums *s, struct live_evidence *e, const struct evidence_pair *pair)
{
	size_t index = pair->rule == EVIDENCE_NO_RULE ? 0 : (size_t)pair->rule + 1;
	bool is_in_incident =
		pair->match != EVIDENCE_CONFIRMED && pair->nature &&
		incident_of(e->incident, e->incident_count, pair->nature, pair->telling_us);
	struct evidence_rule *r = &s->rule[index];

	if (pair->match == EVIDENCE_ELSEWHERE)
		return;
	if (pair->match == EVIDENCE_UNJUDGED) {
		s->rule[0].unjudged++;
		return;
	}
	r->pairs++;
	r->attempts += pair->count;
	r->days |= pair->days;
	if (pair->last_us > r->last_us)
		r->last_us = pair->last_us;
	count_match(s, index, pair, is_in_incident);
	if (!evidence_code_is_failure(pair->observed) || is_in_incident)
		return;
	ranking_add(&s->failing, pair);
	if (pair->ordinal == EVIDENCE_NO_ORDINAL) {
		e->unknown_pairs++;
		ranking_add(&s->unknown, pair);
	}
}

/* --- the texts of what is shown --------------------------------------------------------------- */

static enum rc fetch_case(struct observations *o, struct live_evidence *e,
			  const struct evidence_pair *pair, struct evidence_case *out,
			  struct diag *diag)
{
	struct cx_exchange exchange;
	enum rc rc = observations_get(o, pair->id, &e->arena, &exchange, diag);

	if (rc != RC_OK)
		return rc;
	*out = (struct evidence_case){
		.id = pair->id,
		.time_us = pair->telling_us,
		.impi = exchange.impi,
		.impu = exchange.impu_count ? exchange.impu[0] : TEXT_NONE,
		.node = exchange.answer_origin_host,
		.command = exchange.command,
		.predicted = pair->predicted,
		.observed = pair->observed,
		.certainty = (enum certainty)pair->certainty,
	};
	return RC_OK;
}

static enum rc fetch_subjects(struct observations *o, struct live_evidence *e,
			      const struct ranking *r, struct evidence_subject *out,
			      unsigned *count, struct diag *diag)
{
	for (unsigned i = 0; i < r->count; i++) {
		const struct evidence_pair *pair = r->pair[i];
		struct evidence_case found;
		enum rc rc = fetch_case(o, e, pair, &found, diag);

		if (rc == RC_NOTFOUND) /* pruned meanwhile */
			continue;
		if (rc != RC_OK)
			return rc;
		out[(*count)++] = (struct evidence_subject){
			.impi = found.impi,
			.impu = found.impu,
			.rule = pair->rule == EVIDENCE_NO_RULE ? NULL
							       : rule_table(NULL) + pair->rule,
			.observed = pair->observed,
			.command = (enum cx_command)pair->command,
			.attempts = pair->count,
			.days = pair->days,
			.last_us = pair->last_us,
			.is_known = pair->ordinal != EVIDENCE_NO_ORDINAL,
		};
	}
	return RC_OK;
}

static enum rc fetch_contradictions(struct observations *o, struct live_evidence *e,
				    const struct ranking *r, struct evidence_rule *out,
				    struct diag *diag)
{
	for (unsigned i = 0; i < r->count; i++) {
		enum rc rc = fetch_case(o, e, r->pair[i],
					&out->contradiction[out->contradiction_count], diag);

		if (rc != RC_OK && rc != RC_NOTFOUND)
			return rc;
		out->contradiction_count += rc == RC_OK;
	}
	return RC_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static int compare_attempts(const void *a, const void *b)
{
	const struct evidence_rule *x = a, *y = b;

	if (!x->rule != !y->rule)
		return x->rule ? 1 : -1;
	return (x->attempts < y->attempts) - (x->attempts > y->attempts);
}

/* Leaves the rules that were tried, and "passes". */
static void keep_tried(struct live_evidence *e, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!e->rule[i].rule || e->rule[i].pairs)
			e->rule[e->rule_count++] = e->rule[i];
	qsort(e->rule, e->rule_count, sizeof(*e->rule), compare_attempts);
}

enum rc evidence_tally(struct observations *o, struct live_evidence *e, struct diag *diag)
{
	struct sums s = {.failing.most = EVIDENCE_SUBJECTS, .unknown.most = EVIDENCE_SUBJECTS};
	const struct rule *rules = rule_table(&s.count);
	enum rc rc = RC_OK;

	s.count++;
	e->rule = s.rule = calloc(s.count, sizeof(*s.rule));
	s.contradiction = calloc(s.count, sizeof(*s.contradiction));
	if (!s.rule || !s.contradiction) {
		free(s.contradiction);
		return diag_set(diag, RC_NOMEM, "no memory for the evidence");
	}
	for (size_t i = 0; i < s.count; i++) {
		s.rule[i].rule = i ? &rules[i - 1] : NULL;
		s.contradiction[i].most = EVIDENCE_CASES;
	}
	for (size_t i = 0; i < e->pairs.used; i++)
		count_pair(&s, e, &e->pairs.pair[i]);
	for (size_t i = 0; i < s.count && rc == RC_OK; i++)
		rc = fetch_contradictions(o, e, &s.contradiction[i], &s.rule[i], diag);
	if (rc == RC_OK)
		rc = fetch_subjects(o, e, &s.failing, e->failing, &e->failing_count, diag);
	if (rc == RC_OK)
		rc = fetch_subjects(o, e, &s.unknown, e->unknown, &e->unknown_count, diag);
	free(s.contradiction);
	keep_tried(e, s.count);
	return rc;
}
