/* Requests and answers of a capture become exchanges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/codec/cx_message.h"
#include "trace/cx_pairing.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEEN_MAX 8
#define START INT64_C(1700000000000000)

struct seen {
	enum cx_end end;
	enum cx_command command;
	int64_t time_us, latency_us;
	uint64_t request_frame, answer_frame;
	uint32_t code;
	char impi[128], requester[48], responder[48];
};

struct fixture {
	struct cx_pairing *pairing;
	struct cx_message message;
	struct seen seen[SEEN_MAX];
	unsigned count; /* of all exchanges */
	uint64_t frame;
	struct diag diag;
};

static void on_sighting(const struct cx_sighting *s, void *context)
{
	struct fixture *f = context;
	struct seen *seen = &f->seen[f->count < SEEN_MAX ? f->count : SEEN_MAX - 1];

	f->count++;
	seen->end = s->exchange->end;
	seen->command = s->exchange->command;
	seen->time_us = s->exchange->time_us;
	seen->latency_us = s->exchange->latency_us;
	seen->request_frame = s->request_frame;
	seen->answer_frame = s->answer_frame;
	seen->code = s->exchange->answer.code;
	text_copy(s->exchange->impi, seen->impi, sizeof(seen->impi));
	text_copy(text_from(s->requester), seen->requester, sizeof(seen->requester));
	text_copy(text_from(s->responder), seen->responder, sizeof(seen->responder));
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	cx_message_init(&f->message);
	diag_init(&f->diag);
	assert_int_equal(cx_pairing_new(on_sighting, f, &f->pairing, &f->diag), RC_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	cx_pairing_free(f->pairing);
	cx_message_clear(&f->message);
	free(f);
	return 0;
}

/* Where a message was seen: from the CSCF to the relay, from the relay to the HSS. */
enum leg { CSCF_TO_RELAY, RELAY_TO_HSS };
static const struct {
	const char *requester, *responder;
	uint16_t port;
} legs[] = {{"192.0.2.1", "198.51.100.1", 40000}, {"198.51.100.1", "203.0.113.1", 41000}};

static void add(struct fixture *f, struct text bytes, bool is_request, enum leg leg,
		int64_t time_us)
{
	struct capture_message m = {.protocol = CAPTURE_DIAMETER,
				    .frame = ++f->frame,
				    .time_us = START + time_us,
				    .source_port = is_request ? legs[leg].port : 3868,
				    .destination_port = is_request ? 3868 : legs[leg].port,
				    .bytes = bytes};

	strcpy(m.source, is_request ? legs[leg].requester : legs[leg].responder);
	strcpy(m.destination, is_request ? legs[leg].responder : legs[leg].requester);
	assert_int_equal(cx_pairing_add(f->pairing, &m, &f->diag), RC_OK);
}

static void sample(struct cx_sample *s, enum cx_command command, uint32_t serial, uint32_t hop)
{
	static char text[CX_SAMPLE_TEXT_BYTES];

	cx_sample_init(s, command, serial, text);
	s->end_to_end = serial;
	s->hop_by_hop = hop;
}

static void request(struct fixture *f, uint32_t serial, enum leg leg, int64_t time_us)
{
	struct cx_sample s;

	sample(&s, CX_UAR, serial, 100 * serial + leg);
	add(f, cx_sample_request(&s, &f->message), true, leg, time_us);
}

static void answer(struct fixture *f, uint32_t serial, enum leg leg, int64_t time_us)
{
	struct cx_sample s;

	sample(&s, CX_UAR, serial, 100 * serial + leg);
	s.code = 5003;
	s.is_experimental = false;
	add(f, cx_sample_answer(&s, &f->message), false, leg, time_us);
}

static void finish(struct fixture *f)
{
	assert_int_equal(cx_pairing_finish(f->pairing, &f->diag), RC_OK);
}

static void an_answer_completes_its_request(void **state)
{
	struct fixture *f = *state;

	request(f, 1, CSCF_TO_RELAY, 0);
	request(f, 2, CSCF_TO_RELAY, 10);
	assert_int_equal(f->count, 0);
	answer(f, 2, CSCF_TO_RELAY, 1500);
	answer(f, 1, CSCF_TO_RELAY, 2500);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->seen[0].end, CX_END_ANSWERED);
	assert_int_equal(f->seen[0].command, CX_UAR);
	assert_int_equal(f->seen[0].code, 5003);
	assert_true(f->seen[0].time_us == START + 10);
	assert_true(f->seen[0].latency_us == 1490);
	assert_int_equal(f->seen[0].request_frame, 2);
	assert_int_equal(f->seen[0].answer_frame, 3);
	assert_string_equal(f->seen[0].requester, "192.0.2.1");
	assert_string_equal(f->seen[0].responder, "198.51.100.1");
	assert_true(f->seen[1].latency_us == 2500);
	finish(f);
	assert_int_equal(f->count, 2);
}

