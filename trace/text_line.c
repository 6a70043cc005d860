#include "trace/text_line.h"

#include "trace/sip_start.h"

#define HEADER_NAME_MAX 40
#define ESCAPE_TRIES_MAX 16   /* each looks through the line for a start line */
#define WRAP_COLUMNS_LEAST 40 /* no tool wraps shorter lines */

/* Headers seen in second place; all others are found by their shape. */
static const char *const second_headers[] = {
	"Via",
	"From",
	"To",
	"Call-ID",
	"CSeq",
	"Max-Forwards",
	"Route",
	"Record-Route",
	"Contact",
	"Authorization",
	"Content-Length",
	"User-Agent",
	"Supported",
	"Expires",
	"Path",
	"WWW-Authenticate",
	"Server",
	"Allow",
	"P-Access-Network-Info",
	"P-Visited-Network-ID",
};
static const char compact_headers[] = "vftimkolcesurbxa";
/* What stands before a colon in the midst of values. */
static const char *const schemes[] = {"sip", "sips", "tel", "urn", "http", "https", "mailto"};

static struct text skip(struct text t, size_t n)
{
	return text_of(t.data + n, t.length - n);
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool has_name(struct text t, const char *name)
{
	size_t n = strlen(name);

	if (!text_starts_with_nocase(t, name))
		return false;
	while (n < t.length && (t.data[n] == ' ' || t.data[n] == '\t'))
		n++;
	return n < t.length && t.data[n] == ':';
}

ptrdiff_t text_line_find_header(struct text line)
{
	for (size_t at = 0; at < line.length; at++) {
		if (at > 0 && is_word(line.data[at - 1]))
			continue;
		for (size_t i = 0; i < sizeof(second_headers) / sizeof(second_headers[0]); i++)
			if (has_name(skip(line, at), second_headers[i]))
				return (ptrdiff_t)at;
		if (at + 1 < line.length && line.data[at] && line.data[at + 1] == ':' &&
		    strchr(compact_headers, line.data[at]) && (at == 0 || line.data[at - 1] == ' '))
			return (ptrdiff_t)at;
	}
	return -1;
}

bool text_line_is_header(struct text t)
{
	size_t n = 0;

	while (n < t.length && is_word(t.data[n]))
		n++;
	struct text name = text_of(t.data, n);

	while (n < t.length && (t.data[n] == ' ' || t.data[n] == '\t'))
		n++;
	if (name.length == 0 || name.length > HEADER_NAME_MAX || n == t.length ||
	    t.data[n] != ':' || !is_letter(name.data[0]))
		return false;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_equal_nocase(name, text_from(schemes[i])))
			return false;
	/* names are capitalised, compact, or known; lower case is the rest of a value */
	return name.data[0] < 'a' || (name.length == 1 && strchr(compact_headers, name.data[0])) ||
	       text_line_find_header(t) == 0;
}

static size_t run(struct text t, size_t i, bool (*is_member)(char c))
{
	while (i < t.length && is_member(t.data[i]))
		i++;
	return i;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

ptrdiff_t text_line_match_prefix(struct text prefix, struct text line)
{
	size_t i = 0, k = 0;

	while (i < prefix.length && k < line.length) {
		bool (*is_member)(char c) = is_digit(prefix.data[i])   ? is_digit
					    : is_blank(prefix.data[i]) ? is_blank
								       : NULL;

		if (!is_member) {
			if (prefix.data[i++] != line.data[k++])
				return -1;
			continue;
		}
		if (!is_member(line.data[k]))
			return -1;
		/* the last blanks of a prefix are as many in each line, or a fold would vanish */
		if (is_member == is_blank && run(prefix, i, is_member) == prefix.length) {
			size_t most = prefix.length - i;

			while (most-- > 0 && k < line.length && is_blank(line.data[k]))
				k++;
			return (ptrdiff_t)k;
		}
		i = run(prefix, i, is_member);
		k = run(line, k, is_member);
	}
	/* a line without text may have lost the blanks at its end */
	return run(prefix, i, is_blank) == prefix.length ? (ptrdiff_t)k : -1;
}

const char *text_line_escape(struct text line)
{
	static const char *const escapes[] = {
		"#015#012", "\\r\\n", "\\015\\012", "<CR><LF>", "#012", "\\n", "\\012", "^M", ".."};

	unsigned tries = 0;

	for (size_t at = 0; at < line.length && tries < ESCAPE_TRIES_MAX; at++) {
		char c = line.data[at];

		if (c != '#' && c != '\\' && c != '<' && c != '^' && c != '.')
			continue;
		for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
			struct text here = skip(line, at);

			if (!text_starts_with(here, escapes[i]) ||
			    !text_line_is_header(skip(here, strlen(escapes[i]))))
				continue;
			if (sip_start_find(text_of(line.data, at)) >= 0)
				return escapes[i];
			tries++;
		}
	}
	return NULL;
}

size_t text_line_unquote(char *line, size_t length)
{
	size_t to = 0;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\\' && i + 1 < length && strchr("\"/", line[i + 1]))
			i++;
		line[to++] = line[i];
	}
	return to;
}

static bool is_in_token(char c)
{
	return is_word(c) || strchr(".~@:+/=%", c);
}

bool text_line_is_fold(struct text line, struct text rest)
{
	if (line.length < WRAP_COLUMNS_LEAST || rest.length == 0)
		return true;
	return !is_in_token(line.data[line.length - 1]) || !is_in_token(rest.data[0]);
}
