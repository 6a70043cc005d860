#define _GNU_SOURCE
#include "importers/xml_frame_scan.h"

#include <string.h>

#define KEEP_BACK 8 /* bytes in which the begin of an end mark may lie */

struct construct {
	const char *end;
	const char *begin; /* its own opening, where that inside it shows that it was not closed */
	const char *unfinished;
};
static const struct construct constructs[XML_FRAME_STATES] = {
	[XML_FRAME_IN_COMMENT] = {"-->", "<!--", "the input ends inside a comment"},
	[XML_FRAME_IN_CDATA] = {"]]>", NULL, "the input ends inside a CDATA section"},
	[XML_FRAME_IN_INSTRUCTION] = {"?>", NULL, "the input ends inside a processing instruction"},
	[XML_FRAME_IN_DECLARATION] = {NULL, NULL, "the input ends inside a DOCTYPE declaration"},
};

void xml_frame_begin_construct(struct xml_frame_scan *s, enum xml_frame_state state, size_t length)
{
	struct xml_frame *f = s->frame;

	f->state = state;
	f->mark_offset = f->offset + s->at;
	f->mark_line = xml_frame_line(s, s->at);
	s->at += length;
}

static enum xml_frame_event unfinished(struct xml_frame_scan *s)
{
	const char *reason = constructs[s->frame->state].unfinished;

	s->frame->state = XML_FRAME_IN_TEXT;
	s->at = s->length;
	return xml_frame_tell(s, XML_FRAME_TRUNCATED, SIZE_MAX, reason);
}

enum xml_frame_event xml_frame_skip_construct(struct xml_frame_scan *s)
{
	const struct construct *c = &constructs[s->frame->state];
	const char *data = s->data + s->at;
	size_t length = s->length - s->at, size = strlen(c->end);
	const char *end = memmem(data, length, c->end, size), *begin = NULL;

	if (c->begin)
		begin = memmem(data, end ? (size_t)(end - data) : length, c->begin,
			       strlen(c->begin));
	if (begin && !end && !s->is_end &&
	    (size_t)(data + length - begin) < strlen(c->begin) + size) {
		/* Its own end may overlap it ("<!-->"): an end it is then, no begin. */
		s->at += (size_t)(begin - data);
		return xml_frame_want(s, strlen(c->begin) + size);
	}
	if (begin) {
		/* What it has swallowed is lost; the next one is a comment of its own. */
		s->at += (size_t)(begin - data);
		s->frame->state = XML_FRAME_IN_TEXT;
		return xml_frame_tell(s, XML_FRAME_REJECT, SIZE_MAX,
				      "comment is not closed before the next one begins");
	}
	if (end) {
		s->at += (size_t)(end - data) + size;
		s->frame->state = XML_FRAME_IN_TEXT;
		return XML_FRAME_CONTINUE;
	}
	if (s->is_end)
		return unfinished(s);
	s->at += length > KEEP_BACK ? length - KEEP_BACK : 0;
	return xml_frame_want(s, KEEP_BACK + 1);
}

enum xml_frame_event xml_frame_begin_declaration(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;

	xml_frame_begin_construct(s, XML_FRAME_IN_DECLARATION, 2);
	f->quote = '\0';
	f->brackets = 0;
	f->tail = 0;
	f->is_in_comment = false;
	if (f->is_refused)
		return XML_FRAME_CONTINUE;
	xml_frame_refuse(s, f->depth, NULL);
	return xml_frame_tell(s, XML_FRAME_REJECT, SIZE_MAX,
			      "DOCTYPE or entity declaration: documents with one are refused");
}

/* One byte of a declaration; true at its end. */
static bool is_declaration_end(struct xml_frame *f, char c)
{
	f->tail = f->tail << 8 | (unsigned char)c;
	if (f->is_in_comment) {
		f->is_in_comment = (f->tail & 0xffffff) != 0x2d2d3e; /* --> */
	} else if (f->quote) {
		if (c == f->quote)
			f->quote = '\0';
	} else if (f->tail == 0x3c212d2d) { /* <!-- */
		f->is_in_comment = true;
		f->tail = 0;
	} else if (c == '"' || c == '\'') {
		f->quote = c;
	} else if (c == '[') {
		f->brackets++;
	} else if (c == ']') {
		f->brackets -= f->brackets > 0;
	} else if (c == '>') {
		return !f->brackets;
	}
	return false;
}

enum xml_frame_event xml_frame_skip_declaration(struct xml_frame_scan *s)
{
	while (s->at < s->length) {
		if (is_declaration_end(s->frame, s->data[s->at++])) {
			s->frame->state = XML_FRAME_IN_TEXT;
			return XML_FRAME_CONTINUE;
		}
	}
	return s->is_end ? unfinished(s) : xml_frame_want(s, 1);
}
