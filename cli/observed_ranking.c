#include "cli/observed_ranking.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 1024u
#define DAY_US (INT64_C(86400) * 1000000)
#define DAY_BITS 64u

static void subject_free(struct ranking_subject *s)
{
	if (!s)
		return;
	free((void *)(uintptr_t)s->identity.data);
	free((void *)(uintptr_t)s->last_host.data);
	free(s);
}

/* Replaces *owned by a copy of t; what was there stays when memory is out. */
static bool replace(struct text *owned, struct text t)
{
	char *copy;

	if (owned->data && text_equal(*owned, t))
		return true;
	copy = malloc(t.length + 1);
	if (!copy)
		return false;
	if (t.length)
		memcpy(copy, t.data, t.length);
	copy[t.length] = '\0';
	free((void *)(uintptr_t)owned->data);
	*owned = text_of(copy, t.length);
	return true;
}

static struct ranking_subject **slot(struct ranking_subject **slots, uint32_t capacity,
				     uint64_t hash, struct text identity)
{
	uint32_t at = (uint32_t)(hash ^ hash >> 32) & (capacity - 1);

	while (slots[at] && (slots[at]->hash != hash || !text_equal(slots[at]->identity, identity)))
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static enum rc rebuild(struct observed_ranking *r, uint32_t capacity)
{
	struct ranking_subject **slots = calloc(capacity, sizeof(struct ranking_subject *));

	if (!slots)
		return RC_NOMEM;
	for (uint32_t i = 0; i < r->capacity; i++)
		if (r->slots[i])
			*slot(slots, capacity, r->slots[i]->hash, r->slots[i]->identity) =
				r->slots[i];
	free(r->slots);
	r->slots = slots;
	r->capacity = capacity;
	return RC_OK;
}

/* Forgets those with the fewest attempts until a quarter is free. */
static enum rc forget(struct observed_ranking *r)
{
	while (r->count > RANKING_MAX / 4 * 3) {
		r->floor++;
		for (uint32_t i = 0; i < r->capacity; i++) {
			if (!r->slots[i] || r->slots[i]->attempts > r->floor)
				continue;
			subject_free(r->slots[i]);
			r->slots[i] = NULL;
			r->count--;
		}
	}
	return rebuild(r, r->capacity);
}

static enum rc make_room(struct observed_ranking *r)
{
	if (r->count == RANKING_MAX)
		return forget(r);
	if (2 * r->count >= r->capacity)
		return rebuild(r, r->capacity ? 2 * r->capacity : CAPACITY_FIRST);
	return RC_OK;
}

static void count_code(struct ranking_subject *s, const struct cx_exchange *e)
{
	const struct cx_answer *a = &e->answer;
	uint32_t vendor = cx_answer_vendor(a);
	struct ranking_code *c = s->code;

	while (c < s->code + s->code_count && (c->command != e->command || c->kind != a->kind ||
					       c->code != a->code || c->vendor != vendor))
		c++;
	if (c == s->code + RANKING_CODES)
		return;
	if (c == s->code + s->code_count) {
		*c = (struct ranking_code){0, e->command, a->kind, a->code, vendor};
		s->code_count++;
	}
	c->count++;
}

static bool count_attempt(struct ranking_subject *s, const struct cx_exchange *e)
{
	uint64_t day = (uint64_t)(e->time_us / DAY_US) % (RANKING_DAY_WORDS * DAY_BITS);

	if (!s->attempts || e->time_us < s->first_us)
		s->first_us = e->time_us;
	if (!s->attempts || e->time_us >= s->last_us) {
		s->last_us = e->time_us;
		if (!replace(&s->last_host, e->answer_origin_host.data ? e->answer_origin_host
								       : e->destination_host))
			return false;
	}
	s->attempts++;
	s->days[day / DAY_BITS] |= UINT64_C(1) << day % DAY_BITS;
	count_code(s, e);
	return true;
}

enum rc observed_ranking_add(struct observed_ranking *r, const struct cx_exchange *e)
{
	struct ranking_subject **at, *s;
	struct attempt attempt;
	uint64_t hash;

	if (!cx_exchange_is_failure(e) || !cx_exchange_attempt(e, &attempt))
		return RC_OK;
	if (make_room(r) != RC_OK)
		return RC_NOMEM;
	hash = text_hash(TEXT_HASH_SEED, attempt.impi);
	at = slot(r->slots, r->capacity, hash, attempt.impi);
	if (!*at) {
		s = calloc(1, sizeof(*s));
		if (!s || !replace(&s->identity, attempt.impi)) {
			subject_free(s);
			return RC_NOMEM;
		}
		s->hash = hash;
		*at = s;
		r->count++;
	}
	return count_attempt(*at, e) ? RC_OK : RC_NOMEM;
}

static int subject_compare(const void *a, const void *b)
{
	const struct ranking_subject *x = *(struct ranking_subject *const *)a;
	const struct ranking_subject *y = *(struct ranking_subject *const *)b;

	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	if (x->last_us != y->last_us)
		return x->last_us > y->last_us ? -1 : 1;
	return text_compare(x->identity, y->identity);
}

void observed_ranking_sort(struct observed_ranking *r)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < r->capacity; i++) {
		struct ranking_subject *s = r->slots[i];

		r->slots[i] = NULL;
		if (s)
			r->slots[used++] = s;
	}
	if (used)
		qsort(r->slots, used, sizeof(struct ranking_subject *), subject_compare);
}

void observed_ranking_clear(struct observed_ranking *r)
{
	for (uint32_t i = 0; i < r->capacity; i++)
		subject_free(r->slots[i]);
	free(r->slots);
	memset(r, 0, sizeof(*r));
}

unsigned observed_ranking_days(const struct ranking_subject *s)
{
	unsigned days = 0;

	for (unsigned i = 0; i < RANKING_DAY_WORDS; i++)
		days += (unsigned)__builtin_popcountll(s->days[i]);
	return days;
}
