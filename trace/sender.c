#include "trace/sender.h"

#include <stdio.h>

enum weight { WEIGHT_NONE, WEIGHT_WEAK, WEIGHT_STRONG, WEIGHT_DECISIVE };

/* One piece of evidence: which node it names, how much it weighs. */
struct vote {
	enum trace_node node;
	enum weight weight;
	struct evidence_place place;
	const char *text;
};

static struct vote no_vote(void)
{
	return (struct vote){0};
}

/* The hop on which the answer appeared first, and nothing beyond it. */
static struct vote vote_hop(struct case_facts *f)
{
	const struct sip_message *first = f->last->first_final ? f->last->first_final : f->final;

	if (!f->c->sees_core || f->last->is_request_seen_beyond)
		return no_vote();
	for (unsigned i = 0; i < f->c->event_count; i++) {
		const struct trace_event *e = &f->c->event[i];

		if (e->sip != first || e->from == TRACE_NODE_UNKNOWN)
			continue;
		if (e->from == TRACE_NODE_UE)
			return (struct vote){e->from, WEIGHT_STRONG, case_place_sip(first),
					     "the answer appears first as sent by the called UE"};
		if (!f->last->is_beyond_captured)
			return (struct vote){e->from, WEIGHT_WEAK, case_place_sip(first),
					     arena_printf(f->arena,
							  "the answer appears first as sent by the "
							  "%s; what lies beyond was not captured",
							  trace_node_str(e->from))};
		return (struct vote){e->from, WEIGHT_DECISIVE, case_place_sip(first),
				     arena_printf(f->arena,
						  "the answer appears first as sent by the %s, and "
						  "the request was not seen to go on from there",
						  trace_node_str(e->from))};
	}
	return no_vote();
}

static struct vote vote_response_source(struct case_facts *f)
{
	enum trace_node node = trace_node_named(f->final->response_source);

	if (node == TRACE_NODE_UNKNOWN)
		return no_vote();
	return (struct vote){node, WEIGHT_DECISIVE, case_place_sip(f->final),
			     arena_printf(f->arena, "Response-Source names the %s",
					  trace_node_str(node))};
}

static struct vote vote_server(struct case_facts *f)
{
	enum trace_node node = trace_node_named(f->final->server);

	if (node == TRACE_NODE_UNKNOWN)
		return no_vote();
	return (struct vote){
		node, WEIGHT_STRONG, case_place_sip(f->final),
		arena_printf(f->arena,
			     "the Server header names the %s (topology hiding may rewrite it)",
			     trace_node_str(node))};
}

/* "392 <address>:<port> …": who warns is who answers. */
static struct vote vote_warning(struct case_facts *f)
{
	struct text warning = f->final->warning;

	if (!warning.data)
		return no_vote();
	for (unsigned i = 0; i < f->c->event_count; i++) {
		const struct trace_event *e = &f->c->event[i];
		char address[64];

		if (!e->sip || e->from == TRACE_NODE_UNKNOWN || e->from == TRACE_NODE_PROXY ||
		    !e->sip->source.length || e->sip->source.length + 3 > sizeof(address))
			continue;
		snprintf(address, sizeof(address), " %.*s", (int)e->sip->source.length,
			 e->sip->source.data);
		if (case_text_holds(warning, address))
			return (struct vote){
				e->from, WEIGHT_STRONG, case_place_sip(f->final),
				arena_printf(f->arena,
					     "the Warning header bears the address of the %s",
					     trace_node_str(e->from))};
	}
	return no_vote();
}

/* Kamailio notes in its Warning how many Vias its answer's request had: counted where the answer is
 * made, that is the number of SIP nodes before it. */
static struct vote vote_warning_vias(struct case_facts *f)
{
	static const enum trace_node nodes[] = {TRACE_NODE_UNKNOWN, TRACE_NODE_P_CSCF,
						TRACE_NODE_I_CSCF, TRACE_NODE_S_CSCF};
	struct text w = f->final->warning;
	static const char mark[] = "via_cnt==";

