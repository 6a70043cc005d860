#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "trace/trace_input.h"

/* The thread sends each message as its record and its bytes over a pair of sockets: bounded, and
 * either side learns of the other's end. */
struct trace_feed {
	const char *path;
	enum trace_format format;
	const struct capture_options *options;
	pthread_t thread;
	bool has_thread;
	int near, far; /* ends of the pair: ours, the thread's */
	struct capture_message message;
	struct strbuf bytes;
	/* of the thread, until it is joined */
	enum rc rc;
	struct diag diag;
};

static bool send_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length) {
		ssize_t n = send(fd, at, length, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

/* False at the end, which comes between messages. */
static bool receive_all(int fd, void *out, size_t length)
{
	char *at = out;

	while (length) {
		ssize_t n = recv(fd, at, length, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static bool send_message(const struct capture_message *m, void *context)
{
	const struct trace_feed *f = context;

	return send_all(f->far, m, sizeof(*m)) && send_all(f->far, m->bytes.data, m->bytes.length);
}

static void *run(void *context)
{
	struct trace_feed *f = context;

	f->rc = trace_input_read(f->path, f->format, f->options, send_message, f, &f->diag);
	shutdown(f->far, SHUT_WR);
	return NULL;
}

enum rc trace_feed_new(const char *path, enum trace_format format,
		       const struct capture_options *options, struct trace_feed **out,
		       struct diag *diag)
{
	struct trace_feed *f = calloc(1, sizeof(*f));
	int pair[2];

	if (!f)
		return diag_set(diag, RC_NOMEM, "no memory to read %s", path);
	f->path = path;
	f->format = format;
	f->options = options;
	diag_init(&f->diag);
	strbuf_init(&f->bytes);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
		free(f);
		return diag_set_errno(diag, RC_IO, "cannot make a pair of sockets");
	}
	f->near = pair[0];
	f->far = pair[1];
	errno = pthread_create(&f->thread, NULL, run, f);
	if (errno) {
		enum rc rc = diag_set_errno(diag, RC_NOMEM, "cannot start a thread");

		trace_feed_free(f);
		return rc;
	}
	f->has_thread = true;
	*out = f;
	return RC_OK;
}

enum rc trace_feed_next(struct trace_feed *f, const struct capture_message **m, struct diag *diag)
{
	char chunk[4096];

	*m = NULL;
	if (!receive_all(f->near, &f->message, sizeof(f->message)))
		return RC_OK;
	strbuf_reset(&f->bytes);
	for (size_t left = f->message.bytes.length; left;) {
		size_t n = left < sizeof(chunk) ? left : sizeof(chunk);

		if (!receive_all(f->near, chunk, n))
			return RC_OK;
		strbuf_add(&f->bytes, chunk, n);
		left -= n;
	}
	explicit_bzero(chunk, sizeof(chunk));
	if (f->bytes.failed)
		return diag_set(diag, RC_NOMEM, "no memory for a message of %zu bytes",
				f->message.bytes.length);
	f->message.bytes = strbuf_text(&f->bytes);
	*m = &f->message;
	return RC_OK;
}

static void join(struct trace_feed *f)
{
	if (f->has_thread)
		pthread_join(f->thread, NULL);
	f->has_thread = false;
}

enum rc trace_feed_end(struct trace_feed *f, struct diag *diag)
{
	join(f);
	if (f->rc != RC_OK && diag)
		*diag = f->diag;
	return f->rc;
}

void trace_feed_free(struct trace_feed *f)
{
	if (!f)
		return;
	/* a thread that still sends gets an error, and stops */
	shutdown(f->near, SHUT_RDWR);
	join(f);
	close(f->near);
	close(f->far);
	strbuf_clear(&f->bytes);
	free(f);
}
