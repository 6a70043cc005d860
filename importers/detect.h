/* Which format is it? */
#pragma once
#include "importers/importer.h"

#define DETECT_HEAD_BYTES ((size_t)64 << 10)

/* Looks at the first DETECT_HEAD_BYTES of the input (uncompressed, a byte order mark skipped) and
 * rewinds it. *format NULL: the importer that is surest of it is found; otherwise it is kept, and
 * only what no format can read is refused.
 *
 * RC_SYNTAX: the input is empty. RC_UNSUPPORTED: an archive, a database, UTF-16, or text that fits
 * no format; the text says what it looks like and what to do. Fill errors as source_fill, but for
 * RC_TRUNCATED with something read. */
enum rc detect_format(struct source *s, const struct importer **format, struct diag *diag);
