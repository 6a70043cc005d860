#include "trace/case_incident.h"

#include <stdio.h>
#include <stdlib.h>

#define GROUPS 64 /* open at a time: cause, sender and status */

struct group {
	struct case_incident sum;
	uint64_t *key; /* sorted nowhere: open addressing, CASE_INCIDENT_KEYS slots */
	bool is_used;
};

struct case_incidents {
	struct group group[GROUPS];
	struct case_incident done[CASE_INCIDENTS_KEPT];
	unsigned done_count;
};

enum rc case_incidents_new(struct case_incidents **out, struct diag *diag)
{
	*out = calloc(1, sizeof(**out));
	return *out ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for incidents");
}

void case_incidents_free(struct case_incidents *i)
{
	if (!i)
		return;
	for (unsigned k = 0; k < GROUPS; k++)
		free(i->group[k].key);
	free(i);
}

static void group_close(struct case_incidents *i, struct group *g)
{
	if (g->sum.subscribers >= CASE_INCIDENT_SUBSCRIBERS && i->done_count < CASE_INCIDENTS_KEPT)
		i->done[i->done_count++] = g->sum;
	g->is_used = false;
}

/* The group of the diagnosis, else a free one, else the one that is quiet for longest. */
static struct group *group_find(struct case_incidents *i, const struct diagnosis *d)
{
	struct group *oldest = &i->group[0];

	for (unsigned k = 0; k < GROUPS; k++) {
		struct group *g = &i->group[k];

		if (g->is_used && g->sum.cause == d->cause && g->sum.sent_by == d->sent_by &&
		    g->sum.status == d->status) {
			if (d->first_us - g->sum.end_us > CASE_INCIDENT_GAP_US)
				group_close(i, g);
			return g;
		}
		if (!g->is_used || (oldest->is_used && g->sum.end_us < oldest->sum.end_us))
			oldest = g;
	}
	if (oldest->is_used)
		group_close(i, oldest);
	return oldest;
}

static void group_count(struct group *g, uint64_t key)
{
	for (size_t i = 0; i < CASE_INCIDENT_KEYS; i++) {
		uint64_t *slot = &g->key[(key + i) % CASE_INCIDENT_KEYS];

		if (*slot == key)
			return;
		/* A table that is full to the brim would be slow. */
		if (!*slot && g->sum.subscribers < CASE_INCIDENT_KEYS / 2) {
			*slot = key;
			g->sum.subscribers++;
			return;
		}
		if (!*slot)
			break;
	}
	g->sum.is_at_least = true;
}

bool case_incidents_add(struct case_incidents *i, const struct diagnosis *d)
{
	struct group *g;
	uint64_t key = d->impi_key ? d->impi_key : d->impu_key;

	if (!diagnosis_is_failure(d) || d->is_suspicious || !key || !d->first_us)
		return true;
	g = group_find(i, d);
	if (!g->key)
		g->key = malloc(CASE_INCIDENT_KEYS * sizeof(*g->key));
	if (!g->key)
		return false;
	if (!g->is_used) {
		memset(g->key, 0, CASE_INCIDENT_KEYS * sizeof(*g->key));
		g->sum = (struct case_incident){
			.cause = d->cause,
			.sent_by = d->sent_by,
			.status = d->status,
			.begin_us = d->first_us,
		};
		text_copy(d->traits.p_cscf, g->sum.p_cscf, sizeof(g->sum.p_cscf));
		g->is_used = true;
	}
	if (!text_equal(text_from(g->sum.p_cscf),
			d->traits.p_cscf.data ? d->traits.p_cscf : TEXT_LITERAL("")))
		g->sum.p_cscf[0] = '\0';
	if (d->last_us > g->sum.end_us)
		g->sum.end_us = d->last_us;
	g->sum.cases++;
	group_count(g, key);
	return true;
}

static int by_begin(const void *a, const void *b)
{
	const struct case_incident *x = a, *y = b;

	return (x->begin_us > y->begin_us) - (x->begin_us < y->begin_us);
}

void case_incidents_finish(struct case_incidents *i,
			   void (*visit)(const struct case_incident *incident, void *context),
			   void *context)
{
	for (unsigned k = 0; k < GROUPS; k++)
		if (i->group[k].is_used)
			group_close(i, &i->group[k]);
	qsort(i->done, i->done_count, sizeof(i->done[0]), by_begin);
	for (unsigned k = 0; k < i->done_count; k++)
		visit(&i->done[k], context);
}

void case_incident_words(const struct case_incident *i, char *out, size_t size)
{
	long long seconds = (i->end_us - i->begin_us) / 1000000;

	snprintf(out, size,
		 "%s%llu subscribers met %s within %lld %s%s%s: one incident, not %llu faults of "
		 "subscribers",
		 i->is_at_least ? "at least " : "", (unsigned long long)i->subscribers,
		 cause_class_str(i->cause), seconds < 120 ? seconds + 1 : seconds / 60 + 1,
		 seconds < 120 ? "seconds" : "minutes", i->p_cscf[0] ? " behind " : "", i->p_cscf,
		 (unsigned long long)i->subscribers);
}
