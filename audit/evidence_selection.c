#include "audit/evidence_selection.h"

#include <stdlib.h>

enum rc evidence_selection_new(struct evidence_selection *s, size_t most, struct diag *diag)
{
	*s = (struct evidence_selection){.id = malloc((most + 1) * sizeof(*s->id))};
	return s->id ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for the evidence");
}

void evidence_selection_clear(struct evidence_selection *s)
{
	free(s->id);
	*s = (struct evidence_selection){0};
}

void evidence_selection_add(struct evidence_selection *s, uint64_t id)
{
	s->id[s->count++] = id;
}

static int compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void evidence_selection_sort(struct evidence_selection *s)
{
	if (s->count)
		qsort(s->id, s->count, sizeof(*s->id), compare_ids);
}

bool evidence_selection_has(struct evidence_selection *s, uint64_t id)
{
	while (s->next < s->count && s->id[s->next] < id)
		s->next++;
	return s->next < s->count && s->id[s->next] == id;
}
