#include "audit/evaluator.h"

#include "audit/attempts.h"
#include "audit/group_key.h"
#include "audit/record_check.h"

static size_t rule_index(const struct rule *rule)
{
	size_t count;

	return (size_t)(rule - rule_table(&count));
}

void rule_set_add(struct rule_set *set, const struct rule *rule)
{
	size_t i = rule_index(rule);

	if (i < RULE_WORDS * 64)
		set->word[i / 64] |= UINT64_C(1) << (i % 64);
}

bool rule_set_has(const struct rule_set *set, const struct rule *rule)
{
	size_t i = rule_index(rule);

	return i < RULE_WORDS * 64 && (set->word[i / 64] >> (i % 64) & 1);
}

bool rule_set_is_empty(const struct rule_set *set)
{
	for (size_t i = 0; i < RULE_WORDS; i++)
		if (set->word[i])
			return false;
	return true;
}

void audit_unit_add(struct audit_unit *unit, const struct rule *rule, enum certainty certainty,
		    bool is_intended)
{
	rule_set_add(&unit->rules, rule);
	if (certainty == CERTAINTY_CERTAIN)
		rule_set_add(&unit->certain, rule);
	if (!is_intended)
		rule_set_add(&unit->faults, rule);
}

enum severity finding_severity(const struct rule *rule, enum certainty certainty)
{
	if (certainty != CERTAINTY_CERTAIN && rule->severity > SEVERITY_WARNING)
		return SEVERITY_WARNING;
	return rule->severity;
}

/* The text and a byte that no UTF-8 text holds, so that "ab", "c" differs from "a", "bc". */
static uint64_t hash_part(uint64_t hash, struct text t)
{
	return text_hash(text_hash(hash, t), TEXT_LITERAL("\xff"));
}

uint64_t finding_fingerprint(const struct rule *rule, struct text imsi, struct text impi,
			     struct text impu)
{
	uint64_t hash = hash_part(TEXT_HASH_SEED, text_from(rule->id));

	return hash_part(hash_part(hash_part(hash, imsi), impi), impu);
}

void evaluator_init(struct evaluator *e, struct predictor *p, const struct plmn_rule *export_rules,
		    size_t count)
{
	memset(e, 0, sizeof(*e));
	e->predictor = p;
	e->export_rules = export_rules;
	e->export_rule_count = count;
	arena_init(&e->arena);
}

void evaluator_clear(struct evaluator *e)
{
	arena_clear(&e->arena);
}

/* One attempt with its verdict, kept until it is known which of two MNC lengths counts. */
struct judged {
	bool is_set;
	struct attempt attempt;
	struct verdict verdict;
	struct explanation explanation;
};

struct judging {
	struct evaluator *evaluator;
	const struct ims_subscription *record;
	struct audit_unit *unit;
	struct judged pending; /* of an uncertain MNC length */
	bool all_refused;
	enum rc rc;
	struct diag *diag;
};

static bool is_in_test_range(const struct policy *policy, struct text imsi)
{
	for (size_t i = 0; i < policy->test_range_count; i++) {
		struct text range = policy->test_range[i];

		if (range.length && imsi.length >= range.length &&
		    !memcmp(imsi.data, range.data, range.length))
			return true;
	}
	return false;
}

/* A subscriber whose faults are on purpose, whatever they are. */
static bool is_test_subscriber(const struct judging *j)
{
	const struct policy *policy = j->evaluator->predictor->policy;
	const struct ims_subscription *r = j->record;

	if (r->imsi_count)
		return is_in_test_range(policy, r->imsi[0]);
	return r->impi_count && is_in_test_range(policy, r->impi[0].identity);
}

static bool is_policy_intended(const struct judging *j, const struct rule *rule)
{
	const struct policy *policy = j->evaluator->predictor->policy;
	struct text row = text_from(rule->row);

	if (is_test_subscriber(j))
		return true;
	if (policy->suspended_is_intended && text_equal(row, TEXT_LITERAL("D36")))
		return true;
	return policy->roaming_barred_is_intended && text_equal(row, TEXT_LITERAL("D31"));
}

