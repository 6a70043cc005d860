#include "trace/correlator_case.h"

#include <stdlib.h>

#define EVENTS_FIRST 8

struct open_case *open_case_new(void)
{
	struct open_case *c = calloc(1, sizeof(*c));

	if (c)
		arena_init(&c->arena);
	return c;
}

void open_case_free(struct open_case *c)
{
	if (!c)
		return;
	arena_clear(&c->arena);
	free(c->event);
	free(c);
}

bool sip_is_final(const struct sip_message *m)
{
	return !m->is_request && m->status >= 200;
}

bool sip_is_challenge(const struct sip_message *m)
{
	return !m->is_request && (m->status == 401 || m->status == 407);
}

/* RFC 3261 21.4.16, 21.4.17, 22; RFC 3329 2.3.1; RFC 4028 6: the client mends its request and
 * repeats it. */
bool sip_asks_for_retry(const struct sip_message *m)
{
	static const int statuses[] = {401, 407, 421, 422, 423, 494};

	for (size_t i = 0; !m->is_request && i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (m->status == statuses[i])
			return true;
	return false;
}

static enum sip_method transaction_method(enum sip_method m)
{
	return m == SIP_ACK || m == SIP_CANCEL ? SIP_INVITE : m;
}

bool sip_same_transaction(const struct sip_message *a, const struct sip_message *b)
{
	enum sip_method method = transaction_method(a->method);

	if (a->cseq != b->cseq || method != transaction_method(b->method) ||
	    !text_equal(a->call_id, b->call_id))
		return false;
	return method != SIP_OTHER || text_equal(a->method_name, b->method_name);
}

bool open_case_has_transaction(const struct open_case *c, const struct sip_message *m)
{
	for (unsigned i = c->event_count; i > 0; i--)
		if (c->event[i - 1].sip && sip_same_transaction(c->event[i - 1].sip, m))
			return true;
	return false;
}

static bool is_same_message(const struct sip_message *a, const struct sip_message *b)
{
	return a->is_request == b->is_request && a->status == b->status && a->cseq == b->cseq &&
	       a->via_count == b->via_count && text_equal(a->branch, b->branch) &&
	       text_equal(a->method_name, b->method_name) && text_equal(a->to_tag, b->to_tag) &&
	       text_equal(a->call_id, b->call_id);
}

struct trace_event *open_case_same(const struct open_case *c, const struct sip_message *m)
{
	for (unsigned i = c->event_count; i > 0; i--)
		if (c->event[i - 1].sip && is_same_message(c->event[i - 1].sip, m))
			return &c->event[i - 1];
	return NULL;
}

/* A copy of the event's message in arena. */
static bool copy_event(struct trace_event *e, struct arena *arena)
{
	if (e->sip) {
		struct sip_message *sip = arena_alloc(arena, sizeof(*sip));

		if (!sip || !sip_message_copy(e->sip, arena, sip))
			return false;
		e->sip = sip;
	}
	if (e->cx) {
		struct cx_exchange *cx = arena_alloc(arena, sizeof(*cx));

		if (!cx || !cx_exchange_copy(e->cx, arena, cx))
			return false;
		e->cx = cx;
	}
	return true;
}

/* Copies what is still held to a new arena, and with it drops what is not. */
static bool compact(struct open_case *c)
{
	struct trace_event *event = malloc(c->event_capacity * sizeof(*event));
	struct trace_case *v = &c->view;
	struct text *kept[] = {&v->call_id, &v->impi, &v->impu, &v->called, &c->contact};
	struct arena fresh;
	bool is_good = event;

	arena_init(&fresh);
	if (event)
		memcpy(event, c->event, c->event_count * sizeof(*event));
	for (unsigned i = 0; is_good && i < c->event_count; i++)
		is_good = copy_event(&event[i], &fresh);
	struct text moved[sizeof(kept) / sizeof(kept[0])];

	for (size_t i = 0; is_good && i < sizeof(kept) / sizeof(kept[0]); i++) {
		moved[i] = arena_text(&fresh, *kept[i]);
		is_good = moved[i].data || !kept[i]->data;
	}
	if (!is_good) {
		arena_clear(&fresh);
		free(event);
		return false;
	}
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		*kept[i] = moved[i];
	free(c->event);
	c->event = event;
	arena_clear(&c->arena);
	c->arena = fresh;
	c->dropped = 0;
	return true;
}

static bool make_room(struct open_case *c, unsigned most)
{
	if (c->event_count < most && c->event_count == c->event_capacity) {
		unsigned capacity = c->event_capacity ? c->event_capacity * 2 : EVENTS_FIRST;
		struct trace_event *event = realloc(c->event, capacity * sizeof(*event));

		if (!event)
			return false;
		c->event = event;
		c->event_capacity = capacity;
	}
	if (c->event_count < most)
		return true;
	unsigned middle = most / 2;

	memmove(&c->event[middle], &c->event[middle + 1],
		(c->event_count - middle - 1) * sizeof(*c->event));
	c->event_count--;
	c->view.is_trimmed = true;
	return ++c->dropped < most || compact(c);
}

bool open_case_add(struct open_case *c, const struct trace_event *event, unsigned most)
{
	struct trace_event copy = *event;

	if (!make_room(c, most) || !copy_event(&copy, &c->arena))
		return false;
	c->event[c->event_count++] = copy;
	return true;
}
