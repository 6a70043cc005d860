/* Messages as packet analysers print them in full: "Request-Line: …" or "Status-Line: …", below
 * "Message Header" a line for each header, and further in what the analyser found in each. Gives
 * the lines of the message alone, and the time and addresses of its packet. */
#pragma once
#include "trace/text_mark.h"

struct text_dissection {
	bool is_inside;        /* a message */
	bool has_head;         /* "Message Header" was seen */
	size_t indent;         /* of the start line */
	size_t header_indent;  /* of the headers; 0: none was seen */
	struct text_mark mark; /* of the packet */
};

enum dissection_line {
	DISSECTION_NO,     /* no part of a dissected message */
	DISSECTION_START,  /* content is a start line */
	DISSECTION_HEADER, /* content is a header */
	DISSECTION_DETAIL, /* nothing of the message's own */
	DISSECTION_END,    /* no part of the message, which ended before */
};

/* content points into line. */
enum dissection_line text_dissection_take(struct text_dissection *d, struct text line,
					  struct text *content);
