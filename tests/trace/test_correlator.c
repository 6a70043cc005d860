/* Messages to cases: what belongs together, and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace/case_seen.h"

#define UE "192.0.2.1"
#define P "198.51.100.1"
#define I "198.51.100.2"
#define S "198.51.100.3"
#define PATH "| Path: <sip:term@p>"
#define CREDENTIALS                                                                      \
	"| Authorization: Digest username=\"001010000000001@example.org\", nonce=\"\", " \
	"response=\"\""
#define CHALLENGE "| WWW-Authenticate: Digest realm=\"x\", nonce=\"y\""

static void a_registration_is_one_case_on_all_hops(void **state)
{
	static const char *const lines[] = {
		"0.000 " UE ">" P " 1 REGISTER 1 " CREDENTIALS,
		"0.010 " P ">" I " 2 REGISTER 1 " PATH CREDENTIALS,
		"0.020 " I ">" S " 3 REGISTER 1 " PATH CREDENTIALS " | Called: yes",
		"0.030 " S ">" I " 3 401 REGISTER 1 " CHALLENGE,
		"0.040 " I ">" P " 2 401 REGISTER 1 " CHALLENGE,
		"0.050 " P ">" UE " 1 401 REGISTER 1 " CHALLENGE,
		"0.100 " UE ">" P " 1 REGISTER 2 " CREDENTIALS,
		"0.700 " UE ">" P " 1 REGISTER 2 " CREDENTIALS,
		"0.710 " P ">" I " 2 REGISTER 2 " PATH CREDENTIALS,
		"0.720 " I ">" P " 2 403 REGISTER 2",
		"0.730 " P ">" UE " 1 403 REGISTER 2",
	};
	static const struct exchange cx[] = {
		{CX_UAR, 0.012, 2001}, {CX_MAR, 0.022, 2001}, {CX_UAR, 0.712, 5001}};
	static const unsigned hops[] = {0, 1, 0, 2, 0, 0, 1, 2};
	struct seen s;

	(void)state;
	case_seen_run(lines, sizeof(lines) / sizeof(lines[0]), cx, 3, &s);
	assert_int_equal(s.count, 1);
	assert_string_equal(s.line[0], "registration 1:401 2:403 cx 3 events 13 complete");
	assert_string_equal(
		s.nodes[0],
		"UE>P-CSCF P-CSCF>I-CSCF I-CSCF>HSS I-CSCF>S-CSCF S-CSCF>HSS "
		"S-CSCF>I-CSCF I-CSCF>P-CSCF P-CSCF>UE UE>P-CSCF P-CSCF>I-CSCF I-CSCF>HSS "
		"I-CSCF>P-CSCF P-CSCF>UE");
	assert_memory_equal(s.hop, hops, sizeof(hops));
	assert_int_equal(s.repeated, 1);
	assert_int_equal(s.transaction[0].hops_request, 3);
	assert_int_equal(s.transaction[0].hops_final, 3);
	assert_int_equal(s.final_vias[0], 3);
	assert_int_equal(s.transaction[1].retransmissions, 1);
	assert_int_equal(s.transaction[1].challenge, 1);
	assert_int_equal(s.final_vias[1], 2);
	assert_false(s.transaction[1].is_request_seen_beyond);
	/* in the first transaction the I-CSCF was seen to send on: so it would have been here */
	assert_true(s.transaction[1].is_beyond_captured);
}

