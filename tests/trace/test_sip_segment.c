/* Messages that share a segment, as tshark exports them: the whole segment once for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "trace/sip_segment.h"

#define EMPTY "OPTIONS sip:a@example.org SIP/2.0\r\nCall-ID: a\r\nContent-Length: 0\r\n\r\n"
#define WITH_BODY "MESSAGE sip:a@example.org SIP/2.0\nCall-ID: b\nl: 8\n\nv=0\r\n\r\na"
#define UNSIZED "SIP/2.0 200 OK\r\nCall-ID: c\r\n\r\n"
#define CUT "MESSAGE sip:a@example.org SIP/2.0\r\nContent-Length: 99\r\n\r\nshort"

static void each_export_of_a_segment_is_its_next_message(void **state)
{
	static const struct {
		uint64_t frame;
		const char *exported;
		const char *message; /* NULL: none */
	} rows[] = {
		{1, EMPTY, EMPTY},
		/* the same bytes in another frame are another message */
		{2, EMPTY, EMPTY},
		{3, EMPTY WITH_BODY "\r\n\r\n" UNSIZED, EMPTY},
		{3, EMPTY WITH_BODY "\r\n\r\n" UNSIZED, WITH_BODY},
		{3, EMPTY WITH_BODY "\r\n\r\n" UNSIZED, UNSIZED},
		{3, EMPTY WITH_BODY "\r\n\r\n" UNSIZED, NULL},
		/* other bytes of one frame: chunks of SCTP */
		{4, EMPTY, EMPTY},
		{4, UNSIZED, UNSIZED},
		{5, "\r\n" CUT, CUT},
		{6, "\r\n\r\n", NULL},
	};
	struct sip_segment s;

	(void)state;
	sip_segment_init(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_message m = {.protocol = CAPTURE_SIP,
					    .frame = rows[i].frame,
					    .bytes = text_from(rows[i].exported)};
		bool found = sip_segment_narrow(&s, &m);

		if (found != (rows[i].message != NULL) ||
		    (found && !text_equal(m.bytes, text_from(rows[i].message))))
			fail_msg("row %zu: %.*s", i, (int)m.bytes.length, m.bytes.data);
	}
	sip_segment_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_export_of_a_segment_is_its_next_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
