/* 407 and what became of it (RFC 3261 22.3, 22.4; RFC 2617 3.2): the challenge read, the retry
 * compared with it. */
#include "trace/case_fact.h"

/* Fields without which a challenge cannot be answered: RFC 2617 3.2.1. */
static const char *missing_field(const struct sip_message *m)
{
	const struct sip_digest *d = m->proxy_authenticate;

	if (!m->proxy_authenticate_count)
		return "the 407 has no Proxy-Authenticate";
	if (!d->realm.data || !d->realm.length)
		return "the Proxy-Authenticate has no realm";
	if (!d->nonce)
		return "the Proxy-Authenticate has no nonce";
	if (!text_equal_nocase(d->scheme, TEXT_LITERAL("Digest")))
		return "the scheme of the Proxy-Authenticate is not Digest";
	return NULL;
}

static unsigned challenges_kept(const struct sip_message *m)
{
	return m->proxy_authenticate_count > SIP_CHALLENGES_MAX ? SIP_CHALLENGES_MAX
								: m->proxy_authenticate_count;
}

static void take_challenge(struct case_facts *f, const struct sip_message *m)
{
	const struct sip_digest *d = m->proxy_authenticate;
	struct evidence_place place = case_place_sip(m);
	const char *missing = missing_field(m);

	case_fact_set(f, CASE_PROXY_CHALLENGED, TRI_YES, place,
		      m->proxy_authenticate_count
			      ? arena_printf(f->arena,
					     "407 with a challenge: realm \"%s\", algorithm %.*s, "
					     "qop %.*s, nonce %s, stale %s",
					     case_words(f, d->realm),
					     d->algorithm.data ? (int)d->algorithm.length : 6,
					     d->algorithm.data ? d->algorithm.data : "absent",
					     d->qop.data ? (int)d->qop.length : 6,
					     d->qop.data ? d->qop.data : "absent",
					     d->nonce ? "present" : "absent",
					     d->is_stale ? "true" : "no")
			      : NULL);
	if (missing)
		case_fact_set(f, CASE_PROXY_INCOMPLETE, TRI_YES, place, missing);
	for (unsigned i = 1; i < challenges_kept(m); i++)
		if (!text_equal(m->proxy_authenticate[i].realm, d->realm))
			case_fact_set(f, CASE_PROXY_FORKED, TRI_YES, place, NULL);
}

static bool realm_is_offered(const struct sip_message *challenge, struct text realm)
{
	for (unsigned i = 0; i < challenges_kept(challenge); i++)
		if (text_equal(challenge->proxy_authenticate[i].realm, realm))
			return true;
	return false;
}

static bool nonce_is_offered(const struct sip_message *challenge, uint64_t nonce)
{
	for (unsigned i = 0; i < challenges_kept(challenge); i++)
		if (challenge->proxy_authenticate[i].nonce == nonce)
			return true;
	return false;
}

/* RFC 2617 3.2.2: what is wrong with the retry, by the challenge alone; NULL: nothing. before is
 * the credential sent before, NULL: none. */
static const char *retry_fault(struct case_facts *f, const struct sip_message *challenge,
			       const struct sip_message *retry, const struct sip_digest *before)
{
	const struct sip_digest *a = &retry->proxy_authorization;

	if (!a->username.data || !a->username.length)
		return "the retry has no username";
	if (!realm_is_offered(challenge, a->realm))
		return "the retry's realm is not that of the challenge";
	if (!nonce_is_offered(challenge, a->nonce))
		return "the retry's nonce is not that of the challenge";
	if (!a->has_response || a->is_response_empty)
		return "the retry has no response";
	if (!a->uri.data || (retry->request_uri.data && !text_equal(a->uri, retry->request_uri)))
		return "the retry's uri is not its Request-URI";
	if (a->qop.data && a->nonce_count < 0)
		return "the retry has qop and no nonce count";
	if (before && before->nonce == a->nonce && a->nonce_count >= 0 &&
	    a->nonce_count <= before->nonce_count)
		return "the retry's nonce count does not grow";
	if (retry->authorization.username.data &&
	    !text_equal(retry->authorization.username, a->username))
		return "the retry's username differs from that of Authorization";
	if (f->c->impi.data && !text_equal(f->c->impi, a->username) && f->c->method == SIP_REGISTER)
		return "the retry's username is not the IMPI";
	return NULL;
}

/* The registered subscriber's username is known from the store only: an IMPI of the calling IMPU
 * (trace/provisioning.c compares). */
static void take_retry(struct case_facts *f, const struct sip_message *challenge,
		       const struct trace_transaction *t, const struct sip_digest *before)
{
	const struct sip_digest *a = &t->request->proxy_authorization;
	struct evidence_place place = case_place_sip(t->request);
	const char *fault;

	if (!a->scheme.data) {
		case_fact_set(f, CASE_PROXY_BARE, TRI_YES, place, NULL);
		return;
	}
	fault = retry_fault(f, challenge, t->request, before);
	if (fault)
		case_fact_set(f, CASE_PROXY_WRONG, TRI_YES, place, fault);
	if (t->final && t->final->status >= 200 && t->final->status < 300)
		case_fact_set(f, CASE_PROXY_SUCCEEDED, TRI_YES, case_place_sip(t->final), NULL);
	if (!t->final || t->final->status != 407)
		return;
	place = case_place_sip(t->final);
	if (t->final->proxy_authenticate_count && t->final->proxy_authenticate[0].is_stale)
		case_fact_set(f, CASE_PROXY_STALE, TRI_YES, place, NULL);
	else
		case_fact_set(f, CASE_PROXY_REPEATED, TRI_YES, place, NULL);
}

/* Credentials are refused with these; with any other answer they were accepted, or nobody asked. */
static bool refuses_credentials(int status)
{
	return status == 0 || status == 400 || status == 401 || status == 403 || status == 407;
}

void case_fact_proxy(struct case_facts *f)
{
	const struct sip_message *challenge = NULL;
	const struct sip_digest *before = NULL;
	bool is_retried = false;

	for (unsigned i = 0; i < f->c->transaction_count; i++) {
		const struct trace_transaction *t = &f->c->transaction[i];

		if (t->request && challenge) {
			take_retry(f, challenge, t, before);
			case_fact_set(f, CASE_PROXY_RETRIED, TRI_YES, case_place_sip(t->request),
				      NULL);
			is_retried = true;
		}
		if (t->request && t->request->proxy_authorization.scheme.data)
			before = &t->request->proxy_authorization;
		if (t->final && t->final->status == 407) {
			take_challenge(f, t->final);
			challenge = t->final;
		}
	}
	if (is_retried)
		case_fact_set(f, CASE_PROXY_PASSED, tri_from_bool(!refuses_credentials(f->status)),
			      case_place_sip(f->final), NULL);
	if (challenge)
		case_fact_set(f, CASE_PROXY_RETRIED, TRI_NO, case_place_sip(challenge),
			      "the 407 is the last that was seen");
	/* After credentials that were refused no further try is owed, unless they were but stale.
	 */
	if (f->status == 407 && f->c->is_complete &&
	    (!is_retried || case_fact_is(f, CASE_PROXY_STALE)))
		case_fact_set(f, CASE_PROXY_UNRETRIED, TRI_YES, case_place_sip(f->final), NULL);
}
