/* SIP out of text logs: whatever stands around the messages, the same messages come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/text_log.h"

#define MESSAGES_MAX 8

struct found {
	unsigned count;
	struct capture_message message[MESSAGES_MAX];
	char bytes[MESSAGES_MAX][2048];
};

static bool take(const struct capture_message *m, void *context)
{
	struct found *f = context;

	assert_true(f->count < MESSAGES_MAX);
	f->message[f->count] = *m;
	text_copy(m->bytes, f->bytes[f->count], sizeof(f->bytes[0]));
	f->count++;
	return true;
}

/* In pieces of step bytes, as lines may be cut anywhere. */
static void read_log(const char *log, size_t length, size_t step, struct found *out)
{
	struct text_log *l;

	*out = (struct found){0};
	assert_int_equal(text_log_new(take, out, &l, NULL), RC_OK);
	for (size_t i = 0; i < length; i += step)
		assert_int_equal(
			text_log_add(l, text_of(log + i, length - i < step ? length - i : step),
				     NULL),
			RC_OK);
	assert_int_equal(text_log_finish(l, NULL), RC_OK);
	text_log_free(l);
}

#define REGISTER_TEXT                                                                        \
	"REGISTER sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n" \
	"Call-ID: a\r\nCSeq: 1 REGISTER\r\n\r\n"
#define ANSWER_TEXT                                                               \
	"SIP/2.0 403 Forbidden\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n" \
	"Call-ID: a\r\nCSeq: 1 REGISTER\r\n\r\n"
#define NOON INT64_C(1795348800000000) /* 2026-11-22 12:00:00 UTC */

/* Each log holds REGISTER_TEXT, sent at noon from 192.0.2.1:5060 to 198.51.100.1:5060 as far as it
 * says so, and ANSWER_TEXT. */