/* Where the record stands in the input, and what it provisions: the evidence of its findings. */
static size_t evidence_add(struct evaluator *e, const struct ims_subscription *record,
			   const struct verdict *verdict, const char **out)
{
	size_t count = 0;
	const char *text = arena_printf(&e->arena, "input file %u, byte %llu",
					record->provenance.file + 1,
					(unsigned long long)record->provenance.offset);

	if (text)
		out[count++] = text;
	for (unsigned i = 0; verdict && i < verdict->step_count; i++) {
		const struct cx_answer *a = &verdict->step[i].answer;
		const char *avp = answer_kind_avp(a->kind);

		text = avp ? arena_printf(&e->arena, "%s predicted: %s %u (%s)",
					  cx_command_str(verdict->step[i].command), avp, a->code,
					  cx_code_name(a->kind, a->code))
			   : arena_printf(&e->arena, "%s predicted: %s",
					  cx_command_str(verdict->step[i].command),
					  a->kind == ANSWER_SILENT ? "no answer"
								   : "answer without result code");
		if (text)
			out[count++] = text;
	}
	return count;
}

static void report_verdict(struct judging *j, const struct judged *d, const struct rule *rule,
			   bool is_intended)
{
	struct evaluator *e = j->evaluator;
	const char *evidence[5];
	struct audit_finding f = {
		.rule = rule,
		.certainty = d->verdict.certainty,
		.severity = finding_severity(rule, d->verdict.certainty),
		.imsi = d->attempt.imsi,
		.impi = d->attempt.impi,
		.impu = d->attempt.impu,
		.attempt = &d->attempt,
		.verdict = &d->verdict,
		.explanation = &d->explanation,
		.text = d->explanation.text,
		.remedy = d->explanation.remedy,
		.evidence = evidence,
		.is_intended = is_intended,
		.count = 1,
	};

	if (!f.imsi.data && j->record->imsi_count)
		f.imsi = j->record->imsi[0];
	f.evidence_count = evidence_add(e, j->record, &d->verdict, evidence);
	f.fingerprint = finding_fingerprint(rule, f.imsi, f.impi, f.impu);
	e->visit(&f, e->visit_context);
}

static void count_outcome(struct audit_unit *u, const struct verdict *v)
{
	u->attempts++;
	if (v->certainty == CERTAINTY_UNPROVEN) {
		u->unproven++;
		return;
	}
	if (v->certainty == CERTAINTY_CONDITIONAL && v->outcome != OUTCOME_UNDECIDED)
		u->conditional++;
	switch (v->outcome) {
	case OUTCOME_REGISTERS:
	case OUTCOME_ACCEPTED:
		u->registers++;
		break;
	case OUTCOME_REFUSED:
		u->refused++;
		break;
	case OUTCOME_FAILS:
		u->fails++;
		break;
	case OUTCOME_UNDECIDED:
		u->undecided++;
		break;
	}
}

/* Takes one judged attempt into the unit. */
static void judging_settle(struct judging *j, const struct judged *d)
{
	struct evaluator *e = j->evaluator;
	const struct verdict *v = &d->verdict;
	const struct rule *rule = v->rule ? rule_find(text_from(v->rule)) : NULL;
	bool is_intended = rule && is_policy_intended(j, rule);
	struct text key;

	count_outcome(j->unit, v);
	j->unit->naive_refused += v->naive_status == 403;
	if (v->outcome != OUTCOME_REFUSED || v->certainty != CERTAINTY_CERTAIN)
		j->all_refused = false;
	if (!rule)
		return;
	audit_unit_add(j->unit, rule, v->certainty, is_intended);
	if (e->group && !is_intended &&
	    group_key_of(rule, &d->attempt, &d->explanation, j->record, &key))
		e->group(rule, key, v->certainty, e->group_context);
	if (e->visit)
		report_verdict(j, d, rule, is_intended);
}

