#include "importers/fhoss_index.h"

#include <stdlib.h>

struct entry {
	int32_t number;
	uint32_t at;
};

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

enum rc fhoss_index_build(struct fhoss_index *index, const struct fhoss_catalogue_table *table,
			  unsigned column, struct diag *diag)
{
	struct entry *entry = malloc(table->count * sizeof(*entry) + 1);

	*index = (struct fhoss_index){.column = column};
	index->row = malloc(table->count * sizeof(const struct fhoss_catalogue_row *) + 1);
	if (!entry || !index->row) {
		free(entry);
		fhoss_index_clear(index);
		return diag_set(diag, RC_NOMEM, "no memory for the tables of service profiles");
	}
	for (uint32_t i = 0; i < table->count; i++) {
		const struct fhoss_catalogue_row *row = &table->row[i];

		if (!row->is_dead && row->state[column] == CELL_SET)
			entry[index->count++] = (struct entry){row->number[column], i};
	}
	qsort(entry, index->count, sizeof(*entry), compare);
	for (uint32_t i = 0; i < index->count; i++)
		index->row[i] = &table->row[entry[i].at];
	free(entry);
	return RC_OK;
}

void fhoss_index_clear(struct fhoss_index *index)
{
	free(index->row);
	*index = (struct fhoss_index){0};
}

/* The first entry whose number is not below number. */
static uint32_t lower_bound(const struct fhoss_index *index, int64_t number)
{
	uint32_t low = 0, high = index->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (index->row[middle]->number[index->column] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct fhoss_catalogue_row *const *fhoss_index_find(const struct fhoss_index *index,
							  int32_t number, uint32_t *count)
{
	uint32_t first = lower_bound(index, number);

	*count = lower_bound(index, (int64_t)number + 1) - first;
	return index->row + first;
}
