#include "trace/sip_start.h"

#define SIP_VERSION "SIP/2.0"
#define METHOD_LENGTH_MIN 3

enum sip_method sip_start_method(struct text name)
{
	for (int m = 0; m < SIP_OTHER; m++)
		if (text_equal(name, text_from(sip_method_str((enum sip_method)m))))
			return (enum sip_method)m;
	return SIP_OTHER;
}

static struct text skip(struct text t, size_t n)
{
	return text_of(t.data + n, t.length - n);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* "SIP/2.0 403 Forbidden" */
static bool is_status_line(struct text t)
{
	struct text rest;

	if (!text_starts_with(t, SIP_VERSION " "))
		return false;
	rest = skip(t, sizeof(SIP_VERSION));
	return rest.length >= 3 && rest.data[0] >= '1' && rest.data[0] <= '6' &&
	       is_digit(rest.data[1]) && is_digit(rest.data[2]) &&
	       (rest.length == 3 || rest.data[3] == ' ' || rest.data[3] == '.');
}

/* The words of a request line; false when it has not three, the last being the version. */
static bool request_words(struct text t, struct text *method, struct text *uri)
{
	ptrdiff_t first = text_find(t, ' '), last = text_find_last(t, ' ');

	if (first <= 0 || last <= first ||
	    !text_equal(skip(t, (size_t)last + 1), TEXT_LITERAL(SIP_VERSION)))
		return false;
	*method = text_of(t.data, (size_t)first);
	*uri = text_trim(text_of(t.data + first, (size_t)(last - first)));
	return uri->length > 0;
}

enum rc sip_start_read(struct text line, struct arena *arena, struct sip_message *out,
		       struct diag *diag)
{
	struct text method, uri;

	line = text_trim(line);
	if (is_status_line(line)) {
		struct text rest = skip(line, sizeof(SIP_VERSION));

		out->is_request = false;
		out->status = (rest.data[0] - '0') * 100 + (rest.data[1] - '0') * 10 +
			      (rest.data[2] - '0');
		out->reason_phrase = arena_text(arena, text_trim(skip(rest, 3)));
		if (!out->reason_phrase.data)
			return diag_set(diag, RC_NOMEM, "no memory for a SIP message");
		return RC_OK;
	}
	if (!request_words(line, &method, &uri))
		return diag_set(diag, RC_SYNTAX, "no start line of " SIP_VERSION);
	out->is_request = true;
	out->method = sip_start_method(method);
	out->method_name = arena_text(arena, method);
	out->request_uri = arena_text(arena, uri);
	if (!out->method_name.data || !out->request_uri.data)
		return diag_set(diag, RC_NOMEM, "no memory for a SIP message");
	return RC_OK;
}

/* Where the request line begins whose version ends t; -1: none. */
static ptrdiff_t find_request(struct text t)
{
	size_t version = sizeof(SIP_VERSION) - 1, at;

	if (t.length < version + 2 ||
	    !text_equal(skip(t, t.length - version), TEXT_LITERAL(SIP_VERSION)))
		return -1;
	at = t.length - version;
	if (t.data[at - 1] != ' ')
		return -1;
	for (at--; at > 0 && t.data[at - 1] != ' '; at--)
		;
	struct text uri = text_of(t.data + at, t.length - version - 1 - at);

	if (at < METHOD_LENGTH_MIN + 1 || text_find(uri, ':') <= 0)
		return -1;
	at--;
	size_t end = at;

	while (at > 0 && is_upper(t.data[at - 1]))
		at--;
	return end - at < METHOD_LENGTH_MIN ? -1 : (ptrdiff_t)at;
}

ptrdiff_t sip_start_find(struct text line)
{
	struct text t = line;

	while (t.length && (t.data[t.length - 1] == ' ' || t.data[t.length - 1] == '\t' ||
			    t.data[t.length - 1] == '\r'))
		t.length--;
	for (size_t i = 0; i + sizeof(SIP_VERSION) + 3 <= t.length; i++)
		if (t.data[i] == 'S' && is_status_line(skip(t, i)))
			return (ptrdiff_t)i;
	if (t.length && t.data[t.length - 1] == '.' && !text_equal(t, TEXT_LITERAL("."))) {
		struct text undotted = text_of(t.data, t.length - 1);

		if (find_request(undotted) >= 0)
			return find_request(undotted);
	}
	return find_request(t);
}