static void all_forms_give_the_same_messages(void **state)
{
	static const struct {
		const char *log;
		int64_t time_us; /* 0: not said */
		bool has_ends;
		uint64_t line;
	} rows[] = {
		{"U 2026/11/22 12:00:00.000000 192.0.2.1:5060 -> 198.51.100.1:5060 #1\n"
		 "REGISTER sip:example.org SIP/2.0.\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1.\n"
		 "Call-ID: a.\nCSeq: 1 REGISTER.\n.\n\n"
		 "U 2026/11/22 12:00:00.100000 198.51.100.1:5060 -> 192.0.2.1:5060 #2\n"
		 "SIP/2.0 403 Forbidden.\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1.\nCall-ID: "
		 "a.\n"
		 "CSeq: 1 REGISTER.\n.\n",
		 NOON, true, 2},
		/* stamps with a zone, messages without blank lines between */
		{"2026-11-22T13:00:00+01:00 udp:192.0.2.1:5060 => udp:198.51.100.1:5060\n"
		 "REGISTER sip:example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n"
		 "Call-ID: a\nCSeq: 1 REGISTER\n"
		 "2026-11-22T13:00:00,1+01:00 udp:192.0.2.1:5060 <= udp:198.51.100.1:5060\n"
		 "SIP/2.0 403 Forbidden\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\n"
		 "CSeq: 1 REGISTER\n",
		 NOON, true, 2},
		/* a syslog prefix on each line; a level and a number that change */
		{"Nov 22 12:00:00 host proxy[12]: | REGISTER sip:example.org SIP/2.0\n"
		 "Nov 22 12:00:00 host proxy[13]: | Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n"
		 "Nov 22 12:00:01 host proxy[113]: | Call-ID: a\n"
		 "Nov 22 12:00:01 host proxy[13]: | CSeq: 1 REGISTER\n"
		 "Nov 22 12:00:01 host proxy[13]: |\n"
		 "Nov 22 12:00:02 host proxy[13]: nothing of interest\n"
		 "Nov 22 12:00:02 host proxy[13]: | SIP/2.0 403 Forbidden\n"
		 "Nov 22 12:00:02 host proxy[13]: | Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n"
		 "Nov 22 12:00:02 host proxy[13]: | Call-ID: a\n"
		 "Nov 22 12:00:02 host proxy[13]: | CSeq: 1 REGISTER\n",
		 INT64_C(28123200000000), false, 1},
		/* quoted; old Mac line ends */
		{"> REGISTER sip:example.org SIP/2.0\r> Via: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4bK1\r"
		 "> Call-ID: a\r> CSeq: 1 REGISTER\r>\r> SIP/2.0 403 Forbidden\r"
		 "> Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r> Call-ID: a\r> CSeq: 1 REGISTER\r",
		 0, false, 1},
		/* the direction in words around a ruler */
		{"<--- SIP read from UDP:192.0.2.1:5060 --->\nREGISTER sip:example.org SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n"
		 "<------------->\n"
		 "Transmitting to 192.0.2.1:5060:\nSIP/2.0 403 Forbidden\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n",
		 0, false, 2},
		/* a line a message, line ends escaped */
		{"1795348800.000000 from 192.0.2.1:5060 to 198.51.100.1:5060: "
		 "REGISTER sip:example.org SIP/2.0\\r\\nVia: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4bK1\\r\\n"
		 "Call-ID: a\\r\\nCSeq: 1 REGISTER\\r\\n\\r\\n\n"
		 "1795348800.1 from 198.51.100.1:5060 to 192.0.2.1:5060: SIP/2.0 403 "
		 "Forbidden\\r\\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\\r\\nCall-ID: a\\r\\n"
		 "CSeq: 1 REGISTER\\r\\n\\r\\n\n",
		 NOON, true, 1},
		/* the same with dots for bytes that cannot be printed */
		{"U 192.0.2.1:5060 -> 198.51.100.1:5060\n  REGISTER sip:example.org SIP/2.0..Via: "
		 "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1..Call-ID: a..CSeq: 1 REGISTER....\n"
		 "U 198.51.100.1:5060 -> 192.0.2.1:5060\n  SIP/2.0 403 Forbidden..Via: "
		 "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1..Call-ID: a..CSeq: 1 REGISTER....\n",
		 0, true, 2},
		/* lines wrapped in the midst of words, and folded */
		{"[TX] REGISTER sip:example.org SIP/2.0\nVia: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4b\nK1\n"
		 "Call-ID: a\nCSeq: 1\n REGISTER\n\n"
		 "[RX] SIP/2.0 403 Forbidden\nVia: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4\nbK1\nCall-ID: a\n"
		 "CSeq: 1\n REGISTER\n\n",
		 0, false, 1},
		/* tcpdump -A: the start line stands in the headline, too */
		{"2026-11-22 12:00:00.000000 IP 192.0.2.1.sip > 198.51.100.1.sip: SIP: REGISTER "
		 "sip:example.org SIP/2.0\nE..1....@.......REGISTER sip:example.org SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n\n"
		 "2026-11-22 12:00:00.100000 IP 198.51.100.1.5060 > 192.0.2.1.5060: UDP, length 9\n"
		 "E..1....@.......SIP/2.0 403 Forbidden\nVia: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n\n",
		 NOON, true, 2},
		/* what an analyser prints of a packet */
		{"Frame 1: 99 bytes on wire (792 bits), 99 bytes captured (792 bits)\n"
		 "    Arrival Time: Nov 22, 2026 12:00:00.000000000 UTC\n    [Time delta: 0.0]\n"
		 "Ethernet II, Src: 02:00:00:00:01:01, Dst: 02:00:00:00:01:02\n"
		 "Internet Protocol Version 4, Src: 192.0.2.1, Dst: 198.51.100.1\n"
		 "User Datagram Protocol, Src Port: 5060, Dst Port: sip (5060)\n"
		 "Session Initiation Protocol (REGISTER)\n"
		 "    Request-Line: REGISTER sip:example.org SIP/2.0\n        Method: REGISTER\n"
		 "        Request-URI: sip:example.org\n    Message Header\n"
		 "        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n            Transport: UDP\n"
		 "        [truncated]Call-ID: a\n        [Generated Call-ID: a]\n"
		 "        CSeq: 1 REGISTER\n            Method: REGISTER\n\n"
		 "Frame 2: 99 bytes on wire (792 bits), 99 bytes captured (792 bits)\n"
		 "    Epoch Time: 1795348800.100000000 seconds\n"
		 "Internet Protocol Version 4, Src: 198.51.100.1 (198.51.100.1), Dst: 192.0.2.1\n"
		 "Session Initiation Protocol (403)\n    Status-Line: SIP/2.0 403 Forbidden\n"
		 "        Status-Code: 403\n    Message Header\n"
		 "        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\n        Call-ID: a\n"
		 "        CSeq: 1 REGISTER\n    Message Body\n        Via: nowhere\n",
		 NOON, true, 8},
		/* a headline that looks like that */
		{"2026-11-22 12:00:00.000000 192.0.2.1:5060 -> 198.51.100.1:5060\n"
		 "Request-Line: REGISTER sip:example.org SIP/2.0\n"
		 "REGISTER sip:example.org SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n\n"
		 "2026-11-22 12:00:00.100000 198.51.100.1:5060 -> 192.0.2.1:5060\n"
		 "Status-Line: SIP/2.0 403 Forbidden\nSIP/2.0 403 Forbidden\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n\n",
		 NOON, true, 3},
		/* a JSON object a message */
		{"{\"time\":\"2026-11-22T12:00:00Z\",\"raw\":\"REGISTER sip:example.org "
		 "SIP/2.0\\r\\n"
		 "Via: SIP\\/2.0\\/UDP 192.0.2.1;branch=z9hG4bK1\\r\\nCall-ID: a\\r\\n"
		 "CSeq: 1 REGISTER\\r\\n\\r\\n\"}\n"
		 "{\"raw\":\"SIP/2.0 403 Forbidden\\r\\nVia: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4bK1\\r\\nCall-ID: a\\r\\nCSeq: 1 REGISTER\\r\\n\\r\\n\"}\n",
		 NOON, false, 1},
		/* a decoder in the UE: many lines of facts before the message, month by name */
		{"2026 Nov 22  12:00:00.000  [AB]  0x156E  IMS SIP Message\nVersion = 1\n"
		 "Direction = UE_TO_NETWORK\nSDP Presence = 0\nMessage Length = 99\nSpare = 0\n"
		 "SIP Message = REGISTER sip:example.org SIP/2.0\n"
		 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n\n"
		 "2026 Nov 22  12:00:00.100  [AB]  0x156E  IMS SIP Message\n"
		 "SIP Message = SIP/2.0 403 Forbidden\nVia: SIP/2.0/UDP "
		 "192.0.2.1;branch=z9hG4bK1\nCall-ID: a\nCSeq: 1 REGISTER\n\n",
		 NOON, false, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t step = 1; step < 4096; step = step * 7 + 1) {
			struct found f;

			read_log(rows[i].log, strlen(rows[i].log), step, &f);
			assert_int_equal(f.count, 2);
			assert_string_equal(f.bytes[0], REGISTER_TEXT);
			assert_string_equal(f.bytes[1], ANSWER_TEXT);
			assert_int_equal(f.message[0].time_us, rows[i].time_us);
			assert_int_equal(f.message[0].frame, rows[i].line);
			if (!rows[i].has_ends)
				continue;
			assert_string_equal(f.message[0].source, "192.0.2.1");
			assert_string_equal(f.message[0].destination, "198.51.100.1");
			assert_int_equal(f.message[0].source_port, 5060);
			assert_string_equal(f.message[1].source, "198.51.100.1");
			assert_string_equal(f.message[1].destination, "192.0.2.1");
		}
}

static void wide_characters_are_read(void **state)
{
	static const char log[] = "\n12:00:00 ->\n" REGISTER_TEXT "<-\n" ANSWER_TEXT;
	char wide[2 * sizeof(log)];

	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		for (size_t i = 0; i < sizeof(log); i++) {
			wide[2 * i + big] = i ? log[i - 1] : (char)0xff;
			wide[2 * i + !big] = i ? 0 : (char)0xfe;
		}
		for (size_t step = 1; step < 4096; step = step * 7 + 1) {
			struct found f;

			read_log(wide, sizeof(wide), step, &f);
			assert_int_equal(f.count, 2);
			assert_string_equal(f.bytes[0], REGISTER_TEXT);
			assert_string_equal(f.bytes[1], ANSWER_TEXT);
		}
	}
}

