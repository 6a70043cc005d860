/* Intervals, presented pairs, incidents (audit/evidence_*.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "audit/evidence_incident.h"
#include "audit/evidence_interval.h"
#include "audit/evidence_pairs.h"

#define MINUTE INT64_C(60000000)
#define DAY (INT64_C(86400) * 1000000)
#define START (INT64_C(1700000000) * 1000000 / MINUTE * MINUTE)

/* R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
static void intervals_are_those_of_newcombe(void **state)
{
	static const struct {
		uint64_t hits, total;
		double low, high;
	} cases[] = {
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct evidence_interval v = evidence_interval_of(cases[i].hits, cases[i].total);

		assert_float_equal(v.low, cases[i].low, 0.00005);
		assert_float_equal(v.high, cases[i].high, 0.00005);
	}
}

static void no_case_says_nothing(void **state)
{
	struct evidence_interval v = evidence_interval_of(0, 0);

	(void)state;
	assert_float_equal(v.low, 0, 0);
	assert_float_equal(v.high, 1, 0);
}

/* One UAR of subscriber n, answered by an HSS. */
static struct cx_exchange uar(unsigned n, int64_t time_us, uint32_t code)
{
	static char text[8][2][64];
	static struct text impu[8];
	static unsigned turn;
	struct cx_exchange e;
	unsigned k = turn++ % 8;

	snprintf(text[k][0], sizeof(text[k][0]), "%u@example.org", n);
	snprintf(text[k][1], sizeof(text[k][1]), "sip:%u@example.org", n);
	impu[k] = text_from(text[k][1]);
	cx_exchange_init(&e);
	e.id = (uint64_t)(time_us - START) + 1;
	e.time_us = time_us;
	e.command = CX_UAR;
	e.end = CX_END_ANSWERED;
	e.impi = text_from(text[k][0]);
	e.impu = &impu[k];
	e.impu_count = 1;
	e.visited_network = TEXT_LITERAL("home.example.org");
	e.destination_realm = TEXT_LITERAL("example.org");
	e.answer_origin_host = TEXT_LITERAL("hss.example.org");
	e.answer.kind = ANSWER_EXPERIMENTAL;
	e.answer.code = code;
	return e;
}

static struct cx_exchange silent_uar(unsigned n, int64_t time_us)
{
	struct cx_exchange e = uar(n, time_us, 0);

	e.end = CX_END_UNANSWERED;
	e.answer.kind = ANSWER_SILENT;
	e.answer_origin_host = TEXT_NONE;
	return e;
}

static void one_pair_counts_its_exchanges(void **state)
{
	struct evidence_pairs pairs;
	struct cx_exchange first = uar(1, START, 5001), later = uar(1, START + 2 * DAY, 2001);
	struct cx_exchange silent = silent_uar(1, START + 3 * DAY), other = uar(2, START, 2001);
	const struct evidence_pair *pair;

	(void)state;
	evidence_pairs_init(&pairs);
	assert_true(evidence_pairs_add(&pairs, &first));
	assert_true(evidence_pairs_add(&pairs, &later));
	assert_true(evidence_pairs_add(&pairs, &silent));
	assert_true(evidence_pairs_add(&pairs, &other));
	assert_int_equal(pairs.used, 2);
	pair = evidence_pairs_find(&pairs, &first);
	assert_non_null(pair);
	assert_int_equal(pair->count, 3);
	assert_int_equal(pair->failures, 2);
	assert_int_equal(pair->silences, 1);
	assert_int_equal(evidence_days_count(pair->days), 3);
	assert_int_equal(pair->id, later.id); /* silence tells nothing, so the 2001 stands */
	assert_int_equal(pair->observed.code, 2001);
	assert_int_equal(pair->last_us, silent.time_us);
	evidence_pairs_clear(&pairs);
}

/* Its code is not comparable with a predicted one (RFC 6733 7.6): it contradicts nothing. */
static void a_code_of_another_vendor_tells_nothing(void **state)
{
	struct evidence_pairs pairs;
	struct cx_exchange e = uar(1, START, 5001);
	const struct evidence_pair *pair;

	(void)state;
	cx_answer_set_vendor(&e.answer, 13019);
	evidence_pairs_init(&pairs);
	assert_false(evidence_is_telling(&e));
	assert_true(evidence_pairs_add(&pairs, &e));
	pair = evidence_pairs_find(&pairs, &e);
	assert_int_equal(pair->count, 1);
	assert_int_equal(pair->failures, 1);
	assert_int_equal(pair->id, 0);
	evidence_pairs_clear(&pairs);
}

