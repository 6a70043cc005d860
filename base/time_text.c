#include "base/time_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND_US 1000000

/* What of a time a form shows. */
static const struct {
	const char *between; /* date and time of day; NULL: no date */
	bool has_seconds, is_whole_hour;
	int fraction; /* digits */
	const char *tail;
} forms[] = {
	[TIME_MINUTE] = {" ", false, false, 0, " UTC"},
	[TIME_SECOND] = {" ", true, false, 0, ""},
	[TIME_MILLI] = {" ", true, false, 3, ""},
	[TIME_CLOCK] = {NULL, true, false, 3, ""},
	[TIME_ISO] = {"T", true, false, 0, "Z"},
	[TIME_ISO_MICRO] = {"T", true, false, 6, "Z"},
	[TIME_ISO_HOUR] = {"T", true, true, 0, "Z"},
};

int64_t time_of_seconds(int64_t seconds)
{
	int64_t time_us;

	if (!__builtin_mul_overflow(seconds, (int64_t)SECOND_US, &time_us))
		return time_us;
	return seconds < 0 ? INT64_MIN : INT64_MAX;
}

char *time_text(enum time_form form, int64_t time_us, char out[TIME_TEXT_MAX])
{
	int64_t seconds = time_us / SECOND_US, micro = time_us % SECOND_US;
	char date[40] = "", second[8] = "", fraction[12] = "";
	time_t t;
	struct tm tm;

	if (micro < 0) {
		micro += SECOND_US;
		seconds--;
	}
	t = (time_t)seconds;
	if (!gmtime_r(&t, &tm))
		return strcpy(out, "?");
	if (forms[form].is_whole_hour)
		tm.tm_min = tm.tm_sec = 0;
	if (forms[form].between)
		snprintf(date, sizeof(date), "%04d-%02d-%02d%s", tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday, forms[form].between);
	if (forms[form].has_seconds)
		snprintf(second, sizeof(second), ":%02u", (unsigned)tm.tm_sec % 100);
	if (forms[form].fraction)
		snprintf(fraction, (size_t)forms[form].fraction + 2, ".%06u", (unsigned)micro);
	snprintf(out, TIME_TEXT_MAX, "%.20s%02u:%02u%s%s%s", date, (unsigned)tm.tm_hour % 100,
		 (unsigned)tm.tm_min % 100, second, fraction, forms[form].tail);
	return out;
}
