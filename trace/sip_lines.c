#include "trace/sip_lines.h"

/* RFC 3261 7.3.3 and 20, RFC 6665, 3515, 3892, 4028, 3841. */
static const struct {
	char compact;
	const char *name;
} compact_names[] = {
	{'v', "Via"},
	{'f', "From"},
	{'t', "To"},
	{'i', "Call-ID"},
	{'m', "Contact"},
	{'k', "Supported"},
	{'o', "Event"},
	{'l', "Content-Length"},
	{'c', "Content-Type"},
	{'e', "Content-Encoding"},
	{'s', "Subject"},
	{'u', "Allow-Events"},
	{'r', "Refer-To"},
	{'b', "Referred-By"},
	{'x', "Session-Expires"},
	{'a', "Accept-Contact"},
};

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

void sip_lines_init(struct sip_lines *l, struct text message, struct strbuf *scratch)
{
	while (message.length && is_line_end(message.data[0]))
		message = text_of(message.data + 1, message.length - 1);
	*l = (struct sip_lines){.rest = message, .scratch = scratch};
}

/* One line as it stands, without its end. */
static struct text take_line(struct text *rest)
{
	size_t n = 0;

	while (n < rest->length && !is_line_end(rest->data[n]))
		n++;
	struct text line = text_of(rest->data, n);

	if (n + 1 < rest->length && rest->data[n] == '\r' && rest->data[n + 1] == '\n')
		n++;
	if (n < rest->length)
		n++;
	*rest = text_of(rest->data + n, rest->length - n);
	return line;
}

static void add_line(struct strbuf *out, struct text line)
{
	size_t from = out->length;

	if (line.length > SIP_HEADER_BYTES - (from < SIP_HEADER_BYTES ? from : SIP_HEADER_BYTES))
		line.length =
			SIP_HEADER_BYTES + 1 - (from < SIP_HEADER_BYTES ? from : SIP_HEADER_BYTES);
	strbuf_add(out, line.data, line.length);
	for (size_t i = from; i < out->length; i++)
		if ((unsigned char)out->data[i] < ' ' || out->data[i] == 0x7f)
			out->data[i] = ' ';
}

static bool is_folded(struct text rest)
{
	return rest.length && (rest.data[0] == ' ' || rest.data[0] == '\t');
}

bool sip_lines_next(struct sip_lines *l, struct text *line)
{
	while (l->rest.length && !is_line_end(l->rest.data[0]) && l->count < SIP_HEADERS_MAX) {
		l->count++;
		strbuf_reset(l->scratch);
		add_line(l->scratch, take_line(&l->rest));
		while (is_folded(l->rest)) {
			strbuf_add_char(l->scratch, ' ');
			add_line(l->scratch, text_trim(take_line(&l->rest)));
		}
		if (l->scratch->failed)
			return false;
		if (l->scratch->length > SIP_HEADER_BYTES)
			continue;
		*line = strbuf_text(l->scratch);
		return true;
	}
	return false;
}

bool sip_lines_header(struct text line, struct text *name, struct text *value)
{
	ptrdiff_t colon = text_find(line, ':');

	if (colon <= 0)
		return false;
	size_t at = (size_t)colon;
	*name = text_trim(text_of(line.data, at));
	*value = text_trim(text_of(line.data + at + 1, line.length - at - 1));
	for (size_t i = 0; name->length == 1 && i < sizeof(compact_names) / sizeof(*compact_names);
	     i++) {
		struct text compact = text_of(&compact_names[i].compact, 1);

		if (text_equal_nocase(*name, compact))
			*name = text_from(compact_names[i].name);
	}
	return name->length > 0 && text_find(*name, ' ') < 0;
}