static bool on_attempt(const struct attempt *attempt, void *context)
{
	struct judging *j = context;
	struct evaluator *e = j->evaluator;
	struct judged d = {.is_set = true, .attempt = *attempt};
	struct resolution resolution;

	j->rc = predict(e->predictor, attempt, false, &e->arena, &d.verdict, &resolution, j->diag);
	if (j->rc == RC_OK && d.verdict.rule)
		/* Texts cost more than the verdict: only a finding that is shown needs them. */
		j->rc = (e->visit ? explain : explain_without_text)(e->predictor, attempt,
								    &d.verdict, &resolution,
								    &e->arena, &d.explanation,
								    j->diag);
	if (j->rc != RC_OK)
		return false;
	if (!attempt->is_mnc_length_uncertain) {
		judging_settle(j, &d);
		return true;
	}
	if (!j->pending.is_set) {
		j->pending = d;
		return true;
	}
	if (!text_equal(j->pending.attempt.imsi, attempt->imsi)) {
		judging_settle(j, &j->pending);
		j->pending = d;
		return true;
	}
	judging_settle(j, d.verdict.outcome == OUTCOME_REGISTERS &&
					  j->pending.verdict.outcome != OUTCOME_REGISTERS
				  ? &d
				  : &j->pending);
	j->pending.is_set = false;
	return true;
}

static void on_check(const struct record_check_hit *hit, void *context)
{
	struct judging *j = context;
	struct evaluator *e = j->evaluator;
	const struct ims_subscription *r = j->record;
	const char *evidence[1];
	struct audit_finding f = {
		.rule = hit->rule,
		.certainty = hit->certainty,
		.severity = finding_severity(hit->rule, hit->certainty),
		.impu = hit->subject,
		.text = hit->text,
		.remedy = hit->rule->remedy,
		.evidence = evidence,
		.is_intended = is_test_subscriber(j),
		.count = 1,
	};

	audit_unit_add(j->unit, hit->rule, hit->certainty, f.is_intended);
	if (!e->visit)
		return;
	if (r->imsi_count)
		f.imsi = r->imsi[0];
	if (r->impi_count)
		f.impi = r->impi[0].identity;
	f.evidence_count = evidence_add(e, r, NULL, evidence);
	f.fingerprint = finding_fingerprint(f.rule, f.imsi, f.impi, f.impu);
	e->visit(&f, e->visit_context);
}

enum rc evaluator_judge(struct evaluator *e, const struct ims_subscription *record,
			struct audit_unit *unit, struct diag *diag)
{
	struct judging j = {
		.evaluator = e, .record = record, .unit = unit, .all_refused = true, .diag = diag};
	const struct population *p = e->predictor->population;
	struct record_check_context checks = {
		.record = record,
		.directory = p->directory,
		.policy = e->predictor->policy,
		.has_global_sets = p->has_global_sets,
		.arena = &e->arena,
		.hit = on_check,
		.hit_context = &j,
	};
	enum rc rc;

	memset(unit, 0, sizeof(*unit));
	arena_reset(&e->arena);
	rc = attempts_visit(record, e->predictor->policy, e->export_rules, e->export_rule_count,
			    &e->arena, on_attempt, &j, diag);
	if (rc == RC_OK)
		rc = j.rc;
	if (rc != RC_OK)
		return rc;
	if (j.pending.is_set)
		judging_settle(&j, &j.pending);
	unit->is_subscription = record->kind == RECORD_SUBSCRIPTION;
	unit->is_refused = unit->attempts > 0 && j.all_refused;
	rc = record_check_all(&checks);
	return rc == RC_OK ? rc : diag_set(diag, rc, "no memory to check a record");
}