	if (f->c->method != SIP_REGISTER || case_fact_is(f, CASE_PLAIN_SIP))
		return no_vote();
	for (size_t i = 0; w.data && i + sizeof(mark) <= w.length; i++) {
		unsigned count;

		if (memcmp(w.data + i, mark, sizeof(mark) - 1) != 0)
			continue;
		count = (unsigned)(w.data[i + sizeof(mark) - 1] - '0');
		if (count < 1 || count > 3)
			return no_vote();
		return (struct vote){
			nodes[count], WEIGHT_WEAK, case_place_sip(f->final),
			arena_printf(
				f->arena,
				"the Warning says that its maker saw %u Via%s: normally the %s",
				count, text_plural(count), trace_node_str(nodes[count]))};
	}
	return no_vote();
}

/* An answer of the HSS right before the SIP answer. */
#define CX_BEFORE_US 40000000

static struct vote vote_cx(struct case_facts *f)
{
	const struct cx_exchange *e = f->bad;
	enum trace_node node;

	if (!e || f->status < 300 || (f->c->method != SIP_REGISTER && e->command != CX_LIR))
		return no_vote();
	if (f->final->time_us && f->final->time_us - e->time_us > CX_BEFORE_US)
		return no_vote();
	node = e->command == CX_UAR || e->command == CX_LIR ? TRACE_NODE_I_CSCF : TRACE_NODE_S_CSCF;
	return (struct vote){node, WEIGHT_STRONG, case_place_cx(f, e),
			     arena_printf(f->arena, "%s, just before; the %s asks that",
					  case_answer_words(f, e), trace_node_str(node))};
}

/* The UAA passed and no MAR follows: the REGISTER never reached an S-CSCF. */
static struct vote vote_selection(struct case_facts *f)
{
	if (!case_fact_is(f, CASE_UAA_PASSED) || case_fact_is(f, CASE_MAR_SEEN) ||
	    case_fact_is(f, CASE_SAR_SEEN) || f->status < 400 || f->c->method != SIP_REGISTER ||
	    case_fact_is(f, CASE_CHALLENGED))
		return no_vote();
	return (struct vote){TRACE_NODE_I_CSCF, WEIGHT_STRONG, f->fact[CASE_UAA_PASSED].place,
			     "the UAA was good and no S-CSCF asked the HSS after it"};
}

static bool has_association_fault(const struct case_facts *f)
{
	return case_fact_is(f, CASE_SECURITY_FAULT) || case_fact_is(f, CASE_USERNAME_CHANGED);
}

static struct vote vote_association(struct case_facts *f)
{
	if (f->c->method != SIP_REGISTER || f->status != 403 || !has_association_fault(f))
		return no_vote();
	return (struct vote){TRACE_NODE_P_CSCF, WEIGHT_WEAK, case_place_sip(f->final),
			     "the P-CSCF compares a REGISTER with its security association"};
}

/* What only one kind of node does, outside IMS. */
static struct vote vote_plain(struct case_facts *f)
{
	if (f->c->method != SIP_REGISTER || !case_fact_is(f, CASE_PLAIN_SIP) || f->status == 407)
		return no_vote();
	if (f->status >= 200 && f->status < 300)
		return (struct vote){TRACE_NODE_REGISTRAR, WEIGHT_STRONG, case_place_sip(f->final),
				     "only a registrar accepts a REGISTER"};
	if (f->status == 401 || case_fact_is(f, CASE_ANSWERED))
		return (struct vote){TRACE_NODE_REGISTRAR, WEIGHT_WEAK, case_place_sip(f->final),
				     "a registrar asks for credentials with 401, and checks them"};
	return no_vote();
}

/* What only one kind of node does. */
static struct vote vote_nature(struct case_facts *f)
{
	struct evidence_place place = case_place_sip(f->final);
	bool is_register = f->c->method == SIP_REGISTER && !case_fact_is(f, CASE_PLAIN_SIP);