static void a_hardware_address_is_no_time(void **state)
{
	static const char log[] = "from 02:00:00:00:01:01\n" REGISTER_TEXT;
	struct found f;

	(void)state;
	read_log(log, strlen(log), 4096, &f);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.message[0].time_us, 0);
}

static void text_without_messages_gives_none(void **state)
{
	static const char *const logs[] = {
		"",
		"\n\n\n",
		"nothing here\n",
		"the proxy answered SIP/2.0 403 Forbidden\nand went on\n",
		"REGISTER sip:example.org SIP/2.0\n",
		"Via: SIP/2.0/UDP 192.0.2.1\nCall-ID: a\n",
		"got REGISTER sip:example.org SIP/2.0 from somebody\nVia: x\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct found f;

		read_log(logs[i], strlen(logs[i]), 4096, &f);
		assert_int_equal(f.count, 0);
	}
}

static void bodies_are_skipped(void **state)
{
	static const char log[] = "NOTIFY sip:a@example.org SIP/2.0\nCall-ID: n\nCSeq: 1 NOTIFY\n"
				  "Content-Type: message/sipfrag\nContent-Length: 42\n\n"
				  "SIP/2.0 200 OK\nCall-ID: inside\nFrom: nobody\n\n" REGISTER_TEXT;
	static const char lost_body[] =
		"INVITE sip:a@example.org SIP/2.0\nCall-ID: n\nCSeq: 1 INVITE\n"
		"Content-Type: application/sdp\nContent-Length: 4000\n\n" REGISTER_TEXT;
	struct found f;

	(void)state;
	read_log(log, strlen(log), 4096, &f);
	assert_int_equal(f.count, 2);
	assert_string_equal(f.bytes[1], REGISTER_TEXT);
	read_log(lost_body, strlen(lost_body), 4096, &f);
	assert_int_equal(f.count, 2);
	assert_string_equal(f.bytes[1], REGISTER_TEXT);
}

