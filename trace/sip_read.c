#include <stdlib.h>
#include <sys/random.h>

#include "trace/sip_digest.h"
#include "trace/sip_header.h"
#include "trace/sip_lines.h"
#include "trace/sip_message.h"
#include "trace/sip_security.h"
#include "trace/sip_split.h"
#include "trace/sip_start.h"

enum security_list { SECURITY_CLIENT, SECURITY_SERVER, SECURITY_VERIFY, SECURITY_LISTS };
enum challenge_list { CHALLENGE_WWW, CHALLENGE_PROXY, CHALLENGE_LISTS };

struct sip_reader {
	uint64_t seed;
	struct strbuf line;
	/* the lists of the message being read; they are copied to its arena at the end */
	struct text via[SIP_VIA_MAX];
	struct sip_security security[SECURITY_LISTS][SIP_SECURITY_MAX];
	struct sip_digest challenge[CHALLENGE_LISTS][SIP_CHALLENGES_MAX];
	unsigned via_count, security_count[SECURITY_LISTS], challenge_count[CHALLENGE_LISTS];
	int64_t contact_expires;
	struct text cseq_method;
	bool has_cseq;
};

/* Reads one header into the message; member is where, or which list. False: memory is out. */
struct header_site {
	struct sip_reader *reader;
	struct arena *arena;
	struct sip_message *message;
	size_t member;
};

static void *member_of(const struct header_site *s)
{
	return (char *)s->message + s->member;
}

static bool take_text(const struct header_site *s, struct text value)
{
	struct text *member = member_of(s);

	if (!member->data)
		*member = arena_text(s->arena, value);
	return member->data;
}

static bool take_number(const struct header_site *s, struct text value)
{
	int64_t *member = member_of(s);

	if (*member < 0)
		*member = sip_number(value);
	return true;
}

/* From and To; the tag follows the URI in struct sip_message. */
static bool take_address(const struct header_site *s, struct text value)
{
	struct text *member = member_of(s);
	struct sip_address address;

	if (member->data)
		return true;
	if (!sip_header_address(value, s->arena, &address))
		return false;
	member[0] = address.uri;
	member[1] = address.tag;
	return true;
}
_Static_assert(offsetof(struct sip_message, from_tag) ==
			       offsetof(struct sip_message, from_uri) + sizeof(struct text) &&
		       offsetof(struct sip_message, to_tag) ==
			       offsetof(struct sip_message, to_uri) + sizeof(struct text),
	       "a tag follows its URI");

static bool take_contact(const struct header_site *s, struct text value)
{
	struct sip_address address;
	struct text first;

	if (s->message->contact.data || !sip_split_next(&value, ',', &first))
		return true;
	if (!sip_header_address(first, s->arena, &address))
		return false;
	s->message->contact = address.uri;
	s->reader->contact_expires = address.expires;
	return true;
}

static bool take_via(const struct header_site *s, struct text value)
{
	struct sip_reader *r = s->reader;
	struct text item;

	while (sip_split_next(&value, ',', &item)) {
		struct sip_via via;

		if (item.length == 0 || !sip_header_via(item, s->arena, &via))
			continue;
		if (r->via_count == 0)
			s->message->branch = via.branch;
		if (r->via_count < SIP_VIA_MAX)
			r->via[r->via_count] = via.sent_by;
		r->via_count++;
	}
	return true;
}

static bool take_cseq(const struct header_site *s, struct text value)
{
	struct sip_reader *r = s->reader;

	if (!r->has_cseq)
		r->has_cseq = sip_header_cseq(value, s->arena, &s->message->cseq, &r->cseq_method);
	return true;
}

static bool take_credentials(const struct header_site *s, struct text value)
{
	struct sip_digest *member = member_of(s);
	struct text rest;

	if (member->scheme.data)
		return true;
	return sip_digest_read(value, s->reader->seed, s->arena, member, &rest);
}

