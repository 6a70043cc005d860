#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model/identity.h"
#include "trace/correlator_private.h"
#include "trace/sip_header.h"

/* How much before its SIP message a Cx exchange may appear to be: clocks of two captures. */
#define EARLY_US INT64_C(1000000)
#define LATE_US INT64_C(12000000)
#define NUMBER_MAX 32
#define NUMBER_LEAST 5u /* digits: shorter ones are extensions of many */
#define CHAIN_MOST 256u /* cases of one identity that are looked at */

enum key_space { KEY_IMPI = 1, KEY_IMPU, KEY_NUMBER };

static uint64_t scratch_key(struct correlator *c, enum key_space space)
{
	struct text t = strbuf_text(&c->scratch);

	return XXH3_64bits_withSeed(t.data, t.length, space);
}

uint64_t correlator_impi_key(struct correlator *c, struct text impi)
{
	strbuf_reset(&c->scratch);
	identity_add_canonical_impi(impi, &c->scratch);
	return scratch_key(c, KEY_IMPI);
}

uint64_t correlator_impu_key(struct correlator *c, struct text impu)
{
	strbuf_reset(&c->scratch);
	identity_add_canonical_impu(impu, &c->scratch);
	return scratch_key(c, KEY_IMPU);
}

/* The number that a URI names, whichever scheme and domain it has: 0 when it names none. The I-CSCF
 * asks with a tel URI for what was called with a SIP URI of user=phone (TS 24.229 5.3.2.1). */
static uint64_t number_key(struct correlator *c, struct text impu, enum uri_scheme scheme)
{
	char digits[NUMBER_MAX];
	struct uri u;
	ptrdiff_t end;

	if (uri_parse(impu, &u, NULL) != RC_OK || u.scheme != scheme)
		return 0;
	end = text_find(u.user, ';');
	if (end >= 0)
		u.user.length = (size_t)end;
	if (!identity_number(u.user, digits, sizeof(digits)) || strlen(digits) < NUMBER_LEAST)
		return 0;
	strbuf_reset(&c->scratch);
	strbuf_add_str(&c->scratch, digits);
	return scratch_key(c, KEY_NUMBER);
}

enum case_kinds { KINDS_REGISTRATION = 1, KINDS_REQUEST = 2, KINDS_ANY = 3 };

/* Which cases an exchange can belong to (TS 29.228 6): sessions ask where a user is, and let an
 * unregistered one be served. */
static enum case_kinds kinds_of(const struct cx_exchange *e)
{
	static const enum case_kinds kinds[CX_COMMANDS] = {
		[CX_UAR] = KINDS_REGISTRATION, [CX_MAR] = KINDS_REGISTRATION,
		[CX_SAR] = KINDS_REGISTRATION, [CX_LIR] = KINDS_REQUEST,
		[CX_PPR] = KINDS_ANY,          [CX_RTR] = KINDS_ANY,
	};
	bool is_of_unregistered = e->assignment_type == 3 || e->assignment_type == 0;

	return e->command == CX_SAR && is_of_unregistered ? KINDS_ANY : kinds[e->command];
}

static bool fits(const struct open_case *o, const struct trace_event *event)
{
	enum case_kinds kind = o->view.method == SIP_REGISTER ? KINDS_REGISTRATION : KINDS_REQUEST;

	if (o->is_in_dialog || !(kinds_of(event->cx) & kind))
		return false;
	if (!o->view.first_us || !event->time_us)
		return true;
	return event->time_us >= o->view.first_us - EARLY_US &&
	       event->time_us <= o->view.last_us + LATE_US;
}

/* The exchange as another input has it already. */
static bool has_exchange(const struct open_case *o, const struct trace_event *event)
{
	for (unsigned i = 0; i < o->event_count; i++) {
		const struct cx_exchange *have = o->event[i].cx;

		if (have && o->event[i].input != event->input &&
		    have->command == event->cx->command && have->session.data &&
		    text_equal(have->session, event->cx->session) &&
		    text_equal(have->origin_host, event->cx->origin_host))
			return true;
	}
	return false;
}

/* The latest case of these identities that had begun by then. */
static struct open_case *find_case(struct correlator *c, const struct waiting_cx *w)
{
	struct open_case *best = NULL;

	for (unsigned i = 0; i < w->key_count; i++) {
		struct case_link *l = c->identity[w->key[i] % CORRELATOR_BUCKETS];

		for (unsigned n = 0; l && n < CHAIN_MOST; l = l->next, n++)
			if (l->key == w->key[i] && fits(l->owner, &w->event) &&
			    (!best || l->owner->view.first_us > best->view.first_us))
				best = l->owner;
	}
	return best;
}

static void set_keys(struct correlator *c, struct waiting_cx *w, const struct cx_exchange *e)
{
	uint64_t number = e->command == CX_LIR && e->impu_count ? number_key(c, e->impu[0], URI_TEL)
								: 0;

	w->key_count = 0;
	if (number)
		w->key[w->key_count++] = number;
	if (e->impi.data)
		w->key[w->key_count++] = correlator_impi_key(c, e->impi);
	for (uint32_t i = 0; i < e->impu_count && w->key_count < CASE_KEYS_MAX; i++)
		w->key[w->key_count++] = correlator_impu_key(c, e->impu[i]);
}

