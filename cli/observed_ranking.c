#include "cli/observed_ranking.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define DAY_BITS 64u

static void subject_clear(struct frequent_name *name)
{
	free((void *)(uintptr_t)((struct ranking_subject *)name)->last_host.data);
}

struct frequent_names observed_ranking_new(void)
{
	return (struct frequent_names){.most = RANKING_MAX,
				       .bytes = sizeof(struct ranking_subject),
				       .clear = subject_clear};
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

	if (s->impi.count == 1 || e->time_us < s->first_us)
		s->first_us = e->time_us;
	if (s->impi.count == 1 || e->time_us >= s->last_us) {
		s->last_us = e->time_us;
		if (!replace(&s->last_host, e->answer_origin_host.data ? e->answer_origin_host
								       : e->destination_host))
			return false;
	}
	s->days[day / DAY_BITS] |= UINT64_C(1) << day % DAY_BITS;
	count_code(s, e);
	return true;
}

enum rc observed_ranking_add(struct frequent_names *r, const struct cx_exchange *e)
{
	struct frequent_name *subject;
	struct attempt attempt;
	enum rc rc;

	if (!cx_exchange_is_failure(e) || !cx_exchange_attempt(e, &attempt))
		return RC_OK;
	rc = frequent_names_add(r, text_hash(TEXT_HASH_SEED, attempt.impi), attempt.impi, &subject);
	if (rc == RC_OK && !count_attempt((struct ranking_subject *)subject, e))
		rc = RC_NOMEM;
	return rc;
}

static int subject_compare(const void *a, const void *b)
{
	const struct ranking_subject *x = *(struct ranking_subject *const *)a;
	const struct ranking_subject *y = *(struct ranking_subject *const *)b;

	if (x->impi.count != y->impi.count)
		return x->impi.count > y->impi.count ? -1 : 1;
	if (x->last_us != y->last_us)
		return x->last_us > y->last_us ? -1 : 1;
	return text_compare(x->impi.name, y->impi.name);
}

void observed_ranking_sort(struct frequent_names *r)
{
	frequent_names_sort(r, subject_compare);
}

unsigned observed_ranking_days(const struct ranking_subject *s)
{
	unsigned days = 0;

	for (unsigned i = 0; i < RANKING_DAY_WORDS; i++)
		days += (unsigned)__builtin_popcountll(s->days[i]);
	return days;
}
