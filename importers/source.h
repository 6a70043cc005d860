/* One input: a file or "-", plain or compressed (gzip, zstd, xz, bzip2), as a window of bytes that
 * moves forward. Decompression runs on a thread of its own. Offsets count uncompressed bytes.
 *
 * The compression is told by the first bytes, never by the name. Concatenated gzip members, zstd
 * frames and xz streams are one input. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

#define SOURCE_NEED_MAX (64u << 20) /* most that source_fill can be asked for */
#define SOURCE_PADDING                                                     \
	64 /* readable zero bytes behind the window, so that scans need no \
	    * test for its end at each byte */

struct source;

/* path "-" is standard input. RC_NOTFOUND, RC_IO with the reason, RC_UNSUPPORTED for folders and
 * devices. Reading and decompression begin with the first source_fill. */
enum rc source_open(const char *path, struct source **out, struct diag *diag);
void source_close(struct source *s);
/* The path as given, "(standard input)" for "-". */
const char *source_name(const struct source *s);

/* Tries to make at least need bytes available in the window (fewer at the end of the input). The
 * window moves: pointers into it are void afterwards, unless it held need bytes before the call.
 * RC_TRUNCATED: compressed data end too early or are damaged (what was read stays readable, and
 * each further call that needs more says so again); RC_IO; RC_INTERRUPTED by the tick; RC_LIMIT
 * when need exceeds SOURCE_NEED_MAX. */
enum rc source_fill(struct source *s, size_t need, struct diag *diag);
const char *source_data(const struct source *s); /* the window; SOURCE_PADDING zeros follow */
size_t source_length(const struct source *s);    /* bytes in it */
/* n <= source_length. Pointers stay valid until the next fill, but for the last bytes of the input,
 * whose memory is released when they are consumed. */
void source_consume(struct source *s, size_t n);
bool source_at_end(const struct source *s);     /* nothing follows the window */
uint64_t source_offset(const struct source *s); /* of the window's first byte */
/* Raw bytes read and raw size (0 = unknown), for progress. Any thread. */
void source_progress(const struct source *s, uint64_t *done, uint64_t *total);

/* Back to the first byte, releasing descriptor, thread and memory until the next fill: for a second
 * pass, and so that an import of many files holds one open. RC_UNSUPPORTED for a pipe. */
enum rc source_rewind(struct source *s, struct diag *diag);

/* tick is called at each read and while waiting for input; what it returns but RC_OK ends the fill
 * with that code. It fills no diag. NULL: none. */
void source_set_tick(struct source *s, enum rc (*tick)(void *context), void *context);

/* At the start of the input: UTF-16 and UTF-32, with or without byte order mark, give
 * RC_UNSUPPORTED with a text naming the encoding. Fill errors as above, but for RC_TRUNCATED with
 * bytes to see. */
enum rc source_check_encoding(struct source *s, struct diag *diag);
/* The same, and consumes a UTF-8 byte order mark. */
enum rc source_skip_bom(struct source *s, struct diag *diag);
