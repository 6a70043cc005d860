#include "model/uri.h"

#include "base/limits.h"
#include "model/uri_scan.h"

static const struct {
	const char *prefix;
	enum uri_scheme scheme;
} schemes[] = {
	{"sip:", URI_SIP},
	{"sips:", URI_SIPS},
	{"tel:", URI_TEL},
};

/* The length of the scheme with its colon, 0 when there is none. */
static size_t scheme_length(struct text t)
{
	size_t i = 0;

	while (i < t.length && uri_scan_is(t.data[i], URI_CLASS_SCHEME))
		i++;
	return i > 0 && i < t.length && t.data[i] == ':' ? i + 1 : 0;
}

static enum rc fail(struct diag *diag, struct text whole, const char *at, const char *expected)
{
	size_t offset = (size_t)(at - whole.data);

	if (offset >= whole.length)
		return diag_set(diag, RC_SYNTAX, "URI ends at byte %zu, expected %s", offset,
				expected);
	unsigned char c = (unsigned char)*at;
	if (c > 0x20 && c < 0x7f)
		return diag_set(diag, RC_SYNTAX, "found '%c' at byte %zu of the URI, expected %s",
				c, offset, expected);
	return diag_set(diag, RC_SYNTAX, "found byte 0x%02x at byte %zu of the URI, expected %s", c,
			offset, expected);
}

/* What no URI holds unescaped: blanks, control characters, non-ASCII bytes, quotes and brackets. */
static const char *find_forbidden(struct text t)
{
	for (size_t i = 0; i < t.length; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>')
			return t.data + i;
	}
	return NULL;
}

/* The first byte of t that may not stand there; *expected says why. NULL when all may. */
static const char *check_characters(struct text t, unsigned also, const char **expected)
{
	for (size_t i = 0; i < t.length; i++) {
		if (uri_scan_is(t.data[i], URI_CLASS_UNRESERVED | also))
			continue;
		if (t.data[i] != '%')
			return t.data + i;
		if (uri_scan_escape(t, i) < 0) {
			*expected = "two hexadecimal digits after '%'";
			return t.data + i;
		}
		i += 2;
	}
	return NULL;
}

/* Cuts t before the first c; the rest, without c, or absent. */
static struct text cut(struct text *t, char c)
{
	ptrdiff_t at = text_find(*t, c);

	if (at < 0)
		return TEXT_NONE;
	struct text rest = text_of(t->data + at + 1, t->length - (size_t)at - 1);
	t->length = (size_t)at;
	return rest;
}

/* userinfo = user [":" password]; a colon inside a wildcard pattern is part of the pattern. */
static enum rc parse_userinfo(struct text whole, struct text userinfo, struct uri *u,
			      struct diag *diag)
{
	const char *expected = "a character of a user part";
	struct text head, tail;
	const char *bad;

	if (!userinfo.length)
		return fail(diag, whole, userinfo.data, "a user part before '@'");
	u->user = userinfo;
	if (uri_scan_wildcard(userinfo, &head, &tail)) {
		bad = check_characters(head, URI_CLASS_USER, &expected);
		if (!bad)
			bad = check_characters(tail, URI_CLASS_USER, &expected);
		return bad ? fail(diag, whole, bad, expected) : RC_OK;
	}
	u->password = cut(&u->user, ':');
	if (!u->user.length)
		return fail(diag, whole, u->user.data, "a user part before ':'");
	bad = check_characters(u->user, URI_CLASS_USER, &expected);
	if (!bad && u->password.data) {
		expected = "a character of a password";
		bad = check_characters(u->password, URI_CLASS_PASSWORD, &expected);
	}
	return bad ? fail(diag, whole, bad, expected) : RC_OK;
}

/* The bytes of an IPv6 reference "[…]" at the start of t, or 0. */
static size_t reference_length(struct text t)
{
	size_t i = 1;

	while (i < t.length && uri_scan_is(t.data[i], URI_CLASS_ADDRESS))
		i++;
	return i > 2 && i < t.length && t.data[i] == ']' ? i + 1 : 0;
}

static enum rc parse_hostport(struct text whole, struct text t, struct uri *u, struct diag *diag)
{
	size_t length = 0;

