/* Records of every form that the packed codec knows, from a seed; and their exact comparison. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "model/subscription.h"

struct random_source {
	uint64_t state;
};

/* The next number below limit. */
uint32_t random_below(struct random_source *r, uint32_t limit);

/* Fills *s (initialised; reset first). serial makes IMSI and MSISDN ascend. */
void random_record(struct random_source *r, uint32_t serial, struct ims_subscription *s);

/* A healthy VoLTE subscriber: 1 IMSI, 1 MSISDN, 1 IMPI, 3 IMPUs in one set. */
void derivable_record(uint32_t serial, struct ims_subscription *s);

/* NULL when both say the same byte for byte, else what differs. */
const char *record_difference(const struct ims_subscription *a, const struct ims_subscription *b);