static void an_answer_may_come_before_its_request(void **state)
{
	struct fixture *f = *state;

	answer(f, 1, CSCF_TO_RELAY, 100);
	assert_int_equal(f->count, 0);
	request(f, 1, CSCF_TO_RELAY, 90);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->seen[0].end, CX_END_ANSWERED);
	assert_true(f->seen[0].time_us == START + 90);
	assert_true(f->seen[0].latency_us == 10);
}

static void a_clock_that_runs_back_gives_no_latency(void **state)
{
	struct fixture *f = *state;

	request(f, 1, CSCF_TO_RELAY, 100);
	answer(f, 1, CSCF_TO_RELAY, 50);
	assert_int_equal(f->seen[0].end, CX_END_ANSWERED);
	assert_true(f->seen[0].latency_us == CX_NUMBER_ABSENT);
}

static void an_exchange_on_both_legs_of_a_relay_counts_once(void **state)
{
	struct fixture *f = *state;

	request(f, 1, CSCF_TO_RELAY, 0);
	request(f, 1, RELAY_TO_HSS, 10);
	answer(f, 1, RELAY_TO_HSS, 20);
	answer(f, 1, CSCF_TO_RELAY, 30);
	finish(f);
	assert_int_equal(f->count, 1);
	assert_string_equal(f->seen[0].requester, "192.0.2.1");
	assert_string_equal(f->seen[0].responder, "198.51.100.1");
	assert_true(f->seen[0].latency_us == 30);
}

static void the_answer_of_the_further_leg_may_come_before_its_request(void **state)
{
	struct fixture *f = *state;

	request(f, 1, CSCF_TO_RELAY, 0);
	answer(f, 1, RELAY_TO_HSS, 20);
	request(f, 1, RELAY_TO_HSS, 10);
	answer(f, 1, CSCF_TO_RELAY, 30);
	finish(f);
	assert_int_equal(f->count, 1);
	assert_true(f->seen[0].latency_us == 30);
}

static void addresses_tell_equal_numbers_apart(void **state)
{
	struct fixture *f = *state;
	struct cx_sample s;

	sample(&s, CX_UAR, 1, 7);
	add(f, cx_sample_request(&s, &f->message), true, CSCF_TO_RELAY, 0);
	add(f, cx_sample_answer(&s, &f->message), false, RELAY_TO_HSS, 5);
	assert_int_equal(f->count, 0);
	finish(f);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->seen[0].end, CX_END_UNANSWERED);
	assert_int_equal(f->seen[1].end, CX_END_ANSWER_ONLY);
}

static void what_has_no_counterpart_is_given_up_at_the_end(void **state)
{
	struct fixture *f = *state;

	request(f, 1, CSCF_TO_RELAY, 0);
	answer(f, 2, CSCF_TO_RELAY, 10);
	finish(f);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->seen[0].end, CX_END_UNANSWERED);
	assert_true(f->seen[0].latency_us == CX_NUMBER_ABSENT);
	assert_int_equal(f->seen[0].request_frame, 1);
	assert_int_equal(f->seen[0].answer_frame, 0);
	assert_int_equal(f->seen[1].end, CX_END_ANSWER_ONLY);
	assert_true(f->seen[1].time_us == START + 10);
	assert_true(f->seen[1].latency_us == CX_NUMBER_ABSENT);
	assert_int_equal(f->seen[1].answer_frame, 2);
	assert_string_equal(f->seen[1].requester, "192.0.2.1");
}

static void a_message_captured_twice_counts_once(void **state)
{
	struct fixture *f = *state;

	request(f, 1, CSCF_TO_RELAY, 0);
	request(f, 1, CSCF_TO_RELAY, 1);
	answer(f, 1, CSCF_TO_RELAY, 20);
	finish(f);
	assert_int_equal(f->count, 1);
	assert_true(f->seen[0].latency_us == 20);
}

static void numbers_used_anew_end_the_request_before(void **state)
{
	struct fixture *f = *state;
	struct cx_sample s;

	sample(&s, CX_UAR, 1, 7);
	add(f, cx_sample_request(&s, &f->message), true, CSCF_TO_RELAY, 0);
	s.session = TEXT_LITERAL("another;session;1");
	add(f, cx_sample_request(&s, &f->message), true, CSCF_TO_RELAY, 1000);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->seen[0].end, CX_END_UNANSWERED);
	add(f, cx_sample_answer(&s, &f->message), false, CSCF_TO_RELAY, 1010);
	assert_int_equal(f->count, 2);
	assert_true(f->seen[1].latency_us == 10);
}

