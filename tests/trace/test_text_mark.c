#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "trace/text_mark.h"

#define NOON INT64_C(1795348800000000) /* 2026-11-22 12:00:00 UTC */

static void marks_are_read(void **state)
{
	static const struct {
		const char *line, *source, *destination;
		uint16_t source_port, destination_port;
		int64_t time_us;
		bool has_day;
	} rows[] = {
		{"192.0.2.1:5060 -> 198.51.100.1:5061", "192.0.2.1", "198.51.100.1", 5060, 5061, 0,
		 0},
		{"198.51.100.1.5061 <-- 192.0.2.1.5060:", "192.0.2.1", "198.51.100.1", 5060, 5061,
		 0, 0},
		{"[2001:db8::1]:5060 ---> [2001:db8::2]:5060", "2001:db8::1", "2001:db8::2", 5060,
		 5060, 0, 0},
		{"recv 940 bytes from udp/[192.0.2.1]:5060 at 12:00:00.000001:", "192.0.2.1", "",
		 5060, 0, INT64_C(43200000001), false},
		{"send 300 bytes to tcp/[192.0.2.1]:5060", "", "192.0.2.1", 0, 5060, 0, 0},
		{"src=192.0.2.1:5060, dst=198.51.100.1:5061", "192.0.2.1", "198.51.100.1", 5060,
		 5061, 0, 0},
		{"2026/11/22 12:00:00 UE -> P-CSCF", "UE", "P-CSCF", 0, 0, NOON, true},
		{"22 Nov 2026 12:00:00.000", "", "", 0, 0, NOON, true},
		{"Nov 22 2026 12:00:00", "", "", 0, 0, NOON, true},
		{"[1795348800.000]", "", "", 0, 0, NOON, true},
		{"2026-11-22 12:00:00-0000", "", "", 0, 0, NOON, true},
		{"2026-11-22\t12:00:00", "", "", 0, 0, NOON, true},
		{"2026-11-22 12:00:00:000 message sent", "", "", 0, 0, NOON, true},
		{"11-22 12:00:00.000  1890 D", "", "", 0, 0, INT64_C(28123200000000), true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text_mark m;

		assert_true(text_mark_read(text_from(rows[i].line), &m));
		assert_string_equal(m.source, rows[i].source);
		assert_string_equal(m.destination, rows[i].destination);
		assert_int_equal(m.source_port, rows[i].source_port);
		assert_int_equal(m.destination_port, rows[i].destination_port);
		assert_int_equal(m.time_us, rows[i].time_us);
		assert_int_equal(m.has_day, rows[i].has_day);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
