#include "trace/correlator.h"

#include <stdlib.h>

#include "model/identity.h"
#include "trace/correlator_flow.h"
#include "trace/correlator_private.h"

#define CASES_MOST 65536u
#define EVENTS_MOST 256u
#define EVENTS_LEAST 8u
#define IDLE_US INT64_C(64000000)
#define BYTES_MOST ((size_t)256 << 20)
/* Copies on other hops and the Cx of a concluded case still come; 10 s is when an unanswered Cx
 * request is given up. */
#define LINGER_US INT64_C(12000000)
/* The same message again in the same place: sooner it is the capture that saw it twice. */
#define RETRANSMISSION_US 50000
#define CHAIN_MOST 256u  /* cases of one bucket that are looked at, the latest first */
#define TEXTS_BYTES 1024 /* that a message keeps, about */

enum rc correlator_new(const struct correlator_limits *limits,
		       void (*visit)(const struct trace_case *c, void *context), void *context,
		       struct correlator **out, struct diag *diag)
{
	struct correlator *c = calloc(1, sizeof(*c));

	if (!c)
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	c->limits = limits ? *limits : (struct correlator_limits){0};
	if (!c->limits.cases_most)
		c->limits.cases_most = CASES_MOST;
	if (!c->limits.events_most)
		c->limits.events_most = EVENTS_MOST;
	if (c->limits.events_most < EVENTS_LEAST)
		c->limits.events_most = EVENTS_LEAST;
	if (!c->limits.idle_us)
		c->limits.idle_us = IDLE_US;
	if (!c->limits.bytes_most)
		c->limits.bytes_most = BYTES_MOST;
	c->visit = visit;
	c->context = context;
	strbuf_init(&c->scratch);
	c->waiting = calloc(CORRELATOR_WAITING_MAX, sizeof(*c->waiting));
	c->nodes = node_memory_new();
	if (!c->waiting || !c->nodes) {
		correlator_free(c);
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	}
	*out = c;
	return RC_OK;
}

void correlator_link(struct case_link **table, struct open_case *c, struct case_link *links,
		     unsigned *count, unsigned most, uint64_t key)
{
	struct case_link **bucket = &table[key % CORRELATOR_BUCKETS];

	for (unsigned i = 0; i < *count; i++)
		if (links[i].key == key)
			return;
	if (*count == most)
		return;
	links[*count] = (struct case_link){.next = *bucket, .key = key, .owner = c};
	*bucket = &links[(*count)++];
}

static void unlink_all(struct case_link **table, struct case_link *links, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct case_link **at = &table[links[i].key % CORRELATOR_BUCKETS];

		while (*at != &links[i])
			at = &(*at)->next;
		*at = links[i].next;
	}
}

static struct case_list *list_of(struct correlator *c, const struct open_case *o)
{
	return o->is_concluded ? &c->concluded : &c->running;
}

static void list_remove(struct case_list *l, struct open_case *o)
{
	*(o->older ? &o->older->newer : &l->oldest) = o->newer;
	*(o->newer ? &o->newer->older : &l->newest) = o->older;
}

static void list_append(struct case_list *l, struct open_case *o)
{
	o->older = l->newest;
	o->newer = NULL;
	*(l->newest ? &l->newest->newer : &l->oldest) = o;
	l->newest = o;
}

/* Takes an open case away without showing it. */
static void discard(struct correlator *c, struct open_case *o)
{
	unlink_all(c->call, o->call, o->call_count);
	unlink_all(c->identity, o->key, o->key_count);
	list_remove(list_of(c, o), o);
	c->case_count--;
	c->bytes -= o->bytes;
	open_case_free(o);
}

void correlator_loosen(struct correlator *c, unsigned input)
{
	c->loose_inputs |= correlator_input_bit(input);
}

/* Which Cx can be compared with the case by time: that of its own inputs and, where the clock of
 * one of these is known, that of all others whose clock is. */
static void compare_cx(const struct correlator *c, struct open_case *o)
{
	uint64_t own = 0, comparable;

	for (unsigned i = 0; i < o->event_count; i++)
		if (o->event[i].sip)
			own |= correlator_input_bit(o->event[i].input);
	comparable = own & ~c->loose_inputs ? own | ~c->loose_inputs : own;
	o->view.sees_cx = c->cx_inputs & comparable;
	for (unsigned i = 0; i < o->event_count; i++)
		o->view.is_cx_loose |= o->event[i].cx &&
				       !(correlator_input_bit(o->event[i].input) & comparable);
}

