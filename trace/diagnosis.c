#include "trace/diagnosis.h"

#include <stdlib.h>

#include "audit/rule_table.h"
#include "trace/cause.h"
#include "trace/provisioning.h"
#include "trace/reading.h"
#include "trace/sender.h"
#include "trace/trace_address.h"

/* --- evidence --- */

static void evidence_add(struct diagnosis *d, enum evidence_side side, struct evidence_place place,
			 const char *text)
{
	if (!text)
		return;
	for (unsigned i = 0; i < d->evidence_count; i++)
		if (!strcmp(d->evidence[i].text, text)) {
			if (d->evidence[i].side == EVIDENCE_CONTEXT)
				d->evidence[i].side = side;
			return;
		}
	if (d->evidence_count < EVIDENCE_MAX)
		d->evidence[d->evidence_count++] = (struct evidence){side, place, text};
}

static void evidence_of_facts(const struct case_facts *f, struct diagnosis *d,
			      enum evidence_side side, const short *ids)
{
	for (size_t i = 0; ids[i]; i++) {
		int id = ids[i] == CASE_PREDICTED_THIS ? CASE_PREDICTED_REFUSAL : abs(ids[i]);

		if (ids[i] == CASE_PREDICTED_THIS && f->predicted != d->cause)
			continue;
		if (case_fact_holds(f, ids[i] < 0 ? -id : id))
			evidence_add(d, side, f->fact[id].place, f->fact[id].text);
	}
}

/* What a reader wants to see beside what decides. */
static void evidence_of_rest(const struct case_facts *f, struct diagnosis *d)
{
	static const short shown[] = {
		CASE_CHALLENGED,         CASE_ANSWERED,          CASE_EMPTY_RESPONSE,
		CASE_RESYNCHRONISATION,  CASE_CX_ABSENT,         CASE_UAA_PASSED,
		CASE_MAA_PASSED,         CASE_SAA_PASSED,        CASE_SECURITY_FAULT,
		CASE_PROXY_CHALLENGED,   CASE_PROXY_FORKED,      CASE_PROXY_STALE,
		CASE_PROXY_INCOMPLETE,   CASE_PROXY_WRONG,       CASE_IMPI_ODD,
		CASE_IMPU_ODD,           CASE_IDENTITIES_DIFFER, CASE_PHRASE_CONTRADICTS,
		CASE_REASON_DIAMETER,    CASE_PREDICTED_SUCCESS, CASE_PREDICTED_REFUSAL,
		CASE_PRESENTED_MISSPELT, CASE_STORED_MISSPELT,   -CASE_P_CSCF_LISTED,
		CASE_INTERNATIONAL,
	};
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (case_fact_holds(f, shown[i]))
			evidence_add(d, EVIDENCE_CONTEXT, f->fact[abs(shown[i])].place,
				     f->fact[abs(shown[i])].text);
	for (unsigned i = 0; i < f->context_count; i++)
		evidence_add(d, EVIDENCE_CONTEXT, f->context[i].place, f->context[i].text);
}

static void evidence_fill(const struct case_facts *f, const struct cause_row *row,
			  struct diagnosis *d)
{
	if (f->final)
		evidence_add(d, EVIDENCE_FOR, case_place_sip(f->final),
			     arena_printf(f->arena, "%s was answered with %d \"%s\"", d->method,
					  f->status, case_words(f, f->final->reason_phrase)));
	if (f->bad && row->cx.is_wanted)
		evidence_add(d, EVIDENCE_FOR, case_place_cx(f, f->bad),
			     case_answer_words(f, f->bad));
	evidence_of_facts(f, d, EVIDENCE_FOR, row->need);
	evidence_of_facts(f, d, EVIDENCE_FOR, row->supports);
	evidence_of_facts(f, d, EVIDENCE_AGAINST, row->against);
	evidence_of_rest(f, d);
}

/* --- the verdict --- */

static void set_others(const struct case_facts *f, const struct cause_row *chosen,
		       struct diagnosis *d)
{
	size_t count, i;
	const struct cause_row *rows = cause_table(&count);

	if (d->confidence == CONFIDENCE_HIGH)
		return;
	for (i = (size_t)(chosen - rows) + 1; i + 1 < count && d->other_count < 3; i++) {
		bool is_known = rows[i].cause == d->cause || rows[i].cause == CAUSE_UNKNOWN;

		for (unsigned k = 0; k < d->other_count; k++)
			is_known |= d->other[k] == rows[i].cause;
		if (!is_known && cause_applies(f, &rows[i]))
			d->other[d->other_count++] = rows[i].cause;
	}
}

