#include "audit/evidence_incident.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "audit/key_set.h"

#define MINUTE_US INT64_C(60000000)
#define EXPERIMENTAL_ROAMING_NOT_ALLOWED 5004
#define CAUSES_MAX 4096u /* visited networks are the UE's to invent */
#define CAUSE_SLOTS (2 * CAUSES_MAX)
#define PLACES_MAX 16384u /* a power of two */
#define PLACE_KINDS 3
#define LATE_MINUTES 5 /* what ends later than that after it began is another time: an import */

/* What failures have in common, with the minute under way and the incident that may be open. */
struct cause {
	uint64_t place; /* whose traffic it is measured against */
	struct incident what;
	int64_t first_us, last_us;
	uint64_t failures;
	struct key_set subscribers;
	size_t open; /* incident number + 1 */
	int64_t open_minute;
	struct key_set open_subscribers;
};

struct place {
	uint64_t key, total;
};

struct incident_finder {
	struct arena arena;
	struct cause *cause;
	size_t cause_count;
	uint16_t slot[CAUSE_SLOTS];     /* open addressing over cause: number + 1; 0: free */
	struct place place[PLACES_MAX]; /* open addressing; key 0: free */
	uint16_t used[PLACES_MAX / 2];  /* slots of place */
	size_t place_count;
	int64_t minute;
	uint64_t first_id, last_id; /* of the minute's exchanges */
	bool has_jumped;            /* time went back since the last span */
	bool is_hit;                /* the minute closed is part of an incident, or may be */
	bool is_overflowing;        /* causes found no room */
	struct incident *incident;
	size_t incident_count;
	struct incident_span *span;
	size_t span_count, span_capacity;
};

enum rc incident_finder_new(struct incident_finder **out, struct diag *diag)
{
	struct incident_finder *f = calloc(1, sizeof(*f));

	if (f)
		f->cause = calloc(CAUSES_MAX, sizeof(*f->cause));
	if (!f || !f->cause) {
		free(f);
		return diag_set(diag, RC_NOMEM, "no memory for the incidents");
	}
	arena_init(&f->arena);
	*out = f;
	return RC_OK;
}

void incident_finder_free(struct incident_finder *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->cause_count; i++) {
		key_set_clear(&f->cause[i].subscribers);
		key_set_clear(&f->cause[i].open_subscribers);
	}
	free(f->cause);
	free(f->incident);
	free(f->span);
	arena_clear(&f->arena);
	free(f);
}

static struct text destination_of(const struct cx_exchange *e)
{
	return e->destination_host.data ? e->destination_host : e->destination_realm;
}

/* What an exchange would be an incident of; texts are borrowed. */
static struct incident nature_of(const struct cx_exchange *e)
{
	bool is_roaming = e->answer.kind == ANSWER_EXPERIMENTAL &&
			  e->answer.code == EXPERIMENTAL_ROAMING_NOT_ALLOWED;

	return (struct incident){
		.command = e->command,
		.kind = e->answer.kind,
		.code = e->answer.kind == ANSWER_SILENT ? 0 : e->answer.code,
		.is_relay_made = e->end == CX_END_RELAY_ANSWERED,
		.node = e->end == CX_END_ANSWERED && e->answer_origin_host.data
				? e->answer_origin_host
				: destination_of(e),
		.visited_network = is_roaming ? e->visited_network : TEXT_NONE,
	};
}

static uint64_t hash_text(struct text t, uint64_t seed)
{
	return t.data ? XXH3_64bits_withSeed(t.data, t.length, seed) : ~seed;
}

static uint64_t nature_hash(const struct incident *n)
{
	uint64_t seed = (uint64_t)n->command | (uint64_t)n->kind << 8 |
			(uint64_t)n->is_relay_made << 16 | (uint64_t)n->code << 32;

	return hash_text(n->visited_network, hash_text(n->node, seed)) | 1;
}

enum place_kind { PLACE_DESTINATION, PLACE_RESPONDER, PLACE_VISITED_NETWORK };

