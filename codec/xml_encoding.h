/* Text in the encoding that an XML declaration names, to UTF-8 (libc's iconv). Only encodings in
 * which ASCII bytes mean ASCII, as tags must be found before anything is decoded. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/rc.h"
#include "base/strbuf.h"

struct xml_encoding;

/* RC_UNSUPPORTED for an unknown encoding and for one that does not contain ASCII; RC_NOMEM. */
enum rc xml_encoding_open(const char *name, struct xml_encoding **out);
void xml_encoding_close(struct xml_encoding *e);

/* Appends data as UTF-8. RC_SYNTAX, and out as before, when these bytes do not exist in the
 * encoding. */
enum rc xml_encoding_add(struct xml_encoding *e, const char *data, size_t length,
			 struct strbuf *out);
