#include "tests/audit/audit_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "audit/mnc_vote.h"

static uint32_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % n;
}

/* One subscriber with up to three defects of those that differ within one shape, and of others. */
static void put_random(struct audit_case *c, unsigned number)
{
	static const char *const realms[] = {HOME, HOME, HOME, "ims.mnc01.mcc001.3gppnetwork.org",
					     "ims.mnc002.mcc001.3gppnetwork.org"};
	static const char *const plmns[] = {"00101", "00101", "00102", "99970", "310410"};
	char imsi[32], msisdn[32];

	snprintf(imsi, sizeof(imsi), "%s%0*u", plmns[random_below(5)], 9, number);
	if (random_below(10) == 0)
		imsi[14 - random_below(3)] = '\0';
	snprintf(msisdn, sizeof(msisdn), "88210%06u", random_below(20) ? number : random_below(40));
	audit_case_volte(c, imsi, realms[random_below(5)], msisdn);
	for (uint32_t i = 0; i < c->record.impu_count; i++) {
		struct impu *u = &c->record.impu[i];

		if (random_below(8) == 0)
			u->barred = (enum tri)random_below(3);
		if (random_below(8) == 0)
			u->irs = i ? TEXT_LITERAL("2") : TEXT_LITERAL("3");
		if (random_below(12) == 0)
			u->irs_state = IRS_OWN;
		if (random_below(12) == 0)
			u->may_register = (enum tri)random_below(3);
	}
	if (random_below(10) == 0)
		c->record.association_count = random_below(3);
	if (random_below(10) == 0)
		c->record.imsi_count = 0;
	if (random_below(10) == 0)
		audit_case_impu(c, random_below(2) ? "sip:Alice@Example.ORG" : "sip:a b@x", TRI_NO,
				"1");
	audit_case_put(c);
}

static void totals_add(struct audit_totals *t, const struct audit_unit *u)
{
	t->subscriptions += u->is_subscription;
	t->attempts += u->attempts;
	t->registers += u->registers;
	t->refused += u->refused;
	t->fails += u->fails;
	t->undecided += u->undecided;
	t->unproven += u->unproven;
	t->conditional += u->conditional;
	t->refused_subscriptions += u->is_refused;
	t->naive_refused += u->naive_refused;
}

/* Judges every record on its own, without any memory of equal ones. */
static void sum_alone(struct audit_case *c, const struct audit_request *request,
		      struct audit_totals *totals, uint64_t *subscribers)
{
	struct snapshot_cursor *lookup, *reader;
	struct ims_subscription record;
	struct population population;
	struct predictor predictor;
	struct evaluator evaluator;
	struct mnc_vote vote;
	size_t rules;
	struct diag diag;

	rule_table(&rules);
	diag_init(&diag);
	memset(totals, 0, sizeof(*totals));
	assert_int_equal(snapshot_cursor_open(c->snapshot, &lookup, &diag), RC_OK);
	assert_int_equal(snapshot_cursor_open(c->snapshot, &reader, &diag), RC_OK);
	assert_int_equal(population_open_snapshot(c->snapshot, lookup, &population, &diag), RC_OK);
	assert_int_equal(mnc_vote_count(c->snapshot, reader, &vote, &diag), RC_OK);
	predictor_init(&predictor, &population, request->hss, request->cscf, request->policy);
	evaluator_init(&evaluator, &predictor, vote.rules, vote.count);
	subscription_init(&record);
	for (uint32_t i = 0; i < snapshot_ordinals(c->snapshot); i++) {
		struct audit_unit unit;

		assert_int_equal(snapshot_read(reader, i, &record, &diag), RC_OK);
		assert_int_equal(evaluator_judge(&evaluator, &record, &unit, &diag), RC_OK);
		totals_add(totals, &unit);
		for (size_t k = 0; k < rules; k++)
			subscribers[k] += unit.rules.word[k / 64] >> (k % 64) & 1;
	}
	subscription_clear(&record);
	evaluator_clear(&evaluator);
	predictor_clear(&predictor);
	mnc_vote_clear(&vote);
	population_close_snapshot(&population);
	snapshot_cursor_close(lookup);
	snapshot_cursor_close(reader);
}

