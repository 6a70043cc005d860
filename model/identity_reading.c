#include "model/identity_reading.h"

#include "base/limits.h"
#include "base/utf8.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DIGITS_MIN 5 /* of a number that is written internationally or nationally */

static struct text from(struct text t, size_t start)
{
	return text_of(t.data + start, t.length - start);
}

/* Blanks, and the marks of writing direction that phones put around numbers. */
static bool is_blank(unsigned c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202f) || (c >= 0x2060 && c <= 0x2069) || c == 0x3000 ||
	       c == 0xfeff;
}

static bool is_separator(unsigned c)
{
	return is_blank(c) || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' ||
	       (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* The bytes of the character at the start of t, a byte that is not UTF-8 being one. */
static size_t next(struct text t, unsigned *c)
{
	size_t n = utf8_decode(t.data, t.length, c);

	if (!n)
		*c = 0;
	return n ? n : 1;
}

static struct text without_leading_blanks(struct text t)
{
	unsigned c;

	for (size_t n; t.length && (n = next(t, &c), is_blank(c));)
		t = from(t, n);
	return t;
}

static struct text without_blanks_around(struct text t)
{
	struct text rest = t = without_leading_blanks(t);
	size_t end = 0;
	unsigned c;

	while (rest.length) {
		rest = from(rest, next(rest, &c));
		if (!is_blank(c))
			end = t.length - rest.length;
	}
	return text_of(t.data, end);
}

/* "\"Alice\" <sip:alice@example.org>" is what stands between the brackets. */
static struct text without_brackets(struct text t)
{
	ptrdiff_t open = text_find(t, '<'), close = text_find_last(t, '>');

	if (open >= 0 && close > open + 1)
		return text_of(t.data + open + 1, (size_t)(close - open - 1));
	if (t.length > 2 && (t.data[0] == '"' || t.data[0] == '\'') &&
	    t.data[t.length - 1] == t.data[0])
		return text_of(t.data + 1, t.length - 2);
	return t;
}

static struct text without_label(struct text t)
{
	static const char *const labels[] = {"imsi", "msisdn", "impi", "impu"};

	for (size_t i = 0; i < COUNT(labels); i++) {
		size_t length = strlen(labels[i]), n = length;
		unsigned c;

		if (!text_starts_with_nocase(t, labels[i]))
			continue;
		for (size_t step; n < t.length; n += step) {
			step = next(from(t, n), &c);
			if (c != ':' && c != '=' && c != '#' && !is_blank(c))
				break;
		}
		if (n > length && n < t.length)
			return from(t, n);
	}
	return t;
}

/* An identity whose user part is a number, cut at its marks. */
struct number {
	struct text scheme; /* with its colon; may be empty */
	bool is_international;
	char digits[LIMIT_IDENTITY_LENGTH];
	size_t count;
	struct text rest; /* host, parameters */
};

/* Takes "(0)", the prefix that is not dialled from abroad, or one character. */
static size_t take(struct number *n, struct text t)
{
	unsigned c;
	size_t bytes = next(t, &c);

	if (n->count &&
	    (n->is_international || text_starts_with(text_of(n->digits, n->count), "00")) &&
	    text_starts_with(t, "(0)"))
		return 3;
	if (c >= '0' && c <= '9' && n->count < sizeof(n->digits))
		n->digits[n->count++] = (char)c;
	else if (c == '+' && !n->count && !n->is_international)
		n->is_international = true;
	else if (!is_separator(c))
		return 0;
	return bytes;
}

static bool number_read(struct number *n, struct text t)
{
	static const char *const schemes[] = {"sip:", "sips:", "tel:"};

	n->count = 0;
	n->is_international = false;
	n->scheme = text_of(t.data, 0);
	for (size_t i = 0; i < COUNT(schemes); i++)
		if (text_starts_with_nocase(t, schemes[i]))
			n->scheme = text_of(t.data, strlen(schemes[i]));
	t = from(t, n->scheme.length);
	while (t.length && !(t.data[0] && strchr("@;?", t.data[0]))) {
		size_t bytes = take(n, t);

		if (!bytes)
			return false;
		t = from(t, bytes);
	}
	n->rest = t;
	return n->count > 0;
}

static bool add(struct identity_readings *out, struct text reading)
{
	for (unsigned i = 0; i < out->count; i++)
		if (text_equal(out->reading[i], reading))
			return true;
	if (reading.data)
		out->reading[out->count++] = reading;
	return reading.data != NULL;
}

/* The number with what is put before its digits from start on. */
static bool add_number(struct identity_readings *out, struct arena *arena, const struct number *n,
		       const char *plus, struct text prefix, size_t start)
{
	return add(out,
		   text_from(arena_printf(arena, "%.*s%s%.*s%.*s%.*s", (int)n->scheme.length,
					  n->scheme.data, plus, (int)prefix.length,
					  prefix.data ? prefix.data : "", (int)(n->count - start),
					  n->digits + start, (int)n->rest.length, n->rest.data)));
}

bool identity_read(struct text typed, struct text country_code, struct arena *arena,
		   struct identity_readings *out)
{
	struct text as_typed = text_trim(typed), tidy;
	struct number n;
	bool is_ok;

	out->reading[0] = as_typed;
	out->count = 1;
	out->tidy = 0;
	if (!as_typed.length || as_typed.length > LIMIT_IDENTITY_LENGTH)
		return true;
	tidy = without_blanks_around(as_typed);
	tidy = without_blanks_around(without_brackets(tidy));
	tidy = without_blanks_around(without_label(tidy));
	if (!number_read(&n, tidy)) {
		is_ok = !tidy.length || add(out, tidy);
		out->tidy = out->count - 1;
		return is_ok;
	}
	if (!add_number(out, arena, &n, n.is_international ? "+" : "", TEXT_NONE, 0))
		return false;
	out->tidy = out->count - 1;
	if (n.is_international || n.count < DIGITS_MIN || n.digits[0] != '0')
		return true;
	if (n.digits[1] == '0')
		return add_number(out, arena, &n, "+", TEXT_NONE, 2);
	return !country_code.length || add_number(out, arena, &n, "+", country_code, 1);
}
