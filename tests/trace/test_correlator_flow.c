/* The flow of a case: which node is which, where an answer came from, and the ladder of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/trace/case_seen.h"

static void nodes_are_told_by_evidence(void **state)
{
	static const struct {
		const char *lines[8];
		const char *nodes;
	} rows[] = {
		/* a UE's own trace: the next hop of an IMS registration is the P-CSCF … */
		{{"0 a>b 1 REGISTER 1 | P-Access-Network-Info: x", "1 b>a 1 403 REGISTER 1"},
		 "UE>P-CSCF P-CSCF>UE"},
		/* … and of another one something that cannot be told */
		{{"0 a>b 1 REGISTER 1", "1 b>a 1 403 REGISTER 1"}, "UE>proxy proxy>UE"},
		/* a P-CSCF that hides the UE's Via shows itself by its Path */
		{{"0 p>i 1 REGISTER 1 | Path: <sip:p>", "1 i>s 2 REGISTER 1 | Path: <sip:p>"},
		 "P-CSCF>I-CSCF I-CSCF>S-CSCF"},
		/* something between P-CSCF and I-CSCF */
		{{"0 p>x 2 REGISTER 1 | Path: <sip:p>", "1 x>i 3 REGISTER 1 | Path: <sip:p>",
		  "2 i>s 4 REGISTER 1 | Path: <sip:p> | Called: at the S-CSCF"},
		 "P-CSCF>proxy proxy>I-CSCF I-CSCF>S-CSCF"},
		/* an S-CSCF that registers a user with an AS */
		{{"0 s>as 1 REGISTER 1 | From: <sip:scscf>;tag=1", "1 as>s 1 403 REGISTER 1"},
		 "S-CSCF>AS AS>S-CSCF"},
		/* no addresses at all */
		{{"0 ?>? 1 REGISTER 1 | P-Access-Network-Info: x",
		  "1 ?>? 2 REGISTER 1 | Path: <sip:p>"},
		 "UE>P-CSCF P-CSCF>I-CSCF"},
		{{"0 a>b 1 INVITE 1 | P-Access-Network-Info: x",
		  "1 b>c 2 INVITE 1 | P-Asserted-Identity: <tel:1>"},
		 "UE>P-CSCF P-CSCF>S-CSCF"},
		/* whoever sends a 100 names itself; a socket is the same node further up; behind
		 * the P-CSCF of the called party is its UE */
		{{"0 u>p 1 INVITE 1 | P-Access-Network-Info: x", "1 p>s 2 INVITE 1",
		  "2 s>i 3 INVITE 1", "3 i>s 3 100 INVITE 1 | Server: An I-CSCF",
		  "4 i>s 4 INVITE 1", "5 s>p 5 INVITE 1", "6 p>v 6 INVITE 1",
		  "7 p>w 6 INVITE 1 | Via: SIP/2.0/UDP p;branch=z9hG4bKw, SIP/2.0/UDP "
		  "s;branch=z9hG4bK5, "
		  "SIP/2.0/UDP i;branch=z9hG4bK4, SIP/2.0/UDP s;branch=z9hG4bK3, "
		  "SIP/2.0/UDP p;branch=z9hG4bK2, SIP/2.0/UDP u;branch=z9hG4bK1"},
		 "UE>P-CSCF P-CSCF>S-CSCF S-CSCF>I-CSCF I-CSCF>S-CSCF I-CSCF>S-CSCF S-CSCF>P-CSCF "
		 "P-CSCF>UE P-CSCF>UE"},
		/* CANCEL and the ACK of a failure have one Via wherever they are */
		{{"0 u>p 1 INVITE 1 | P-Access-Network-Info: x", "1 p>s 2 INVITE 1",
		  "2 s>x 3 INVITE 1", "3 s>x 1 CANCEL 1", "4 x>s 1 200 CANCEL 1",
		  "5 x>s 3 487 INVITE 1", "6 s>x 1 ACK 1"},
		 "UE>P-CSCF P-CSCF>S-CSCF S-CSCF>proxy S-CSCF>proxy proxy>S-CSCF proxy>S-CSCF "
		 "S-CSCF>proxy"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned count = 0;
		struct seen s;

		while (count < 8 && rows[i].lines[count])
			count++;
		case_seen_run(rows[i].lines, count, NULL, 0, &s);
		assert_int_equal(s.count, 1);
		assert_string_equal(s.nodes[0], rows[i].nodes);
	}
}