static void cases_begin_and_end_as_attempts_do(void **state)
{
	static const struct {
		const char *lines[8];
		const char *cases[4];
	} rows[] = {
		/* a new attempt after a final answer, same Call-ID */
		{{"0 a>b 1 REGISTER 1", "1 b>a 1 403 REGISTER 1", "2 a>b 1 REGISTER 2",
		  "3 b>a 1 403 REGISTER 2"},
		 {"registration 1:403 cx 0 events 2 complete",
		  "registration 2:403 cx 0 events 2 complete"}},
		/* on over a new Call-ID after a challenge, with the same Contact */
		{{"0 a>b 1 REGISTER 1 | Contact: <sip:a@a>", "1 b>a 1 401 REGISTER 1",
		  "2 a>b 1 REGISTER 1 | Contact: <sip:a@a> | Call-ID: c2",
		  "3 b>a 1 200 REGISTER 1 | Call-ID: c2"},
		 {"registration 1:401 1:200 cx 0 events 4 complete"}},
		/* another device */
		{{"0 a>b 1 REGISTER 1 | Contact: <sip:a@a>", "1 b>a 1 401 REGISTER 1",
		  "2 a>b 1 REGISTER 1 | Contact: <sip:b@b> | Call-ID: c2",
		  "3 b>a 1 200 REGISTER 1 | Call-ID: c2"},
		 {"registration 1:200 cx 0 events 2 complete", "registration 1:401 cx 0 events 2"}},
		/* silence after the challenge: over when its time is over */
		{{"0 a>b 1 REGISTER 1", "1 b>a 1 401 REGISTER 1",
		  "70 a>b 1 MESSAGE 1 | Call-ID: other", "71 b>a 1 200 MESSAGE 1 | Call-ID: other"},
		 {"registration 1:401 cx 0 events 2 complete",
		  "request 1:200 cx 0 events 2 complete"}},
		{{"0 a>b 1 REGISTER 1 | Expires: 0", "1 b>a 1 200 REGISTER 1"},
		 {"deregistration 1:200 cx 0 events 2 complete"}},
		{{"0 a>b 1 REGISTER 1 | Contact: <sip:a@a>;expires=0"},
		 {"deregistration 1:0 cx 0 events 1"}},
		/* an INVITE with its ACK and CANCEL; what is inside the dialog is none of it */
		{{"0 a>b 1 INVITE 1", "1 b>a 1 183 INVITE 1", "2 a>b 1 CANCEL 1",
		  "3 b>a 1 200 CANCEL 1", "4 b>a 1 487 INVITE 1", "5 a>b 1 ACK 1"},
		 {"session 1:487 cx 0 events 6 complete"}},
		{{"0 a>b 1 INVITE 1", "1 b>a 1 407 INVITE 1", "2 a>b 1 ACK 1", "3 a>b 1 INVITE 2",
		  "4 b>a 1 200 INVITE 2", "5 a>b 1 ACK 2", "6 a>b 1 BYE 3 | To: <sip:x>;tag=t",
		  "7 b>a 1 200 BYE 3"},
		 {"session 1:407 2:200 cx 0 events 6 complete"}},
		{{"0 a>b 1 INVITE 5 | To: <sip:x>;tag=t", "1 b>a 1 488 INVITE 5"}, {NULL}},
		/* one Call-ID for all that a UE registers, an identity a case */
		{{"0 a>b 1 REGISTER 1", "1 b>a 1 401 REGISTER 1",
		  "2 a>b 1 REGISTER 2 | To: <sip:other@example.org>",
		  "3 b>a 1 200 REGISTER 2 | To: <sip:other@example.org>"},
		 {"registration 2:200 cx 0 events 2 complete", "registration 1:401 cx 0 events 2"}},
		/* the trace begins with an answer; later such answers are strays */
		{{"0 b>a 1 403 REGISTER 1"}, {"registration 0:403 cx 0 events 1 complete"}},
		{{"0 a>b 1 OPTIONS 1", "100 b>a 1 403 REGISTER 1"},
		 {"request 1:0 cx 0 events 1 complete"}},
		{{"0 a>b 1 ACK 1", "0 a>b 1 BYE 1", "0 a>b 1 PRACK 1"}, {NULL}},
		/* times that are not known */
		{{"-1 ?>? 1 REGISTER 1", "-1 ?>? 1 401 REGISTER 1", "-1 ?>? 1 REGISTER 2",
		  "-1 ?>? 1 200 REGISTER 2"},
		 {"registration 1:401 2:200 cx 0 events 4 complete"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned count = 0, cases = 0;
		struct seen s;

		while (count < 8 && rows[i].lines[count])
			count++;
		while (cases < 4 && rows[i].cases[cases])
			cases++;
		case_seen_run(rows[i].lines, count, NULL, 0, &s);
		if (s.count != cases)
			fail_msg("row %zu: %u cases, the last %s", i, s.count, s.line[0]);
		for (unsigned k = 0; k < cases; k++)
			assert_string_equal(s.line[k], rows[i].cases[k]);
	}
}

static void cx_goes_to_the_case_of_its_identity_and_time(void **state)
{
	static const char *const lines[] = {
		"0 a>b 1 REGISTER 1",
		"1 b>a 1 403 REGISTER 1",
		"5 a>b 1 REGISTER 2",
		"6 b>a 1 200 REGISTER 2",
		"8 a>b 1 MESSAGE 3 | Call-ID: m",
		"9 b>a 1 404 MESSAGE 3 | Call-ID: m",
	};
	static const struct exchange cx[] = {
		{CX_UAR, 0.5, 5001}, {CX_UAR, 5.1, 2001}, {CX_SAR, 5.5, 2001}, {CX_LIR, 8.5, 5001}};
	struct seen s;

	(void)state;
	case_seen_run(lines, sizeof(lines) / sizeof(lines[0]), cx, 4, &s);
	assert_int_equal(s.count, 3);
	assert_string_equal(s.line[0], "registration 1:403 cx 1 events 3 complete");
	assert_string_equal(s.line[1], "registration 2:200 cx 2 events 4 complete");
	assert_string_equal(s.line[2], "request 3:404 cx 1 events 3 complete");
}

/* TS 24.229 5.3.2.1: the I-CSCF asks for the tel URI of a SIP URI with user=phone. */
static void a_lir_of_a_number_finds_the_call_to_it(void **state)
{
	static const char *const lines[] = {("1.0 a>b 1 INVITE 1 | Called: "
					     "sip:0123456789;phone-context=example.org@example.org;"
					     "user=phone | To: <sip:x@example.org>"),
					    "2.0 b>a 1 404 INVITE 1 | To: <sip:x@example.org>"};
	static const struct {
		const char *impu;
		const char *line;
	} rows[] = {
		{"tel:0123456789;phone-context=example.org",
		 "session 1:404 cx 1 events 3 complete"},
		{"tel:0123456789", "session 1:404 cx 1 events 3 complete"},
		{"tel:0123456780", "session 1:404 cx 0 events 2 complete"},
		{"sip:0123456789@example.com", "session 1:404 cx 0 events 2 complete"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cx_exchange e = trace_script_cx(CX_LIR, 1.5, 5001);
		struct text impu = text_from(rows[i].impu);
		struct correlator *c;
		struct seen s = {0};

		e.impi = TEXT_NONE;
		e.impu = &impu;
		assert_int_equal(correlator_new(NULL, case_seen_visit, &s, &c, NULL), RC_OK);
		trace_script_add(c, lines, 2, 0);
		assert_int_equal(correlator_add_cx(c, &e, 1, 2, 0, NULL), RC_OK);
		assert_int_equal(correlator_finish(c, NULL), RC_OK);
		correlator_free(c);
		assert_int_equal(s.count, 1);
		assert_string_equal(s.line[0], rows[i].line);
	}
}

static void cx_before_its_message_waits_for_it(void **state)
{
	static const char *const lines[] = {"1.0 a>b 1 REGISTER 1", "2.0 b>a 1 403 REGISTER 1"};
	struct cx_exchange e = trace_script_cx(CX_UAR, 0.9, 5001),
			   old = trace_script_cx(CX_UAR, -20, 1);
	struct correlator *c;
	struct seen s = {0};

	(void)state;
	assert_int_equal(correlator_new(NULL, case_seen_visit, &s, &c, NULL), RC_OK);
	assert_int_equal(correlator_add_cx(c, &old, 1, 2, 0, NULL), RC_OK);
	assert_int_equal(correlator_add_cx(c, &e, 1, 2, 0, NULL), RC_OK);
	trace_script_add(c, lines, 2, 0);
	assert_int_equal(correlator_finish(c, NULL), RC_OK);
	correlator_free(c);
	assert_int_equal(s.count, 1);
	assert_string_equal(s.line[0], "registration 1:403 cx 1 events 3 complete");
}

static void what_two_inputs_saw_is_one_event(void **state)
{
	static const char *const lines[] = {"1.0 a>b 1 REGISTER 1", "2.0 b>a 1 403 REGISTER 1"};
	struct cx_exchange e = trace_script_cx(CX_UAR, 1.5, 5001);
	struct correlator *c;
	struct seen s = {0};

	(void)state;
	e.session = text_from("hss;1");
	assert_int_equal(correlator_new(NULL, case_seen_visit, &s, &c, NULL), RC_OK);
	for (unsigned input = 0; input < 2; input++) {
		trace_script_add(c, lines, 2, input);
		assert_int_equal(correlator_add_cx(c, &e, 1, 2, input, NULL), RC_OK);
	}
	assert_int_equal(correlator_finish(c, NULL), RC_OK);
	correlator_free(c);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.repeated, 0);
	assert_string_equal(s.line[0], "registration 1:403 cx 1 events 3 complete");
}

static void too_many_events_lose_their_middle(void **state)
{
	struct correlator_limits limits = {.events_most = 8};
	struct correlator *c;
	struct seen s = {0};
	char line[64];
	const char *const lines[] = {line};

	(void)state;
	assert_int_equal(correlator_new(&limits, case_seen_visit, &s, &c, NULL), RC_OK);
	for (unsigned i = 1; i <= 100; i++) {
		snprintf(line, sizeof(line), "%u a>b 1 REGISTER %u", i, i);
		trace_script_add(c, lines, 1, 0);
	}
	assert_int_equal(correlator_finish(c, NULL), RC_OK);
	correlator_free(c);
	assert_int_equal(s.count, 1);
	assert_string_equal(
		s.line[0],
		"registration 1:0 2:0 3:0 4:0 97:0 98:0 99:0 100:0 cx 0 events 8 trimmed");
	assert_non_null(strstr(s.ladder, "left out"));
}

static void too_many_cases_end_the_oldest(void **state)
{
	static const struct correlator_limits rows[] = {{.cases_most = 2}, {.bytes_most = 1}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct correlator *c;
		struct seen s = {0};
		char line[64];
		const char *const lines[] = {line};

		assert_int_equal(correlator_new(&rows[i], case_seen_visit, &s, &c, NULL), RC_OK);
		for (unsigned k = 1; k <= 10; k++) {
			snprintf(line, sizeof(line), "%u a>b 1 MESSAGE 1 | Call-ID: c%u", k, k);
			trace_script_add(c, lines, 1, 0);
		}
		assert_true(s.count >= 7);
		assert_string_equal(s.line[0], "request 1:0 cx 0 events 1");
		assert_int_equal(correlator_finish(c, NULL), RC_OK);
		correlator_free(c);
		assert_int_equal(s.count, 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_registration_is_one_case_on_all_hops),
		cmocka_unit_test(cases_begin_and_end_as_attempts_do),
		cmocka_unit_test(cx_goes_to_the_case_of_its_identity_and_time),
		cmocka_unit_test(a_lir_of_a_number_finds_the_call_to_it),
		cmocka_unit_test(cx_before_its_message_waits_for_it),
		cmocka_unit_test(what_two_inputs_saw_is_one_event),
		cmocka_unit_test(too_many_events_lose_their_middle),
		cmocka_unit_test(too_many_cases_end_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
