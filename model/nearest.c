#include "model/nearest.h"

#include "base/limits.h"
#include "model/identity.h"
#include "model/lookalike.h"
#include "model/plmn.h"
#include "model/uri_scan.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* An identity cut at its marks, however damaged it is; absent parts have length 0. */
struct shape {
	struct text scheme; /* with its colon */
	struct text user;
	struct text host;
	struct text rest; /* port, parameters, headers */
};

struct pair {
	struct text expected, stored;
	struct shape e, s;
};

static struct text from(struct text t, size_t start)
{
	return text_of(t.data + start, t.length - start);
}

static size_t length_before(struct text t, const char *stops)
{
	size_t i = 0;

	while (i < t.length && !(t.data[i] && strchr(stops, t.data[i])))
		i++;
	return i;
}

static struct shape shape_of(struct text t)
{
	static const char *const schemes[] = {"sip:", "sips:", "tel:"};
	struct shape out = {text_of(t.data, 0), t, TEXT_NONE, TEXT_NONE};

	for (size_t i = 0; i < COUNT(schemes); i++) {
		if (!text_starts_with_nocase(t, schemes[i]))
			continue;
		out.scheme = text_of(t.data, strlen(schemes[i]));
		out.user = t = from(t, out.scheme.length);
	}
	ptrdiff_t at = text_find_last(t, '@');
	if (at >= 0) {
		out.user = text_of(t.data, (size_t)at);
		out.host = out.rest = from(t, (size_t)at + 1);
		out.host.length = length_before(out.host, ":;?");
		out.rest = from(out.rest, out.host.length);
	} else {
		out.user.length = length_before(t, ";");
		out.rest = from(t, out.user.length);
	}
	return out;
}

static bool same(struct text a, struct text b)
{
	return a.length == b.length && (!a.length || memcmp(a.data, b.data, a.length) == 0);
}

static bool same_nocase(struct text a, struct text b)
{
	return a.length == b.length && (!a.length || text_equal_nocase(a, b));
}

static bool same_scheme(const struct pair *p)
{
	return same_nocase(p->e.scheme, p->s.scheme);
}

static bool same_user(const struct pair *p)
{
	return same(p->e.user, p->s.user) ||
	       (p->e.scheme.length && uri_scan_equal(p->e.user, p->s.user, URI_SCAN_UNESCAPE));
}

static bool same_host(const struct pair *p)
{
	return same_nocase(p->e.host, p->s.host) && same(p->e.rest, p->s.rest);
}

static bool same_around_user(const struct pair *p)
{
	return same_scheme(p) && same_host(p);
}

static bool canonically_equal(struct text expected, struct text stored)
{
	return identity_impu_equal(expected, stored) || identity_impi_equal(expected, stored);
}

static bool is_canonical(const struct pair *p)
{
	return canonically_equal(p->expected, p->stored);
}

static bool is_blank_difference(const struct pair *p)
{
	char stripped[LIMIT_IDENTITY_LENGTH];

	return canonically_equal(p->expected, lookalike_without_blanks(p->stored, stripped));
}

static bool is_user_case(const struct pair *p)
{
	return same_nocase(p->e.user, p->s.user) && same_around_user(p);
}

static bool is_parameter(const struct pair *p)
{
	return same_scheme(p) && same_user(p) && same_nocase(p->e.host, p->s.host);
}

static bool is_imsi_prefix(const struct pair *p)
{
	struct text user = p->s.user;

	if (!same_scheme(p) && p->e.scheme.length)
		return false;
	if (text_starts_with_nocase(user, "imsi-"))
		user = from(user, 5);
	return same(p->e.user, user) && same_host(p);
}

/* The parts of two 3GPP domains; false unless both are of that shape. */
static bool parse_domains(const struct pair *p, struct plmn_domain *e, struct plmn_domain *s)
{
	return plmn_domain_parse(p->e.host, e) && plmn_domain_parse(p->s.host, s) &&
	       same(p->e.rest, p->s.rest);
}

static bool is_other_label(const struct pair *p)
{
	struct plmn_domain e, s;

	return parse_domains(p, &e, &s) && same(e.mnc, s.mnc) && same(e.mcc, s.mcc);
}

/* An EAP identity also has another realm, so that it counts as one slip. */
static bool is_eap_prefix(const struct pair *p)
{
	return same_scheme(p) && identity_is_imsi(p->e.user) && p->s.user.length > 1 &&
	       strchr("016", p->s.user.data[0]) && p->s.user.data[0] &&
	       same(p->e.user, from(p->s.user, 1)) && (same_host(p) || is_other_label(p));
}

/* Digits are missing in one place: at the end, at the start, or in between. */
static bool is_truncated(const struct pair *p)
{
	struct text e = p->e.user, s = p->s.user;
	size_t head = 0, tail = 0;

	if (!same_around_user(p) || !identity_is_imsi(e) || !identity_is_imsi(s) ||
	    s.length >= e.length)
		return false;
	while (head < s.length && e.data[head] == s.data[head])
		head++;
	while (tail < s.length && e.data[e.length - 1 - tail] == s.data[s.length - 1 - tail])
		tail++;
	return head + tail >= s.length;
}

static bool is_padded_imsi(const struct pair *p)
{
	struct text e = p->e.user, s = p->s.user;

	return same_around_user(p) && identity_is_imsi(e) && s.length == e.length + 1 &&
	       s.data[3] == '0' && same(text_of(e.data, 3), text_of(s.data, 3)) &&
	       same(from(e, 3), from(s, 4));
}

static struct text without_zeros(struct text t)
{
	while (t.length > 1 && t.data[0] == '0')
		t = from(t, 1);
	return t;
}