static bool take_challenge(const struct header_site *s, struct text value)
{
	struct sip_digest *list = s->reader->challenge[s->member];
	unsigned *count = &s->reader->challenge_count[s->member];

	while (value.length && *count < SIP_CHALLENGES_MAX) {
		if (!sip_digest_read(value, s->reader->seed, s->arena, &list[*count], &value))
			return false;
		(*count)++;
	}
	return true;
}

static bool take_security(const struct header_site *s, struct text value)
{
	return sip_security_read(value, s->arena, s->reader->security[s->member],
				 &s->reader->security_count[s->member]);
}

struct header {
	const char *name;
	bool (*take)(const struct header_site *s, struct text value);
	size_t member;
};
#define MEMBER(name) offsetof(struct sip_message, name)
static const struct header headers[] = {
	{"Via", take_via, 0},
	{"CSeq", take_cseq, 0},
	{"Call-ID", take_text, MEMBER(call_id)},
	{"From", take_address, MEMBER(from_uri)},
	{"To", take_address, MEMBER(to_uri)},
	{"Contact", take_contact, 0},
	{"Expires", take_number, MEMBER(expires)},
	{"Min-Expires", take_number, MEMBER(min_expires)},
	{"Retry-After", take_number, MEMBER(retry_after)},
	{"Authorization", take_credentials, MEMBER(authorization)},
	{"Proxy-Authorization", take_credentials, MEMBER(proxy_authorization)},
	{"WWW-Authenticate", take_challenge, CHALLENGE_WWW},
	{"Proxy-Authenticate", take_challenge, CHALLENGE_PROXY},
	{"Security-Client", take_security, SECURITY_CLIENT},
	{"Security-Server", take_security, SECURITY_SERVER},
	{"Security-Verify", take_security, SECURITY_VERIFY},
	{"Reason", take_text, MEMBER(reason)},
	{"Warning", take_text, MEMBER(warning)},
	{"Response-Source", take_text, MEMBER(response_source)},
	{"Server", take_text, MEMBER(server)},
	{"User-Agent", take_text, MEMBER(user_agent)},
	{"P-Asserted-Identity", take_text, MEMBER(p_asserted_identity)},
	{"P-Preferred-Identity", take_text, MEMBER(p_preferred_identity)},
	{"P-Associated-URI", take_text, MEMBER(p_associated_uri)},
	{"P-Visited-Network-ID", take_text, MEMBER(p_visited_network)},
	{"P-Access-Network-Info", take_text, MEMBER(p_access_network_info)},
	{"P-Charging-Vector", take_text, MEMBER(p_charging_vector)},
	{"Require", take_text, MEMBER(require)},
	{"Proxy-Require", take_text, MEMBER(proxy_require)},
	{"Supported", take_text, MEMBER(supported)},
	{"Path", take_text, MEMBER(path)},
	{"Service-Route", take_text, MEMBER(service_route)},
	{"Route", take_text, MEMBER(route)},
	{"Event", take_text, MEMBER(event)},
};

static bool take_header(struct header_site *s, struct text name, struct text value)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (text_equal_nocase(name, text_from(headers[i].name))) {
			s->member = headers[i].member;
			return headers[i].take(s, value);
		}
	return true;
}

static const void *list_copy(struct arena *arena, const void *list, size_t bytes, bool *is_short)
{
	void *copy = bytes ? arena_alloc(arena, bytes) : NULL;

	*is_short |= bytes && !copy;
	return copy ? memcpy(copy, list, bytes) : NULL;
}

static bool keep_challenges(struct sip_reader *r, struct arena *arena, struct sip_message *m)
{
	const struct sip_digest **list[] = {&m->www_authenticate, &m->proxy_authenticate};
	unsigned *count[] = {&m->www_authenticate_count, &m->proxy_authenticate_count};
	bool is_short = false;

	for (int i = 0; i < CHALLENGE_LISTS; i++) {
		*count[i] = r->challenge_count[i];
		*list[i] =
			list_copy(arena, r->challenge[i], *count[i] * sizeof(**list[i]), &is_short);
	}
	return !is_short;
}

