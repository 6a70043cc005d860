#include "trace/cx_pairing.h"

#include <stdlib.h>
#include <string.h>

#include "trace/cx_leg.h"

#define BUCKETS 65536u
#define WAITING_MAX 65536u            /* messages without their counterpart */
#define WAITING_BYTES_MAX (64u << 20) /* of these messages */

/* A message that waits for the other half of its exchange. */
struct waiting {
	struct waiting *next;          /* of the same bucket */
	struct waiting *older, *newer; /* in the order of arrival */
	struct diameter_header header;
	char requester[sizeof(((struct capture_message *)0)->source)];
	char responder[sizeof(((struct capture_message *)0)->source)];
	uint16_t requester_port, responder_port;
	uint64_t leg; /* cx_leg_of these four */
	uint64_t frame;
	int64_t time_us;
	size_t length;
	char bytes[];
};

struct cx_pairing {
	void (*visit)(const struct cx_sighting *s, void *context);
	void *context;
	struct cx_decoder *decoder;
	struct cx_legs *legs;
	struct arena arena;
	struct waiting *bucket[BUCKETS];
	struct waiting *oldest, *newest;
	uint32_t count;
	size_t bytes;
};

/* Answers of routing, not of a service: an HSS does not give them (RFC 6733 7.1.3). */
static const uint32_t relay_codes[] = {3002, 3003, 3005, 3006};

enum rc cx_pairing_new(void (*visit)(const struct cx_sighting *s, void *context), void *context,
		       struct cx_pairing **out, struct diag *diag)
{
	struct cx_pairing *p = calloc(1, sizeof(*p));
	enum rc rc;

	*out = NULL;
	if (!p)
		return diag_set(diag, RC_NOMEM, "no memory to pair messages");
	p->visit = visit;
	p->context = context;
	arena_init(&p->arena);
	p->legs = cx_legs_new();
	rc = p->legs ? cx_decoder_new(&p->decoder, diag)
		     : diag_set(diag, RC_NOMEM, "no memory to pair messages");
	if (rc != RC_OK) {
		cx_pairing_free(p);
		return rc;
	}
	*out = p;
	return RC_OK;
}

static bool is_request(const struct waiting *w)
{
	return w->header.flags & DIAMETER_FLAG_REQUEST;
}

/* The ends of the connection count, too: identifiers alone are the sender's to choose. */
static struct waiting **bucket_of(struct cx_pairing *p, const struct waiting *w)
{
	uint64_t numbers = (uint64_t)w->header.hop_by_hop << 32 | w->header.end_to_end;
	uint64_t mixed =
		(w->leg ^ numbers * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xd6e8feb86659fd93);

	return &p->bucket[mixed >> 48 & (BUCKETS - 1)];
}

static void unlink_waiting(struct cx_pairing *p, struct waiting *w)
{
	struct waiting **at = bucket_of(p, w);

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	*(w->older ? &w->older->newer : &p->oldest) = w->newer;
	*(w->newer ? &w->newer->older : &p->newest) = w->older;
	p->count--;
	p->bytes -= w->length;
}

static void link_waiting(struct cx_pairing *p, struct waiting *w)
{
	struct waiting **at = bucket_of(p, w);

	w->next = *at;
	*at = w;
	w->older = p->newest;
	w->newer = NULL;
	*(p->newest ? &p->newest->newer : &p->oldest) = w;
	p->newest = w;
	p->count++;
	p->bytes += w->length;
}

/* Messages of a MAA carry keys. */
static void waiting_free(struct waiting *w)
{
	if (w)
		explicit_bzero(w->bytes, w->length);
	free(w);
}

static struct waiting *waiting_new(const struct diameter_header *header,
				   const struct capture_message *m)
{
	struct waiting *w = malloc(sizeof(*w) + m->bytes.length);
	bool request = header->flags & DIAMETER_FLAG_REQUEST;

	if (!w)
		return NULL;
	memset(w, 0, sizeof(*w));
	w->header = *header;
	memcpy(w->requester, request ? m->source : m->destination, sizeof(w->requester));
	memcpy(w->responder, request ? m->destination : m->source, sizeof(w->responder));
	w->requester_port = request ? m->source_port : m->destination_port;
	w->responder_port = request ? m->destination_port : m->source_port;
	w->leg = cx_leg_of((struct cx_leg_end){w->requester, w->requester_port},
			   (struct cx_leg_end){w->responder, w->responder_port});
	w->frame = m->frame;
	w->time_us = m->time_us;
	w->length = m->bytes.length;
	memcpy(w->bytes, m->bytes.data, m->bytes.length);
	return w;
}

/* Whether both are of one exchange on one leg. */
static bool is_same_exchange(const struct waiting *a, const struct waiting *b)
{
	return a->header.end_to_end == b->header.end_to_end &&
	       a->header.hop_by_hop == b->header.hop_by_hop &&
	       a->header.command == b->header.command && a->requester_port == b->requester_port &&
	       a->responder_port == b->responder_port && !strcmp(a->requester, b->requester) &&
	       !strcmp(a->responder, b->responder);
}

