/* What one SIP message says that a diagnosis can use (RFC 3261, 3310, 3329, 7315; TS 24.229 7.2).
 * Of credentials only their shape is kept: nonces as keyed digests that tell equal from different
 * within one run, responses and AUTS as present, empty or absent.
 *
 * The grammar of Via and CSeq is libosip2's, header by header: small, without dependencies, and
 * maintained (Debian 12 has its last release). Its whole-message parser is not used: it refuses a
 * message for one bad header, which is often the one to diagnose, needs a global set-up, and keeps
 * credentials. Of the others in Debian 12, sofia-sip is a snapshot of 2011 of a whole stack with an
 * allocator of its own, and libre (1.1.0, two major versions behind) wants its own buffers and a
 * stack around its parser. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

enum sip_method {
	SIP_REGISTER,
	SIP_INVITE,
	SIP_SUBSCRIBE,
	SIP_MESSAGE,
	SIP_NOTIFY,
	SIP_ACK,
	SIP_PRACK,
	SIP_CANCEL,
	SIP_BYE,
	SIP_UPDATE,
	SIP_OPTIONS,
	SIP_OTHER,
};
#define SIP_METHODS 12
const char *sip_method_str(enum sip_method m); /* "REGISTER"; "OTHER" */

/* One Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate. */
struct sip_digest {
	struct text scheme;   /* "Digest" */
	struct text username; /* as written, quotes taken off; absent: no such parameter */
	struct text realm, uri, algorithm, qop;
	uint64_t nonce; /* keyed digest of it, never itself; 0: absent */
	bool is_nonce_empty;
	bool has_aka_nonce;  /* it holds RAND and AUTN by its length (RFC 3310 3.2) */
	int64_t nonce_count; /* nc; -1: absent */
	bool has_response, is_response_empty;
	bool has_auts, is_auts_empty;
	bool is_stale;
	bool has_integrity_protected; /* P-CSCF's mark (TS 24.229 7.2A.2) */
	struct text integrity_protected;
};

/* One mechanism of Security-Client, -Server or -Verify (RFC 3329 2.2; TS 33.203 Annex H). */
struct sip_security {
	struct text mechanism; /* "ipsec-3gpp" */
	struct text algorithm, encryption_algorithm, protocol, mode;
	int64_t spi_client, spi_server, port_client, port_server; /* -1: absent */
	struct text q;
};
#define SIP_SECURITY_MAX 16
#define SIP_VIA_MAX 16
#define SIP_CHALLENGES_MAX 4

struct sip_message {
	/* where it was seen */
	unsigned input;  /* number of the file, from 0 */
	uint64_t place;  /* frame of a capture, first line in a log; from 1 */
	int64_t time_us; /* since 1970, clock offset of the input taken off; 0 = not known */
	bool has_frame;  /* place is a frame number, else a line */
	struct text source,
		destination; /* address, or the name that a log gives; absent: unknown */
	uint16_t source_port, destination_port;

	bool is_request;
	enum sip_method method; /* of a response: that of its CSeq */
	struct text method_name;
	int status; /* 0 for requests */
	struct text reason_phrase;
	struct text request_uri, from_uri, from_tag, to_uri, to_tag, call_id;
	struct text contact; /* URI of the first, "*" for all */
	uint32_t cseq;
	struct text branch; /* of the topmost Via */
	const struct text
		*via;       /* sent-by of each Via, topmost first; at most SIP_VIA_MAX are kept */
	unsigned via_count; /* all of them, also those that are not kept */

	struct sip_digest authorization, proxy_authorization; /* scheme absent: no such header */
	/* Lists, at most SIP_CHALLENGES_MAX and SIP_SECURITY_MAX; NULL when empty. */
	const struct sip_digest *www_authenticate, *proxy_authenticate;
	unsigned www_authenticate_count, proxy_authenticate_count;

	const struct sip_security *security_client, *security_server, *security_verify;
	unsigned security_client_count, security_server_count, security_verify_count;

	/* as written, first of each name; absent: no such header */
	struct text reason, warning, response_source, server, user_agent;
	struct text p_asserted_identity, p_preferred_identity, p_associated_uri;
	struct text p_visited_network, p_access_network_info, p_charging_vector;
	struct text require, proxy_require, supported, path, service_route, route, event;
	int64_t expires; /* of the first Contact, else of the header; -1: absent, as below */
	int64_t retry_after, min_expires;
};

/* A copy whose texts and lists live in arena; false when memory is out. */
bool sip_message_copy(const struct sip_message *m, struct arena *arena, struct sip_message *out);

/* One reader serves one thread; it holds the key of the nonces' digests. */
struct sip_reader;
enum rc sip_reader_new(struct sip_reader **out, struct diag *diag);
void sip_reader_free(struct sip_reader *r);

/* Reads one whole message; texts live in arena. Sets all but "where it was seen". RC_SYNTAX when it
 * is no SIP message, or lacks what correlation needs (Call-ID, CSeq): diag says what. Sloppy but
 * readable messages (wrong Content-Length, bare LF, folded lines, unknown headers) are read. Never
 * quotes the message in diag. */
enum rc sip_read(struct sip_reader *r, struct text bytes, struct arena *arena,
		 struct sip_message *out, struct diag *diag);
