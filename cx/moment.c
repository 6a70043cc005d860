#include "cx/moment.h"

#include <time.h>

static int64_t microseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct moment moment_now(void)
{
	return (struct moment){microseconds(CLOCK_REALTIME), microseconds(CLOCK_MONOTONIC)};
}