static void an_older_answer_that_comes_later_does_not_win(void **state)
{
	struct evidence_pairs pairs;
	struct cx_exchange newer = uar(1, START + MINUTE, 2001), older = uar(1, START, 5001);

	(void)state;
	evidence_pairs_init(&pairs);
	assert_true(evidence_pairs_add(&pairs, &newer));
	assert_true(evidence_pairs_add(&pairs, &older));
	assert_int_equal(evidence_pairs_find(&pairs, &newer)->observed.code, 2001);
	evidence_pairs_clear(&pairs);
}

static void another_visited_network_is_another_pair(void **state)
{
	struct evidence_pairs pairs;
	struct cx_exchange home = uar(1, START, 2001), abroad = uar(1, START, 5004);
	struct cx_exchange none = uar(1, START, 2001);

	(void)state;
	abroad.visited_network = TEXT_LITERAL("other.example.org");
	none.visited_network = TEXT_NONE;
	evidence_pairs_init(&pairs);
	assert_true(evidence_pairs_add(&pairs, &home));
	assert_true(evidence_pairs_add(&pairs, &abroad));
	assert_true(evidence_pairs_add(&pairs, &none));
	assert_int_equal(pairs.used, 3);
	evidence_pairs_clear(&pairs);
}

static void many_pairs_are_all_found_again(void **state)
{
	struct evidence_pairs pairs;

	(void)state;
	evidence_pairs_init(&pairs);
	for (unsigned n = 0; n < 5000; n++) {
		struct cx_exchange e = uar(n, START + n, 2001);

		assert_true(evidence_pairs_add(&pairs, &e));
	}
	assert_int_equal(pairs.used, 5000);
	for (unsigned n = 0; n < 5000; n++) {
		struct cx_exchange e = uar(n, START + n, 2001);

		assert_int_equal(evidence_pairs_find(&pairs, &e)->id, e.id);
	}
	evidence_pairs_clear(&pairs);
}

static void routing_and_silence_tell_nothing(void **state)
{
	struct cx_exchange e = uar(1, START, 5001);

	(void)state;
	assert_true(evidence_is_telling(&e));
	e.answer.kind = ANSWER_RESULT_CODE;
	e.answer.code = 3002;
	assert_false(evidence_is_telling(&e));
	e.answer.code = 4002;
	assert_false(evidence_is_telling(&e));
	e.answer.code = 5012;
	assert_true(evidence_is_telling(&e));
	e.end = CX_END_RELAY_ANSWERED;
	assert_false(evidence_is_telling(&e));
	e = silent_uar(1, START);
	assert_false(evidence_is_telling(&e));
}

/* Healthy answers of each minute, then what the test adds. */
static void add_healthy(struct incident_finder *f, int64_t minute, unsigned count)
{
	for (unsigned n = 0; n < count; n++) {
		struct cx_exchange e = uar(1000 + n, START + minute * MINUTE + n, 2001);

		assert_true(incident_finder_add(f, &e, false));
	}
}

static void add_silent(struct incident_finder *f, int64_t minute, unsigned first, unsigned count)
{
	for (unsigned n = 0; n < count; n++) {
		struct cx_exchange e = silent_uar(first + n, START + minute * MINUTE + 1000000 + n);

		assert_true(incident_finder_add(f, &e, true));
	}
}

static size_t finish(struct incident_finder *f, const struct incident **list)
{
	size_t count = 0;

	assert_int_equal(incident_finder_finish(f, list, &count, NULL), RC_OK);
	return count;
}

