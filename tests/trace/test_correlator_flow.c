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
		const char *lines[4];
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
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned count = 0;
		struct seen s;

		while (count < 4 && rows[i].lines[count])
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
		cmocka_unit_test(a_ladder_shows_who_sent_what_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
