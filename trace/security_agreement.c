/* Security-Client, -Server and -Verify compared (RFC 3329 2.3; TS 33.203 7.2; TS 24.229 5.1.1.5,
 * 5.2.2): what is missing, changed, not offered, or bid down, and the ports it was used on. */
#include "trace/case_fact.h"

struct agreement {
	const struct sip_message *offer;  /* first REGISTER with Security-Client */
	const struct sip_message *server; /* answer with Security-Server */
	const struct sip_message *used;   /* the REGISTER after it */
	const struct sip_message *required;
};

/* The agreement is between UE and P-CSCF, which takes its headers off towards the core (TS 24.229
 * 5.2.2): a message seen behind the P-CSCF only tells nothing of it. */
static const struct sip_message *if_on_gm(const struct sip_message *m)
{
	return m && m->via_count <= 1 ? m : NULL;
}

static void agreement_find(const struct trace_case *c, struct agreement *a)
{
	*a = (struct agreement){0};
	for (unsigned i = 0; i < c->transaction_count; i++) {
		const struct sip_message *request = if_on_gm(c->transaction[i].request);
		const struct sip_message *final = if_on_gm(c->transaction[i].final);

		if (request && a->server && !a->used)
			a->used = request;
		if (request && !a->offer && request->security_client_count)
			a->offer = request;
		if (request && !a->required &&
		    (case_text_holds(request->require, "sec-agree") ||
		     case_text_holds(request->proxy_require, "sec-agree")))
			a->required = request;
		if (final && !a->server && final->security_server_count)
			a->server = final;
	}
}

static unsigned kept(unsigned count)
{
	return count > SIP_SECURITY_MAX ? SIP_SECURITY_MAX : count;
}

/* The name of the first parameter that differs, NULL when none does. */
static const char *differing_parameter(const struct sip_security *a, const struct sip_security *b)
{
	const struct {
		const char *name;
		bool is_equal;
	} rows[] = {
		{"mechanism", text_equal_nocase(a->mechanism, b->mechanism)},
		{"alg", text_equal_nocase(a->algorithm, b->algorithm)},
		{"ealg", text_equal_nocase(a->encryption_algorithm, b->encryption_algorithm)},
		{"prot", text_equal_nocase(a->protocol, b->protocol)},
		{"mod", text_equal_nocase(a->mode, b->mode)},
		{"spi-c", a->spi_client == b->spi_client},
		{"spi-s", a->spi_server == b->spi_server},
		{"port-c", a->port_client == b->port_client},
		{"port-s", a->port_server == b->port_server},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!rows[i].is_equal)
			return rows[i].name;
	return NULL;
}

/* Whether both may be used together: same mechanism and algorithms; an absent ealg is "null". */
static bool fits(const struct sip_security *client, const struct sip_security *server)
{
	struct text ealg_client = client->encryption_algorithm.data ? client->encryption_algorithm
								    : TEXT_LITERAL("null");
	struct text ealg_server = server->encryption_algorithm.data ? server->encryption_algorithm
								    : TEXT_LITERAL("null");

	return text_equal_nocase(client->mechanism, server->mechanism) &&
	       text_equal_nocase(client->algorithm, server->algorithm) &&
	       text_equal_nocase(ealg_client, ealg_server);
}

static const char *check_offer(struct case_facts *f, const struct agreement *a)
{
	if (a->required && !a->offer)
		return "sec-agree is required and Security-Client is missing";
	if (a->offer && a->required && !a->server && case_fact_is(f, CASE_CHALLENGED))
		return "Security-Client was offered and the challenge has no Security-Server";
	return NULL;
}

static const char *check_choice(struct case_facts *f, const struct agreement *a)
{
	const struct sip_security *s;

	if (!a->offer || !a->server)
		return NULL;
	for (unsigned i = 0; i < kept(a->server->security_server_count); i++)
		for (unsigned k = 0; k < kept(a->offer->security_client_count); k++)
			if (fits(&a->offer->security_client[k], &a->server->security_server[i]))
				return NULL;
	s = &a->server->security_server[0];
	return arena_printf(
		f->arena, "Security-Server offers %.*s, alg %.*s, which is not in Security-Client",
		(int)s->mechanism.length, s->mechanism.data ? s->mechanism.data : "",
		(int)s->algorithm.length, s->algorithm.data ? s->algorithm.data : "");
}

static const char *check_verify(struct case_facts *f, const struct agreement *a)
{
	unsigned server, verify;

	if (!a->server || !a->used)
		return NULL;
	server = kept(a->server->security_server_count);
	verify = kept(a->used->security_verify_count);
	if (!verify)
		return "Security-Verify is missing though Security-Server was sent";
	for (unsigned i = 0; i < server && i < verify; i++) {
		const char *name = differing_parameter(&a->server->security_server[i],
						       &a->used->security_verify[i]);

		if (name)
			return arena_printf(f->arena,
					    "Security-Verify is not a copy of Security-Server: %s "
					    "of mechanism %u differs",
					    name, i + 1);
	}
	if (server == verify)
		return NULL;
	if (verify < server)
		case_fact_set(f, CASE_SECURITY_BID_DOWN, TRI_YES, case_place_sip(a->used), NULL);
	return arena_printf(f->arena, "Security-Server lists %u mechanisms, Security-Verify %u%s",
			    server, verify, verify < server ? ": bid down" : "");
}

static const char *check_client(struct case_facts *f, const struct agreement *a)
{
	unsigned first, second;

	if (!a->offer || !a->used || !a->server)
		return NULL;
	first = kept(a->offer->security_client_count);
	second = kept(a->used->security_client_count);
	if (!second)
		return "Security-Client is missing in the REGISTER after the challenge";
	for (unsigned i = 0; i < first && i < second; i++) {
		const char *name = differing_parameter(&a->offer->security_client[i],
						       &a->used->security_client[i]);

		if (name)
			return arena_printf(f->arena,
					    "Security-Client changed after the challenge: %s of "
					    "mechanism %u differs",
					    name, i + 1);
	}
	return first == second
		       ? NULL
		       : arena_printf(f->arena, "Security-Client listed %u mechanisms, then %u",
				      first, second);
}

static const char *check_port(struct case_facts *f, const struct agreement *a)
{
	int64_t port;

	if (!a->server || !a->used)
		return NULL;
	port = a->server->security_server[0].port_server;
	if (port <= 0 || !a->used->destination_port || a->used->destination_port == port)
		return NULL;
	return arena_printf(f->arena,
			    "the REGISTER after the challenge went to port %u, not to the "
			    "protected port %d: outside the security association",
			    a->used->destination_port, (int)port);
}

void case_fact_security(struct case_facts *f)
{
	static const char *(*const checks[])(struct case_facts *, const struct agreement *) = {
		check_offer, check_choice, check_verify, check_client, check_port};
	struct agreement a;
	struct evidence_place place;
	bool has_fault = false;

	agreement_find(f->c, &a);
	place = case_place_sip(a.used ? a.used : a.server ? a.server : a.required);
	if (a.offer && a.server)
		case_fact_set(f, CASE_SECURITY_AGREED, TRI_YES, case_place_sip(a.server), NULL);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const char *text = checks[i](f, &a);

		if (!text)
			continue;
		if (has_fault)
			case_fact_context(f, place, text);
		else
			case_fact_set(f, CASE_SECURITY_FAULT, TRI_YES, place, text);
		has_fault = true;
	}
	if (!has_fault && a.server && a.used)
		case_fact_set(f, CASE_SECURITY_FAULT, TRI_NO, place,
			      "Security-Client, -Server and -Verify agree");
}