static uint64_t place_key(const struct cx_exchange *e, enum place_kind kind)
{
	const struct text name[PLACE_KINDS] = {
		[PLACE_DESTINATION] = destination_of(e),
		[PLACE_RESPONDER] = e->answer_origin_host,
		[PLACE_VISITED_NETWORK] = e->visited_network,
	};

	return hash_text(name[kind], (uint64_t)e->command << 8 | (uint64_t)kind) | 1;
}

static struct place *place_find(struct incident_finder *f, uint64_t key)
{
	size_t i = key >> 1 & (PLACES_MAX - 1);

	while (f->place[i].key && f->place[i].key != key)
		i = (i + 1) & (PLACES_MAX - 1);
	return &f->place[i];
}

static void place_count(struct incident_finder *f, uint64_t key)
{
	struct place *p = place_find(f, key);

	if (!p->key && f->place_count >= PLACES_MAX / 2)
		return;
	if (!p->key)
		f->used[f->place_count++] = (uint16_t)(p - f->place);
	p->key = key;
	p->total++;
}

static bool incident_open(struct incident_finder *f, struct cause *c)
{
	struct incident *list = realloc(f->incident, (f->incident_count + 1) * sizeof(*list));

	if (!list)
		return false;
	f->incident = list;
	list[f->incident_count] = c->what;
	list[f->incident_count].begin_us = c->first_us;
	c->open = ++f->incident_count;
	key_set_reset(&c->open_subscribers);
	return true;
}

/* The minute of a cause is over: does it belong to an incident? */
static bool cause_close_minute(struct incident_finder *f, struct cause *c)
{
	struct incident *incident;
	double total = (double)place_find(f, c->place)->total;
	bool is_hit = c->subscribers.used >= INCIDENT_SUBSCRIBERS && total > 0 &&
		      (double)c->failures >= INCIDENT_SHARE * total;

	f->is_hit |= is_hit;
	if (is_hit) {
		if (c->open && f->minute - c->open_minute > INCIDENT_GAP_MINUTES)
			c->open = 0;
		if ((!c->open && !incident_open(f, c)) ||
		    !key_set_join(&c->open_subscribers, &c->subscribers))
			return false;
		c->open_minute = f->minute;
		incident = &f->incident[c->open - 1];
		incident->end_us = c->last_us;
		incident->exchanges += c->failures;
		incident->subscribers = c->open_subscribers.used;
	}
	c->failures = 0;
	key_set_reset(&c->subscribers);
	return true;
}

static bool span_add(struct incident_finder *f)
{
	if (f->span_count == f->span_capacity) {
		size_t capacity = f->span_capacity ? f->span_capacity * 2 : 64;
		struct incident_span *grown = realloc(f->span, capacity * sizeof(*grown));

		if (!grown)
			return false;
		f->span = grown;
		f->span_capacity = capacity;
	}
	f->span[f->span_count++] =
		(struct incident_span){f->first_id, f->last_id, f->minute, f->has_jumped};
	f->has_jumped = false;
	return true;
}

static bool close_minute(struct incident_finder *f)
{
	f->is_hit = f->is_overflowing && f->first_id;
	for (size_t i = 0; i < f->cause_count; i++)
		if (f->cause[i].failures && !cause_close_minute(f, &f->cause[i]))
			return false;
	for (size_t i = 0; i < f->place_count; i++)
		f->place[f->used[i]] = (struct place){0};
	f->place_count = 0;
	if (f->is_hit && !span_add(f))
		return false;
	f->first_id = 0;
	return true;
}

/* No incident goes on. */
static void end_all(struct incident_finder *f)
{
	for (size_t i = 0; i < f->cause_count; i++)
		f->cause[i].open = 0;
}

/* The cause of an exchange, made when it is new; NULL when there is no room. */
static struct cause *cause_of(struct incident_finder *f, const struct cx_exchange *e)
{
	struct incident what = nature_of(e);
	size_t i;
	struct cause *c;

