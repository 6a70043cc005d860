#define XXH_INLINE_ALL
#include "trace/clock_offset.h"

#include <stdlib.h>
#include <xxhash.h>

#define SLOTS 32768u
#define FILL_MOST (SLOTS / 2)
#define ABSENT INT64_MIN
/* Requests alone, or responses alone, seen at different hops: less may be the way between them. */
#define TRANSIT_MOST_US INT64_C(2000000)

/* Exact: the same message on the same hop. Loose: on whichever hop. */
enum sighting { SIGHTING_EXACT, SIGHTING_LOOSE, SIGHTINGS };

struct slot {
	uint64_t key; /* 0: free */
	enum sighting kind;
	bool is_request;
};

struct clock_offset {
	unsigned inputs;
	unsigned used;
	unsigned sampling; /* keys with this many zero bits at the top are kept */
	struct slot slot[SLOTS];
	int64_t time_us[]; /* SLOTS for each input */
};

enum rc clock_offset_new(unsigned inputs, struct clock_offset **out, struct diag *diag)
{
	struct clock_offset *c;

	if (inputs > CLOCK_INPUTS_MAX)
		return diag_set(diag, RC_LIMIT, "%u inputs; at most %d are compared", inputs,
				CLOCK_INPUTS_MAX);
	c = calloc(1, sizeof(*c) + (size_t)inputs * SLOTS * sizeof(c->time_us[0]));
	if (!c)
		return diag_set(diag, RC_NOMEM, "no memory to compare clocks");
	c->inputs = inputs;
	*out = c;
	return RC_OK;
}

void clock_offset_free(struct clock_offset *c)
{
	free(c);
}

static int64_t *times(struct clock_offset *c, size_t at)
{
	return &c->time_us[at * c->inputs];
}

static bool is_sampled(const struct clock_offset *c, uint64_t key)
{
	return c->sampling == 0 || key >> (64 - c->sampling) == 0;
}

/* The slot of key, or the free one where it belongs. */
static size_t find_slot(const struct clock_offset *c, uint64_t key)
{
	size_t at = key % SLOTS;

	while (c->slot[at].key && c->slot[at].key != key)
		at = (at + 1) % SLOTS;
	return at;
}

/* Halves the sample until there is room. Slots are moved one by one to where they belong now. */
static void thin_out(struct clock_offset *c)
{
	c->sampling++;
	for (size_t i = 0; i < SLOTS; i++)
		if (c->slot[i].key && !is_sampled(c, c->slot[i].key))
			c->slot[i] = (struct slot){0};
	c->used = 0;
	/* twice round: a slot may have to go behind the end of the table and back to its begin */
	for (size_t n = 0; n < 2 * (size_t)SLOTS; n++) {
		size_t from = n % SLOTS;
		struct slot moved = c->slot[from];

		if (!moved.key)
			continue;
		c->slot[from].key = 0;
		size_t to = find_slot(c, moved.key);

		c->slot[to] = moved;
		if (to != from)
			memcpy(times(c, to), times(c, from), c->inputs * sizeof(c->time_us[0]));
	}
	for (size_t i = 0; i < SLOTS; i++)
		c->used += c->slot[i].key != 0;
}

static void add_sighting(struct clock_offset *c, enum sighting kind, uint64_t key,
			 const struct sip_message *m)
{
	key |= 1;
	if (!is_sampled(c, key))
		return;
	while (c->used >= FILL_MOST && c->sampling < 63)
		thin_out(c);
	size_t at = find_slot(c, key);

	if (!c->slot[at].key) {
		if (!is_sampled(c, key))
			return;
		c->slot[at] = (struct slot){.key = key, .kind = kind, .is_request = m->is_request};
		for (unsigned i = 0; i < c->inputs; i++)
			times(c, at)[i] = ABSENT;
		c->used++;
	}
	if (times(c, at)[m->input] == ABSENT)
		times(c, at)[m->input] = m->time_us;
}

static uint64_t hash_text(uint64_t seed, struct text t)
{
	return XXH3_64bits_withSeed(t.data ? t.data : "", t.length, seed);
}

void clock_offset_add(struct clock_offset *c, const struct sip_message *m)
{
	uint64_t key = (uint64_t)m->cseq << 16 | (uint64_t)m->status << 1 | m->is_request;

	if (!m->time_us || m->input >= c->inputs)
		return;
	key = hash_text(key, m->call_id);
	key = hash_text(key, m->method_name);
	add_sighting(c, SIGHTING_LOOSE, key, m);
	if (m->branch.data)
		add_sighting(c, SIGHTING_EXACT, hash_text(key + m->via_count + 1, m->branch), m);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median of what input has to be moved by to agree with reference; false without a pair. */
static bool median(const struct clock_offset *c, unsigned reference, unsigned input,
		   enum sighting kind, bool is_request, int64_t *scratch, int64_t *out)
{
	size_t count = 0;

	for (size_t at = 0; at < SLOTS; at++) {
		const int64_t *t = &c->time_us[at * c->inputs];

		if (c->slot[at].key && c->slot[at].kind == kind &&
		    c->slot[at].is_request == is_request && t[reference] != ABSENT &&
		    t[input] != ABSENT)
			scratch[count++] = t[reference] - t[input];
	}
	if (count == 0)
		return false;
	qsort(scratch, count, sizeof(*scratch), compare);
	*out = scratch[count / 2];
	return true;
}

/* Between the bounds nothing is known: clocks that may agree are taken to. */
static int64_t between(int64_t a, int64_t b)
{
	if ((a <= 0 && b >= 0) || (a >= 0 && b <= 0))
		return 0;
	return a / 2 + b / 2 + (a % 2 + b % 2) / 2;
}

static bool estimate_pair(const struct clock_offset *c, unsigned reference, unsigned input,
			  int64_t *scratch, int64_t *out)
{
	for (int kind = 0; kind < SIGHTINGS; kind++) {
		int64_t there = 0, back = 0;
		bool has_there =
			median(c, reference, input, (enum sighting)kind, true, scratch, &there);
		bool has_back =
			median(c, reference, input, (enum sighting)kind, false, scratch, &back);
		int64_t only = has_there ? there : back;

		if (!has_there && !has_back)
			continue;
		bool is_transit = kind == SIGHTING_LOOSE && only > -TRANSIT_MOST_US &&
				  only < TRANSIT_MOST_US;

		*out = has_there && has_back ? between(there, back) : is_transit ? 0 : only;
		return true;
	}
	return false;
}

enum rc clock_offset_estimate(const struct clock_offset *c, struct clock_estimate *out,
			      struct diag *diag)
{
	int64_t *scratch = malloc(SLOTS * sizeof(*scratch));
	bool has_progress = true;

	if (!scratch)
		return diag_set(diag, RC_NOMEM, "no memory to compare clocks");
	for (unsigned i = 0; i < c->inputs; i++)
		out[i] = (struct clock_estimate){0};
	while (has_progress) {
		has_progress = false;
		for (unsigned i = 1; i < c->inputs; i++)
			for (unsigned k = 0; k < c->inputs && !out[i].is_known; k++) {
				int64_t offset;

				if (k == i || (k > 0 && !out[k].is_known) ||
				    !estimate_pair(c, k, i, scratch, &offset))
					continue;
				out[i].offset_us = out[k].offset_us + offset;
				out[i].is_known = has_progress = true;
				out[0].is_known = true;
			}
	}
	free(scratch);
	return RC_OK;
}
