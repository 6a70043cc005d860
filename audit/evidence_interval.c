#include "audit/evidence_interval.h"

#include <math.h>

#define QUANTILE 1.959963984540054 /* of the normal distribution, two-sided 95 % */

struct evidence_interval evidence_interval_of(uint64_t hits, uint64_t total)
{
	double n = (double)total, share, square = QUANTILE * QUANTILE, centre, half;

	if (!total)
		return (struct evidence_interval){0, 1};
	share = (double)hits / n;
	centre = (share + square / (2 * n)) / (1 + square / n);
	half = QUANTILE * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n);
	return (struct evidence_interval){fmax(0, centre - half), fmin(1, centre + half)};
}
