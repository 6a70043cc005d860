/* SIP, SIPS and tel URIs as far as identities need them (RFC 3261 19.1, RFC 3966; TS 23.003 13.4).
 * Parsing is a view on the input: nothing is copied. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"
#include "base/strbuf.h"
#include "base/text.h"

enum uri_scheme { URI_NONE, URI_SIP, URI_SIPS, URI_TEL, URI_OTHER };

struct uri {
	enum uri_scheme scheme; /* URI_NONE: no scheme at all */
	struct text user; /* sip: as written, may be absent; tel: the number as written; other or no
			   * scheme: the whole text */
	struct text password;   /* sip only; absent when there is none */
	struct text host;       /* sip only */
	struct text port;       /* digits, absent when there is none */
	struct text parameters; /* from the first ';' (excluded) on; absent when there is none */
	struct text headers;    /* from '?' (excluded) on; absent when there is none */
};

/* Parses; surrounding blanks are refused (they are a defect that the caller reports), one pair of
 * <> around is not. RC_SYNTAX says what was found at which byte of the text, RC_LIMIT that it is
 * longer than LIMIT_IDENTITY_LENGTH. A text without scheme (URI_NONE) or with a foreign one
 * (URI_OTHER) is RC_OK and not looked into. Between the outermost '!' of a user part (a wildcard,
 * TS 23.003 13.4A) any visible ASCII character may stand. On failure out is untouched. */
enum rc uri_parse(struct text t, struct uri *out, struct diag *diag);

/* Appends the canonical form used on Cx (TS 23.003 13.4, RFC 3261 10.3): scheme and host lower
 * case, no parameters, headers, password or <>; %-escapes of unreserved characters undone, others
 * in upper case; tel without visual separators. The port stays (absent and 5060 differ), and so
 * does the phone-context of a local number, which is none without it. Wildcard patterns stay as
 * written, and so does %21, because a bare '!' delimits them. */
void uri_add_canonical(const struct uri *u, struct strbuf *out);

/* True when uri_add_canonical would give the same; allocates nothing. */
bool uri_canonical_equal(const struct uri *a, const struct uri *b);

/* RFC 3261 19.1.4 for SIP (parameters user, ttl, method, maddr and transport count even when only
 * one has them, others only when both have; headers always), RFC 3966 4 for tel: true when equal.
 * Different schemes are never equal. */
bool uri_equal(const struct uri *a, const struct uri *b);

/* Finds a parameter by its name (any case); value is absent for one without '='. */
bool uri_find_parameter(const struct uri *u, const char *name, struct text *value);

/* True when the tel number is global (+) and has 1 to 15 digits without visual separators. */
bool uri_tel_is_e164(const struct uri *u);