	if (t.length && t.data[0] == '[') {
		length = reference_length(t);
		if (!length)
			return fail(diag, whole, t.data, "an IPv6 address in brackets");
	} else {
		while (length < t.length && uri_scan_is(t.data[length], URI_CLASS_HOST))
			length++;
	}
	if (!length)
		return fail(diag, whole, t.data, "a host");
	u->host = text_of(t.data, length);
	struct text rest = text_of(t.data + length, t.length - length);
	if (!rest.length)
		return RC_OK;
	if (rest.data[0] != ':')
		return fail(diag, whole, rest.data, "a host name, ':', ';' or '?'");
	u->port = text_of(rest.data + 1, rest.length - 1);
	if (!text_is_digits(u->port) || u->port.length > 5)
		return fail(diag, whole, u->port.data, "a port number");
	return RC_OK;
}

static enum rc parse_sip(struct text whole, struct text t, struct uri *u, struct diag *diag)
{
	const char *expected = "a character of a parameter or header";
	ptrdiff_t at = text_find_last(t, '@');

	if (at >= 0) {
		enum rc rc = parse_userinfo(whole, text_of(t.data, (size_t)at), u, diag);

		if (rc)
			return rc;
		t = text_of(t.data + at + 1, t.length - (size_t)at - 1);
	}
	u->headers = cut(&t, '?');
	u->parameters = cut(&t, ';');
	const char *bad = check_characters(u->parameters, URI_CLASS_PARAMETER, &expected);
	if (!bad)
		bad = check_characters(u->headers, URI_CLASS_HEADER, &expected);
	if (bad)
		return fail(diag, whole, bad, expected);
	return parse_hostport(whole, t, u, diag);
}

/* RFC 3966 3: global "+" digits, local digits of telephone keypads; both with visual separators. */
static enum rc parse_tel(struct text whole, struct text t, struct uri *u, struct diag *diag)
{
	const char *expected = "a character of a telephone number";
	struct text head, tail;

	if (uri_scan_wildcard(t, &head, &tail)) {
		size_t before = t.length - tail.length;

		u->parameters = cut(&tail, ';');
		u->user = text_of(t.data, before + tail.length);
	} else {
		u->parameters = cut(&t, ';');
		u->user = head = t;
		tail = TEXT_NONE;
	}
	size_t digits = 0;
	for (size_t i = 0; i < head.length + tail.length; i++) {
		const char *at = i < head.length ? head.data + i : tail.data + (i - head.length);

		if (*at == '+' && i == 0)
			continue;
		if (!uri_scan_is(*at, URI_CLASS_NUMBER))
			return fail(diag, whole, at, expected);
		digits += !uri_scan_is(*at, URI_CLASS_SEPARATOR);
	}
	if (!digits && !tail.data)
		return fail(diag, whole, u->user.data + u->user.length, "a digit");
	const char *bad = check_characters(u->parameters, URI_CLASS_PARAMETER, &expected);
	return bad ? fail(diag, whole, bad, "a character of a parameter") : RC_OK;
}

enum rc uri_parse(struct text t, struct uri *out, struct diag *diag)
{
	struct text whole = t;
	enum rc rc = RC_OK;
	struct uri u;

	/* One by one: an initialiser becomes a string instruction, slow for so few bytes. */
	u.scheme = URI_OTHER;
	u.user = u.password = u.host = u.port = u.parameters = u.headers = TEXT_NONE;
	if (!t.length)
		return diag_set(diag, RC_SYNTAX, "empty text, expected a URI");
	if (t.length > LIMIT_IDENTITY_LENGTH)
		return diag_set(diag, RC_LIMIT, "URI of %zu bytes, expected at most %d", t.length,
				LIMIT_IDENTITY_LENGTH);
	if (t.data[0] == '<' && t.length > 2 && t.data[t.length - 1] == '>')
		t = text_of(t.data + 1, t.length - 2);
	const char *bad = find_forbidden(t);
	if (bad)
		return fail(diag, whole, bad, "a character of a URI");
	size_t length = scheme_length(t);
	if (!length)
		u.scheme = URI_NONE;
	for (size_t i = 0; length && i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_equal_nocase(text_of(t.data, length), text_from(schemes[i].prefix)))
			u.scheme = schemes[i].scheme;
	struct text rest = text_of(t.data + length, t.length - length);
	if (u.scheme == URI_SIP || u.scheme == URI_SIPS)
		rc = parse_sip(whole, rest, &u, diag);
	else if (u.scheme == URI_TEL)
		rc = parse_tel(whole, rest, &u, diag);
	else
		u.user = t;
	if (rc == RC_OK)
		*out = u;
	return rc;
}
