#include "trace/trace_address.h"

/* Where a node is as one end of a message. */
static struct text address_of(const struct trace_case *c, enum trace_node node)
{
	for (unsigned i = 0; i < c->event_count; i++) {
		const struct trace_event *e = &c->event[i];

		if (!e->sip)
			continue;
		if (e->from == node && e->sip->source.data)
			return e->sip->source;
		if (e->to == node && e->sip->destination.data)
			return e->sip->destination;
	}
	return TEXT_NONE;
}

struct text trace_p_cscf(const struct trace_case *c)
{
	struct text address = address_of(c, TRACE_NODE_P_CSCF);

	if (address.data)
		return address;
	/* Inside the core the first node after the UE left the last Via but one. */
	for (unsigned i = 0; i < c->transaction_count; i++) {
		const struct sip_message *m = c->transaction[i].request;

		if (m && m->via_count >= 2 && m->via_count <= SIP_VIA_MAX && m->via)
			return m->via[m->via_count - 2];
	}
	return TEXT_NONE;
}
