#include "model/identity.h"

#include "base/limits.h"
#include "model/plmn.h"

#define MASK_SHORT 8

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct text from(struct text t, size_t start)
{
	return text_of(t.data + start, t.length - start);
}

bool identity_is_imsi(struct text t)
{
	return text_is_digits(t) && t.length >= IMSI_DIGITS_MIN && t.length <= IMSI_DIGITS_MAX;
}

struct impi_parts identity_split_impi(struct text impi)
{
	ptrdiff_t at = text_find_last(impi, '@');

	if (at < 0)
		return (struct impi_parts){impi, TEXT_NONE};
	return (struct impi_parts){text_of(impi.data, (size_t)at), from(impi, (size_t)at + 1)};
}

void identity_add_canonical_impi(struct text impi, struct strbuf *out)
{
	struct text realm = identity_split_impi(impi).realm;

	strbuf_add(out, impi.data, impi.length - realm.length);
	for (size_t i = 0; i < realm.length; i++) {
		char c = realm.data[i];

		strbuf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c);
	}
}

void identity_add_canonical_impu(struct text impu, struct strbuf *out)
{
	struct uri u;

	if (uri_parse(impu, &u, NULL) == RC_OK && u.scheme != URI_NONE && u.scheme != URI_OTHER)
		uri_add_canonical(&u, out);
	else
		strbuf_add_text(out, impu);
}

bool identity_impi_equal(struct text a, struct text b)
{
	if (a.length != b.length || !a.data || !b.data)
		return text_equal(a, b);
	struct impi_parts left = identity_split_impi(a), right = identity_split_impi(b);
	return text_equal(left.user, right.user) && text_equal_nocase(left.realm, right.realm);
}

/* True when two texts "sip:user@…" certainly have different users, told without parsing: most
 * comparisons end here. */
static bool are_users_unlike(struct text a, struct text b)
{
	size_t length = a.length < b.length ? a.length : b.length, i = 4;

	if (length <= 4 || memcmp(a.data, "sip:", 4) != 0 || memcmp(b.data, "sip:", 4) != 0)
		return false;
	while (i < length && a.data[i] == b.data[i] && a.data[i] != '@' && a.data[i] != ':')
		i++;
	if (i == length || a.data[i] == b.data[i] || a.data[i] == ':' || b.data[i] == ':')
		return false;
	/* Without '@' it is the host that differs, maybe in case; escapes differ in spelling. */
	return memchr(a.data + i, '@', a.length - i) && memchr(b.data + i, '@', b.length - i) &&
	       !memchr(a.data, '%', a.length) && !memchr(b.data, '%', b.length);
}

bool identity_impu_equal(struct text a, struct text b)
{
	struct uri left, right;

	if (text_equal(a, b))
		return true;
	return a.length && b.length && !are_users_unlike(a, b) &&
	       uri_parse(a, &left, NULL) == RC_OK && uri_parse(b, &right, NULL) == RC_OK &&
	       uri_canonical_equal(&left, &right);
}

bool identity_imsi_of_impi(struct text impi, struct text *imsi)
{
	struct impi_parts parts = identity_split_impi(impi);
	struct plmn_domain domain;

	if (!identity_is_imsi(parts.user) || !plmn_domain_parse(parts.realm, &domain) ||
	    !domain.is_ims)
		return false;
	for (unsigned length = 2; length <= 3; length++) {
		char home[PLMN_DOMAIN_MAX];

		if (plmn_home_domain(parts.user, length, home) &&
		    text_equal_nocase(parts.realm, text_from(home))) {
			*imsi = parts.user;
			return true;
		}
	}
	return false;
}

static bool add_derived(const char *scheme, struct text imsi, unsigned mnc_length,
			struct strbuf *out)
{
	char home[PLMN_DOMAIN_MAX];

	if (!plmn_home_domain(imsi, mnc_length, home) || imsi.length < 6)
		return false;
	strbuf_add_str(out, scheme);
	strbuf_add_text(out, imsi);
	strbuf_add_char(out, '@');
	strbuf_add_str(out, home);
	return true;
}

bool identity_add_derived_impi(struct text imsi, unsigned mnc_length, struct strbuf *out)
{
	return add_derived("", imsi, mnc_length, out);
}

