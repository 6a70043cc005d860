#define XXH_INLINE_ALL
#include "trace/sip_segment.h"

#include <xxhash.h>

#include "trace/sip_lines.h"
#include "trace/sip_split.h"

void sip_segment_init(struct sip_segment *s)
{
	*s = (struct sip_segment){0};
	strbuf_init(&s->scratch);
}

void sip_segment_clear(struct sip_segment *s)
{
	strbuf_clear(&s->scratch);
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

static struct text without_line_ends(struct text t)
{
	while (t.length && is_line_end(t.data[0]))
		t = text_of(t.data + 1, t.length - 1);
	return t;
}

/* The bytes of the message at the beginning of t: its headers, the blank line, its body. */
static size_t message_length(struct text t, struct strbuf *scratch)
{
	struct text line, name, value;
	struct sip_lines lines;
	int64_t body = 0;
	size_t at;

	sip_lines_init(&lines, t, scratch);
	while (sip_lines_next(&lines, &line))
		if (sip_lines_header(line, &name, &value) &&
		    text_equal_nocase(name, TEXT_LITERAL("Content-Length")))
			body = sip_number(value);
	at = t.length - lines.rest.length;
	if (at + 1 < t.length && t.data[at] == '\r' && t.data[at + 1] == '\n')
		at++;
	if (at < t.length)
		at++;
	return body > 0 ? (uint64_t)body < t.length - at ? at + (size_t)body : t.length : at;
}

bool sip_segment_narrow(struct sip_segment *s, struct capture_message *m)
{
	uint64_t hash = XXH3_64bits(m->bytes.data, m->bytes.length);
	struct text rest = without_line_ends(m->bytes);

	s->repeated = m->frame == s->frame && hash == s->hash ? s->repeated + 1 : 0;
	s->frame = m->frame;
	s->hash = hash;
	for (unsigned i = 0; rest.length; i++) {
		size_t length = message_length(rest, &s->scratch);

		if (s->scratch.failed)
			return false;
		if (i == s->repeated) {
			m->bytes = text_of(rest.data, length);
			return true;
		}
		rest = without_line_ends(text_of(rest.data + length, rest.length - length));
	}
	return false;
}