/* Whether provisioning is to blame: the row's view, corrected by what the store says. */
static void set_blame(const struct case_facts *f, const struct cause_row *row, struct diagnosis *d)
{
	bool has_cx = case_fact_is(f, CASE_CX_SEEN);

	d->blame = row->blame;
	d->blame_reason = row->blame == TRI_YES
				  ? "the cause lies in the subscriber's data at the HSS"
			  : row->blame == TRI_NO ? "the cause does not lie in the subscriber's data"
						 : "the evidence does not tell";
	if (row->blame == TRI_YES && has_cx && case_fact_is(f, CASE_PREDICTED_SUCCESS)) {
		d->blame = TRI_UNKNOWN;
		d->blame_reason = "the HSS refused what the provisioning in the store allows: the "
				  "store is older, or another HSS answered";
	} else if (row->blame == TRI_UNKNOWN && case_fact_is(f, CASE_PREDICTED_REFUSAL) &&
		   f->predicted == d->cause) {
		d->blame = TRI_YES;
		d->blame_reason = "the provisioning in the store predicts this very failure";
	} else if (row->blame == TRI_UNKNOWN && !has_cx && !d->has_store) {
		d->blame_reason = "neither Cx nor a store was there to tell";
	}
}

static void set_rule(const struct case_facts *f, const struct cause_row *row, struct diagnosis *d)
{
	bool is_predicted = case_fact_is(f, CASE_PREDICTED_REFUSAL) && f->predicted == d->cause;
	const char *name = is_predicted ? f->provisioning->verdict.rule : row->row;
	const struct rule *rule = name ? rule_find(text_from(name)) : NULL;

	d->rule = rule ? rule->id : NULL;
	d->row = rule ? rule->row : NULL;
	/* The store knows the smallest change; its words hold identities. */
	if (is_predicted && f->provisioning->explanation.remedy && !f->is_masked)
		d->remedy = f->provisioning->explanation.remedy;
}

static void set_suspicion(const struct case_facts *f, struct diagnosis *d)
{
	static const enum case_fact_id ids[] = {
		CASE_CHALLENGE_LOOP,    CASE_RESYNCHRONISATION, CASE_EMPTY_RESPONSE,
		CASE_SECURITY_FAULT,    CASE_USERNAME_CHANGED,  CASE_SAA_BARRED,
		CASE_PREDICTED_REFUSAL, CASE_NONCE_DIFFERS,     CASE_PROXY_FORKED,
	};

	if (d->cause != CAUSE_NONE && d->cause != CAUSE_NORMAL_CHALLENGE)
		return;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (!case_fact_is(f, ids[i]))
			continue;
		d->is_suspicious = true;
		evidence_add(d, EVIDENCE_AGAINST, f->fact[ids[i]].place, f->fact[ids[i]].text);
	}
	if (d->is_suspicious)
		d->remedy = "It succeeded; look at what speaks against it, all the same";
}

static void judge(const struct case_facts *f, struct diagnosis *d)
{
	const struct cause_row *row = cause_find(f);

	d->cause = row->cause;
	d->confidence = cause_confidence(f, row);
	d->text = cause_words(f, row, row->text);
	d->remedy = cause_words(f, row, row->remedy);
	d->doubt = cause_words(f, row, row->doubt);
	d->next = cause_words(f, row, row->next);
	evidence_fill(f, row, d);
	set_others(f, row, d);
	set_blame(f, row, d);
	set_rule(f, row, d);
	set_suspicion(f, d);
	reading_fill(f, d);
}

/* The message that the reader looks for first: the request, or what there is of the attempt. */
static struct evidence_place first_place(const struct trace_case *c)
{
	if (c->transaction_count && c->transaction[0].request)
		return case_place_sip(c->transaction[0].request);
	for (unsigned i = 0; i < c->event_count; i++)
		if (c->event[i].sip)
			return case_place_sip(c->event[i].sip);
	return CASE_NO_PLACE;
}

/* Clients build it from their address, and some from their number. */
static const char *call_id_of(const struct case_facts *f)
{
	struct text id = f->c->call_id;
	ptrdiff_t at = id.data ? text_find(id, '@') : -1;

	if (!f->is_masked || !id.data)
		return arena_text(f->arena, id).data;
	if (at < 0)
		return case_words_whole(f, id);
	return arena_printf(f->arena, "%s@***", case_words_whole(f, text_of(id.data, (size_t)at)));
}

