/* The flow of a registration: challenges, what answered them, silence (TS 24.229 5.1.1.5, 5.4.1.2;
 * TS 33.203 6.1; RFC 3310). */
#include "trace/case_fact.h"

struct flow {
	const struct sip_message *challenge; /* the last 401 */
	unsigned challenges, auts;
	bool is_answer; /* the request in hand answers a challenge */
};

static unsigned challenges_kept(const struct sip_message *m)
{
	return m->www_authenticate_count > SIP_CHALLENGES_MAX ? SIP_CHALLENGES_MAX
							      : m->www_authenticate_count;
}

/* RFC 3261 22.4, RFC 3310 3.1: the answer names the algorithm of one of the challenges. Where
 * either names none, nothing is known. */
static void compare_algorithm(struct case_facts *f, const struct sip_message *challenge,
			      const struct sip_message *request)
{
	const struct text ours = request->authorization.algorithm;
	const unsigned count = challenges_kept(challenge);

	if (!ours.data || count == 0 || count < challenge->www_authenticate_count)
		return;
	for (unsigned i = 0; i < count; i++)
		if (!challenge->www_authenticate[i].algorithm.data ||
		    text_equal_nocase(challenge->www_authenticate[i].algorithm, ours))
			return;
	const struct text theirs = challenge->www_authenticate[0].algorithm;

	case_fact_set(f, CASE_SCHEME_DIFFERS, TRI_YES, case_place_sip(request),
		      arena_printf(f->arena, "the challenge is for %.*s and the answer is %.*s",
				   (int)theirs.length, theirs.data, (int)ours.length, ours.data));
}

static void take_answer(struct case_facts *f, struct flow *w, const struct sip_message *request)
{
	const struct sip_digest *a = &request->authorization;
	struct evidence_place place = case_place_sip(request);

	w->is_answer = false;
	if (!w->challenge || !a->scheme.data || !a->nonce)
		return;
	if (a->has_auts && !a->is_auts_empty) {
		w->auts++;
		case_fact_set(f, CASE_RESYNCHRONISATION, TRI_YES, place, NULL);
		if (w->auts == 2)
			case_fact_set(f, CASE_RESYNCHRONISATION_LOOP, TRI_YES, place, NULL);
		return;
	}
	w->is_answer = true;
	if (!a->has_response || a->is_response_empty) {
		case_fact_set(f, CASE_EMPTY_RESPONSE, TRI_YES, place, NULL);
		return;
	}
	case_fact_set(f, CASE_ANSWERED, TRI_YES, place, NULL);
	compare_algorithm(f, w->challenge, request);
	if (w->challenge->www_authenticate_count &&
	    w->challenge->www_authenticate[0].nonce != a->nonce)
		case_fact_set(f, CASE_NONCE_DIFFERS, TRI_YES, place, NULL);
}

/* A UE that names AKA in its first REGISTER, and a registrar that challenges with something else
 * (TS 24.229 5.1.1.2.2, TS 33.203 6.1). */
static void compare_wish(struct case_facts *f, const struct sip_message *request,
			 const struct sip_message *answer)
{
	const unsigned count = challenges_kept(answer);

	if (!request || count == 0 ||
	    !text_starts_with_nocase(request->authorization.algorithm, "AKA"))
		return;
	for (unsigned i = 0; i < count; i++) {
		const struct text algorithm = answer->www_authenticate[i].algorithm;

		if (answer->www_authenticate[i].has_aka_nonce ||
		    text_starts_with_nocase(algorithm, "AKA"))
			return;
	}
	const struct text named = request->authorization.algorithm;
	const struct text given = answer->www_authenticate[0].algorithm;

	case_fact_set(f, CASE_SCHEME_UNWANTED, TRI_YES, case_place_sip(answer),
		      arena_printf(f->arena, "the UE named %.*s and the challenge is for %.*s",
				   (int)named.length, named.data,
				   given.data ? (int)given.length : 3,
				   given.data ? given.data : "MD5"));
}

