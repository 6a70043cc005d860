#include "trace/correlator_node.h"

#include "trace/case_fact.h"
#include "trace/correlator_memory.h"

/* What the levels of one case show. */
struct node_evidence {
	struct node_levels *levels;
	bool is_registration;
	bool has_ims_marks;
	unsigned p_cscf;     /* level that added what only a P-CSCF adds; 0: not seen */
	unsigned rewriter;   /* level that sent on with another Request-URI; 0: not seen */
	bool is_third_party; /* an S-CSCF registers the user with an AS (TS 24.229 5.4.1.7) */
	bool forwards[NODE_LEVELS_MAX];
	enum trace_node said[NODE_LEVELS_MAX]; /* what the Server of its 100 says that it is */
};

static unsigned level_of(const struct sip_message *m)
{
	return m->via_count < 1 ? 1 : m->via_count > SIP_VIA_MAX ? SIP_VIA_MAX : m->via_count;
}

static void set_end(struct node_levels *l, unsigned k, struct text address, uint16_t port)
{
	if (k > l->deepest)
		l->deepest = k;
	if (!l->level[k].address.data && address.length) {
		l->level[k].address = address;
		l->level[k].port = port;
	}
}

/* The names and addresses at both ends of a message, and below: the Vias name all that it passed.
 */
static void note_ends(struct node_levels *l, const struct sip_message *m)
{
	unsigned k = level_of(m);
	bool up = m->is_request;

	set_end(l, k, up ? m->source : m->destination, up ? m->source_port : m->destination_port);
	set_end(l, k + 1, up ? m->destination : m->source,
		up ? m->destination_port : m->source_port);
	for (unsigned i = 0; m->via_count <= SIP_VIA_MAX && i < m->via_count; i++)
		if (!l->level[m->via_count - i].name.data)
			l->level[m->via_count - i].name = m->via[i];
}

/* Signs of IMS in what a UE sends or gets. */
static bool has_ims_marks(const struct sip_message *m)
{
	return m->security_client_count || m->security_server_count || m->security_verify_count ||
	       m->p_access_network_info.data || m->p_associated_uri.data || m->service_route.data ||
	       m->p_visited_network.data || m->p_asserted_identity.data ||
	       m->authorization.has_aka_nonce ||
	       (m->www_authenticate_count && m->www_authenticate[0].has_aka_nonce);
}

/* What an answer says of itself names a node of IMS. */
static bool names_node(const struct sip_message *m)
{
	const struct text said[] = {m->server, m->response_source, m->reason_phrase, m->warning};

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (trace_node_named(said[i]) != TRACE_NODE_UNKNOWN)
			return true;
	return false;
}

/* The same, and what the core adds, and the names of operators' networks (TS 23.003 13.2). */
static bool is_of_ims(const struct sip_message *m)
{
	const struct text names[] = {m->request_uri, m->to_uri, m->from_uri,
				     m->authorization.username, m->authorization.realm};

	if (has_ims_marks(m) || m->path.data || m->p_charging_vector.data || m->status == 494 ||
	    names_node(m))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (case_text_holds(names[i], "3gppnetwork") ||
		    case_text_holds(names[i], "@ims.") || case_text_holds(names[i], "sip:ims."))
			return true;
	return false;
}

static void note_request(struct node_evidence *e, const struct sip_message *m,
			 const struct sip_message *lower)
{
	unsigned k = level_of(m);
	bool is_marked = m->path.data || m->p_visited_network.data || m->p_charging_vector.data;

	if (is_marked && (!e->p_cscf || k < e->p_cscf))
		e->p_cscf = k;
	if (lower && level_of(lower) + 1 == k && k > 2 &&
	    !text_equal(lower->request_uri, m->request_uri))
		e->rewriter = k;
	if (lower && level_of(lower) + 1 == k)
		e->forwards[k] = true;
	e->is_third_party |= e->is_registration && !m->path.data && !m->authorization.scheme.data &&
			     !m->security_client_count && m->from_uri.data && m->to_uri.data &&
			     !text_equal_nocase(m->from_uri, m->to_uri);
}

static void gather(const struct open_case *c, struct node_evidence *e)
{
	const struct sip_message *lower = NULL;

	for (unsigned i = 0; i < c->event_count; i++) {
		const struct sip_message *m = c->event[i].sip;

		if (!m || m->method != c->view.method)
			continue;
		note_ends(e->levels, m);
		e->has_ims_marks |= has_ims_marks(m);
		e->levels->shows_ims |= is_of_ims(m);
		/* 100 goes over one hop: whoever sends it names itself */
		if (m->status == 100)
			e->said[level_of(m) + 1] = trace_node_named(m->server);
		if (!m->is_request)
			continue;
		note_request(e, m, lower && lower->cseq == m->cseq ? lower : NULL);
		lower = m;
	}
}

