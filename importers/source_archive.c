#include "importers/source_decoder.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES ((size_t)256 << 10)

struct archive_state {
	struct source_raw *raw;
	struct archive *archive;
	const char *block; /* libarchive's, not yet handed out */
	size_t block_length;
	bool is_done;
	bool is_raw_end; /* the file was read to its end */
	enum rc raw_rc;  /* of the reading below libarchive */
	struct diag raw_diag;
	char input[INPUT_BYTES];
};

static la_ssize_t read_input(struct archive *archive, void *context, const void **block)
{
	struct archive_state *s = context;
	size_t got = 0;

	s->raw_rc = source_raw_read(s->raw, s->input, INPUT_BYTES, &got, &s->raw_diag);
	if (s->raw_rc) {
		archive_set_error(archive, EIO, "%s", s->raw_diag.text);
		return -1;
	}
	s->is_raw_end = !got;
	*block = s->input;
	return (la_ssize_t)got;
}

static enum rc report(const struct archive_state *s, struct diag *diag)
{
	const char *text = archive_error_string(s->archive);

	if (s->raw_rc)
		return diag_set(diag, s->raw_rc, "%s", s->raw_diag.text);
	/* The filters word it in many ways: what they wanted was more input. */
	if (s->is_raw_end)
		return diag_set(diag, RC_TRUNCATED, "the compressed data end before their end");
	return diag_set(diag, RC_TRUNCATED, "the compressed data are damaged (%s)",
			text ? text : "no reason given");
}

enum rc source_archive_open(struct source_raw *raw, void **state, struct diag *diag)
{
	struct archive_state *s = calloc(1, sizeof(*s));
	struct archive_entry *entry;

	if (!s || !(s->archive = archive_read_new())) {
		free(s);
		return diag_set(diag, RC_NOMEM, "no memory for decompression");
	}
	*state = s;
	s->raw = raw;
	/* Not "all": some of those filters run programs. */
	archive_read_support_filter_zstd(s->archive);
	archive_read_support_filter_xz(s->archive);
	archive_read_support_filter_bzip2(s->archive);
	archive_read_support_format_raw(s->archive);
	archive_read_support_format_empty(s->archive);
	if (archive_read_open2(s->archive, s, NULL, read_input, NULL, NULL) != ARCHIVE_OK)
		return report(s, diag);
	int result = archive_read_next_header(s->archive, &entry);
	if (result == ARCHIVE_EOF)
		s->is_done = true;
	else if (result != ARCHIVE_OK)
		return report(s, diag);
	else if (archive_filter_count(s->archive) < 2)
		return diag_set(diag, RC_TRUNCATED,
				"the compressed data are damaged (no valid header)");
	return RC_OK;
}

void source_archive_close(void *state)
{
	struct archive_state *s = state;

	if (!s)
		return;
	archive_read_free(s->archive);
	free(s);
}

enum rc source_archive_read(void *state, void *out, size_t size, size_t *got, struct diag *diag)
{
	struct archive_state *s = state;

	*got = 0;
	while (!s->block_length && !s->is_done) {
		const void *block;
		la_int64_t offset;
		int result = archive_read_data_block(s->archive, &block, &s->block_length, &offset);

		s->is_done = result == ARCHIVE_EOF;
		if (s->is_done)
			s->block_length = 0;
		else if (result != ARCHIVE_OK)
			return report(s, diag);
		s->block = block;
	}
	*got = s->block_length < size ? s->block_length : size;
	if (!*got)
		return RC_OK;
	memcpy(out, s->block, *got);
	s->block += *got;
	s->block_length -= *got;
	return RC_OK;
}