static void head_fill(const struct case_facts *f, struct diagnosis *d)
{
	const struct trace_case *c = f->c;
	const struct sip_message *first = c->transaction_count ? c->transaction[0].request : NULL;

	d->kind = c->kind;
	d->method = c->method == SIP_OTHER && first && first->method_name.data
			    ? arena_text(f->arena, first->method_name).data
			    : sip_method_str(c->method);
	d->call_id = call_id_of(f);
	d->impi = case_identity(f, c->impi);
	d->impu = case_identity(f, c->impu);
	d->called = case_identity(f, c->called);
	d->impi_key = c->impi.data ? text_hash(TEXT_HASH_SEED, c->impi) : 0;
	d->impu_key = c->impu.data ? text_hash(TEXT_HASH_SEED, c->impu) : 0;
	d->first_us = c->first_us;
	d->last_us = c->last_us;
	d->first = first_place(c);
	d->status = f->status;
	d->reason_phrase = f->final ? case_words_whole(f, f->final->reason_phrase) : NULL;
	d->cx = f->cx;
	d->cx_count = f->cx_count;
	d->is_cx_observed = f->is_cx_observed;
	d->traits.p_cscf = arena_text(f->arena, trace_p_cscf(c));
	for (unsigned i = 0; i < c->transaction_count; i++) {
		const struct sip_message *final = c->transaction[i].final;

		if (!final || !final->security_server_count)
			continue;
		d->traits.scheme = arena_text(f->arena, final->security_server[0].mechanism);
		d->traits.algorithm = arena_text(f->arena, final->security_server[0].algorithm);
	}
}

static void take_registered(struct case_facts *f, const struct diagnosis_sources *sources)
{
	enum tri is_registered;

	if (f->c->method == SIP_REGISTER || !sources->is_registered || !f->c->impu.data)
		return;
	is_registered = sources->is_registered(f->c->impu, sources->context);
	if (is_registered != TRI_UNKNOWN)
		case_fact_set(f, CASE_CALLER_REGISTERED, is_registered, CASE_NO_PLACE,
			      is_registered == TRI_YES
				      ? NULL
				      : "the caller's last REGISTER in this trace failed");
}

/* The SAA of the caller's registration, which is a case of its own. */
static void take_barred(struct case_facts *f, const struct diagnosis_sources *sources)
{
	enum tri is_barred;

	if (f->c->method == SIP_REGISTER || !sources->is_barred || !f->c->impu.data ||
	    f->fact[CASE_CALLER_BARRED_CX].value != TRI_UNKNOWN)
		return;
	is_barred = sources->is_barred(f->c->impu, sources->context);
	if (is_barred != TRI_UNKNOWN)
		case_fact_set(f, CASE_CALLER_BARRED_CX, is_barred, CASE_NO_PLACE,
			      is_barred == TRI_YES
				      ? "User-Data of the caller's registration, earlier in this "
					"trace, marks the calling IMPU as barred"
				      : "User-Data of the caller's registration, earlier in this "
					"trace, does not bar the calling IMPU");
}

enum rc diagnose(const struct diagnosis_sources *sources, const struct trace_case *c,
		 struct arena *arena, struct diagnosis *out, struct diag *diag)
{
	struct case_facts *f = arena_alloc(arena, sizeof(*f));
	enum rc rc = RC_OK;

	*out = (struct diagnosis){.arena = arena};
	if (!f)
		return diag_set(diag, RC_NOMEM, "no memory for a diagnosis");
	case_facts_init(f, c, arena);
	f->policy = sources->policy;
	f->is_masked = sources->is_masked;
	if (sources->observations)
		rc = case_fact_observe(f, sources->observations, diag);
	if (rc != RC_OK)
		return rc;
	case_fact_flow(f);
	case_fact_proxy(f);
	case_fact_security(f);
	case_fact_cx(f);
	case_fact_header(f);
	case_fact_identity(f);
	take_registered(f, sources);
	take_barred(f, sources);
	if (sources->predictor)
		rc = provisioning_join(f, sources->predictor, out, diag);
	if (rc != RC_OK)
		return rc;
	case_fact_network(f);
	head_fill(f, out);
	sender_find(f, sources->explain_via, out);
	judge(f, out);
	return RC_OK;
}

bool diagnosis_is_failure(const struct diagnosis *d)
{
	return d->is_suspicious || (d->cause != CAUSE_NONE && d->cause != CAUSE_NORMAL_CHALLENGE);
}

const char *evidence_side_str(enum evidence_side s)
{
	static const char *const words[] = {"for", "against", "context"};

	return words[s];
}
