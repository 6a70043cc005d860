#include "audit/evidence_locate.h"

#include <stdlib.h>

#include "audit/population.h"

#define NOWHERE UINT32_MAX
#define SEVERAL (UINT32_MAX - 1)

void evidence_places_clear(struct evidence_places *p)
{
	free(p->list);
	*p = (struct evidence_places){0};
}

/* Number of a pair, at: where its keys have led so far. */
static void on_candidates(uint32_t number, const uint32_t *ordinals, size_t count, void *context)
{
	uint32_t *at = context;

	if (count == 1 && (at[number] == NOWHERE || at[number] == ordinals[0]))
		at[number] = ordinals[0];
	else
		at[number] = SEVERAL;
}

static struct snapshot_wanted *make_wanted(const struct evidence_pairs *pairs, size_t *count)
{
	struct snapshot_wanted *wanted = malloc((pairs->used * 2 + 1) * sizeof(*wanted));

	*count = 0;
	for (size_t i = 0; wanted && i < pairs->used; i++) {
		const struct evidence_witness *w = &pairs->pair[i].witness;

		if (!w->is_usable)
			continue;
		wanted[(*count)++] = (struct snapshot_wanted){w->impi_key, (uint32_t)i};
		if (w->impu_key != w->impi_key)
			wanted[(*count)++] = (struct snapshot_wanted){w->impu_key, (uint32_t)i};
	}
	return wanted;
}

static int compare_places(const void *a, const void *b)
{
	const struct evidence_place *x = a, *y = b;

	if (x->ordinal != y->ordinal)
		return x->ordinal < y->ordinal ? -1 : 1;
	return (x->pair > y->pair) - (x->pair < y->pair);
}

static bool make_places(const uint32_t *at, size_t count, struct evidence_places *out)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += at[i] < SEVERAL;
	out->list = malloc((found + 1) * sizeof(*out->list));
	if (!out->list)
		return false;
	for (size_t i = 0; i < count; i++)
		if (at[i] < SEVERAL)
			out->list[out->count++] = (struct evidence_place){at[i], (uint32_t)i};
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), compare_places);
	return true;
}

enum rc evidence_locate(struct snapshot_cursor *cursor, const struct evidence_pairs *pairs,
			struct evidence_places *out, struct diag *diag)
{
	size_t count;
	struct snapshot_wanted *wanted = make_wanted(pairs, &count);
	uint32_t *at = malloc((pairs->used + 1) * sizeof(*at));
	enum rc rc = RC_OK;

	*out = (struct evidence_places){0};
	for (size_t i = 0; at && i < pairs->used; i++)
		at[i] = NOWHERE;
	if (wanted && at)
		rc = snapshot_find_many(cursor, POPULATION_IDENTITY, wanted, count, on_candidates,
					at, diag);
	free(wanted);
	if (rc == RC_OK && (!wanted || !at || !make_places(at, pairs->used, out)))
		rc = diag_set(diag, RC_NOMEM, "no memory for the evidence");
	free(at);
	return rc;
}
