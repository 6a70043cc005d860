/* Inside of the framer: one look at a window, and what it knows of tags. */
#pragma once
#include "base/text.h"
#include "importers/xml_frame.h"

#define XML_FRAME_CONTINUE ((enum xml_frame_event)(XML_FRAME_END + 1))

struct xml_frame_scan {
	struct xml_frame *frame;
	const char *data;
	size_t length;
	size_t at;    /* everything before is done with */
	size_t place; /* of the item to be returned */
	bool is_end;
	size_t counted; /* bytes whose newlines are in lines */
	uint64_t lines;
	struct xml_frame_item *item;
};

/* The line of a position of the window; to be asked for in ascending order. */
uint64_t xml_frame_line(struct xml_frame_scan *s, size_t at);

/* Returns the event with its reason; the item's place is position place of the window, SIZE_MAX:
 * where the construct began that the framer is in. */
enum xml_frame_event xml_frame_tell(struct xml_frame_scan *s, enum xml_frame_event event,
				    size_t place, const char *reason);
/* Asks for more bytes than there are: at least wanted after s->at. */
enum xml_frame_event xml_frame_want(struct xml_frame_scan *s, size_t wanted);

/* Refuses the current document, in which depth elements are open; its records are skipped. */
enum xml_frame_event xml_frame_refuse(struct xml_frame_scan *s, uint64_t depth, const char *reason);

/* A comment or the like begins at s->at; length is that of its opening. */
void xml_frame_begin_construct(struct xml_frame_scan *s, enum xml_frame_state state, size_t length);
/* DOCTYPE, ENTITY and whatever else begins with "<!": skipped up to its end, and its document is
 * refused. */
enum xml_frame_event xml_frame_begin_declaration(struct xml_frame_scan *s);
/* Steps of the states that they begin. */
enum xml_frame_event xml_frame_skip_construct(struct xml_frame_scan *s);
enum xml_frame_event xml_frame_skip_declaration(struct xml_frame_scan *s);

/* s->at is at the '<' of a record's start tag. */
enum xml_frame_event xml_frame_cut_record(struct xml_frame_scan *s, struct text name);
/* Step of XML_FRAME_IN_OVERSIZED. */
enum xml_frame_event xml_frame_skip_record(struct xml_frame_scan *s);

/* The name in a tag: from data up to a blank, '/', '>' or '<'. */
struct text xml_tag_name(const char *data, size_t length);
/* True when the local part of a name is that of a record. */
bool xml_tag_is_record(struct text name);
/* Length of the tag that begins at data, its '>' included. 0: the end is not in these bytes;
 * *is_broken: there is another '<' before it. */
size_t xml_tag_length(const char *data, size_t length, bool *is_broken);
/* The encoding that an XML declaration names; empty for UTF-8 and for none. */
struct text xml_tag_encoding(struct text declaration);