/* True for the rules that only a comparison of records shows. */
static bool is_between_records(const struct rule *rule)
{
	static const char *const ids[] = {"CXA047", "CXA048", "CXA074", "CXA075", "CXA014"};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (!strcmp(rule->id, ids[i]))
			return true;
	return false;
}

static void shared_verdicts_equal_those_of_each_record(void **state)
{
	size_t rules;
	const struct rule *rule = rule_table(&rules);

	(void)state;
	for (uint32_t seed = 1; seed <= 12; seed++) {
		struct audit_case c;
		struct audit_request request;
		struct audit_result result;
		struct audit_totals alone;
		uint64_t subscribers[RULE_WORDS * 64] = {0};

		random_state = seed * 7919;
		audit_case_init(&c);
		for (unsigned i = 0; i < 300; i++)
			put_random(&c, i + 1);
		audit_case_commit(&c);
		audit_case_run(&c, 2, &request, &result);
		sum_alone(&c, &request, &alone, subscribers);
		assert_memory_equal(&result.totals, &alone, sizeof(alone));
		for (size_t k = 0; k < rules; k++) {
			const struct audit_cause *cause = audit_case_cause(&result, rule[k].id);

			if (is_between_records(&rule[k]))
				continue;
			if ((cause ? cause->subscribers : 0) != subscribers[k])
				fail_msg("seed %u, %s: %llu shared, %llu alone", seed, rule[k].id,
					 (unsigned long long)(cause ? cause->subscribers : 0),
					 (unsigned long long)subscribers[k]);
		}
		audit_result_clear(&result);
		audit_case_clear(&c);
	}
}

static void the_figures_sum_to_the_attempts(void **state)
{
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;
	const struct audit_totals *t = &result.totals;

	(void)state;
	random_state = 5;
	audit_case_init(&c);
	for (unsigned i = 0; i < 500; i++)
		put_random(&c, i + 1);
	audit_case_commit(&c);
	audit_case_run(&c, 1, &request, &result);
	assert_int_equal(t->subscriptions, 500);
	assert_true(t->attempts >= 500 && t->refused && t->registers && t->unproven);
	assert_int_equal(t->registers + t->refused + t->fails + t->undecided + t->unproven,
			 t->attempts);
	audit_result_clear(&result);
	audit_case_clear(&c);
}

static void assert_same(const struct audit_result *a, const struct audit_result *b)
{
	assert_memory_equal(&a->totals, &b->totals, sizeof(a->totals));
	assert_int_equal(a->cause_count, b->cause_count);
	for (size_t i = 0; i < a->cause_count; i++) {
		assert_ptr_equal(a->cause[i].rule, b->cause[i].rule);
		assert_int_equal(a->cause[i].subscribers, b->cause[i].subscribers);
		assert_int_equal(a->cause[i].example_count, b->cause[i].example_count);
		assert_memory_equal(a->cause[i].example, b->cause[i].example,
				    a->cause[i].example_count * sizeof(a->cause[i].example[0]));
	}
	assert_int_equal(a->group_count, b->group_count);
	for (size_t i = 0; i < a->group_count; i++) {
		assert_true(text_equal(a->group[i].key, b->group[i].key));
		assert_int_equal(a->group[i].count, b->group[i].count);
		assert_int_equal(a->group[i].fingerprint, b->group[i].fingerprint);
	}
}