static void stamps_without_a_day_go_past_midnight(void **state)
{
	static const char log[] = "23:59:59.500 ->\n" REGISTER_TEXT "00:00:00.250 <-\n" ANSWER_TEXT;
	struct found f;

	(void)state;
	read_log(log, strlen(log), 4096, &f);
	assert_int_equal(f.count, 2);
	assert_int_equal(f.message[1].time_us - f.message[0].time_us, 750000);
}

static void a_wrapped_identity_gets_no_blank(void **state)
{
	static const char log[] =
		"REGISTER sip:example.org SIP/2.0\nCall-ID: a\nCSeq: 1 REGISTER\n"
		"Authorization: Digest username=\"001010000000001@ims.mnc001.mcc0\n"
		"        01.3gppnetwork.org\", realm=\"x\"\n\n";
	struct found f;

	(void)state;
	read_log(log, strlen(log), 4096, &f);
	assert_int_equal(f.count, 1);
	assert_non_null(strstr(f.bytes[0],
			       "username=\"001010000000001@ims.mnc001.mcc001.3gppnetwork.org\""));
}

static void endless_lines_and_messages_are_bounded(void **state)
{
	size_t length = 4 << 20;
	char *log = malloc(length);
	struct found f;

	(void)state;
	memset(log, 'x', length);
	memcpy(log, REGISTER_TEXT, strlen(REGISTER_TEXT) - 2);
	for (size_t i = length / 2; i < length; i += 8)
		memcpy(log + i, "\nA: bcde", 8);
	memset(log + length - 2, '\n', 2);
	read_log(log, length, 65536, &f);
	assert_int_equal(f.count, 1);
	assert_true(f.message[0].bytes.length <= 300000);
	free(log);
}

static bool stop(const struct capture_message *m, void *context)
{
	unsigned *count = context;

	(void)m;
	(*count)++;
	return false;
}

static void a_visitor_can_stop(void **state)
{
	static const char log[] = REGISTER_TEXT ANSWER_TEXT REGISTER_TEXT;
	struct text_log *l;
	unsigned count = 0;

	(void)state;
	assert_int_equal(text_log_new(stop, &count, &l, NULL), RC_OK);
	assert_int_equal(text_log_add(l, text_from(log), NULL), RC_OK);
	assert_int_equal(text_log_finish(l, NULL), RC_OK);
	assert_int_equal(count, 1);
	assert_true(text_log_has_stopped(l));
	text_log_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms_give_the_same_messages),
		cmocka_unit_test(wide_characters_are_read),
		cmocka_unit_test(a_hardware_address_is_no_time),
		cmocka_unit_test(text_without_messages_gives_none),
		cmocka_unit_test(bodies_are_skipped),
		cmocka_unit_test(stamps_without_a_day_go_past_midnight),
		cmocka_unit_test(a_wrapped_identity_gets_no_blank),
		cmocka_unit_test(endless_lines_and_messages_are_bounded),
		cmocka_unit_test(a_visitor_can_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
