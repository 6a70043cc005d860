#include "trace/cx_leg.h"

#include <stdlib.h>

#define SLOTS 65536u /* a power of two */
#define UNIQUE_US (INT64_C(240) * 1000000)
#define ORIGIN_HOST 264

struct seen {
	uint64_t request; /* of Origin-Host, End-to-End and command; 0: free */
	uint64_t leg;
	int64_t time_us;
};

struct cx_legs {
	struct seen seen[SLOTS];
	uint64_t copy[SLOTS]; /* of leg, Hop-by-Hop and End-to-End; 0: free */
};

struct cx_legs *cx_legs_new(void)
{
	return calloc(1, sizeof(struct cx_legs));
}

void cx_legs_free(struct cx_legs *l)
{
	free(l);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return text_hash(hash, text_of((const char *)&value, sizeof(value)));
}

static struct text origin_host(struct text message)
{
	struct diameter_walk walk = diameter_walk_message(message);
	struct diameter_avp avp;

	while (diameter_walk_next(&walk, &avp))
		if (avp.code == ORIGIN_HOST && !avp.vendor)
			return avp.data;
	return TEXT_NONE;
}

static uint64_t copy_key(const struct diameter_header *header, uint64_t leg)
{
	return mix(leg, (uint64_t)header->hop_by_hop << 32 | header->end_to_end) | 1;
}

static size_t slot(uint64_t key)
{
	return key >> 32 & (SLOTS - 1);
}

uint64_t cx_leg_of(struct cx_leg_end requester, struct cx_leg_end responder)
{
	uint64_t hash = text_hash(TEXT_HASH_SEED, text_from(requester.address));

	hash = text_hash(mix(hash, requester.port), text_from(responder.address));
	return mix(hash, responder.port);
}

bool cx_legs_is_copy(struct cx_legs *l, const struct diameter_header *header, struct text request,
		     uint64_t leg, int64_t time_us)
{
	struct text host = origin_host(request);
	uint64_t key = mix(text_hash(TEXT_HASH_SEED, host),
			   (uint64_t)header->command << 32 | header->end_to_end) |
		       1;
	struct seen *seen = &l->seen[slot(key)];
	bool is_new = seen->request != key || time_us - seen->time_us > UNIQUE_US ||
		      seen->time_us - time_us > UNIQUE_US;

	if (!host.data || header->flags & DIAMETER_FLAG_RETRANSMITTED)
		return false;
	if (!is_new && seen->leg != leg) {
		uint64_t copy = copy_key(header, leg);

		l->copy[slot(copy)] = copy;
		return true;
	}
	*seen = (struct seen){key, leg, time_us};
	return false;
}

bool cx_legs_is_answer_of_copy(const struct cx_legs *l, const struct diameter_header *header,
			       uint64_t leg)
{
	uint64_t copy = copy_key(header, leg);

	return l->copy[slot(copy)] == copy;
}
