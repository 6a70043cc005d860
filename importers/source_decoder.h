/* Decompression on a thread of its own with a bounded queue of blocks.
 *
 * gzip goes through zlib itself: libarchive 3.6 neither checks the CRC of a member nor hands out
 * the last 64 KiB before a cut. zstd, xz and bzip2 go through libarchive's raw format. */
#pragma once
#include <stddef.h>
#include "base/diag.h"
#include "importers/source_raw.h"

/* One way to decompress. */
struct source_codec {
	const char *name;  /* "gzip" */
	const char *magic; /* first bytes of the input */
	size_t magic_length;
	enum rc (*open)(struct source_raw *raw, void **state, struct diag *diag);
	/* *got 0 = end. RC_TRUNCATED when the data end too early or are damaged. What came before
	 * trouble is handed out first. */
	enum rc (*read)(void *state, void *out, size_t size, size_t *got, struct diag *diag);
	void (*close)(void *state); /* NULL is fine */
};

enum rc source_gzip_open(struct source_raw *raw, void **state, struct diag *diag);
enum rc source_gzip_read(void *state, void *out, size_t size, size_t *got, struct diag *diag);
void source_gzip_close(void *state);

enum rc source_archive_open(struct source_raw *raw, void **state, struct diag *diag);
enum rc source_archive_read(void *state, void *out, size_t size, size_t *got, struct diag *diag);
void source_archive_close(void *state);

/* The codec for these first bytes; NULL when the input is not compressed. */
const struct source_codec *source_codec_find(const char *head, size_t length);

struct source_decoder;

/* Starts the thread, which reads from raw until the end or source_decoder_free. raw is borrowed;
 * its wait is replaced. */
enum rc source_decoder_new(const struct source_codec *codec, struct source_raw *raw,
			   struct source_decoder **out, struct diag *diag);
void source_decoder_free(struct source_decoder *d);
/* As source_codec.read, on the caller's thread; wait is asked while nothing comes. */
enum rc source_decoder_read(struct source_decoder *d, void *out, size_t size, size_t *got,
			    source_wait wait, void *wait_context, struct diag *diag);
