/* A point in time on both clocks: the calendar's for records, the steady one for latencies. */
#pragma once
#include <stdint.h>

struct moment {
	int64_t wall_us;   /* microseconds since 1970; may jump */
	int64_t steady_us; /* microseconds since some start; never jumps */
};

struct moment moment_now(void);
