/* The incidents of minutes that might hold one are those of all minutes, wherever time goes
 * (incident_finder_spans of audit/evidence_incident.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "audit/evidence_incident.h"

#define MINUTE INT64_C(60000000)
#define START (INT64_C(1700000000) * 1000000 / MINUTE * MINUTE)
#define DRAWN 6000

struct drawn {
	struct cx_exchange e;
	char impi[40], impu[48];
	struct text identity;
	bool fails, is_suspect;
};

static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Busy minutes, bad times, and now and then a jump, forwards or back. */
static void draw_exchange(struct drawn *d, unsigned number, int64_t *now)
{
	uint64_t random = next_random();
	unsigned subscriber = (unsigned)(random >> 40 & 63);
	bool is_bad_time = *now / (7 * MINUTE) % 3 == 0;

	*now += random >> 20 & 1023 ? (int64_t)(random >> 30 & 0xfffff)
				    : ((int64_t)(random >> 30 & 63) - 40) * MINUTE;
	d->fails = random % 100 < (is_bad_time ? 80 : 10);
	d->is_suspect = d->fails && (random >> 50 & 7);
	cx_exchange_init(&d->e);
	d->e.id = number + 1;
	d->e.time_us = *now;
	d->e.command = CX_UAR;
	d->e.destination_realm = TEXT_LITERAL("example.org");
	d->e.end = d->fails ? CX_END_UNANSWERED : CX_END_ANSWERED;
	d->e.answer.kind = d->fails ? ANSWER_SILENT : ANSWER_RESULT_CODE;
	d->e.answer.code = d->fails ? 0 : 2001;
	snprintf(d->impi, sizeof(d->impi), "%u@example.org", subscriber);
	snprintf(d->impu, sizeof(d->impu), "sip:%u@example.org", subscriber);
	d->e.impi = text_from(d->impi);
	d->identity = text_from(d->impu);
	d->e.impu = &d->identity;
	d->e.impu_count = 1;
}

static void add_spans(struct incident_finder *f, const struct incident_finder *scout,
		      const struct drawn *all)
{
	size_t count;
	const struct incident_span *span = incident_finder_spans(scout, &count);

	for (size_t i = 0; i < count; i++) {
		assert_true(incident_finder_begin_span(f, &span[i]));
		for (uint64_t id = span[i].first_id; id <= span[i].last_id; id++)
			assert_true(incident_finder_add(f, &all[id - 1].e, all[id - 1].is_suspect));
	}
}

static size_t finish(struct incident_finder *f, const struct incident **list)
{
	size_t count = 0;

	assert_int_equal(incident_finder_finish(f, list, &count, NULL), RC_OK);
	return count;
}

static size_t compare_once(void)
{
	static struct drawn all[DRAWN];
	struct incident_finder *finder[3] = {NULL}; /* all minutes, scout, its minutes */
	const struct incident *list[3];
	size_t count[3];
	int64_t now = START;

	for (int i = 0; i < 3; i++)
		assert_int_equal(incident_finder_new(&finder[i], NULL), RC_OK);
	for (unsigned i = 0; i < DRAWN; i++) {
		draw_exchange(&all[i], i, &now);
		assert_true(incident_finder_add(finder[0], &all[i].e, all[i].is_suspect));
		assert_true(incident_finder_add(finder[1], &all[i].e, all[i].fails));
	}
	count[0] = finish(finder[0], &list[0]);
	count[1] = finish(finder[1], &list[1]);
	add_spans(finder[2], finder[1], all);
	count[2] = finish(finder[2], &list[2]);
	assert_int_equal(count[2], count[0]);
	for (size_t i = 0; i < count[0]; i++) {
		assert_int_equal(list[2][i].begin_us, list[0][i].begin_us);
		assert_int_equal(list[2][i].end_us, list[0][i].end_us);
		assert_int_equal(list[2][i].exchanges, list[0][i].exchanges);
		assert_int_equal(list[2][i].subscribers, list[0][i].subscribers);
	}
	for (int i = 0; i < 3; i++)
		incident_finder_free(finder[i]);
	return count[0];
}

static void minutes_that_might_hold_an_incident_are_enough(void **state)
{
	size_t found = 0;

	(void)state;
	for (int round = 0; round < 20; round++)
		found += compare_once();
	assert_true(found > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_that_might_hold_an_incident_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
