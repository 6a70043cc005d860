/* Points in time as text, always in UTC. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum time_form {
	TIME_MINUTE,    /* "2026-11-21 20:00 UTC" */
	TIME_SECOND,    /* "2026-11-21 20:00:05" */
	TIME_MILLI,     /* "2026-11-21 20:00:05.123" */
	TIME_CLOCK,     /* "20:00:05.123" */
	TIME_ISO,       /* "2026-11-21T20:00:05Z" (RFC 3339) */
	TIME_ISO_MICRO, /* "2026-11-21T20:00:05.123456Z" */
	TIME_ISO_HOUR,  /* "2026-11-21T20:00:00Z": the hour that it falls in */
};
#define TIME_TEXT_MAX 64

/* Seconds as microseconds; what does not fit becomes the bound on its side. */
int64_t time_of_seconds(int64_t seconds);

/* Microseconds since 1970 in that form; "?" for what no calendar holds. Returns out. */
char *time_text(enum time_form form, int64_t time_us, char out[TIME_TEXT_MAX]);