/* Keeps it until a SIP message shows whose it is; the oldest gives way. */
static enum rc keep_waiting(struct correlator *c, const struct waiting_cx *w, struct diag *diag)
{
	struct waiting_cx *slot = &c->waiting[c->waiting_next];
	struct cx_exchange *copy;

	c->waiting_next = (c->waiting_next + 1) % CORRELATOR_WAITING_MAX;
	arena_clear(&slot->arena);
	slot->event.cx = NULL;
	copy = arena_alloc(&slot->arena, sizeof(*copy));
	if (!copy || !cx_exchange_copy(w->event.cx, &slot->arena, copy))
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	slot->event = w->event;
	slot->event.cx = copy;
	memcpy(slot->key, w->key, sizeof(slot->key));
	slot->key_count = w->key_count;
	return RC_OK;
}

enum rc correlator_add_cx(struct correlator *c, const struct cx_exchange *e, uint64_t request_place,
			  uint64_t answer_place, unsigned input, struct diag *diag)
{
	struct waiting_cx w = {.event = {.time_us = e->time_us,
					 .cx = e,
					 .place = request_place,
					 .answer_place = answer_place,
					 .input = input}};
	struct open_case *o;

	c->cx_inputs |= correlator_input_bit(input);
	set_keys(c, &w, e);
	if (c->scratch.failed)
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	o = find_case(c, &w);
	if (!o)
		return keep_waiting(c, &w, diag);
	return has_exchange(o, &w.event) ? RC_OK : correlator_take(c, o, &w.event, diag);
}

static bool shares_key(const struct waiting_cx *w, const struct open_case *o)
{
	for (unsigned i = 0; i < w->key_count; i++)
		for (unsigned k = 0; k < o->key_count; k++)
			if (w->key[i] == o->key[k].key)
				return true;
	return false;
}

/* Exchanges that came before the message that shows whose they are. */
static enum rc take_waiting(struct correlator *c, struct open_case *to, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (unsigned n = 1; rc == RC_OK && n <= CORRELATOR_WAITING_MAX; n++) {
		unsigned at =
			(c->waiting_next + CORRELATOR_WAITING_MAX - n) % CORRELATOR_WAITING_MAX;
		struct waiting_cx *w = &c->waiting[at];

		if (w->event.cx && w->event.time_us < to->view.first_us - EARLY_US)
			break;
		if (!w->event.cx || !shares_key(w, to) || !fits(to, &w->event))
			continue;
		if (!has_exchange(to, &w->event))
			rc = correlator_take(c, to, &w->event, diag);
		w->event.cx = NULL;
		arena_clear(&w->arena);
	}
	return rc;
}

/* Sets a text of the case from the message; false when memory is out. */
static bool keep(struct open_case *to, struct text *member, struct text value)
{
	if (!value.data)
		return true;
	*member = arena_text(&to->arena, value);
	return member->data;
}

static bool keep_names(struct open_case *to, const struct sip_message *m)
{
	struct trace_case *v = &to->view;
	bool is_register = m->method == SIP_REGISTER;
	struct text user = m->authorization.username.data ? m->authorization.username
							  : m->proxy_authorization.username;
	struct text asserted = sip_header_uri(m->p_asserted_identity);
	bool is_good = true;

	if (!v->call_id.data)
		is_good &= keep(to, &v->call_id, m->call_id);
	if (!v->impi.data && m->is_request)
		is_good &= keep(to, &v->impi, user);
	if (m->is_request && !is_register && asserted.data && !text_equal(v->impu, asserted))
		is_good &= keep(to, &v->impu, asserted);
	if (!v->impu.data)
		is_good &= keep(to, &v->impu, is_register ? m->to_uri : m->from_uri);
	if (!v->called.data && !is_register)
		is_good &= keep(to, &v->called, m->is_request ? m->request_uri : m->to_uri);
	if (!to->contact.data && m->is_request)
		is_good &= keep(to, &to->contact, m->contact);
	return is_good;
}

enum rc correlator_identify(struct correlator *c, struct open_case *to, const struct sip_message *m,
			    struct diag *diag)
{
	struct trace_case *v = &to->view;
	unsigned before = to->key_count;

	if (m->method != v->method)
		return RC_OK;
	if (m->is_request && v->kind == TRACE_REGISTRATION && to->event_count == 1 &&
	    m->expires == 0)
		v->kind = TRACE_DEREGISTRATION;
	if (!keep_names(to, m))
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	const struct text impus[] = {v->impu, v->called, m->to_uri};

	if (v->impi.data)
		correlator_link(c->identity, to, to->key, &to->key_count, CASE_KEYS_MAX,
				correlator_impi_key(c, v->impi));
	for (size_t i = 0; i < sizeof(impus) / sizeof(impus[0]); i++)
		if (impus[i].data)
			correlator_link(c->identity, to, to->key, &to->key_count, CASE_KEYS_MAX,
					correlator_impu_key(c, impus[i]));
	uint64_t number = v->called.data ? number_key(c, v->called, URI_SIP) : 0;

	if (number)
		correlator_link(c->identity, to, to->key, &to->key_count, CASE_KEYS_MAX, number);
	if (c->scratch.failed)
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	return to->key_count > before ? take_waiting(c, to, diag) : RC_OK;
}
