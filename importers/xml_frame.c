#define _GNU_SOURCE
#include "importers/xml_frame.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "importers/xml_frame_scan.h"

#define LOOK_AHEAD 9     /* bytes that tell what a '<' begins */
#define PROLOG_MAX 1024  /* bytes of an XML declaration */
#define END_TAG_MAX 4096 /* bytes of an end tag */

void xml_frame_init(struct xml_frame *f, uint64_t offset)
{
	*f = (struct xml_frame){.offset = offset, .line = 1};
}

uint64_t xml_frame_line(struct xml_frame_scan *s, size_t at)
{
	if (at > s->counted) {
		s->lines += xml_frame_count_lines(s->data + s->counted, at - s->counted);
		s->counted = at;
	}
	return s->frame->line + s->lines;
}

enum xml_frame_event xml_frame_tell(struct xml_frame_scan *s, enum xml_frame_event event,
				    size_t place, const char *reason)
{
	s->place = place;
	s->item->reason = reason;
	return event;
}

enum xml_frame_event xml_frame_want(struct xml_frame_scan *s, size_t wanted)
{
	size_t there = s->length - s->at;

	s->item->need = wanted > there ? wanted : there + 1;
	return xml_frame_tell(s, XML_FRAME_MORE, s->at, NULL);
}

/* Closes wrappers until depth are open. */
static void close_wrappers(struct xml_frame *f, uint32_t depth)
{
	if (f->depth > depth)
		f->depth = depth;
	if (!depth)
		f->encoding[0] = '\0';
}

static void end_refusal(struct xml_frame *f)
{
	f->is_refused = false;
	close_wrappers(f, 0);
}

enum xml_frame_event xml_frame_refuse(struct xml_frame_scan *s, uint64_t depth, const char *reason)
{
	struct xml_frame *f = s->frame;

	f->is_refused = true;
	f->refused_depth = depth;
	return xml_frame_tell(s, XML_FRAME_REJECT, s->at, reason);
}

static uint64_t hash_name(struct text name)
{
	return XXH3_64bits(name.data, name.length);
}

static enum xml_frame_event step_prolog(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;
	const char *data = s->data + s->at;
	size_t length = s->length - s->at, start = s->at;
	const char *end = memmem(data, length < PROLOG_MAX ? length : PROLOG_MAX, "?>", 2);

	if (!end && !s->is_end && length < PROLOG_MAX)
		return xml_frame_want(s, PROLOG_MAX);
	if (f->is_refused)
		end_refusal(f);
	if (end)
		text_copy(xml_tag_encoding(text_of(data, (size_t)(end + 2 - data))), f->encoding,
			  sizeof(f->encoding));
	xml_frame_begin_construct(s, XML_FRAME_IN_INSTRUCTION, 2);
	if (!f->depth || f->is_inner_prolog_noted)
		return XML_FRAME_CONTINUE;
	f->is_inner_prolog_noted = true;
	return xml_frame_tell(s, XML_FRAME_NOTE, start, "XML declaration inside of an element");
}

static enum xml_frame_event step_end_tag(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;
	const char *data = s->data + s->at;
	size_t length = s->length - s->at, start = s->at;
	const char *end = memchr(data, '>', length < END_TAG_MAX ? length : END_TAG_MAX);
	struct text name;
	uint32_t depth = f->depth;

	if (!end && !s->is_end && length < END_TAG_MAX)
		return xml_frame_want(s, END_TAG_MAX);
	s->at += end ? (size_t)(end + 1 - data) : 2;
	name = xml_tag_name(data + 2, length - 2);
	if (f->is_refused) {
		if (f->refused_depth <= 1)
			end_refusal(f);
		else
			f->refused_depth--;
		return XML_FRAME_CONTINUE;
	}
	if (xml_tag_is_record(name)) {
		/* What a damaged start tag has opened ends here, too. */
		if (depth > f->record_depth)
			close_wrappers(f, f->record_depth);
		return xml_frame_tell(s, XML_FRAME_REJECT, start,
				      "end tag of an IMSSubscription whose start tag is missing");
	}
	while (depth > 0 && f->name[depth - 1] != hash_name(name))
		depth--;
	if (depth)
		close_wrappers(f, depth - 1);
	return XML_FRAME_CONTINUE;
}

static enum xml_frame_event open_wrapper(struct xml_frame_scan *s, struct text tag)
{
	struct xml_frame *f = s->frame;
	bool is_empty = tag.data[tag.length - 2] == '/';

	if (f->is_refused) {
		f->refused_depth += !is_empty;
		if (!f->refused_depth)
			end_refusal(f);
	} else if (!is_empty && f->depth == LIMIT_XML_DEPTH) {
		enum xml_frame_event event =
			xml_frame_refuse(s, f->depth + 1, "elements nested deeper than 64");

		s->at += tag.length;
		return event;
	} else if (!is_empty) {
		f->name[f->depth++] = hash_name(xml_tag_name(tag.data + 1, tag.length - 1));
	}
	s->at += tag.length;
	return XML_FRAME_CONTINUE;
}