	if (f->status == 407)
		return (struct vote){TRACE_NODE_PROXY, WEIGHT_WEAK, place,
				     "407 is sent by proxies"};
	if (is_register && f->status == 401)
		return (struct vote){TRACE_NODE_S_CSCF, WEIGHT_WEAK, place,
				     "the registrar, in IMS the S-CSCF, challenges a REGISTER"};
	if (is_register && f->status >= 200 && f->status < 300)
		return (struct vote){TRACE_NODE_S_CSCF, WEIGHT_STRONG, place,
				     "only the registrar, in IMS the S-CSCF, accepts a REGISTER"};
	if (is_register && (f->status == 421 || f->status == 494))
		return (struct vote){
			TRACE_NODE_P_CSCF, WEIGHT_STRONG, place,
			"421 and 494 belong to the security agreement, which the P-CSCF makes"};
	if (is_register && f->status == 403 && case_fact_is(f, CASE_ANSWERED) &&
	    !has_association_fault(f))
		return (struct vote){
			TRACE_NODE_S_CSCF, WEIGHT_WEAK, place,
			"after an answered challenge the S-CSCF refuses, or the P-CSCF"};
	return no_vote();
}

static struct vote vote_phrase(struct case_facts *f)
{
	static const struct {
		enum case_fact_id fact;
		enum trace_node node;
	} rows[] = {
		{CASE_PHRASE_POLICY, TRACE_NODE_P_CSCF},
		{CASE_PHRASE_SECURITY, TRACE_NODE_P_CSCF},
		{CASE_PHRASE_MASK, TRACE_NODE_S_CSCF},
		{CASE_PHRASE_RESPONSE, TRACE_NODE_S_CSCF},
		{CASE_PHRASE_SELECTION, TRACE_NODE_I_CSCF},
		{CASE_PHRASE_ROAMING, TRACE_NODE_I_CSCF},
		{CASE_PHRASE_REJECTED, TRACE_NODE_I_CSCF},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (case_fact_is(f, rows[i].fact) && f->c->method == SIP_REGISTER &&
		    !case_fact_is(f, CASE_PLAIN_SIP))
			return (struct vote){rows[i].node, WEIGHT_WEAK, f->fact[rows[i].fact].place,
					     arena_printf(f->arena,
							  "%s: a phrase of the %s where it occurs",
							  f->fact[rows[i].fact].text,
							  trace_node_str(rows[i].node))};
	return no_vote();
}

static struct vote vote_silence_on_cx(struct case_facts *f)
{
	if (!case_fact_is(f, CASE_CX_ABSENT) || case_fact_is(f, CASE_CHALLENGED) ||
	    f->status != 403)
		return no_vote();
	return (struct vote){TRACE_NODE_P_CSCF, WEIGHT_WEAK, case_place_sip(f->final),
			     "refused before the I-CSCF asked the HSS: the P-CSCF, or the I-CSCF "
			     "for reasons of its own"};
}

/* How many Vias the request had on the deepest hop that was seen. */
static unsigned deepest_vias(const struct case_facts *f)
{
	unsigned most = 0;

	for (unsigned i = 0; i < f->c->event_count; i++) {
		const struct sip_message *m = f->c->event[i].sip;

		if (m && m->is_request && m->method == f->c->method && m->cseq == f->final->cseq &&
		    m->via_count > most)
			most = m->via_count;
	}
	return most;
}

static void say_via(struct case_facts *f, struct diagnosis *out, bool is_asked)
{
	const struct sip_message *first = f->last->first_final ? f->last->first_final : f->final;
	unsigned vias = first->via_count, deepest = deepest_vias(f);
	const char *text = NULL;

	if (f->c->sees_core && vias > 1 && vias == deepest)
		text = arena_printf(
			f->arena,
			"Vias, inside the core: the request had %u on the deepest hop seen and the "
			"answer has %u there, so the node that received it there answered",
			deepest, vias);
	else if (f->c->sees_core && vias > 1 && is_asked)
		text = arena_printf(f->arena,
				    "Vias, inside the core: the answer first appears with %u, the "
				    "request went as deep as %u",
				    vias, deepest);
	else if (is_asked)
		text = arena_printf(f->arena,
				    "Vias: the answer has %u, and that tells nothing here: every "
				    "proxy takes its own Via off an answer, so at the UE each "
				    "answer has exactly the UE's, whoever sent it",
				    f->final->via_count);
	if (text && out->sender_count < EVIDENCE_MAX)
		out->sender[out->sender_count++] =
			(struct evidence){EVIDENCE_CONTEXT, case_place_sip(first), text};
}

/* An answer that reaches the P-CSCF is not its own, whoever behind it made it. */
static void set_not_p_cscf(struct case_facts *f)
{
	for (unsigned i = 0; i < f->c->event_count; i++) {
		const struct trace_event *e = &f->c->event[i];

		if (e->sip && !e->sip->is_request && e->to == TRACE_NODE_P_CSCF &&
		    e->sip->status == f->status && e->sip->cseq == f->final->cseq &&
		    e->from != TRACE_NODE_UE && e->from != TRACE_NODE_UNKNOWN)
			case_fact_set(f, CASE_FROM_P_CSCF, TRI_NO, case_place_sip(e->sip),
				      "the answer came to the P-CSCF from behind");
	}
}

static void set_from(struct case_facts *f, const struct diagnosis *d)
{
	static const enum case_fact_id facts[] = {
		[TRACE_NODE_UE] = CASE_FROM_UE,         [TRACE_NODE_P_CSCF] = CASE_FROM_P_CSCF,
		[TRACE_NODE_I_CSCF] = CASE_FROM_I_CSCF, [TRACE_NODE_S_CSCF] = CASE_FROM_S_CSCF,
		[TRACE_NODE_AS] = CASE_FROM_AS,
	};
	enum tri others = d->sent_by_confidence == CONFIDENCE_HIGH ? TRI_NO : TRI_UNKNOWN;

	if (d->sent_by == TRACE_NODE_UNKNOWN || d->sent_by_confidence == CONFIDENCE_LOW)
		return;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (facts[i] && i == d->sent_by)
			case_fact_set(f, facts[i], TRI_YES, d->sender[0].place, d->sender[0].text);
		else if (facts[i] && others == TRI_NO)
			case_fact_set(f, facts[i], TRI_NO, d->sender[0].place,
				      arena_printf(f->arena, "the answer came from the %s",
						   trace_node_str(d->sent_by)));
	}
}

