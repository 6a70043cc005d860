/* Rows of a small table by the number in one of their columns. */
#pragma once
#include "importers/fhoss_catalogue.h"

struct fhoss_index {
	const struct fhoss_catalogue_row **row; /* by number, then in the order of the input */
	uint32_t count;
	unsigned column;
};

/* Dead rows and rows without a number are left out. */
enum rc fhoss_index_build(struct fhoss_index *index, const struct fhoss_catalogue_table *table,
			  unsigned column, struct diag *diag);
void fhoss_index_clear(struct fhoss_index *index);
/* The rows with that number: *count of them from the result on. */
const struct fhoss_catalogue_row *const *fhoss_index_find(const struct fhoss_index *index,
							  int32_t number, uint32_t *count);