static bool keep_lists(struct sip_reader *r, struct arena *arena, struct sip_message *m)
{
	const struct sip_security **list[] = {&m->security_client, &m->security_server,
					      &m->security_verify};
	unsigned *count[] = {&m->security_client_count, &m->security_server_count,
			     &m->security_verify_count};
	unsigned via_kept = r->via_count < SIP_VIA_MAX ? r->via_count : SIP_VIA_MAX;
	bool is_short = false;

	for (int i = 0; i < SECURITY_LISTS; i++) {
		*count[i] = r->security_count[i];
		*list[i] =
			list_copy(arena, r->security[i], *count[i] * sizeof(**list[i]), &is_short);
	}
	m->via_count = r->via_count;
	m->via = list_copy(arena, r->via, via_kept * sizeof(*m->via), &is_short);
	return !is_short && keep_challenges(r, arena, m);
}

enum rc sip_reader_new(struct sip_reader **out, struct diag *diag)
{
	struct sip_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return diag_set(diag, RC_NOMEM, "no memory for a reader of SIP");
	if (getrandom(&r->seed, sizeof(r->seed), 0) != (ssize_t)sizeof(r->seed)) {
		free(r);
		return diag_set_errno(diag, RC_IO, "cannot get random bytes");
	}
	strbuf_init(&r->line);
	*out = r;
	return RC_OK;
}

void sip_reader_free(struct sip_reader *r)
{
	if (!r)
		return;
	strbuf_clear(&r->line);
	free(r);
}

static void reader_reset(struct sip_reader *r, struct sip_message *m)
{
	r->via_count = 0;
	memset(r->security_count, 0, sizeof(r->security_count));
	memset(r->challenge_count, 0, sizeof(r->challenge_count));
	r->contact_expires = -1;
	r->has_cseq = false;
	*m = (struct sip_message){
		.expires = -1,
		.retry_after = -1,
		.min_expires = -1,
		.authorization.nonce_count = -1,
		.proxy_authorization.nonce_count = -1,
	};
}

/* What correlation needs. */
static enum rc check_complete(const struct sip_reader *r, const struct sip_message *m,
			      struct diag *diag)
{
	if (!m->call_id.data || m->call_id.length == 0)
		return diag_set(diag, RC_SYNTAX, "SIP message without Call-ID");
	if (!r->has_cseq)
		return diag_set(diag, RC_SYNTAX, "SIP message without a readable CSeq");
	return RC_OK;
}

enum rc sip_read(struct sip_reader *r, struct text bytes, struct arena *arena,
		 struct sip_message *out, struct diag *diag)
{
	struct sip_message m;
	struct header_site site = {.reader = r, .arena = arena, .message = &m};
	struct sip_lines lines;
	struct text line, name, value;
	bool is_short = false;
	enum rc rc;

	reader_reset(r, &m);
	sip_lines_init(&lines, bytes, &r->line);
	if (!sip_lines_next(&lines, &line))
		return diag_set(diag, RC_SYNTAX, "an empty SIP message");
	rc = sip_start_read(line, arena, &m, diag);
	while (rc == RC_OK && !is_short && sip_lines_next(&lines, &line))
		if (sip_lines_header(line, &name, &value))
			is_short = !take_header(&site, name, value);
	if (is_short || r->line.failed)
		return diag_set(diag, RC_NOMEM, "no memory for a SIP message");
	if (rc == RC_OK)
		rc = check_complete(r, &m, diag);
	if (rc != RC_OK)
		return rc;
	if (!m.is_request) {
		m.method_name = r->cseq_method;
		m.method = sip_start_method(m.method_name);
	}
	if (r->contact_expires >= 0)
		m.expires = r->contact_expires;
	if (!keep_lists(r, arena, &m))
		return diag_set(diag, RC_NOMEM, "no memory for a SIP message");
	*out = m;
	return RC_OK;
}
