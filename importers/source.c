#include "importers/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "importers/source_decoder.h"
#include "importers/source_raw.h"

#define READ_BYTES ((size_t)1 << 20)

static const char no_bytes[SOURCE_PADDING];

struct source {
	char *path;
	struct source_raw raw;
	struct source_decoder *decoder; /* NULL: not compressed, or not begun */
	uint64_t size;                  /* raw; 0 = unknown */
	bool is_open, is_begun;
	char *buffer;
	size_t capacity; /* without the padding */
	size_t start, length;
	uint64_t offset;
	bool is_at_end;
	enum rc end_rc; /* how the input ended */
	struct diag end_diag;
	enum rc (*tick)(void *context);
	void *tick_context;
};

static bool is_stdin(const struct source *s)
{
	return strcmp(s->path, "-") == 0;
}

const char *source_name(const struct source *s)
{
	return is_stdin(s) ? "(standard input)" : s->path;
}

static enum rc ask_tick(void *context)
{
	const struct source *s = context;

	return s->tick ? s->tick(s->tick_context) : RC_OK;
}

static enum rc check_kind(struct source *s, struct diag *diag)
{
	struct stat st;

	if (fstat(s->raw.fd, &st))
		return diag_set_errno(diag, RC_IO, "cannot look at the file");
	if (S_ISDIR(st.st_mode))
		return diag_set(diag, RC_UNSUPPORTED, "is a folder: name the files in it");
	if (S_ISBLK(st.st_mode) || (S_ISCHR(st.st_mode) && !is_stdin(s) && !isatty(s->raw.fd)))
		return diag_set(diag, RC_UNSUPPORTED, "is a device, not a file");
	s->raw.is_regular = S_ISREG(st.st_mode);
	s->size = s->raw.is_regular && !is_stdin(s) ? (uint64_t)st.st_size : 0;
	return RC_OK;
}

static void close_descriptor(struct source *s)
{
	source_decoder_free(s->decoder);
	s->decoder = NULL;
	if (s->is_open && !is_stdin(s))
		close(s->raw.fd);
	s->is_open = false;
}

static enum rc open_descriptor(struct source *s, struct diag *diag)
{
	s->raw.fd = is_stdin(s) ? STDIN_FILENO : open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->raw.fd < 0)
		return diag_set_errno(diag, errno == ENOENT ? RC_NOTFOUND : RC_IO, "cannot open");
	s->is_open = true;
	enum rc rc = check_kind(s, diag);
	if (rc)
		close_descriptor(s);
	return rc;
}

enum rc source_open(const char *path, struct source **out, struct diag *diag)
{
	struct source *s = calloc(1, sizeof(*s));
	enum rc rc;