static enum trace_node remembered(const struct node_memory *memory, const struct node_levels *l,
				  unsigned k)
{
	enum trace_node role = TRACE_NODE_UNKNOWN;

	if (l->level[k].name.data)
		role = node_memory_role(memory, node_memory_key_of_name(l->level[k].name));
	if (role == TRACE_NODE_UNKNOWN && l->level[k].address.data)
		role = node_memory_role(memory,
					node_memory_key(l->level[k].address, l->level[k].port));
	return role;
}

/* Names that operators give to hosts: weak evidence, for want of better. */
static enum trace_node named(const struct node_levels *l, unsigned k)
{
	const struct text names[] = {l->level[k].name, l->level[k].address};

	for (size_t n = 0; n < 2; n++) {
		enum trace_node role = trace_node_named(names[n]);

		if (role == TRACE_NODE_P_CSCF || role == TRACE_NODE_I_CSCF ||
		    role == TRACE_NODE_S_CSCF)
			return role;
	}
	return TRACE_NODE_UNKNOWN;
}

/* A call passes P-CSCF and S-CSCF twice when both parties are at home: the same socket further up
 * is the same node. Neighbours may share one when a single process plays both. */
static enum trace_node known_below(const struct node_levels *l, unsigned k)
{
	for (unsigned i = 1; i + 1 < k; i++)
		if (l->level[k].address.data && l->level[k].port == l->level[i].port &&
		    text_equal(l->level[k].address, l->level[i].address))
			return l->level[i].role;
	return TRACE_NODE_UNKNOWN;
}

static enum trace_node first_known(enum trace_node a, enum trace_node b, enum trace_node c)
{
	return a != TRACE_NODE_UNKNOWN ? a : b != TRACE_NODE_UNKNOWN ? b : c;
}

/* Behind the P-CSCF a REGISTER meets the I-CSCF, which asks the HSS and sends it on to the S-CSCF
 * under its name; between P-CSCF and I-CSCF there may be others (TS 24.229 5.3.1). */
static enum trace_node core_role(const struct node_evidence *e, unsigned p, unsigned k)
{
	unsigned deepest = e->levels->deepest;
	unsigned i_cscf = e->rewriter > p ? e->rewriter : deepest == p + 1 ? deepest : deepest - 1;

	return k == i_cscf       ? TRACE_NODE_I_CSCF
	       : k == i_cscf + 1 ? TRACE_NODE_S_CSCF
				 : TRACE_NODE_PROXY;
}

static void find_registration(struct node_evidence *e, const struct node_memory *memory)
{
	struct node_levels *l = e->levels;
	unsigned p = e->p_cscf ? e->p_cscf : 2;
	bool is_ims = e->p_cscf || e->has_ims_marks;

	for (unsigned k = 1; k <= l->deepest; k++) {
		enum trace_node standing = k < p    ? (k == 1 ? TRACE_NODE_UE : TRACE_NODE_PROXY)
					   : k == p ? TRACE_NODE_P_CSCF
						    : core_role(e, p, k);

		if (e->is_third_party)
			standing = k == 1            ? TRACE_NODE_S_CSCF
				   : k == l->deepest ? TRACE_NODE_AS
						     : TRACE_NODE_PROXY;
		else if (!is_ims && k > 1)
			standing = TRACE_NODE_PROXY;
		/* the Request-URI was seen to change at the I-CSCF: nothing is surer */
		bool is_proved = (e->rewriter > p && k >= e->rewriter) ||
				 (k == e->p_cscf && !e->is_third_party) || e->is_third_party;

		l->level[k].role =
			is_proved ? standing
				  : first_known(remembered(memory, l, k),
						first_known(e->said[k], named(l, k), standing),
						standing);
	}
}

static void find_request(struct node_evidence *e, const struct node_memory *memory)
{
	struct node_levels *l = e->levels;

	for (unsigned k = 1; k <= l->deepest; k++) {
		enum trace_node before = k > 1 ? l->level[k - 1].role : TRACE_NODE_UNKNOWN;
		enum trace_node standing = TRACE_NODE_PROXY;

		if (k == 1)
			standing = TRACE_NODE_UE;
		else if (before == TRACE_NODE_UE && e->has_ims_marks)
			standing = TRACE_NODE_P_CSCF;
		else if (before == TRACE_NODE_P_CSCF && k == 3)
			standing = TRACE_NODE_S_CSCF;
		else if (before == TRACE_NODE_P_CSCF && k == l->deepest)
			standing = TRACE_NODE_UE;
		l->level[k].role = first_known(first_known(remembered(memory, l, k), e->said[k],
							   known_below(l, k)),
					       named(l, k), standing);
	}
}