static void take_challenge(struct case_facts *f, struct flow *w, const struct sip_message *answer)
{
	struct evidence_place place = case_place_sip(answer);

	case_fact_set(f, CASE_CHALLENGED, TRI_YES, place, NULL);
	if (answer->www_authenticate_count) {
		const struct sip_digest *d = &answer->www_authenticate[0];

		case_fact_set(f, CASE_AKA_CHALLENGE, tri_from_bool(d->has_aka_nonce), place,
			      d->has_aka_nonce ? NULL : "the challenge is no AKA challenge");
		if (d->is_stale)
			case_fact_set(f, CASE_STALE, TRI_YES, place, NULL);
		else if (w->is_answer)
			case_fact_set(f, CASE_CHALLENGE_LOOP, TRI_YES, place, NULL);
	} else if (w->is_answer) {
		case_fact_set(f, CASE_CHALLENGE_LOOP, TRI_YES, place, NULL);
	}
	w->challenge = answer;
	w->challenges++;
}

static void take_username(struct case_facts *f, const struct text *before,
			  const struct sip_message *request)
{
	if (before->data && request->authorization.username.data &&
	    !text_equal(*before, request->authorization.username))
		case_fact_set(f, CASE_USERNAME_CHANGED, TRI_YES, case_place_sip(request), NULL);
}

/* How often a request is sent over UDP before its timer F or B fires (RFC 3261 17.1.1.2,
 * 17.1.2.2): the client has given up then, and no answer is to come. */
static bool has_timed_out(const struct trace_case *c, const struct trace_transaction *t)
{
	return !t->final && t->retransmissions >= (c->method == SIP_INVITE ? 6u : 10u);
}

/* How it ends: what came last, and whether the trace goes on long enough to tell. */
static void take_end(struct case_facts *f, const struct flow *w)
{
	struct evidence_place place;

	case_fact_set(f, CASE_COMPLETE,
		      tri_from_bool(f->c->is_complete || f->status >= 200 ||
				    (f->last && has_timed_out(f->c, f->last))),
		      CASE_NO_PLACE, NULL);
	if (!f->last)
		return;
	place = case_place_sip(f->final ? f->final : f->last->request);
	if (f->status == 401)
		case_fact_set(f, CASE_SILENT_AFTER_CHALLENGE, tri_from_bool(f->c->is_complete),
			      place,
			      f->c->is_complete ? NULL : "the trace ends soon after the challenge");
	if (!f->final)
		case_fact_set(f, w->challenges ? CASE_RETRY_UNANSWERED : CASE_UNANSWERED, TRI_YES,
			      place,
			      f->last->retransmissions
				      ? arena_printf(f->arena, "sent %u times and never answered",
						     f->last->retransmissions + 1)
				      : NULL);
	if (f->last->is_request_seen_beyond)
		case_fact_set(f, CASE_CROSSED_CORE, TRI_YES, place, NULL);
}

void case_fact_flow(struct case_facts *f)
{
	struct flow w = {0};
	struct text username = TEXT_NONE;

	for (unsigned i = 0; i < f->c->transaction_count; i++) {
		const struct trace_transaction *t = &f->c->transaction[i];

		w.is_answer = false;
		if (t->request) {
			take_answer(f, &w, t->request);
			take_username(f, &username, t->request);
			if (t->request->authorization.username.data)
				username = t->request->authorization.username;
			if (case_text_holds(t->request->contact, ";sos"))
				case_fact_set(f, CASE_EMERGENCY, TRI_YES,
					      case_place_sip(t->request), NULL);
		}
		if (t->final && t->final->status == 401) {
			compare_wish(f, t->request, t->final);
			take_challenge(f, &w, t->final);
		}
	}
	if (f->c->transaction_count && f->c->transaction[0].request)
		case_fact_set(f, CASE_CHALLENGED, TRI_NO, case_place_sip(f->final),
			      "no challenge came before the final answer");
	take_end(f, &w);
}
