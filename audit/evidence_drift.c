#include "audit/evidence_drift.h"

#include <stdlib.h>

struct adding {
	struct evidence_drifts *drifts;
	const struct cx_exchange *e;
	bool is_older, is_shown;
};

void evidence_drifts_init(struct evidence_drifts *d)
{
	*d = (struct evidence_drifts){0};
	arena_init(&d->arena);
}

void evidence_drifts_clear(struct evidence_drifts *d)
{
	free(d->list);
	arena_clear(&d->arena);
	evidence_drifts_init(d);
}

static bool reserve(struct evidence_drifts *d)
{
	uint32_t capacity = d->capacity ? d->capacity * 2 : 64;
	struct evidence_drift *list;

	if (d->count < d->capacity)
		return true;
	list = realloc(d->list, capacity * sizeof(*list));
	if (!list)
		return false;
	d->list = list;
	d->capacity = capacity;
	return true;
}

static bool keep(const struct drift *drift, void *context)
{
	struct adding *a = context;
	struct evidence_drifts *d = a->drifts;
	struct evidence_drift *kept;

	a->is_shown = true;
	if (a->is_older)
		return false;
	d->of_kind[drift->kind]++;
	if (d->count >= EVIDENCE_DRIFTS_MAX)
		return true;
	if (!reserve(d)) {
		d->failed = true;
		return false;
	}
	kept = &d->list[d->count++];
	*kept = (struct evidence_drift){
		.drift = {drift->kind, arena_text(&d->arena, drift->subject),
			  arena_text(&d->arena, drift->live),
			  arena_text(&d->arena, drift->exported)},
		.impi = arena_text(&d->arena, a->e->impi),
		.node = arena_text(&d->arena, a->e->answer_origin_host),
		.id = a->e->id,
		.time_us = a->e->time_us,
	};
	return true;
}

void evidence_drifts_add(struct evidence_drifts *d, const struct cx_exchange *e,
			 const struct resolution *resolution, const struct cx_answer *predicted,
			 int64_t snapshot_us)
{
	struct adding a = {.drifts = d, .e = e, .is_older = e->time_us < snapshot_us};

	drift_compare(e, resolution, predicted, keep, &a);
	d->older += a.is_older && a.is_shown;
}
