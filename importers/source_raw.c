#include "importers/source_raw.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define WAIT_MILLISECONDS 200

/* Polls, so that a signal or the closing of the source ends the wait for a silent pipe. */
static enum rc wait_readable(const struct source_raw *r)
{
	struct pollfd poller = {.fd = r->fd, .events = POLLIN};

	if (r->is_regular)
		return RC_OK;
	while (poll(&poller, 1, WAIT_MILLISECONDS) <= 0) {
		enum rc rc = r->wait ? r->wait(r->wait_context) : RC_OK;

		if (rc)
			return rc;
	}
	return RC_OK;
}

static enum rc read_descriptor(struct source_raw *r, void *out, size_t size, size_t *got,
			       struct diag *diag)
{
	ssize_t n;

	do {
		enum rc rc = wait_readable(r);

		if (rc)
			return diag_set(diag, rc, "reading was interrupted");
		n = read(r->fd, out, size);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return diag_set_errno(diag, RC_IO, "cannot read");
	atomic_fetch_add_explicit(&r->done, (uint64_t)n, memory_order_relaxed);
	*got = (size_t)n;
	return RC_OK;
}

enum rc source_raw_read(struct source_raw *r, void *out, size_t size, size_t *got,
			struct diag *diag)
{
	size_t ahead = r->head_length - r->head_taken;

	if (!ahead)
		return read_descriptor(r, out, size, got, diag);
	if (ahead > size)
		ahead = size;
	memcpy(out, r->head + r->head_taken, ahead);
	r->head_taken += ahead;
	*got = ahead;
	return RC_OK;
}

enum rc source_raw_peek(struct source_raw *r, struct diag *diag)
{
	size_t got = 1;

	while (r->head_length < SOURCE_HEAD_MAX && got) {
		enum rc rc = read_descriptor(r, r->head + r->head_length,
					     SOURCE_HEAD_MAX - r->head_length, &got, diag);

		if (rc)
			return rc;
		r->head_length += got;
	}
	return RC_OK;
}
