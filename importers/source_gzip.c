#include "importers/source_decoder.h"

#include <stdlib.h>
#include <zlib.h>

#define INPUT_BYTES ((size_t)256 << 10)
#define GZIP_WINDOW (15 + 16) /* zlib.h: expect the gzip wrapper */

struct gzip {
	struct source_raw *raw;
	z_stream stream;
	bool is_between; /* a member has ended, none has begun */
	bool is_done;
	enum rc rc; /* trouble that comes after the bytes before it */
	struct diag diag;
	unsigned char input[INPUT_BYTES];
};

enum rc source_gzip_open(struct source_raw *raw, void **state, struct diag *diag)
{
	struct gzip *g = calloc(1, sizeof(*g));

	if (!g || inflateInit2(&g->stream, GZIP_WINDOW) != Z_OK) {
		free(g);
		return diag_set(diag, RC_NOMEM, "no memory for gzip");
	}
	g->raw = raw;
	*state = g;
	return RC_OK;
}

void source_gzip_close(void *state)
{
	struct gzip *g = state;

	if (!g)
		return;
	inflateEnd(&g->stream);
	free(g);
}

static enum rc refill(struct gzip *g)
{
	size_t got;
	enum rc rc = source_raw_read(g->raw, g->input, INPUT_BYTES, &got, &g->diag);

	if (rc)
		return rc;
	g->stream.next_in = g->input;
	g->stream.avail_in = (uInt)got;
	if (!got && !g->is_between)
		return diag_set(&g->diag, RC_TRUNCATED, "the gzip data end before their end");
	g->is_done = !got;
	return RC_OK;
}

/* As gzip itself, takes what follows a member and is no member (padding) for nothing. */
static enum rc begin_member(struct gzip *g)
{
	g->is_done = g->stream.next_in[0] != 0x1f;
	if (g->is_done)
		return RC_OK;
	g->is_between = false;
	return inflateReset(&g->stream) == Z_OK ? RC_OK : RC_NOMEM;
}

static enum rc inflate_some(struct gzip *g)
{
	switch (inflate(&g->stream, Z_NO_FLUSH)) {
	case Z_STREAM_END:
		g->is_between = true;
		return RC_OK;
	case Z_OK:
	case Z_BUF_ERROR: /* wants input: the loop brings it */
		return RC_OK;
	case Z_MEM_ERROR:
		return diag_set(&g->diag, RC_NOMEM, "no memory for gzip");
	default:
		return diag_set(&g->diag, RC_TRUNCATED, "the gzip data are damaged (%s)",
				g->stream.msg ? g->stream.msg : "no deflate data");
	}
}

enum rc source_gzip_read(void *state, void *out, size_t size, size_t *got, struct diag *diag)
{
	struct gzip *g = state;

	g->stream.next_out = out;
	g->stream.avail_out = (uInt)size;
	while (!g->rc && !g->is_done && g->stream.avail_out) {
		if (!g->stream.avail_in)
			g->rc = refill(g);
		else if (g->is_between)
			g->rc = begin_member(g);
		else
			g->rc = inflate_some(g);
	}
	*got = size - g->stream.avail_out;
	if (*got || !g->rc)
		return RC_OK;
	return diag_set(diag, g->rc, "%s", g->diag.text);
}