static void a_silent_hss_is_one_incident(void **state)
{
	struct incident_finder *f = NULL;
	const struct incident *list = NULL;
	struct cx_exchange within = silent_uar(5, START + 11 * MINUTE), after;

	(void)state;
	assert_int_equal(incident_finder_new(&f, NULL), RC_OK);
	for (int64_t minute = 0; minute < 10; minute++)
		add_healthy(f, minute, 50);
	add_silent(f, 10, 0, 30);
	add_silent(f, 11, 20, 30); /* ten of them for the second time */
	add_silent(f, 12, 0, 20);
	for (int64_t minute = 13; minute < 20; minute++)
		add_healthy(f, minute, 50);
	assert_int_equal(finish(f, &list), 1);
	assert_int_equal(list[0].subscribers, 50);
	assert_int_equal(list[0].exchanges, 80);
	assert_int_equal(list[0].command, CX_UAR);
	assert_int_equal(list[0].kind, ANSWER_SILENT);
	assert_true(list[0].begin_us >= START + 10 * MINUTE);
	assert_true(list[0].end_us < START + 13 * MINUTE);
	assert_true(text_equal(list[0].node, TEXT_LITERAL("example.org")));
	assert_ptr_equal(incident_of(list, 1, incident_nature(&within), within.time_us), &list[0]);
	after = silent_uar(5, START + 18 * MINUTE);
	assert_null(incident_of(list, 1, incident_nature(&after), after.time_us));
	incident_finder_free(f);
}

static void few_subscribers_are_no_incident(void **state)
{
	struct incident_finder *f = NULL;
	const struct incident *list = NULL;

	(void)state;
	assert_int_equal(incident_finder_new(&f, NULL), RC_OK);
	for (unsigned i = 0; i < 40; i++) /* many attempts, nine subscribers */
		add_silent(f, 0, i % 9, 1);
	assert_int_equal(finish(f, &list), 0);
	incident_finder_free(f);
}

static void a_small_share_of_the_traffic_is_no_incident(void **state)
{
	struct incident_finder *f = NULL;
	const struct incident *list = NULL;

	(void)state;
	assert_int_equal(incident_finder_new(&f, NULL), RC_OK);
	for (unsigned n = 0; n < 20; n++) { /* both sides name the same HSS */
		struct cx_exchange e = uar(n, START + n, 5001);

		assert_true(incident_finder_add(f, &e, true));
	}
	add_healthy(f, 0, 200);
	assert_int_equal(finish(f, &list), 0);
	incident_finder_free(f);
}

static void one_visited_network_is_an_incident_of_its_own(void **state)
{
	struct incident_finder *f = NULL;
	const struct incident *list = NULL;

	(void)state;
	assert_int_equal(incident_finder_new(&f, NULL), RC_OK);
	add_healthy(f, 0, 500);
	for (unsigned n = 0; n < 15; n++) {
		struct cx_exchange e = uar(n, START + n, 5004);

		e.visited_network = TEXT_LITERAL("roaming.example.org");
		assert_true(incident_finder_add(f, &e, true));
	}
	assert_int_equal(finish(f, &list), 1);
	assert_true(text_equal(list[0].visited_network, TEXT_LITERAL("roaming.example.org")));
	assert_int_equal(list[0].subscribers, 15);
	incident_finder_free(f);
}

static void a_long_quiet_time_parts_two_incidents(void **state)
{
	struct incident_finder *f = NULL;
	const struct incident *list = NULL;

	(void)state;
	assert_int_equal(incident_finder_new(&f, NULL), RC_OK);
	add_silent(f, 0, 0, 20);
	add_silent(f, 4, 0, 20);  /* within the gap: the same */
	add_silent(f, 30, 0, 20); /* another */
	assert_int_equal(finish(f, &list), 2);
	assert_int_equal(list[0].exchanges, 40);
	assert_int_equal(list[1].exchanges, 20);
	incident_finder_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_are_those_of_newcombe),
		cmocka_unit_test(no_case_says_nothing),
		cmocka_unit_test(one_pair_counts_its_exchanges),
		cmocka_unit_test(a_code_of_another_vendor_tells_nothing),
		cmocka_unit_test(an_older_answer_that_comes_later_does_not_win),
		cmocka_unit_test(another_visited_network_is_another_pair),
		cmocka_unit_test(many_pairs_are_all_found_again),
		cmocka_unit_test(routing_and_silence_tell_nothing),
		cmocka_unit_test(a_silent_hss_is_one_incident),
		cmocka_unit_test(few_subscribers_are_no_incident),
		cmocka_unit_test(a_small_share_of_the_traffic_is_no_incident),
		cmocka_unit_test(one_visited_network_is_an_incident_of_its_own),
		cmocka_unit_test(a_long_quiet_time_parts_two_incidents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
