/* The observer's own thread: takes pairs from the queue, gives up requests that nobody answers, and
 * feeds the store. */
#pragma once
#include "base/diag.h"
#include "cx/feed.h"
#include "cx/intake.h"

#define WRITER_THREAD_NAME "cx_observer"

struct writer_options {
	struct feed_options feed;
	int64_t unanswered_after_us;
};

struct writer;
/* Starts the thread, which blocks all signals. intake and the texts of options are borrowed until
 * writer_stop has returned true. RC_NOMEM. */
enum rc writer_start(const struct writer_options *options, struct intake *intake,
		     struct writer **out, struct diag *diag);

/* Requests still under way end as unanswered, the queue is emptied, the store is flushed and
 * closed; what the store does not take within seconds is dropped. Frees *w. False when the thread
 * does not come to its end (a disk that hangs): then it, w and what it borrowed stay. Nobody puts
 * anything new into the intake any more. */
bool writer_stop(struct writer *w, unsigned seconds);
