/* Cuts the IMSSubscription elements out of a stream of XML, byte by byte and in constant memory,
 * whatever is around them: wrappers of any name and depth, several documents one after the other
 * (each with its own declaration or none), byte order marks, blank lines, padding, trailing text.
 * What is cut is not parsed: a real XML parser has to read it.
 *
 * Tags are understood as far as needed to know depth, comments, CDATA sections and processing
 * instructions, so that records in them are none. A record ends at its end tag; one that is damaged
 * costs itself alone, because the search goes on behind it, or at the next start tag inside it
 * (xml_frame_find_record). A document with a DOCTYPE or an entity declaration, or nested deeper
 * than LIMIT_XML_DEPTH, is refused as a whole and skipped. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/limits.h"

enum xml_frame_event {
	XML_FRAME_MORE,      /* drop item.consume bytes, then show item.need bytes or the end */
	XML_FRAME_RECORD,    /* item.data, item.length: one element, complete by its looks */
	XML_FRAME_REJECT,    /* something at item's place is refused or broken: item.reason */
	XML_FRAME_NOTE,      /* dirt at item's place that does no harm: item.reason */
	XML_FRAME_TRUNCATED, /* the input ends inside of something that began at item's place */
	XML_FRAME_END,
};

struct xml_frame_item {
	const char *data; /* in the window */
	size_t length;
	uint64_t offset, line; /* place in the input, line from 1 */
	const char *reason;    /* static text */
	size_t consume; /* bytes that the caller drops from the window's start before the next call
			 */
	size_t need;
};

enum xml_frame_state {
	XML_FRAME_IN_TEXT,
	XML_FRAME_IN_COMMENT,
	XML_FRAME_IN_CDATA,
	XML_FRAME_IN_INSTRUCTION,
	XML_FRAME_IN_DECLARATION, /* DOCTYPE and its like */
	XML_FRAME_IN_OVERSIZED,   /* a record that is too long */
	XML_FRAME_STATES
};

#define XML_FRAME_NAME_MAX 128 /* bytes of a record's name with its prefix */
#define XML_FRAME_ENCODING_MAX 40

struct xml_frame {
	enum xml_frame_state state;
	uint64_t offset, line;           /* of the window's first byte */
	uint64_t mark_offset, mark_line; /* where the current comment or the like began */
	uint64_t name[LIMIT_XML_DEPTH];  /* hashes of the names of the open wrappers */
	uint32_t depth;                  /* number of them */
	uint32_t record_depth;           /* wrappers around the last record */
	bool is_refused;                 /* the current document */
	uint64_t refused_depth;
	bool is_text_noted, is_inner_prolog_noted;
	char end_tag[XML_FRAME_NAME_MAX +
		     4]; /* "</IMSSubscription", as the last record spells it */
	size_t end_tag_length;
	size_t searched;         /* bytes of the current record that hold no end tag */
	char quote;              /* in a declaration */
	uint32_t brackets, tail; /* in a declaration: depth of '[', last four bytes */
	bool is_in_comment;      /* in a declaration */
	char encoding[XML_FRAME_ENCODING_MAX]; /* that the document declares; "" for UTF-8 */
};

/* offset: bytes of the input before the window (a byte order mark). A framer holds no memory of its
 * own. */
void xml_frame_init(struct xml_frame *f, uint64_t offset);

/* Looks at the window from its first byte. is_end: nothing follows it. */
enum xml_frame_event xml_frame_next(struct xml_frame *f, const char *data, size_t length,
				    bool is_end, struct xml_frame_item *item);

/* Position of the first start tag of a record in these bytes; length when there is none. Comments
 * and the like are not looked at. */
size_t xml_frame_find_record(const char *data, size_t length);

/* Newlines in these bytes. */
uint64_t xml_frame_count_lines(const char *data, size_t length);
