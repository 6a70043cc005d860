#include "trace/correlator_flow.h"

/* Stable, and quick on what is nearly in order; an unknown time goes where it came. */
static void sort_events(struct open_case *c)
{
	for (unsigned i = 1; i < c->event_count; i++) {
		struct trace_event moved = c->event[i];
		unsigned at = i;

		while (at > 0 && moved.time_us && c->event[at - 1].time_us > moved.time_us) {
			c->event[at] = c->event[at - 1];
			at--;
		}
		c->event[at] = moved;
	}
}

static bool is_copy(const struct sip_message *a, const struct sip_message *b)
{
	return a->is_request == b->is_request && a->status == b->status && a->cseq == b->cseq &&
	       text_equal(a->method_name, b->method_name) && text_equal(a->to_tag, b->to_tag) &&
	       text_equal(a->call_id, b->call_id);
}

static void number_hops(struct open_case *c)
{
	for (unsigned i = 0; i < c->event_count; i++) {
		c->event[i].hop = 0;
		for (unsigned k = i; c->event[i].sip && k > 0; k--)
			if (c->event[k - 1].sip && is_copy(c->event[k - 1].sip, c->event[i].sip)) {
				c->event[i].hop = c->event[k - 1].hop + 1;
				break;
			}
	}
}

static bool is_core(enum trace_node n)
{
	return n == TRACE_NODE_P_CSCF || n == TRACE_NODE_I_CSCF || n == TRACE_NODE_S_CSCF ||
	       n == TRACE_NODE_AS;
}

static void set_flags(struct trace_case *v, const struct trace_event *e)
{
	bool touches_ue = e->from == TRACE_NODE_UE || e->to == TRACE_NODE_UE;

	if (!e->sip)
		return;
	v->sees_ue_side |= touches_ue;
	v->sees_core |= !touches_ue && (is_core(e->from) || is_core(e->to));
}

/* The transaction of a message among those found so far, or the next free one. */
static struct trace_transaction *transaction_of(struct trace_case *v, const struct sip_message *m)
{
	for (unsigned i = 0; i < v->transaction_count; i++) {
		const struct sip_message *any = v->transaction[i].request
							? v->transaction[i].request
							: v->transaction[i].final;

		if (sip_same_transaction(any, m))
			return &v->transaction[i];
	}
	v->transaction[v->transaction_count] = (struct trace_transaction){0};
	return &v->transaction[v->transaction_count++];
}

/* Requests and finals nearest to the UE, which has the fewest Vias. */
static void take_event(struct trace_case *v, const struct trace_event *e)
{
	const struct sip_message *m = e->sip;
	bool is_head = m && m->method == v->method && (m->is_request || sip_is_final(m));

	if (!is_head)
		return;
	struct trace_transaction *t = transaction_of(v, m);

	if (m->is_request && (!t->request || m->via_count < t->request->via_count)) {
		t->request = m;
		t->retransmissions = e->repeated;
	}
	if (!m->is_request && (!t->final || m->via_count < t->final->via_count))
		t->final = m;
}

static void count_hops(const struct open_case *c, struct trace_transaction *t)
{
	t->first_final = t->final;
	for (unsigned i = 0; i < c->event_count; i++) {
		const struct sip_message *m = c->event[i].sip;

		if (!m)
			continue;
		if (t->request && is_copy(m, t->request))
			t->hops_request++;
		if (!t->final || !is_copy(m, t->final))
			continue;
		t->hops_final++;
		if (m->via_count > t->first_final->via_count)
			t->first_final = m;
	}
	for (unsigned i = 0; t->request && t->final && i < c->event_count; i++) {
		const struct sip_message *m = c->event[i].sip;

		/* an answer from further on, if only a 100, shows it as well as the request does */
		t->is_request_seen_beyond |= m && m->method == t->request->method &&
					     sip_same_transaction(m, t->request) &&
					     m->via_count > t->first_final->via_count;
	}
}

static void finish_transactions(const struct open_case *c, const struct node_memory *nodes,
				const struct node_levels *levels)
{
	unsigned challenges = 0;

	for (unsigned i = 0; i < c->view.transaction_count; i++) {
		struct trace_transaction *t = &c->view.transaction[i];

		count_hops(c, t);
		t->challenge = challenges;
		if (!t->final)
			continue;
		unsigned sender = t->first_final->via_count + 1;

		/* From the called UE's P-CSCF it goes on where only ESP is seen. */
		t->is_beyond_captured = node_memory_forwards(nodes, levels, sender) &&
					(sender <= 2 || sender > levels->deepest ||
					 levels->level[sender].role != TRACE_NODE_P_CSCF);
		challenges += sip_is_challenge(t->final);
	}
}

enum rc correlator_flow_build(struct open_case *c, struct node_memory *nodes, struct diag *diag)
{
	size_t room = c->event_count ? c->event_count : 1;
	struct trace_case *v = &c->view;
	const struct cx_exchange **cx = arena_alloc(&c->arena, room * sizeof(const void *));
	struct node_levels levels;

	v->transaction = arena_alloc(&c->arena, room * sizeof(*v->transaction));
	if (!cx || !v->transaction)
		return diag_set(diag, RC_NOMEM, "no memory to correlate a trace");
	v->cx = cx;
	sort_events(c);
	number_hops(c);
	node_levels_find(c, nodes, &levels);
	for (unsigned i = 0; i < c->event_count; i++) {
		node_levels_apply(&levels, &c->event[i]);
		set_flags(v, &c->event[i]);
		take_event(v, &c->event[i]);
		if (c->event[i].cx)
			cx[v->cx_count++] = c->event[i].cx;
	}
	v->shows_ims = levels.shows_ims || v->cx_count;
	finish_transactions(c, nodes, &levels);
	v->event = c->event;
	v->event_count = c->event_count;
	v->arena = &c->arena;
	return RC_OK;
}