static enum rc end_case(struct correlator *c, struct open_case *o, bool is_complete,
			struct diag *diag)
{
	enum rc rc = RC_OK;

	if (!o->is_in_dialog) {
		o->view.is_complete = is_complete;
		compare_cx(c, o);
		rc = correlator_flow_build(o, c->nodes, diag);
		if (rc == RC_OK)
			c->visit(&o->view, c->context);
	}
	discard(c, o);
	return rc;
}

/* Ends what has waited long enough, and the oldest while there is too much. */
static enum rc sweep(struct correlator *c, struct diag *diag)
{
	const struct {
		struct case_list *list;
		int64_t patience;
	} lists[] = {{&c->concluded, LINGER_US}, {&c->running, c->limits.idle_us}};
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 2; i++)
		while (rc == RC_OK && lists[i].list->oldest &&
		       c->now_us - lists[i].list->oldest->view.last_us > lists[i].patience)
			rc = end_case(c, lists[i].list->oldest, true, diag);
	while (rc == RC_OK && (c->case_count > c->limits.cases_most ||
			       (c->bytes > c->limits.bytes_most && c->case_count > 1))) {
		struct open_case *oldest = c->concluded.oldest ? c->concluded.oldest
							       : c->running.oldest;

		rc = end_case(c, oldest, oldest->is_concluded, diag);
	}
	return rc;
}

enum rc correlator_take(struct correlator *c, struct open_case *to, const struct trace_event *event,
			struct diag *diag)
{
	size_t size = sizeof(*event) + TEXTS_BYTES +
		      (event->sip ? sizeof(*event->sip) : sizeof(*event->cx));

	if (!open_case_add(to, event, c->limits.events_most))
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	if (!to->view.is_trimmed) {
		to->bytes += size;
		c->bytes += size;
	}
	if (event->time_us && (!to->view.first_us || event->time_us < to->view.first_us))
		to->view.first_us = event->time_us;
	int64_t last = event->time_us ? event->time_us : c->now_us;

	if (last > to->view.last_us)
		to->view.last_us = last;
	return RC_OK;
}

static uint64_t call_key(struct text call_id)
{
	return text_hash(TEXT_HASH_SEED, call_id);
}

/* Which cases a method belongs to: that of an INVITE, or one of its own. */
static enum sip_method case_method(enum sip_method m)
{
	static const bool in_session[SIP_METHODS] = {
		[SIP_INVITE] = true, [SIP_ACK] = true,    [SIP_PRACK] = true,
		[SIP_CANCEL] = true, [SIP_UPDATE] = true,
	};

	return in_session[m] ? SIP_INVITE : m;
}

static bool is_of_case(const struct open_case *o, const struct sip_message *m)
{
	for (unsigned i = 0; i < o->event_count; i++)
		if (o->event[i].sip && text_equal(o->event[i].sip->call_id, m->call_id))
			return o->view.method == case_method(m->method);
	return false;
}

/* A REGISTER for another identity is another registration, though a UE uses one Call-ID for all
 * (RFC 3261 10.2). */
static bool may_go_on(const struct open_case *o, const struct sip_message *m)
{
	if (o->is_concluded)
		return false;
	return m->method != SIP_REGISTER || !m->is_request || !o->view.impu.data ||
	       !m->to_uri.data || identity_impu_equal(o->view.impu, m->to_uri);
}

/* The open case of a message: the one that has its transaction, else the latest that still goes on.
 */
static struct open_case *find_case(struct correlator *c, const struct sip_message *m)
{
	uint64_t key = call_key(m->call_id);
	struct open_case *going = NULL;
	struct case_link *l = c->call[key % CORRELATOR_BUCKETS];

	for (unsigned n = 0; l && n < CHAIN_MOST; l = l->next, n++) {
		if (l->key != key || !is_of_case(l->owner, m))
			continue;
		if (open_case_has_transaction(l->owner, m))
			return l->owner;
		if (!going && may_go_on(l->owner, m))
			going = l->owner;
	}
	return going;
}

