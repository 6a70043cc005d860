#include "codec/identity_form.h"

#include "codec/digits.h"
#include "codec/lookup_key.h"

static const struct text prefixes[PREFIX_COUNT] = {
	[PREFIX_NONE] = {"", 0},
	[PREFIX_SIP] = {"sip:", 4},
	[PREFIX_SIP_PLUS] = {"sip:+", 5},
	[PREFIX_TEL] = {"tel:", 4},
	[PREFIX_TEL_PLUS] = {"tel:+", 5},
	[PREFIX_SIPS] = {"sips:", 5},
	[PREFIX_SIPS_PLUS] = {"sips:+", 6},
	[PREFIX_PLUS] = {"+", 1},
	[PREFIX_IMSI] = {"imsi-", 5},
};

/* The prefix that a '+' after this one makes of it. */
static const enum identity_prefix with_plus[PREFIX_COUNT] = {
	[PREFIX_NONE] = PREFIX_PLUS,
	[PREFIX_SIP] = PREFIX_SIP_PLUS,
	[PREFIX_TEL] = PREFIX_TEL_PLUS,
	[PREFIX_SIPS] = PREFIX_SIPS_PLUS,
};

struct text identity_prefix_text(enum identity_prefix prefix)
{
	return prefixes[prefix];
}

static struct text from(struct text t, size_t start)
{
	return text_of(t.data + start, t.length - start);
}

static enum identity_prefix find_scheme(struct text t)
{
	if (t.length >= 4 && t.data[3] == ':') {
		if (memcmp(t.data, "sip", 3) == 0)
			return PREFIX_SIP;
		if (memcmp(t.data, "tel", 3) == 0)
			return PREFIX_TEL;
	}
	return t.length >= 5 && memcmp(t.data, "sips:", 5) == 0 ? PREFIX_SIPS : PREFIX_NONE;
}

bool identity_form_fits_number(struct text tail)
{
	return !tail.length || tail.data[0] != '@' || !memchr(tail.data + 1, '@', tail.length - 1);
}

/* "<5 to 18 digits>", then the end, "@…", or the parameters of a URI. */
bool identity_form_take_number(struct text rest, struct identity_form *form)
{
	unsigned digits = digits_scan(rest, &form->marked);

	if (digits < LOOKUP_DIGITS_MIN || !identity_form_ends_number(rest, digits, form->prefix))
		return false;
	form->digits = digits;
	form->user = text_of(rest.data, digits);
	form->tail = rest.length > digits ? from(rest, digits) : TEXT_NONE;
	return true;
}

/* From the front: memchr is faster than a backward loop, and there is one '@' nearly always. */
static const char *find_last_at(struct text t)
{
	const char *last = NULL, *next = t.length ? memchr(t.data, '@', t.length) : NULL;

	while (next) {
		last = next;
		next = memchr(next + 1, '@', t.length - (size_t)(next + 1 - t.data));
	}
	return last;
}

void identity_form_split_user(struct text identity, struct identity_form *out)
{
	out->prefix = find_scheme(identity);
	struct text rest = from(identity, prefixes[out->prefix].length);
	const char *at = find_last_at(rest);
	size_t length = at ? (size_t)(at - rest.data) : rest.length;

	out->digits = 0;
	out->marked = 0;
	out->user = text_of(rest.data, length);
	out->tail = at ? from(rest, length) : TEXT_NONE;
}

struct text identity_form_prefix(struct text identity, enum identity_prefix *prefix)
{
	enum identity_prefix scheme = find_scheme(identity);
	struct text rest = from(identity, prefixes[scheme].length);

	*prefix = scheme;
	if (!rest.length)
		return rest;
	if (rest.data[0] == '+') {
		*prefix = with_plus[scheme];
		return from(rest, 1);
	}
	if (scheme != PREFIX_NONE || rest.length < 5 || memcmp(rest.data, "imsi-", 5) != 0)
		return rest;
	*prefix = PREFIX_IMSI;
	return from(rest, 5);
}

void identity_form_split(struct text identity, struct identity_form *out)
{
	struct text rest = identity_form_prefix(identity, &out->prefix);

	if (!identity_form_take_number(rest, out))
		identity_form_split_user(identity, out);
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool identity_form_user_is_plain(struct text user)
{
	bool has_letter = false;

	if (!user.length || text_starts_with(user, "imsi-"))
		return false;
	for (size_t i = 0; i < user.length; i++) {
		if (!is_plain(user.data[i]))
			return false;
		has_letter |= user.data[i] >= 'a';
	}
	return has_letter;
}

bool identity_form_tail_is_plain(struct text tail)
{
	if (tail.length < 2 || tail.data[0] != '@')
		return false;
	for (size_t i = 1; i < tail.length; i++)
		if (!is_plain(tail.data[i]))
			return false;
	return true;
}