bool identity_add_derived_impu(struct text imsi, unsigned mnc_length, struct strbuf *out)
{
	return add_derived("sip:", imsi, mnc_length, out);
}

bool identity_number(struct text t, char *out, size_t size)
{
	size_t used = 0;

	if (text_starts_with_nocase(t, "imsi-"))
		t = from(t, 5);
	else if (text_starts_with(t, "+"))
		t = from(t, 1);
	else if (text_starts_with_nocase(t, "%2b"))
		t = from(t, 3);
	for (size_t i = 0; i < t.length; i++) {
		char c = t.data[i];

		if (c == '-' || c == '.' || c == '(' || c == ')')
			continue;
		if (!is_digit(c) || used + 1 >= size)
			return false;
		out[used++] = c;
	}
	if (!used)
		return false;
	out[used] = '\0';
	return true;
}

static void add_visible(struct text t, struct strbuf *out)
{
	for (size_t i = 0; i < t.length; i++) {
		unsigned char c = (unsigned char)t.data[i];

		strbuf_add_char(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
	}
}

void identity_add_masked(struct text identity, struct strbuf *out)
{
	static const char *const schemes[] = {"sip:", "sips:", "tel:"};
	struct text user = identity, host = TEXT_NONE;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_starts_with_nocase(identity, schemes[i]))
			user = from(identity, strlen(schemes[i]));
	add_visible(text_of(identity.data, identity.length - user.length), out);
	ptrdiff_t at = text_find_last(user, '@');
	if (at >= 0) {
		host = from(user, (size_t)at);
		user.length = (size_t)at;
	}
	static const char stops[] = ":;?";
	for (const char *stop = stops; *stop; stop++) {
		ptrdiff_t end = text_find(user, *stop);

		if (end >= 0)
			user.length = (size_t)end;
		end = *stop == ':' ? -1 : text_find(host, *stop);
		if (end >= 0)
			host.length = (size_t)end;
	}
	bool is_short = user.length < MASK_SHORT;
	add_visible(text_of(user.data, is_short ? user.length > 1 : 3), out);
	strbuf_add_str(out, "***");
	if (!is_short)
		add_visible(from(user, user.length - 2), out);
	add_visible(host, out);
}

#define MASK_DIGITS 5

static bool is_in_word(char c)
{
	/* Bytes from 0x80 on are letters of UTF-8. */
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || is_digit(c) || c & 0x80 ||
	       (c && strchr("@+._-:%~", c));
}

/* Digits, and what people put between them (RFC 3966 5.1.1). */
static bool is_in_number(struct text t, size_t i)
{
	return is_digit(t.data[i]) || (t.data[i] == '-' && i > 0 && is_digit(t.data[i - 1]) &&
				       i + 1 < t.length && is_digit(t.data[i + 1]));
}

/* The end of what begins at i: a word, or a number in it. */
static size_t part_end(struct text t, size_t i, bool is_number)
{
	size_t end = i;

	while (end < t.length && (is_number ? is_in_number(t, end) : is_in_word(t.data[end])))
		end++;
	return end;
}

static unsigned count_digits(struct text t)
{
	unsigned count = 0;

	for (size_t i = 0; i < t.length; i++)
		count += is_digit(t.data[i]);
	return count;
}

static bool has_at(struct text word)
{
	for (size_t i = 0; i + 3 <= word.length; i++)
		if (memcmp(word.data + i, "%40", 3) == 0)
			return true;
	return text_find(word, '@') >= 0;
}

static void add_masked_digits(struct text word, struct strbuf *out)
{
	for (size_t i = 0; i < word.length;) {
		size_t end = part_end(word, i, true);

		if (count_digits(text_of(word.data + i, end - i)) >= MASK_DIGITS)
			strbuf_add_str(out, "***");
		else
			strbuf_add(out, word.data + i, end > i ? end - i : 1);
		i = end > i ? end : i + 1;
	}
}

void identity_add_masked_words(struct text words, struct strbuf *out)
{
	for (size_t i = 0; i < words.length;) {
		size_t end = part_end(words, i, false);

		if (end == i) {
			strbuf_add_char(out, words.data[i++]);
			continue;
		}
		struct text word = text_of(words.data + i, end - i);

		if (has_at(word))
			strbuf_add_str(out, "***");
		else
			add_masked_digits(word, out);
		i = end;
	}
}
