/* Cuts the bytes of a text log into lines, whatever ends them (CR, LF or both) and whether they are
 * bytes or UTF-16 with a byte order mark, as Windows writes it. Bounded: the rest of a line of more
 * than 64 KiB is dropped. */
#pragma once
#include "base/strbuf.h"

struct text_lines {
	/* gets each line without its end, in memory that it may change; NUL became '?' */
	void (*visit)(char *line, size_t length, void *context);
	void *context;
	struct strbuf line; /* the one that is not complete */
	bool has_return;    /* it ended with CR: LF belongs to it */
	unsigned char seen; /* of the first two bytes, which may be a byte order mark */
	unsigned char mark; /* the first of them */
	char wide;          /* 'L' or 'B': UTF-16, little or big end first; 0: bytes */
	bool has_half;      /* of a unit of UTF-16 */
	unsigned char half;
};

void text_lines_init(struct text_lines *l, void (*visit)(char *line, size_t length, void *context),
		     void *context);
/* Cuts the next bytes, until *has_stopped. False: no memory. */
bool text_lines_add(struct text_lines *l, struct text bytes, const bool *has_stopped);
/* Gives out a last line that nothing ended. False: no memory. */
bool text_lines_finish(struct text_lines *l, const bool *has_stopped);
void text_lines_clear(struct text_lines *l);