	what.nature = nature_hash(&what);
	i = what.nature >> 1 & (CAUSE_SLOTS - 1);
	for (; f->slot[i]; i = (i + 1) & (CAUSE_SLOTS - 1))
		if (f->cause[f->slot[i] - 1].what.nature == what.nature)
			return &f->cause[f->slot[i] - 1];
	if (f->cause_count == CAUSES_MAX) {
		f->is_overflowing = true;
		return NULL;
	}
	c = &f->cause[f->cause_count];
	what.node = arena_text(&f->arena, what.node);
	what.visited_network = arena_text(&f->arena, what.visited_network);
	*c = (struct cause){
		.what = what,
		.place = place_key(e, what.visited_network.data ? PLACE_VISITED_NETWORK
				      : e->end == CX_END_ANSWERED && e->answer_origin_host.data
					      ? PLACE_RESPONDER
					      : PLACE_DESTINATION),
	};
	f->slot[i] = (uint16_t)++f->cause_count;
	return c;
}

static uint64_t subscriber_key(const struct cx_exchange *e)
{
	return hash_text(e->impi.data ? e->impi : e->impu_count ? e->impu[0] : e->session, 0);
}

bool incident_finder_add(struct incident_finder *f, const struct cx_exchange *e, bool is_suspect)
{
	int64_t minute = e->time_us / MINUTE_US;
	struct cause *c;

	/* Exchanges are stored when they end: one that waited for its time-out counts in the minute
	 * in which it is met. What a capture of another day brought has minutes of its own. */
	if (minute > f->minute || minute < f->minute - LATE_MINUTES) {
		if (!close_minute(f))
			return false;
		if (minute < f->minute) {
			end_all(f);
			f->has_jumped = true;
		}
		f->minute = minute;
	}
	f->first_id = f->first_id ? f->first_id : e->id;
	f->last_id = e->id;
	for (int kind = 0; kind < PLACE_KINDS; kind++)
		place_count(f, place_key(e, (enum place_kind)kind));
	c = is_suspect ? cause_of(f, e) : NULL;
	if (!c)
		return true;
	if (!c->failures || e->time_us < c->first_us)
		c->first_us = e->time_us;
	if (!c->failures || e->time_us > c->last_us)
		c->last_us = e->time_us;
	c->failures++;
	return key_set_add(&c->subscribers, subscriber_key(e));
}

static int compare_begin(const void *a, const void *b)
{
	const struct incident *x = a, *y = b;

	return (x->begin_us > y->begin_us) - (x->begin_us < y->begin_us);
}

enum rc incident_finder_finish(struct incident_finder *f, const struct incident **list,
			       size_t *count, struct diag *diag)
{
	if (!close_minute(f))
		return diag_set(diag, RC_NOMEM, "no memory for the incidents");
	if (f->incident_count)
		qsort(f->incident, f->incident_count, sizeof(*f->incident), compare_begin);
	*list = f->incident;
	*count = f->incident_count;
	return RC_OK;
}

const struct incident_span *incident_finder_spans(const struct incident_finder *f, size_t *count)
{
	*count = f->span_count;
	return f->span;
}

bool incident_finder_begin_span(struct incident_finder *f, const struct incident_span *span)
{
	if (!close_minute(f))
		return false;
	if (span->is_after_jump)
		end_all(f);
	f->minute = span->minute;
	return true;
}

uint64_t incident_nature(const struct cx_exchange *e)
{
	struct incident what = nature_of(e);

	return nature_hash(&what);
}

const struct incident *incident_of(const struct incident *list, size_t count, uint64_t nature,
				   int64_t time_us)
{
	/* The minutes in which it began and faded were too thin to count, yet belong to it. */
	for (size_t i = 0; i < count; i++)
		if (list[i].nature == nature && time_us >= list[i].begin_us - MINUTE_US &&
		    time_us <= list[i].end_us + MINUTE_US)
			return &list[i];
	return NULL;
}