static enum xml_frame_event step_start_tag(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;
	const char *data = s->data + s->at;
	size_t length = s->length - s->at, start = s->at, tag;
	struct text name = xml_tag_name(data + 1, length - 1);
	bool is_broken;

	if (length > LIMIT_RECORD_BYTES)
		length = LIMIT_RECORD_BYTES;
	tag = xml_tag_length(data, length, &is_broken);
	if (!tag && !is_broken && !s->is_end && length < LIMIT_RECORD_BYTES)
		return xml_frame_want(s, length * 2);
	if (!f->is_refused && xml_tag_is_record(name) && name.length < XML_FRAME_NAME_MAX) {
		/* An empty element is its own end; a broken tag is left to the parser. */
		if (!tag || data[tag - 2] != '/')
			return xml_frame_cut_record(s, name);
		s->item->data = data;
		s->item->length = tag;
		f->record_depth = f->depth;
		s->at += tag;
		return xml_frame_tell(s, XML_FRAME_RECORD, start, NULL);
	}
	if (tag)
		return open_wrapper(s, text_of(data, tag));
	s->at += is_broken || length >= LIMIT_RECORD_BYTES ? 1 : length;
	if (!is_broken && s->is_end && length < LIMIT_RECORD_BYTES)
		return xml_frame_tell(s, XML_FRAME_TRUNCATED, start, "the input ends inside a tag");
	return xml_frame_tell(s, XML_FRAME_REJECT, start,
			      is_broken ? "tag without its '>'" : "tag longer than 4194304 bytes");
}

static enum xml_frame_event step_tag(struct xml_frame_scan *s)
{
	const char *data = s->data + s->at;
	size_t length = s->length - s->at;

	if (length < LOOK_AHEAD && !s->is_end)
		return xml_frame_want(s, LOOK_AHEAD);
	if (length >= 4 && memcmp(data, "<!--", 4) == 0)
		xml_frame_begin_construct(s, XML_FRAME_IN_COMMENT, 4);
	else if (length >= 9 && memcmp(data, "<![CDATA[", 9) == 0)
		xml_frame_begin_construct(s, XML_FRAME_IN_CDATA, 9);
	else if (length >= 2 && data[1] == '!')
		return xml_frame_begin_declaration(s);
	else if (length >= 6 && memcmp(data, "<?xml", 5) == 0 && memchr(" \t\r\n", data[5], 4))
		return step_prolog(s);
	else if (length >= 2 && data[1] == '?')
		xml_frame_begin_construct(s, XML_FRAME_IN_INSTRUCTION, 2);
	else if (length >= 2 && data[1] == '/')
		return step_end_tag(s);
	else if (length >= 2 &&
		 (data[1] == '_' || data[1] == ':' || (data[1] & 0x80) ||
		  (data[1] >= 'A' && data[1] <= 'Z') || (data[1] >= 'a' && data[1] <= 'z')))
		return step_start_tag(s);
	else
		s->at++;
	return XML_FRAME_CONTINUE;
}

static enum xml_frame_event end_of_input(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;

	if (!f->depth || f->is_refused)
		return xml_frame_tell(s, XML_FRAME_END, s->length, NULL);
	return xml_frame_tell(
		s, XML_FRAME_TRUNCATED, s->length,
		"the input ends before the end tag of the element around the records");
}

/* Blank lines, byte order marks and padding by NUL or ^Z may stand around documents; how much of
 * it is in front. */
static size_t count_padding(const char *data, size_t length)
{
	size_t i = 0;

	while (i < length && memchr(" \t\r\n\0\x1a\xef\xbb\xbf", data[i], 9))
		i++;
	return i;
}

static enum xml_frame_event step_text(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;
	const char *data = s->data + s->at;
	const char *tag = memchr(data, '<', s->length - s->at);
	size_t length = tag ? (size_t)(tag - data) : s->length - s->at;

	if (!f->depth && !f->is_refused && !f->is_text_noted) {
		size_t padding = count_padding(data, length), place = s->at + padding;

		f->is_text_noted = padding < length;
		s->at += length;
		if (f->is_text_noted)
			return xml_frame_tell(s, XML_FRAME_NOTE, place,
					      "text outside of the documents, ignored");
		length = 0;
	}
	s->at += length;
	if (tag)
		return step_tag(s);
	return s->is_end ? end_of_input(s) : xml_frame_want(s, 1);
}

enum xml_frame_event xml_frame_next(struct xml_frame *f, const char *data, size_t length,
				    bool is_end, struct xml_frame_item *item)
{
	static enum xml_frame_event (*const steps[XML_FRAME_STATES])(struct xml_frame_scan *) = {
		[XML_FRAME_IN_TEXT] = step_text,
		[XML_FRAME_IN_COMMENT] = xml_frame_skip_construct,
		[XML_FRAME_IN_CDATA] = xml_frame_skip_construct,
		[XML_FRAME_IN_INSTRUCTION] = xml_frame_skip_construct,
		[XML_FRAME_IN_DECLARATION] = xml_frame_skip_declaration,
		[XML_FRAME_IN_OVERSIZED] = xml_frame_skip_record,
	};
	struct xml_frame_scan s = {
		.frame = f, .data = data, .length = length, .is_end = is_end, .item = item};
	enum xml_frame_event event;

	*item = (struct xml_frame_item){0};
	do
		event = steps[f->state](&s);
	while (event == XML_FRAME_CONTINUE);
	/* It is told once. */
	if (event == XML_FRAME_TRUNCATED)
		close_wrappers(f, 0);
	item->consume = s.at;
	item->offset = f->mark_offset;
	item->line = f->mark_line;
	if (s.place <= s.at) {
		item->offset = f->offset + s.place;
		item->line = xml_frame_line(&s, s.place);
	}
	f->line = xml_frame_line(&s, s.at);
	f->offset += s.at;
	return event;
}