static enum cx_end end_of(const struct waiting *request, const struct waiting *answer,
			  const struct cx_exchange *e)
{
	if (!answer)
		return CX_END_UNANSWERED;
	if (!request)
		return CX_END_ANSWER_ONLY;
	if (answer->header.flags & DIAMETER_FLAG_ERROR && e->answer.kind == ANSWER_RESULT_CODE)
		for (size_t i = 0; i < sizeof(relay_codes) / sizeof(relay_codes[0]); i++)
			if (e->answer.code == relay_codes[i])
				return CX_END_RELAY_ANSWERED;
	return CX_END_ANSWERED;
}

/* Decodes and hands over; either may be NULL, not both. Releases them. */
static enum rc conclude(struct cx_pairing *p, struct waiting *request, struct waiting *answer,
			struct diag *diag)
{
	const struct waiting *first = request ? request : answer;

	if (!first)
		return RC_OK;
	struct cx_sighting sighting = {.requester = first->requester,
				       .responder = first->responder,
				       .request_frame = request ? request->frame : 0,
				       .answer_frame = answer ? answer->frame : 0};
	struct cx_exchange e;
	enum rc rc;

	arena_reset(&p->arena);
	rc = cx_decode(p->decoder, request ? text_of(request->bytes, request->length) : TEXT_NONE,
		       answer ? text_of(answer->bytes, answer->length) : TEXT_NONE, &p->arena, &e,
		       diag);
	if (rc == RC_OK) {
		e.id = 0;
		e.time_us = first->time_us;
		e.latency_us = CX_NUMBER_ABSENT;
		/* Clocks of two captures that were merged may differ. */
		if (request && answer && answer->time_us >= request->time_us)
			e.latency_us = answer->time_us - request->time_us;
		e.end = end_of(request, answer, &e);
		sighting.exchange = &e;
		p->visit(&sighting, p->context);
	}
	waiting_free(request);
	waiting_free(answer);
	return rc == RC_SYNTAX ? RC_OK : rc;
}

static enum rc give_up(struct cx_pairing *p, struct waiting *w, struct diag *diag)
{
	unlink_waiting(p, w);
	return is_request(w) ? conclude(p, w, NULL, diag) : conclude(p, NULL, w, diag);
}

/* Whether w is of the further leg of an exchange. Its answer may have come first. */
static bool is_further_leg(struct cx_pairing *p, const struct waiting *w)
{
	struct waiting *other = *bucket_of(p, w);

	if (!is_request(w))
		return cx_legs_is_answer_of_copy(p->legs, &w->header, w->leg);
	if (!cx_legs_is_copy(p->legs, &w->header, text_of(w->bytes, w->length), w->leg, w->time_us))
		return false;
	while (other && (is_request(other) || !is_same_exchange(other, w)))
		other = other->next;
	if (other) {
		unlink_waiting(p, other);
		waiting_free(other);
	}
	return true;
}

/* Joins w to its counterpart, or lets it wait. */
static enum rc match(struct cx_pairing *p, struct waiting *w, struct diag *diag)
{
	struct waiting *other = *bucket_of(p, w);
	enum rc rc = RC_OK;

	while (other && !is_same_exchange(other, w))
		other = other->next;
	if (other && is_request(other) != is_request(w)) {
		unlink_waiting(p, other);
		return is_request(w) ? conclude(p, w, other, diag) : conclude(p, other, w, diag);
	}
	/* The same bytes again were captured twice; others use the numbers anew. */
	if (other && other->length == w->length && !memcmp(other->bytes, w->bytes, w->length)) {
		waiting_free(w);
		return RC_OK;
	}
	if (other)
		rc = give_up(p, other, diag);
	while (rc == RC_OK && p->oldest &&
	       (p->count >= WAITING_MAX || p->bytes + w->length > WAITING_BYTES_MAX))
		rc = give_up(p, p->oldest, diag);
	link_waiting(p, w);
	return rc;
}

enum rc cx_pairing_add(struct cx_pairing *p, const struct capture_message *m, struct diag *diag)
{
	struct diameter_header header;
	enum cx_command command;
	struct waiting *w;

	if (m->protocol != CAPTURE_DIAMETER || !diameter_header_read(m->bytes, &header) ||
	    !cx_command_of_header(&header, &command))
		return RC_OK;
	w = waiting_new(&header, m);
	if (!w)
		return diag_set(diag, RC_NOMEM, "no memory for a message of %zu bytes",
				m->bytes.length);
	if (is_further_leg(p, w)) {
		waiting_free(w);
		return RC_OK;
	}
	return match(p, w, diag);
}

enum rc cx_pairing_expire(struct cx_pairing *p, int64_t before_us, struct diag *diag)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && p->oldest && p->oldest->time_us < before_us)
		rc = give_up(p, p->oldest, diag);
	return rc;
}

enum rc cx_pairing_finish(struct cx_pairing *p, struct diag *diag)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && p->oldest)
		rc = give_up(p, p->oldest, diag);
	return rc;
}

void cx_pairing_free(struct cx_pairing *p)
{
	if (!p)
		return;
	while (p->oldest) {
		struct waiting *w = p->oldest;

		unlink_waiting(p, w);
		waiting_free(w);
	}
	cx_decoder_free(p->decoder);
	cx_legs_free(p->legs);
	arena_clear(&p->arena);
	free(p);
}