static void nodes_of_a_registration_are_known_again_in_a_session(void **state)
{
	static const char *const lines[] = {
		"0.00 u>p 1 REGISTER 1",
		"0.01 p>i 2 REGISTER 1 | Path: <sip:p>",
		"0.02 i>s 3 REGISTER 1 | Path: <sip:p> | Called: at the S-CSCF",
		"0.03 s>i 3 200 REGISTER 1",
		"20.0 x>s 1 INVITE 2 | Call-ID: s | Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKx",
		("20.1 s>p 2 INVITE 2 | Call-ID: s | Via: SIP/2.0/UDP 203.0.113.8;branch=z9hG4bKy, "
		 "SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKx"),
	};
	struct seen s;

	(void)state;
	RUN(lines, &s);
	assert_int_equal(s.count, 2);
	assert_string_equal(s.nodes[1], "UE>S-CSCF S-CSCF>P-CSCF");
}

static void a_replaced_answer_is_first_seen_where_it_was_replaced(void **state)
{
	static const char *const lines[] = {
		"0.00 192.0.2.1>198.51.100.1 1 REGISTER 1",
		"0.01 198.51.100.1>198.51.100.2 2 REGISTER 1 | Path: <sip:term@p>",
		"0.02 198.51.100.2>198.51.100.3 3 REGISTER 1 | Path: <sip:term@p>",
		"0.03 198.51.100.3>198.51.100.2 3 500 REGISTER 1 | To: "
		"<sip:001010000000001@example.org>;tag=s",
		"0.04 198.51.100.2>198.51.100.1 2 500 REGISTER 1 | To: "
		"<sip:001010000000001@example.org>;tag=i",
		"0.05 198.51.100.1>192.0.2.1 1 500 REGISTER 1 | To: "
		"<sip:001010000000001@example.org>;tag=i",
	};
	struct seen s;

	(void)state;
	RUN(lines, &s);
	assert_int_equal(s.final_vias[0], 2);
	assert_true(s.transaction[0].is_request_seen_beyond);
}

/* The called UE's answer comes out of ESP: its P-CSCF did not make it. */
static void an_answer_from_further_on_shows_that_the_request_went_on(void **state)
{
	static const struct {
		const char *line;
		bool is_seen;
	} rows[] = {
		{"0.05 v>p 3 100 INVITE 1", true},
		{"0.05 p>s 2 100 INVITE 1", false},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *const lines[] = {"0.00 u>s 1 INVITE 1", "0.02 s>p 2 INVITE 1",
					     rows[i].line, "0.10 p>s 2 200 INVITE 1",
					     "0.11 s>u 1 200 INVITE 1"};
		struct seen s;

		case_seen_run(lines, 5, NULL, 0, &s);
		assert_int_equal(s.count, 1);
		assert_int_equal(s.transaction[0].is_request_seen_beyond, rows[i].is_seen);
	}
}

static void a_ladder_shows_who_sent_what_where(void **state)
{
	static const char *const lines[] = {
		"0.000 u>p 1 REGISTER 1 | P-Access-Network-Info: x",
		"0.010 p>i 2 REGISTER 1 | Path: <sip:p>",
		"0.030 i>p 2 403 REGISTER 1",
		"0.040 p>u 1 403 REGISTER 1",
	};
	static const struct exchange cx[] = {{CX_UAR, 0.015, 5001}};
	struct seen s;

	(void)state;
	case_seen_run(lines, 4, cx, 1, &s);
	assert_string_equal(s.ladder,
			    "              UE       P-CSCF   I-CSCF   HSS\n"
			    "10:00:00.000    |------->|        |        |       #1 REGISTER\n"
			    "10:00:00.010    |        |------->|        |       #1 REGISTER\n"
			    "10:00:00.015    |        |        |------->|       #100 UAR\n"
			    "10:00:00.017    |        |        |<-------|       #200 UAA exp 5001\n"
			    "10:00:00.030    |        |<-------|        |       #1 403 Phrase\n"
			    "10:00:00.040    |<-------|        |        |       #1 403 Phrase\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_are_told_by_evidence),
		cmocka_unit_test(nodes_of_a_registration_are_known_again_in_a_session),
		cmocka_unit_test(a_replaced_answer_is_first_seen_where_it_was_replaced),
		cmocka_unit_test(an_answer_from_further_on_shows_that_the_request_went_on),
		cmocka_unit_test(a_ladder_shows_who_sent_what_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
