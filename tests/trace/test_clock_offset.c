/* Offsets between clocks, from the messages that several inputs saw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "trace/clock_offset.h"

#define BEGIN_US INT64_C(1795341600000000)
#define SECOND_US INT64_C(1000000)

struct sighting {
	unsigned input;
	bool is_request;
	int64_t time_us; /* after the begin */
	const char *branch;
	unsigned via_count;
};

static void add(struct clock_offset *c, const struct sighting *s, unsigned number)
{
	char call_id[32];
	struct sip_message m = {.input = s->input,
				.time_us = BEGIN_US + s->time_us,
				.is_request = s->is_request,
				.status = s->is_request ? 0 : 200,
				.cseq = 1,
				.method_name = TEXT_LITERAL("REGISTER"),
				.branch = text_from(s->branch),
				.via_count = s->via_count};

	snprintf(call_id, sizeof(call_id), "call-%u", number);
	m.call_id = text_from(call_id);
	clock_offset_add(c, &m);
}

static void estimates_follow_both_ways(void **state)
{
	static const struct {
		struct sighting s[6];
		unsigned count;
		int64_t offset_us;
		bool is_known;
	} rows[] = {
		/* both ends of one link: 10 ms each way, the second clock 5 s ahead */
		{{{0, true, 0, "b", 1},
		  {1, true, 5010000, "b", 1},
		  {1, false, 5020000, "b", 1},
		  {0, false, 30000, "b", 1}},
		 4,
		 -5 * SECOND_US,
		 true},
		/* different hops; the way there takes longer, the clocks agree */
		{{{0, true, 0, "b", 1},
		  {1, true, 90000, "c", 3},
		  {1, false, 100000, "c", 3},
		  {0, false, 110000, "b", 1}},
		 4,
		 0,
		 true},
		/* one way only: less than the way between hops is not taken for an offset */
		{{{0, true, 0, "b", 1}, {1, true, 900000, "c", 3}}, 2, 0, true},
		{{{0, true, 0, "b", 1}, {1, true, -60 * SECOND_US, "c", 3}},
		 2,
		 60 * SECOND_US,
		 true},
		{{{0, true, 0, "b", 1}, {1, true, 900000, "b", 1}}, 2, -900000, true},
		/* nothing in common */
		{{{0, true, 0, "b", 1}, {1, false, 0, "b", 1}}, 2, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_estimate out[2];
		struct clock_offset *c;

		assert_int_equal(clock_offset_new(2, &c, NULL), RC_OK);
		for (unsigned k = 0; k < rows[i].count; k++)
			add(c, &rows[i].s[k], 1);
		assert_int_equal(clock_offset_estimate(c, out, NULL), RC_OK);
		assert_int_equal(out[1].offset_us, rows[i].offset_us);
		assert_int_equal(out[1].is_known, rows[i].is_known);
		assert_int_equal(out[0].offset_us, 0);
		clock_offset_free(c);
	}
}

static void an_offset_goes_through_a_third_input(void **state)
{
	static const struct sighting first[] = {{0, true, 0, "b", 1}, {2, true, SECOND_US, "b", 1}};
	static const struct sighting second[] = {{2, true, 0, "b", 1},
						 {1, true, 10 * SECOND_US, "b", 1}};
	struct clock_estimate out[3];
	struct clock_offset *c;

	(void)state;
	assert_int_equal(clock_offset_new(3, &c, NULL), RC_OK);
	for (unsigned i = 0; i < 2; i++) {
		add(c, &first[i], 1);
		add(c, &second[i], 2);
	}
	assert_int_equal(clock_offset_estimate(c, out, NULL), RC_OK);
	assert_int_equal(out[2].offset_us, -SECOND_US);
	assert_int_equal(out[1].offset_us, -11 * SECOND_US);
	clock_offset_free(c);
}

static void a_sample_of_many_messages_is_the_same_of_each_input(void **state)
{
	struct clock_estimate out[2];
	struct clock_offset *c;

	(void)state;
	assert_int_equal(clock_offset_new(2, &c, NULL), RC_OK);
	for (unsigned input = 0; input < 2; input++)
		for (unsigned n = 0; n < 100000; n++) {
			struct sighting s = {input, true, (int64_t)n * 1000 + input * 7 * SECOND_US,
					     "b", 1};

			add(c, &s, n);
		}
	assert_int_equal(clock_offset_estimate(c, out, NULL), RC_OK);
	assert_true(out[1].is_known);
	assert_int_equal(out[1].offset_us, -7 * SECOND_US);
	clock_offset_free(c);
}

static void too_many_inputs_are_refused(void **state)
{
	struct clock_offset *c;

	(void)state;
	assert_int_equal(clock_offset_new(CLOCK_INPUTS_MAX + 1, &c, NULL), RC_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimates_follow_both_ways),
		cmocka_unit_test(an_offset_goes_through_a_third_input),
		cmocka_unit_test(a_sample_of_many_messages_is_the_same_of_each_input),
		cmocka_unit_test(too_many_inputs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
