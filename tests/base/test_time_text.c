#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/time_text.h"

/* 1700000000 is 2023-11-14 22:13:20 UTC. */
#define MOMENT (INT64_C(1700000000) * 1000000 + 7045)

static void forms_are_as_the_header_says(void **state)
{
	static const char *const expected[] = {
		[TIME_MINUTE] = "2023-11-14 22:13 UTC",
		[TIME_SECOND] = "2023-11-14 22:13:20",
		[TIME_MILLI] = "2023-11-14 22:13:20.007",
		[TIME_CLOCK] = "22:13:20.007",
		[TIME_ISO] = "2023-11-14T22:13:20Z",
		[TIME_ISO_MICRO] = "2023-11-14T22:13:20.007045Z",
		[TIME_ISO_HOUR] = "2023-11-14T22:00:00Z",
	};
	char out[TIME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(time_text((enum time_form)i, MOMENT, out), expected[i]);
}

static void seconds_that_do_not_fit_become_the_bound(void **state)
{
	(void)state;
	assert_int_equal(time_of_seconds(1700000000), INT64_C(1700000000000000));
	assert_int_equal(time_of_seconds(-1), -1000000);
	assert_true(time_of_seconds(INT64_MAX / 2) == INT64_MAX);
	assert_true(time_of_seconds(INT64_MIN) == INT64_MIN);
}

static void times_before_1970_go_backwards(void **state)
{
	char out[TIME_TEXT_MAX];

	(void)state;
	assert_string_equal(time_text(TIME_ISO_MICRO, -1, out), "1969-12-31T23:59:59.999999Z");
}

static void the_last_moment_has_a_text(void **state)
{
	char out[TIME_TEXT_MAX];

	(void)state;
	assert_string_equal(time_text(TIME_ISO_HOUR, INT64_MAX, out), "294247-01-10T04:00:00Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_as_the_header_says),
		cmocka_unit_test(seconds_that_do_not_fit_become_the_bound),
		cmocka_unit_test(times_before_1970_go_backwards),
		cmocka_unit_test(the_last_moment_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