static bool is_mnc_padding(const struct pair *p)
{
	struct plmn_domain e, s;
	struct text imsi = p->e.user;

	if (!same_scheme(p) || !same_user(p) || !parse_domains(p, &e, &s) ||
	    !same_nocase(e.label, s.label) || !same(e.mcc, s.mcc))
		return false;
	struct text number = without_zeros(e.mnc);
	if (same(number, without_zeros(s.mnc)))
		return true;
	if (e.mnc.length == 3 && s.mnc.length == 3 && e.mnc.data[0] == '0' &&
	    s.mnc.data[2] == '0' && same(from(e.mnc, 1), text_of(s.mnc.data, 2)))
		return true;
	if (s.mnc.length > number.length && same(number, text_of(s.mnc.data, number.length)) &&
	    same(without_zeros(from(s.mnc, number.length)), TEXT_LITERAL("0")))
		return true;
	return identity_is_imsi(imsi) && imsi.length >= 6 &&
	       (same(s.mnc, text_of(imsi.data + 3, 3)) ||
		same(without_zeros(s.mnc), without_zeros(text_of(imsi.data + 3, 2))));
}

static bool is_realm_label(const struct pair *p)
{
	return same_scheme(p) && same_user(p) && is_other_label(p);
}

static bool is_realm(const struct pair *p)
{
	/* What is presented without any realm is no identity of another one. */
	return p->e.host.length && same_scheme(p) && same_user(p) && same(p->e.rest, p->s.rest);
}

static struct text without_plus(struct text t)
{
	return text_starts_with(t, "+") ? from(t, 1) : t;
}

static bool is_digits(const struct pair *p)
{
	struct text e = without_plus(p->e.user), s = without_plus(p->s.user);
	unsigned differing = 0;

	if (!same_around_user(p) || p->e.user.length != p->s.user.length || e.length != s.length ||
	    !text_is_digits(e) || !text_is_digits(s))
		return false;
	for (size_t i = 0; i < e.length; i++)
		differing += e.data[i] != s.data[i];
	return differing <= 2;
}

static bool is_lookalike(const struct pair *p)
{
	char e[LIMIT_IDENTITY_LENGTH], s[LIMIT_IDENTITY_LENGTH];

	return same(lookalike_fold(p->expected, e), lookalike_fold(p->stored, s));
}

static bool is_plus(const struct pair *p)
{
	return same_around_user(p) && same(without_plus(p->e.user), without_plus(p->s.user));
}

static bool is_scheme(const struct pair *p)
{
	return same_user(p) && same_host(p);
}

static bool is_escape(const struct pair *p)
{
	struct uri_scan e = {p->e.user, 0, URI_SCAN_UNESCAPE}, s = e;
	int left, right;

	if (!same_around_user(p) || !p->e.scheme.length)
		return false;
	s.text = p->s.user;
	do {
		left = uri_scan_next(&e);
		right = uri_scan_next(&s);
		if (left != right && (left < 0 || right < 0 || (left ^ right) != URI_SCAN_ESCAPED))
			return false;
	} while (left >= 0);
	return true;
}

static const struct {
	bool (*explains)(const struct pair *p);
	const char *text;
} kinds[] = {
	[DIFFERENCE_NONE] = {NULL, "both are equal"},
	[DIFFERENCE_CANONICAL] = {is_canonical, "the same identity is written in another form"},
	[DIFFERENCE_BLANK] = {is_blank_difference, "it holds blanks or control characters"},
	[DIFFERENCE_USER_CASE] = {is_user_case, "the user part differs in upper and lower case"},
	[DIFFERENCE_PARAMETER] = {is_parameter, "the port or the parameters differ"},
	[DIFFERENCE_IMSI_PREFIX] = {is_imsi_prefix, "a prefix stands before the IMSI"},
	[DIFFERENCE_EAP_PREFIX] = {is_eap_prefix, "an EAP identity prefix stands before the IMSI"},
	[DIFFERENCE_TRUNCATED] = {is_truncated, "digits of the IMSI are missing"},
	[DIFFERENCE_PADDED_IMSI] = {is_padded_imsi, "the MNC is padded inside the IMSI itself"},
	[DIFFERENCE_MNC_PADDING] = {is_mnc_padding,
				    "the MNC in the domain is padded wrongly or too short"},
	[DIFFERENCE_REALM_LABEL] = {is_realm_label, "the domain lacks ims as its first label"},
	[DIFFERENCE_REALM] = {is_realm, "the domain is another one"},
	[DIFFERENCE_DIGITS] = {is_digits, "one or two digits differ"},
	[DIFFERENCE_LOOKALIKE] = {is_lookalike, "a character only looks like the right one"},
	[DIFFERENCE_PLUS] = {is_plus, "the + before the number is missing or too much"},
	[DIFFERENCE_SCHEME] = {is_scheme, "the URI scheme is missing or another one"},
	[DIFFERENCE_ESCAPE] = {is_escape, "a reserved character is %-escaped"},
	[DIFFERENCE_OTHER] = {NULL, "it is another identity"},
};

enum difference identity_difference(struct text expected, struct text stored)
{
	struct pair p = {.expected = expected, .stored = stored};

	if (text_equal(expected, stored))
		return DIFFERENCE_NONE;
	if (!expected.length || !stored.length || expected.length > LIMIT_IDENTITY_LENGTH ||
	    stored.length > LIMIT_IDENTITY_LENGTH)
		return DIFFERENCE_OTHER;
	p.e = shape_of(expected);
	p.s = shape_of(stored);
	for (unsigned d = DIFFERENCE_CANONICAL; d < DIFFERENCE_OTHER; d++)
		if (kinds[d].explains(&p))
			return (enum difference)d;
	return DIFFERENCE_OTHER;
}

const char *difference_str(enum difference d)
{
	return kinds[d].text;
}
