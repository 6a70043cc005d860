#include "trace/text_dissection.h"

#include "trace/sip_start.h"
#include "trace/text_time.h"

static struct text skip(struct text t, size_t n)
{
	return text_of(t.data + n, t.length - n);
}

static size_t indent_of(struct text line)
{
	size_t n = 0;

	while (n < line.length && (line.data[n] == ' ' || line.data[n] == '\t'))
		n++;
	return n;
}

/* What follows words in t; absent: they are not there. */
static struct text behind(struct text t, const char *words)
{
	size_t n = strlen(words);

	for (size_t i = 0; i + n <= t.length; i++)
		if (t.data[i] == words[0] && memcmp(t.data + i, words, n) == 0)
			return skip(t, i + n);
	return TEXT_NONE;
}

static struct text up_to(struct text t, const char *ends)
{
	size_t n = 0;

	while (n < t.length && !strchr(ends, t.data[n]))
		n++;
	return text_of(t.data, n);
}

static void take_address(struct text line, const char *words, char *out, size_t size)
{
	struct text address = up_to(behind(line, words), ", ");

	if (address.length && address.length < size)
		text_copy(address, out, size);
}

/* "5060", or "sip (5060)". */
static void take_port(struct text line, const char *words, uint16_t *out)
{
	struct text port = up_to(behind(line, words), ",");
	ptrdiff_t open = text_find(port, '(');
	unsigned long n = 0;

	if (open >= 0)
		port = up_to(skip(port, (size_t)open + 1), ")");
	port = text_trim(port);
	if (!text_is_digits(port) || port.length > 5)
		return;
	for (size_t i = 0; i < port.length; i++)
		n = n * 10 + (unsigned long)(port.data[i] - '0');
	if (n <= UINT16_MAX)
		*out = (uint16_t)n;
}

static void take_time(struct text_mark *m, struct text rest)
{
	int64_t time_us;
	bool has_day;

	if (!text_time_find(rest, &time_us, &has_day))
		return;
	m->has_time = true;
	m->has_day = has_day;
	m->time_us = time_us;
}

/* What the layers below SIP say of the packet; the innermost address is the last one. */
static void take_layer(struct text_dissection *d, struct text line)
{
	static const char *const times[] = {
		"Arrival Time: ", "UTC Arrival Time: ", "Epoch Time: ", "Epoch Arrival Time: "};
	struct text_mark *m = &d->mark;

	if (text_starts_with(line, "Frame ") && behind(line, " bytes on wire").data)
		*m = (struct text_mark){0};
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (text_starts_with(line, times[i]))
			take_time(m, skip(line, strlen(times[i])));
	if (text_starts_with(line, "Internet Protocol Version ")) {
		take_address(line, "Src: ", m->source, sizeof(m->source));
		take_address(line, "Dst: ", m->destination, sizeof(m->destination));
	} else if (text_starts_with(line, "User Datagram Protocol") ||
		   text_starts_with(line, "Transmission Control Protocol")) {
		take_port(line, "Src Port: ", &m->source_port);
		take_port(line, "Dst Port: ", &m->destination_port);
	}
}

static bool is_start(struct text line, struct text *content)
{
	static const char *const words[] = {"Request-Line: ", "Status-Line: "};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!text_starts_with(line, words[i]))
			continue;
		*content = skip(line, strlen(words[i]));
		return sip_start_find(*content) == 0;
	}
	return false;
}

static enum dissection_line take_inside(struct text_dissection *d, struct text line,
					struct text *content)
{
	static const char cut[] = "[truncated]";
	size_t indent = indent_of(line);

	*content = text_trim(line);
	if (indent < d->indent || !content->length || text_starts_with(*content, "Message Body")) {
		d->is_inside = false;
		return DISSECTION_END;
	}
	if (!d->has_head) {
		d->has_head = text_starts_with(*content, "Message Header");
		return DISSECTION_DETAIL;
	}
	if (!d->header_indent)
		d->header_indent = indent;
	if (indent != d->header_indent)
		return DISSECTION_DETAIL;
	if (text_starts_with(*content, cut))
		*content = text_trim(skip(*content, sizeof(cut) - 1));
	return content->length == 0 || content->data[0] == '[' ? DISSECTION_DETAIL
							       : DISSECTION_HEADER;
}

enum dissection_line text_dissection_take(struct text_dissection *d, struct text line,
					  struct text *content)
{
	size_t indent = indent_of(line);
	struct text own = skip(line, indent);

	*content = line;
	if (is_start(own, content)) {
		*d = (struct text_dissection){.is_inside = true, .indent = indent, .mark = d->mark};
		return DISSECTION_START;
	}
	/* What looked like a dissection was the headline of a message. */
	if (d->is_inside && !d->has_head && sip_start_find(own) == 0)
		d->is_inside = false;
	if (d->is_inside)
		return take_inside(d, line, content);
	if (own.length && strchr("FAUEIT", own.data[0]))
		take_layer(d, own);
	return DISSECTION_NO;
}