static void threads_do_not_change_the_result(void **state)
{
	static const unsigned threads[] = {2, 7, 200};
	struct audit_case c;
	struct audit_request request;
	struct audit_result one, many;

	(void)state;
	random_state = 11;
	audit_case_init(&c);
	for (unsigned i = 0; i < 2000; i++)
		put_random(&c, i + 1);
	audit_case_commit(&c);
	audit_case_run(&c, 1, &request, &one);
	assert_true(one.group_count > 0);
	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		audit_case_run(&c, threads[i], &request, &many);
		assert_same(&one, &many);
		audit_result_clear(&many);
	}
	audit_result_clear(&one);
	audit_case_clear(&c);
}

/* cx-semantics 7, D08: what naive tools flag is how VoLTE is provisioned. */
static void healthy_subscribers_have_no_finding(void **state)
{
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;

	(void)state;
	audit_case_init(&c);
	for (unsigned i = 0; i < 1000; i++) {
		char imsi[32], number[32];

		snprintf(imsi, sizeof(imsi), "00101%010u", i);
		snprintf(number, sizeof(number), "88210%07u", i);
		audit_case_volte(&c, imsi, HOME, number);
		audit_case_put(&c);
	}
	audit_case_commit(&c);
	audit_case_run(&c, 2, &request, &result);
	assert_int_equal(result.totals.registers, 1000);
	assert_int_equal(result.totals.naive_refused, 1000);
	assert_int_equal(result.totals.refused_subscriptions, 0);
	assert_false(result.has_findings);
	audit_result_clear(&result);
	audit_case_clear(&c);
}

static void many_are_grouped_and_few_are_not(void **state)
{
	static const struct {
		unsigned faulty;
		size_t groups;
	} cases[] = {{4, 0}, {5, 1}, {60, 1}};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct audit_case c;
		struct audit_request request;
		struct audit_result result;

		audit_case_init(&c);
		for (unsigned i = 0; i < 200; i++) {
			char imsi[32], number[32];

			snprintf(imsi, sizeof(imsi), "00101%010u", i);
			snprintf(number, sizeof(number), "88210%07u", i);
			audit_case_volte(&c, imsi,
					 i < cases[k].faulty ? "ims.mnc01.mcc001.3gppnetwork.org"
							     : HOME,
					 number);
			audit_case_put(&c);
		}
		audit_case_commit(&c);
		audit_case_run(&c, 2, &request, &result);
		assert_int_equal(audit_case_cause(&result, "CXA042")->subscribers, cases[k].faulty);
		assert_int_equal(result.group_count, cases[k].groups);
		if (cases[k].groups) {
			assert_string_equal(result.group[0].population->slug, "padding-habit");
			assert_int_equal(result.group[0].count, cases[k].faulty);
		}
		audit_result_clear(&result);
		audit_case_clear(&c);
	}
}

static void an_interrupt_ends_the_audit(void **state)
{
	const volatile int interrupted = 1;
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;
	struct diag diag;

	(void)state;
	audit_case_init(&c);
	audit_case_volte(&c, "001010000000001", HOME, "882100000001");
	audit_case_put(&c);
	audit_case_commit(&c);
	audit_case_run(&c, 1, &request, &result);
	audit_result_clear(&result);
	request.interrupted = &interrupted;
	diag_init(&diag);
	assert_int_equal(audit_run(&request, &result, &diag), RC_INTERRUPTED);
	assert_null(result.cause);
	audit_case_clear(&c);
}

static void an_empty_population_is_audited(void **state)
{
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;

	(void)state;
	audit_case_init(&c);
	audit_case_commit(&c);
	audit_case_run(&c, 7, &request, &result);
	assert_int_equal(result.totals.attempts, 0);
	assert_false(result.has_findings);
	audit_result_clear(&result);
	audit_case_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_verdicts_equal_those_of_each_record),
		cmocka_unit_test(the_figures_sum_to_the_attempts),
		cmocka_unit_test(threads_do_not_change_the_result),
		cmocka_unit_test(healthy_subscribers_have_no_finding),
		cmocka_unit_test(many_are_grouped_and_few_are_not),
		cmocka_unit_test(an_interrupt_ends_the_audit),
		cmocka_unit_test(an_empty_population_is_audited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
