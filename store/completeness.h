/* Counts over the records of a snapshot: how many there are of each kind, and how much of each fact
 * the source said. */
#pragma once
#include <stdint.h>
#include "model/subscription.h"
#include "store/snapshot.h"

enum fact_counted {
	COUNTED_IMSI,
	COUNTED_IMS_AUTHORISED,
	COUNTED_SCSCF,
	COUNTED_CAPABILITY_SET,
	COUNTED_PREFERRED_SET,
	COUNTED_ASSOCIATION,
	COUNTED_IMPI_SCHEMES,
	COUNTED_IMPI_DEFAULT_SCHEME,
	COUNTED_IMPI_KEY,
	COUNTED_IMPI_SQN,
	COUNTED_IMPI_BARRED,
	COUNTED_IMPI_ROAMING,
	COUNTED_IMPU_KIND,
	COUNTED_IMPU_BARRED,
	COUNTED_IMPU_MAY_REGISTER,
	COUNTED_IMPU_DEFAULT,
	COUNTED_IMPU_IRS,
	COUNTED_IMPU_SERVICE_PROFILE,
	COUNTED_IMPU_STATE,
	COUNTED_IMPU_PSI_ACTIVE,
	COUNTED_IMPU_CHARGING,
	COUNTED_IMPU_GRANTS,
	COUNTED_FACTS
};

/* The stable word of a fact: "impu.barred". */
const char *completeness_fact(enum fact_counted fact);

/* Of one record, or of all records of one shape. */
struct record_tally {
	uint32_t kind[RECORD_KINDS]; /* by enum record_kind */
	uint32_t impis, impus, associations;
	uint32_t known[COUNTED_FACTS], unknown[COUNTED_FACTS];
};
void record_tally_count(struct record_tally *t, const struct ims_subscription *s);

/* Of a snapshot. */
struct snapshot_tally {
	uint64_t kind[RECORD_KINDS];
	uint64_t impis, impus, associations;
	uint64_t known[COUNTED_FACTS], unknown[COUNTED_FACTS];
};
/* Adds a record's counts times a number, which is negative to take records away. */
void snapshot_tally_add(struct snapshot_tally *t, const struct record_tally *r, int64_t times);
