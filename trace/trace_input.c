#define _GNU_SOURCE
#include "trace/trace_input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trace/text_log.h"

#define MAGIC_BYTES 4
#define CHUNK_BYTES 65536

const char *trace_format_str(enum trace_format f)
{
	return f == TRACE_CAPTURE ? "capture" : "text log";
}

/* pcap in both orders and resolutions, pcapng, and compressed files, which tshark opens. */
static const struct {
	unsigned char bytes[MAGIC_BYTES];
	size_t count;
} capture_magics[] = {
	{{0xa1, 0xb2, 0xc3, 0xd4}, 4}, {{0xd4, 0xc3, 0xb2, 0xa1}, 4},
	{{0xa1, 0xb2, 0x3c, 0x4d}, 4}, {{0x4d, 0x3c, 0xb2, 0xa1}, 4},
	{{0xa1, 0xb2, 0xcd, 0x34}, 4}, {{0x34, 0xcd, 0xb2, 0xa1}, 4},
	{{0x0a, 0x0d, 0x0d, 0x0a}, 4}, {{0x1f, 0x8b}, 2},
	{{0x28, 0xb5, 0x2f, 0xfd}, 4}, {{0x04, 0x22, 0x4d, 0x18}, 4},
};

/* Looks at the first bytes of a file, a pipe or a socket without taking them. */
static ssize_t peek(int fd, unsigned char *out)
{
	ssize_t n = pread(fd, out, MAGIC_BYTES, 0);
	int ends[2];

	if (n >= 0 || errno != ESPIPE)
		return n;
	n = recv(fd, out, MAGIC_BYTES, MSG_PEEK | MSG_WAITALL);
	if (n >= 0 || errno != ENOTSOCK)
		return n;
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	n = tee(fd, ends[1], MAGIC_BYTES, 0);
	if (n > 0)
		n = read(ends[0], out, (size_t)n);
	close(ends[0]);
	close(ends[1]);
	/* a terminal, or something else that text is typed into */
	return n < 0 && errno == EINVAL ? 0 : n;
}

static enum rc input_open(const char *path, int *out, struct diag *diag)
{
	if (strcmp(path, "-") == 0) {
		*out = STDIN_FILENO;
		return RC_OK;
	}
	*out = open(path, O_RDONLY | O_CLOEXEC);
	if (*out >= 0)
		return RC_OK;
	return diag_set_errno(diag, errno == ENOENT ? RC_NOTFOUND : RC_IO, "cannot open %s", path);
}

static void input_close(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

enum rc trace_input_format(const char *path, enum trace_format *out, struct diag *diag)
{
	unsigned char head[MAGIC_BYTES] = {0};
	ssize_t n;
	int fd;
	enum rc rc = input_open(path, &fd, diag);

	if (rc != RC_OK)
		return rc;
	n = peek(fd, head);
	if (n < 0)
		rc = diag_set_errno(diag, RC_IO, "cannot read %s", path);
	input_close(fd);
	*out = TRACE_TEXT_LOG;
	if (rc == RC_OK && n == MAGIC_BYTES &&
	    memcmp(head,
		   "\xfd"
		   "7zX",
		   MAGIC_BYTES) == 0)
		rc = diag_set(diag, RC_UNSUPPORTED,
			      "%s is compressed with xz, found by its first bytes; expected a "
			      "capture or a text log: unpack it first",
			      path);
	for (size_t i = 0; n > 0 && i < sizeof(capture_magics) / sizeof(capture_magics[0]); i++)
		if ((size_t)n >= capture_magics[i].count &&
		    memcmp(head, capture_magics[i].bytes, capture_magics[i].count) == 0)
			*out = TRACE_CAPTURE;
	return rc;
}

static enum rc read_log(int fd, const char *path, const volatile int *interrupted,
			struct text_log *log, struct diag *diag)
{
	char chunk[CHUNK_BYTES];
	enum rc rc = RC_OK;

	while (rc == RC_OK && !text_log_has_stopped(log)) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (interrupted && *interrupted)
			return diag_set(diag, RC_INTERRUPTED, "interrupted");
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return diag_set_errno(diag, RC_IO, "cannot read %s", path);
		if (n == 0)
			return text_log_finish(log, diag);
		rc = text_log_add(log, text_of(chunk, (size_t)n), diag);
	}
	return rc;
}

enum rc trace_input_read(const char *path, enum trace_format format,
			 const struct capture_options *options,
			 bool (*visit)(const struct capture_message *m, void *context),
			 void *context, struct diag *diag)
{
	struct text_log *log;
	int fd;
	enum rc rc;

	if (format == TRACE_CAPTURE)
		return capture_read(path, options, visit, context, diag);
	rc = text_log_new(visit, context, &log, diag);
	if (rc != RC_OK)
		return rc;
	rc = input_open(path, &fd, diag);
	if (rc == RC_OK) {
		rc = read_log(fd, path, options ? options->interrupted : NULL, log, diag);
		input_close(fd);
	}
	text_log_free(log);
	return rc;
}
