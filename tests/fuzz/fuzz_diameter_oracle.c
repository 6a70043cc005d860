/* Diameter messages of any bytes: our walker and freeDiameter's parser see the same AVPs, but for
 * the differences that tests/codec/diameter_oracle.c names. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/codec/diameter_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_started;
	const char *difference;

	if (!is_started && !diameter_oracle_start())
		abort();
	is_started = true;
	difference = diameter_oracle_difference(text_of((const char *)data, size));
	if (difference) {
		fprintf(stderr, "fuzz_diameter_oracle: %s\n", difference);
		abort();
	}
	return 0;
}