/* A registration that shows its nodes by what they do teaches what their addresses are. */
static void remember(const struct node_evidence *e, struct node_memory *memory)
{
	const struct node_levels *l = e->levels;
	unsigned p = e->p_cscf;

	for (unsigned k = 1; k <= l->deepest; k++) {
		bool is_sure = e->is_registration && !e->is_third_party && p &&
			       (k == p || (e->rewriter > p && k >= e->rewriter));
		enum trace_node role = is_sure ? l->level[k].role : TRACE_NODE_UNKNOWN;

		if (!is_sure && !e->forwards[k])
			continue;
		if (l->level[k].name.data)
			node_memory_learn(memory, node_memory_key_of_name(l->level[k].name), role,
					  e->forwards[k]);
		if (l->level[k].address.data)
			node_memory_learn(memory,
					  node_memory_key(l->level[k].address, l->level[k].port),
					  role, e->forwards[k]);
	}
}

void node_levels_find(const struct open_case *c, struct node_memory *memory,
		      struct node_levels *out)
{
	struct node_evidence e = {.levels = out, .is_registration = c->view.method == SIP_REGISTER};

	*out = (struct node_levels){0};
	gather(c, &e);
	if (e.is_registration)
		find_registration(&e, memory);
	else
		find_request(&e, memory);
	remember(&e, memory);
}

static bool is_at(const struct node_levels *l, unsigned k, struct text address, uint16_t port)
{
	return l->level[k].port == port && text_equal(address, l->level[k].address);
}

/* What stands at an end of a message of level k. Its socket says more than its level: CANCEL and
 * the ACK of a failure have the Via of their hop alone (RFC 3261 9.1, 17.1.1.3), and what follows
 * in the dialog leaves nodes out. */
static enum trace_node role_at(const struct node_levels *l, unsigned k, struct text address,
			       uint16_t port)
{
	enum trace_node role = l->level[k].role;

	if (!address.length || is_at(l, k, address, port))
		return role;
	for (unsigned i = 1; i <= l->deepest; i++)
		if (is_at(l, i, address, port))
			return l->level[i].role;
	if (!l->level[k].address.data || text_equal(address, l->level[k].address))
		return role;
	for (unsigned i = 1; i <= l->deepest; i++)
		if (text_equal(address, l->level[i].address))
			return l->level[i].role;
	/* a call that forks ends at several UEs */
	return role == TRACE_NODE_UE && k > 1 && k == l->deepest ? role : TRACE_NODE_PROXY;
}

/* Who asks and who answers (TS 29.228 6). */
static void apply_cx(struct trace_event *e)
{
	static const enum trace_node asker[CX_COMMANDS] = {
		[CX_UAR] = TRACE_NODE_I_CSCF, [CX_LIR] = TRACE_NODE_I_CSCF,
		[CX_MAR] = TRACE_NODE_S_CSCF, [CX_SAR] = TRACE_NODE_S_CSCF,
		[CX_PPR] = TRACE_NODE_HSS,    [CX_RTR] = TRACE_NODE_HSS,
	};

	e->from = asker[e->cx->command];
	e->to = e->from == TRACE_NODE_HSS ? TRACE_NODE_S_CSCF : TRACE_NODE_HSS;
}

void node_levels_apply(const struct node_levels *l, struct trace_event *e)
{
	if (e->cx) {
		apply_cx(e);
		return;
	}
	const struct sip_message *m = e->sip;
	unsigned k = level_of(m), lower = m->is_request ? k : k + 1;

	e->from = role_at(l, lower, m->source, m->source_port);
	e->to = role_at(l, 2 * k + 1 - lower, m->destination, m->destination_port);
}

bool node_memory_forwards(const struct node_memory *memory, const struct node_levels *l, unsigned k)
{
	if (k > l->deepest)
		return false;
	if (l->level[k].address.data &&
	    node_memory_has_forwarded(memory,
				      node_memory_key(l->level[k].address, l->level[k].port)))
		return true;
	return l->level[k].name.data &&
	       node_memory_has_forwarded(memory, node_memory_key_of_name(l->level[k].name));
}