	if (!s || !(s->path = strdup(path))) {
		free(s);
		return diag_set(diag, RC_NOMEM, "no memory for an input");
	}
	rc = open_descriptor(s, diag);
	if (rc) {
		if (diag)
			text_copy(text_from(source_name(s)), diag->file, sizeof(diag->file));
		source_close(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

static void release_buffer(struct source *s)
{
	free(s->buffer);
	s->buffer = NULL;
	s->capacity = s->start = s->length = 0;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	close_descriptor(s);
	release_buffer(s);
	free(s->path);
	free(s);
}

enum rc source_rewind(struct source *s, struct diag *diag)
{
	if (is_stdin(s) || !s->raw.is_regular) {
		if (!s->is_begun)
			return RC_OK;
		diag_at(diag, source_name(s), 0, s->offset);
		return diag_set(diag, RC_UNSUPPORTED, "cannot be read twice: it is no file");
	}
	close_descriptor(s);
	release_buffer(s);
	s->raw.head_length = s->raw.head_taken = 0;
	atomic_store_explicit(&s->raw.done, 0, memory_order_relaxed);
	s->offset = 0;
	s->is_begun = s->is_at_end = false;
	s->end_rc = RC_OK;
	return RC_OK;
}

void source_set_tick(struct source *s, enum rc (*tick)(void *context), void *context)
{
	s->tick = tick;
	s->tick_context = context;
}

const char *source_data(const struct source *s)
{
	return s->buffer ? s->buffer + s->start : no_bytes;
}

size_t source_length(const struct source *s)
{
	return s->length;
}

bool source_at_end(const struct source *s)
{
	return s->is_at_end;
}

uint64_t source_offset(const struct source *s)
{
	return s->offset;
}

void source_progress(const struct source *s, uint64_t *done, uint64_t *total)
{
	*done = atomic_load_explicit(&s->raw.done, memory_order_relaxed);
	*total = s->size;
}

void source_consume(struct source *s, size_t n)
{
	s->start += n;
	s->length -= n;
	s->offset += n;
	if (!s->length && s->is_at_end)
		release_buffer(s);
}

static enum rc begin(struct source *s, struct diag *diag)
{
	enum rc rc = s->is_open ? RC_OK : open_descriptor(s, diag);

	if (rc)
		return rc;
	s->raw.wait = ask_tick;
	s->raw.wait_context = s;
	rc = source_raw_peek(&s->raw, diag);
	if (rc)
		return rc;
	const struct source_codec *codec = source_codec_find(s->raw.head, s->raw.head_length);
	if (codec)
		rc = source_decoder_new(codec, &s->raw, &s->decoder, diag);
	s->is_begun = !rc;
	return rc;
}

static enum rc make_room(struct source *s, size_t need, struct diag *diag)
{
	size_t wanted = (need > s->length ? need : s->length) + READ_BYTES;

	if (s->start)
		memmove(s->buffer, s->buffer + s->start, s->length);
	s->start = 0;
	if (wanted <= s->capacity)
		return RC_OK;
	char *buffer = realloc(s->buffer, wanted + SOURCE_PADDING);
	if (!buffer)
		return diag_set(diag, RC_NOMEM, "no memory for a window of %zu bytes", wanted);
	s->buffer = buffer;
	s->capacity = wanted;
	return RC_OK;
}

static enum rc read_more(struct source *s, size_t *got, struct diag *diag)
{
	char *out = s->buffer + s->length;
	size_t room = s->capacity - s->length;
	enum rc rc = ask_tick(s);

	if (rc)
		return diag_set(diag, rc, "reading was interrupted");
	if (!s->decoder)
		return source_raw_read(&s->raw, out, room, got, diag);
	return source_decoder_read(s->decoder, out, room, got, ask_tick, s, diag);
}

/* What ends the input is kept: each later call says the same. */
static enum rc fill_window(struct source *s, size_t need, struct diag *diag)
{
	size_t got = 1;
	enum rc rc = s->is_begun ? RC_OK : begin(s, diag);

	if (!rc)
		rc = make_room(s, need, diag);
	while (!rc && got && s->length < need) {
		got = 0;
		rc = read_more(s, &got, diag);
		s->length += got;
	}
	if (s->buffer)
		memset(s->buffer + s->start + s->length, 0, SOURCE_PADDING);
	if (rc == RC_TRUNCATED)
		s->end_rc = rc;
	if (rc == RC_TRUNCATED || (!rc && !got)) {
		s->is_at_end = true;
		close_descriptor(s);
		if (!s->length)
			release_buffer(s);
	}
	return rc;
}

static enum rc report(const struct source *s, enum rc rc, const char *text, struct diag *diag)
{
	diag_at(diag, source_name(s), 0, s->offset + s->length);
	return diag_set(diag, rc, "%s", text);
}

enum rc source_fill(struct source *s, size_t need, struct diag *diag)
{
	enum rc rc;

	if (s->length >= need)
		return RC_OK;
	if (s->is_at_end)
		return s->end_rc ? report(s, s->end_rc, s->end_diag.text, diag) : RC_OK;
	if (need > SOURCE_NEED_MAX)
		return report(s, RC_LIMIT, "more bytes are wanted at once than are allowed", diag);
	diag_init(&s->end_diag);
	rc = fill_window(s, need, &s->end_diag);
	return rc ? report(s, rc, s->end_diag.text, diag) : RC_OK;
}

struct encoding {
	const char *name, *iconv, *mark;
	size_t mark_length;
	const char *pattern; /* of four bytes: 'x' any but NUL, '0' NUL */
};

/* UTF-32 first: its little-endian mark begins with that of UTF-16. */
static const struct encoding encodings[] = {
	{"UTF-32 (little endian)", "UTF-32LE", "\xff\xfe\0\0", 4, "x000"},
	{"UTF-32 (big endian)", "UTF-32BE", "\0\0\xfe\xff", 4, "000x"},
	{"UTF-16 (little endian)", "UTF-16LE", "\xff\xfe", 2, "x0x0"},
	{"UTF-16 (big endian)", "UTF-16BE", "\xfe\xff", 2, "0x0x"},
};

static bool fits(const struct encoding *e, const char *head, size_t length)
{
	if (length >= e->mark_length && memcmp(head, e->mark, e->mark_length) == 0)
		return true;
	for (int i = 0; i < 4; i++)
		if (length < 4 || (e->pattern[i] == '0') != (head[i] == '\0'))
			return false;
	return true;
}

enum rc source_check_encoding(struct source *s, struct diag *diag)
{
	enum rc rc = source_fill(s, 4, diag);

	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		if (!fits(&encodings[i], source_data(s), s->length))
			continue;
		diag_at(diag, source_name(s), 1, 0);
		return diag_set(diag, RC_UNSUPPORTED,
				"is encoded in %s, expected UTF-8: convert it with \"iconv -f %s"
				" -t UTF-8\"",
				encodings[i].name, encodings[i].iconv);
	}
	return rc == RC_TRUNCATED && s->length ? RC_OK : rc;
}

enum rc source_skip_bom(struct source *s, struct diag *diag)
{
	enum rc rc = source_check_encoding(s, diag);

	if (!rc && s->length >= 3 && memcmp(source_data(s), "\xef\xbb\xbf", 3) == 0)
		source_consume(s, 3);
	return rc;
}