/* A registration that goes on over another Call-ID. */
static struct open_case *find_registration(struct correlator *c, const struct sip_message *m)
{
	uint64_t key = correlator_impu_key(c, m->to_uri);
	struct case_link *l = c->identity[key % CORRELATOR_BUCKETS];

	if (m->method != SIP_REGISTER || !m->is_request)
		return NULL;
	for (unsigned n = 0; l && n < CHAIN_MOST; l = l->next, n++)
		if (l->key == key && l->owner->view.method == SIP_REGISTER &&
		    !l->owner->is_concluded && l->owner->call_count < CASE_CALLS_MAX &&
		    text_equal(l->owner->view.impu, m->to_uri) &&
		    text_equal(l->owner->contact, m->contact))
			return l->owner;
	return NULL;
}

/* Whether a message without a case begins one. */
static bool begins_case(const struct correlator *c, const struct sip_message *m)
{
	bool is_member = case_method(m->method) != m->method || m->method == SIP_BYE;

	if (is_member)
		return false;
	return m->is_request || c->now_us - c->first_us <= c->limits.idle_us;
}

static struct open_case *begin_case(struct correlator *c, const struct sip_message *m)
{
	struct open_case *o = open_case_new();

	if (!o)
		return NULL;
	o->view.method = m->method;
	o->view.kind = m->method == SIP_REGISTER ? TRACE_REGISTRATION
		       : m->method == SIP_INVITE ? TRACE_SESSION
						 : TRACE_REQUEST;
	o->is_in_dialog = m->is_request && m->to_tag.data && m->method != SIP_REGISTER;
	list_append(&c->running, o);
	c->case_count++;
	return o;
}

/* Moves the case to the end of its list, which may now be the other one. */
static void note_activity(struct correlator *c, struct open_case *o, const struct sip_message *m)
{
	bool concludes = sip_is_final(m) && !sip_asks_for_retry(m) && m->method == o->view.method;

	list_remove(list_of(c, o), o);
	o->is_concluded |= concludes;
	list_append(list_of(c, o), o);
}

/* The same message on the same hop: sent again, or seen by another input or twice. */
static void note_repetition(struct open_case *o, struct trace_event *e, const struct sip_message *m)
{
	if (e->input != m->input)
		return;
	if (m->time_us - e->time_us > RETRANSMISSION_US || !m->time_us)
		e->repeated++;
	if (m->time_us > o->view.last_us)
		o->view.last_us = m->time_us;
}

enum rc correlator_add_sip(struct correlator *c, const struct sip_message *m, struct diag *diag)
{
	struct trace_event event = {
		.time_us = m->time_us, .sip = m, .place = m->place, .input = m->input};
	struct open_case *o;
	enum rc rc;

	if (m->time_us)
		c->now_us = m->time_us;
	if (!c->first_us)
		c->first_us = c->now_us;
	rc = sweep(c, diag);
	if (rc != RC_OK)
		return rc;
	o = find_case(c, m);
	if (!o)
		o = find_registration(c, m);
	if (!o && !begins_case(c, m))
		return RC_OK;
	if (!o)
		o = begin_case(c, m);
	if (!o)
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	correlator_link(c->call, o, o->call, &o->call_count, CASE_CALLS_MAX, call_key(m->call_id));
	struct trace_event *same = open_case_same(o, m);

	if (same)
		note_repetition(o, same, m);
	else
		rc = correlator_take(c, o, &event, diag);
	if (rc == RC_OK && !same)
		rc = correlator_identify(c, o, m, diag);
	note_activity(c, o, m);
	return rc;
}

enum rc correlator_finish(struct correlator *c, struct diag *diag)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && c->concluded.oldest)
		rc = end_case(c, c->concluded.oldest, true, diag);
	while (rc == RC_OK && c->running.oldest)
		rc = end_case(c, c->running.oldest,
			      c->now_us - c->running.oldest->view.last_us > c->limits.idle_us,
			      diag);
	return rc;
}

void correlator_free(struct correlator *c)
{
	if (!c)
		return;
	while (c->concluded.oldest)
		discard(c, c->concluded.oldest);
	while (c->running.oldest)
		discard(c, c->running.oldest);
	for (unsigned i = 0; c->waiting && i < CORRELATOR_WAITING_MAX; i++)
		arena_clear(&c->waiting[i].arena);
	free(c->waiting);
	node_memory_free(c->nodes);
	strbuf_clear(&c->scratch);
	free(c);
}