void sender_find(struct case_facts *f, bool explain_via, struct diagnosis *out)
{
	static struct vote (*const voters[])(struct case_facts *) = {
		vote_hop,    vote_response_source, vote_server,       vote_warning,
		vote_cx,     vote_selection,       vote_warning_vias, vote_silence_on_cx,
		vote_nature, vote_plain,           vote_phrase,       vote_association,
	};
	struct vote best = {0};
	unsigned for_it = 0, against = 0;

	if (!f->final)
		return;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < sizeof(voters) / sizeof(voters[0]); i++) {
			struct vote v = voters[i](f);

			if (!v.weight)
				continue;
			if (!pass) {
				if (v.weight > best.weight)
					best = v;
				continue;
			}
			bool counts = voters[i] != vote_phrase && voters[i] != vote_association;

			/* Claims and guesses are shown, and make nothing surer. */
			for_it += v.node == best.node && counts;
			against += v.node != best.node && counts;
			out->sender[out->sender_count++] = (struct evidence){
				v.node == best.node ? EVIDENCE_FOR : EVIDENCE_AGAINST, v.place,
				v.text};
		}
	out->sent_by = best.node;
	out->sent_by_confidence =
		best.weight == WEIGHT_DECISIVE ? CONFIDENCE_HIGH
		: best.weight == WEIGHT_STRONG
			? (for_it > 1 && !against ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM)
		: for_it > 1 && !against ? CONFIDENCE_MEDIUM
					 : CONFIDENCE_LOW;
	say_via(f, out, explain_via);
	set_from(f, out);
	set_not_p_cscf(f);
}
