/* How sure a share is that was counted: the Wilson score interval (E. B. Wilson, 1927), which holds
 * for few cases and for shares near 0 and 1, too. */
#pragma once
#include <stdint.h>

struct evidence_interval {
	double low, high; /* 0 to 1, at 95 % */
};

/* For hits out of total, hits <= total; total 0 gives 0 to 1: nothing is known. */
struct evidence_interval evidence_interval_of(uint64_t hits, uint64_t total);
