/* One input of a diagnosis: tells a capture from a text log, and reads either. */
#pragma once
#include "trace/capture.h"

enum trace_format { TRACE_CAPTURE, TRACE_TEXT_LOG };
const char *trace_format_str(enum trace_format f); /* "capture", "text log" */

/* By the first bytes, which stay unread; "-" is standard input. RC_NOTFOUND, RC_IO. */
enum rc trace_input_format(const char *path, enum trace_format *out, struct diag *diag);

/* Visits the messages of an input; fails as capture_read. */
enum rc trace_input_read(const char *path, enum trace_format format,
			 const struct capture_options *options,
			 bool (*visit)(const struct capture_message *m, void *context),
			 void *context, struct diag *diag);

/* The same in a thread of its own, with the messages to be taken one by one. The thread runs ahead
 * as far as a socket's buffer goes. */
struct trace_feed;
enum rc trace_feed_new(const char *path, enum trace_format format,
		       const struct capture_options *options, struct trace_feed **out,
		       struct diag *diag);
/* The next message, valid until the next call; *m is NULL at the end. RC_NOMEM. */
enum rc trace_feed_next(struct trace_feed *f, const struct capture_message **m, struct diag *diag);
/* After the end: how the reading went. */
enum rc trace_feed_end(struct trace_feed *f, struct diag *diag);
/* Stops the thread if it still reads. */
void trace_feed_free(struct trace_feed *f);
