#include "cx/log_limit.h"

#define MINUTE_US 60000000

bool log_limit_allows(struct log_limit *l, int64_t steady_us)
{
	if (l->next_us && steady_us < l->next_us)
		return false;
	l->next_us = steady_us + MINUTE_US;
	return true;
}