static void the_oldest_is_given_up_first(void **state)
{
	struct fixture *f = *state;
	uint32_t serial = 0;

	while (!f->count && serial < 200000)
		request(f, ++serial, CSCF_TO_RELAY, 0);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->seen[0].end, CX_END_UNANSWERED);
	assert_int_equal(f->seen[0].request_frame, 1);
	request(f, ++serial, CSCF_TO_RELAY, 0);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->seen[1].request_frame, 2);
	/* One that still waits finds its answer. */
	answer(f, 3, CSCF_TO_RELAY, 500000);
	assert_int_equal(f->count, 3);
	assert_int_equal(f->seen[2].end, CX_END_ANSWERED);
}

static void errors_of_routing_are_the_relays_own(void **state)
{
	static const struct {
		uint32_t code;
		bool has_error_flag, is_experimental;
		enum cx_end end;
	} cases[] = {
		{3002, true, false, CX_END_RELAY_ANSWERED},
		{3003, true, false, CX_END_RELAY_ANSWERED},
		{3002, false, false, CX_END_ANSWERED}, /* no protocol error without the flag */
		{3001, true, false, CX_END_ANSWERED},
		{3004, true, false, CX_END_ANSWERED}, /* an HSS may be too busy */
		{5003, false, false, CX_END_ANSWERED},
	};
	struct fixture *f = *state;

	for (uint32_t i = 0; i < COUNT(cases); i++) {
		struct cx_sample s;
		struct text bytes;
		char copy[4096];

		sample(&s, CX_UAR, 1000 + i, i);
		s.code = cases[i].code;
		s.is_experimental = cases[i].is_experimental;
		add(f, cx_sample_request(&s, &f->message), true, CSCF_TO_RELAY, 0);
		bytes = cx_sample_answer(&s, &f->message);
		assert_true(bytes.length <= sizeof(copy));
		memcpy(copy, bytes.data, bytes.length);
		copy[4] = (char)(cases[i].has_error_flag ? copy[4] | DIAMETER_FLAG_ERROR
							 : copy[4] & ~DIAMETER_FLAG_ERROR);
		add(f, text_of(copy, bytes.length), false, CSCF_TO_RELAY, 1);
		assert_int_equal(f->count, i + 1);
		assert_int_equal(f->seen[i].end, cases[i].end);
	}
}

static void all_commands_are_paired(void **state)
{
	struct fixture *f = *state;

	for (uint32_t c = 0; c < CX_COMMANDS; c++) {
		struct cx_sample s;

		sample(&s, (enum cx_command)c, 50 + c, 7);
		add(f, cx_sample_request(&s, &f->message), true, CSCF_TO_RELAY, 0);
		add(f, cx_sample_answer(&s, &f->message), false, CSCF_TO_RELAY, 1);
		assert_int_equal(f->count, c + 1);
		assert_int_equal(f->seen[c].command, c);
	}
}

static void what_is_not_cx_is_passed_over(void **state)
{
	struct fixture *f = *state;
	struct capture_message sip = {.protocol = CAPTURE_SIP,
				      .bytes = TEXT_LITERAL("REGISTER sip:example.org SIP/2.0")};

	assert_int_equal(cx_pairing_add(f->pairing, &sip, &f->diag), RC_OK);
	add(f, TEXT_LITERAL("\1\0"), true, CSCF_TO_RELAY, 0);
	add(f, TEXT_NONE, true, CSCF_TO_RELAY, 0);
	cx_message_begin(&f->message, 280, DIAMETER_FLAG_REQUEST, 0, 1, 1); /* DWR */
	add(f, cx_message_end(&f->message), true, CSCF_TO_RELAY, 0);
	cx_message_begin(&f->message, 306, DIAMETER_FLAG_REQUEST, 16777217, 1, 1); /* Sh UDR */
	add(f, cx_message_end(&f->message), true, CSCF_TO_RELAY, 0);
	finish(f);
	assert_int_equal(f->count, 0);
}

static void a_cut_message_is_kept_as_far_as_it_goes(void **state)
{
	struct fixture *f = *state;
	struct cx_sample s;
	struct text bytes;

	sample(&s, CX_UAR, 1, 7);
	bytes = cx_sample_request(&s, &f->message);
	add(f, text_of(bytes.data, bytes.length - 8), true, CSCF_TO_RELAY, 0);
	finish(f);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->seen[0].command, CX_UAR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_completes_its_request),
		TEST(an_answer_may_come_before_its_request),
		TEST(a_clock_that_runs_back_gives_no_latency),
		TEST(an_exchange_on_both_legs_of_a_relay_counts_once),
		TEST(the_answer_of_the_further_leg_may_come_before_its_request),
		TEST(addresses_tell_equal_numbers_apart),
		TEST(what_has_no_counterpart_is_given_up_at_the_end),
		TEST(a_message_captured_twice_counts_once),
		TEST(numbers_used_anew_end_the_request_before),
		TEST(the_oldest_is_given_up_first),
		TEST(errors_of_routing_are_the_relays_own),
		TEST(all_commands_are_paired),
		TEST(what_is_not_cx_is_passed_over),
		TEST(a_cut_message_is_kept_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
