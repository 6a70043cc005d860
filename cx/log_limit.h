/* Keeps a message that could come for every exchange to one a minute. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct log_limit {
	int64_t next_us; /* on the steady clock; 0 = at once */
};

/* Whether it may be logged now; if so, not again within a minute. */
bool log_limit_allows(struct log_limit *l, int64_t steady_us);
