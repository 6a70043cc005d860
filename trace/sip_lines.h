/* The lines of a SIP message: start line and headers, folds joined, compact names spelled out
 * (RFC 3261 7.3). Line ends are CRLF, LF or CR; the body is never looked at. */
#pragma once
#include <stdbool.h>

#include "base/strbuf.h"

#define SIP_HEADER_BYTES 16384u /* a longer header is passed over */
#define SIP_HEADERS_MAX 1024u   /* further ones are not read */

struct sip_lines {
	struct text rest;
	struct strbuf *scratch;
	unsigned count;
};

/* scratch serves all lines, one after the other. Blank lines before the message are skipped. */
void sip_lines_init(struct sip_lines *l, struct text message, struct strbuf *scratch);

/* The next line, terminated and valid until the next call; NUL and other control characters became
 * blanks. False at the end of the headers. */
bool sip_lines_next(struct sip_lines *l, struct text *line);

/* Cuts a line into the full name of the header and its trimmed value (which stays terminated but
 * for blanks); false when there is no colon behind a name. */
bool sip_lines_header(struct text line, struct text *name, struct text *value);
