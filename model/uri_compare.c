#include "base/limits.h"
#include "model/uri.h"
#include "model/uri_scan.h"

#define PARAMETER_FLAGS (URI_SCAN_UNESCAPE | URI_SCAN_LOWER)
#define NUMBER_FLAGS (URI_SCAN_LOWER | URI_SCAN_NO_SEPARATORS)

static bool is_sip(const struct uri *u)
{
	return u->scheme == URI_SIP || u->scheme == URI_SIPS;
}

/* Takes "name[=value]" off the front of *rest; false at the end. */
static bool next_item(struct text *rest, char separator, struct text *name, struct text *value)
{
	if (!rest->length)
		return false;
	ptrdiff_t end = text_find(*rest, separator);
	size_t length = end < 0 ? rest->length : (size_t)end;
	struct text item = text_of(rest->data, length);
	size_t taken = end < 0 ? length : length + 1;
	*rest = text_of(rest->data + taken, rest->length - taken);
	ptrdiff_t equals = text_find(item, '=');
	*name = equals < 0 ? item : text_of(item.data, (size_t)equals);
	*value = equals < 0 ? TEXT_NONE
			    : text_of(item.data + equals + 1, item.length - (size_t)equals - 1);
	return true;
}

static bool find_item(struct text items, char separator, struct text wanted, struct text *value)
{
	struct text name;

	while (next_item(&items, separator, &name, value))
		if (uri_scan_equal(name, wanted, PARAMETER_FLAGS))
			return true;
	return false;
}

bool uri_find_parameter(const struct uri *u, const char *name, struct text *value)
{
	struct text found;

	if (!find_item(u->parameters, ';', text_from(name), &found))
		return false;
	*value = found;
	return true;
}

/* A phone-context that is a number prefix compares as a number does, one that is a domain in any
 * case. */
static unsigned tel_value_flags(struct text name, struct text value)
{
	bool is_number = text_starts_with(value, "+") ||
			 text_equal_nocase(name, TEXT_LITERAL("ext"));

	return PARAMETER_FLAGS | (is_number ? URI_SCAN_NO_SEPARATORS : 0u);
}

/* RFC 3261 19.1.4: these never match their absence. */
static bool sip_parameter_counts(struct text name)
{
	static const char *const names[] = {"user", "ttl", "method", "maddr", "transport"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_equal_nocase(name, text_from(names[i])))
			return true;
	return false;
}

/* True when each parameter of a is matched by b: its value where b has it, its absence where that
 * is allowed. */
static bool parameters_match(const struct uri *a, const struct uri *b)
{
	struct text rest = a->parameters, name, value, other;
	bool is_tel = a->scheme == URI_TEL;

	while (next_item(&rest, ';', &name, &value)) {
		if (!name.length)
			continue;
		if (!find_item(b->parameters, ';', name, &other)) {
			if (is_tel || sip_parameter_counts(name))
				return false;
			continue;
		}
		/* Of parameters given twice, which is not allowed, the first counts. */
		find_item(a->parameters, ';', name, &value);
		unsigned flags = is_tel ? tel_value_flags(name, value) : PARAMETER_FLAGS;
		if (!uri_scan_equal(value, other, flags))
			return false;
	}
	return true;
}

static bool headers_match(struct text a, struct text b)
{
	struct text rest = a, name, value, other;

	while (next_item(&rest, '&', &name, &value))
		if (!find_item(a, '&', name, &value) || !find_item(b, '&', name, &other) ||
		    !uri_scan_equal(value, other, URI_SCAN_UNESCAPE))
			return false;
	return true;
}

bool uri_equal(const struct uri *a, const struct uri *b)
{
	if (a->scheme != b->scheme)
		return false;
	if (!is_sip(a) && a->scheme != URI_TEL)
		return text_equal(a->user, b->user);
	if (!parameters_match(a, b) || !parameters_match(b, a))
		return false;
	return uri_canonical_equal(a, b) &&
	       uri_scan_equal(a->password, b->password, URI_SCAN_UNESCAPE) &&
	       headers_match(a->headers, b->headers) && headers_match(b->headers, a->headers);
}

static bool is_global(struct text number)
{
	return text_starts_with(number, "+");
}

static struct text local_context(const struct uri *u)
{
	struct text context;

	if (is_global(u->user) || !uri_find_parameter(u, "phone-context", &context))
		return TEXT_NONE;
	return context;
}

static unsigned tel_flags(struct text number)
{
	return uri_scan_user_flags(number) ? NUMBER_FLAGS : 0;
}

bool uri_canonical_equal(const struct uri *a, const struct uri *b)
{
	if (a->scheme != b->scheme)
		return false;
	if (a->scheme == URI_TEL) {
		struct text context = local_context(a);

		return uri_scan_equal(a->user, b->user, tel_flags(a->user)) &&
		       uri_scan_equal(context, local_context(b),
				      tel_value_flags(TEXT_NONE, context));
	}
	if (!is_sip(a))
		return text_equal(a->user, b->user);
	return text_equal_nocase(a->host, b->host) && text_equal(a->port, b->port) &&
	       uri_scan_equal(a->user, b->user, uri_scan_user_flags(a->user));
}

static void add_scanned(struct text t, unsigned flags, struct strbuf *out)
{
	struct uri_scan scan = {t, 0, flags};
	char chunk[128];
	size_t used = 0;
	int c;

	while ((c = uri_scan_next(&scan)) >= 0) {
		if (used + 3 > sizeof(chunk)) {
			strbuf_add(out, chunk, used);
			used = 0;
		}
		if (c & URI_SCAN_ESCAPED) {
			chunk[used++] = '%';
			chunk[used++] = "0123456789ABCDEF"[c >> 4 & 15];
			c = "0123456789ABCDEF"[c & 15];
		}
		chunk[used++] = (char)c;
	}
	strbuf_add(out, chunk, used);
}

static void add_tel(const struct uri *u, struct strbuf *out)
{
	struct text context = local_context(u);

	strbuf_add_str(out, "tel:");
	add_scanned(u->user, tel_flags(u->user), out);
	if (context.data) {
		strbuf_add_str(out, ";phone-context=");
		add_scanned(context, tel_value_flags(TEXT_NONE, context), out);
	}
}

void uri_add_canonical(const struct uri *u, struct strbuf *out)
{
	if (u->scheme == URI_TEL) {
		add_tel(u, out);
		return;
	}
	if (!is_sip(u)) {
		strbuf_add_text(out, u->user);
		return;
	}
	strbuf_add_str(out, u->scheme == URI_SIP ? "sip:" : "sips:");
	if (u->user.data) {
		add_scanned(u->user, uri_scan_user_flags(u->user), out);
		strbuf_add_char(out, '@');
	}
	add_scanned(u->host, URI_SCAN_LOWER, out);
	if (u->port.data) {
		strbuf_add_char(out, ':');
		strbuf_add_text(out, u->port);
	}
}

bool uri_tel_is_e164(const struct uri *u)
{
	struct text digits = u->user;

	if (u->scheme != URI_TEL || !is_global(digits))
		return false;
	digits = text_of(digits.data + 1, digits.length - 1);
	return text_is_digits(digits) && digits.length <= E164_DIGITS_MAX;
}
