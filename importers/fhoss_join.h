/* Joins the staged tables by merging sorted rows, in memory that does not grow with them:
 * 1. impi with impi_impu: each association learns the owner of its IMPI;
 * 2. impu with these and impu_visited_network: a copy of the IMPU for each of its associations;
 * 3. imsu with IMPIs and IMPUs by owner: the records. */
#pragma once
#include "importers/fhoss_loader.h"

/* An IMPU of step 2; struct staged_impu, the grants and the texts of the IMPU follow. */
struct joined_impu {
	uint32_t rows;  /* of impi_impu that say so; 0: not associated */
	uint32_t state; /* enum reg_state of the pair */
	uint32_t grant_count;
};

struct fhoss_join {
	struct fhoss_loader *loader;
	struct fhoss_sorter *impi;        /* of step 1: by owner and IMPI */
	struct fhoss_sorter *association; /* of step 1: by IMPU and IMPI */
	struct fhoss_sorter *impu;        /* of step 2: by owner and IMPI */
	bool has_associations;            /* impi, impu and impi_impu are exported */
	uint64_t steps;                   /* rows joined, for import_tick */
};

/* All three steps. */
enum rc fhoss_join_run(struct fhoss_loader *l, struct diag *diag);

/* Step 3 (fhoss_record.c): puts the records. */
enum rc fhoss_record_put_all(struct fhoss_join *j, struct diag *diag);
/* Checks interruption now and then. */
enum rc fhoss_join_tick(struct fhoss_join *j, struct diag *diag);
