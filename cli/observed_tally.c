#include "cli/observed_tally.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 256u

static int key_compare(const struct tally_key *a, const struct tally_key *b)
{
	const int64_t pairs[][2] = {
		{a->hour, b->hour},       {a->asker, b->asker}, {a->answerer, b->answerer},
		{a->command, b->command}, {a->kind, b->kind},   {a->code, b->code},
		{a->vendor, b->vendor},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return 0;
}

static uint32_t key_hash(const struct tally_key *k)
{
	const uint64_t parts[] = {(uint64_t)k->hour, k->asker, k->answerer, k->command,
				  k->kind,           k->code,  k->vendor};
	uint64_t hash = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		hash = (hash ^ parts[i]) * UINT64_C(0x9e3779b97f4a7c15) + i;
	return (uint32_t)(hash >> 32);
}

/* The row of a key, or the free one where it belongs. */
static struct tally_row *slot(struct tally_row *rows, uint32_t capacity,
			      const struct tally_key *key)
{
	uint32_t at = key_hash(key) & (capacity - 1);

	while (rows[at].count && key_compare(&rows[at].key, key) != 0)
		at = (at + 1) & (capacity - 1);
	return &rows[at];
}

static enum rc grow(struct observed_tally *t)
{
	uint32_t capacity = t->capacity ? 2 * t->capacity : CAPACITY_FIRST;
	struct tally_row *rows = calloc(capacity, sizeof(*rows));

	if (!rows)
		return RC_NOMEM;
	for (uint32_t i = 0; i < t->capacity; i++)
		if (t->rows[i].count)
			*slot(rows, capacity, &t->rows[i].key) = t->rows[i];
	free(t->rows);
	t->rows = rows;
	t->capacity = capacity;
	return RC_OK;
}

enum rc observed_tally_add(struct observed_tally *t, const struct tally_key *key)
{
	struct tally_row *row;

	if (2 * t->count >= t->capacity && grow(t) != RC_OK)
		return RC_NOMEM;
	row = slot(t->rows, t->capacity, key);
	if (!row->count && t->count == TALLY_ROWS_MAX) {
		t->left_out++;
		return RC_OK;
	}
	t->count += !row->count;
	row->key = *key;
	row->count++;
	return RC_OK;
}

static int row_compare(const void *a, const void *b)
{
	return key_compare(&((const struct tally_row *)a)->key,
			   &((const struct tally_row *)b)->key);
}

void observed_tally_sort(struct observed_tally *t)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < t->capacity; i++)
		if (t->rows[i].count)
			t->rows[used++] = t->rows[i];
	if (used)
		qsort(t->rows, used, sizeof(*t->rows), row_compare);
}

void observed_tally_clear(struct observed_tally *t)
{
	free(t->rows);
	memset(t, 0, sizeof(*t));
}
