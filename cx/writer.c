#define _GNU_SOURCE /* waiting on the steady clock */
#include "cx/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"

#define TAKEN_AT_ONCE 256 /* between two looks at the clock */
#define STOP_RETRY_US 100000
#define SECOND_US 1000000
#define CLOSE_US SECOND_US /* of the seconds for stopping, kept for the last steps */

struct writer {
	struct writer_options options;
	struct intake *intake;
	struct feed feed;
	pthread_t thread;
	sem_t wake, done;
	atomic_bool is_stopping;
	int64_t stop_by_us;               /* steady; set before is_stopping */
	uint64_t told_queue, told_memory; /* drops that the log knows */
	struct log_limit queue_limit, memory_limit;
};

static void on_depth(void *context)
{
	struct writer *w = context;

	sem_post(&w->wake);
}

static struct timespec timespec_of(int64_t us)
{
	return (struct timespec){us / SECOND_US, us % SECOND_US * 1000};
}

static void wait_until_us(struct writer *w, int64_t steady_us)
{
	const struct timespec until = timespec_of(steady_us);

	sem_clockwait(&w->wake, CLOCK_MONOTONIC, &until);
	while (sem_trywait(&w->wake) == 0)
		;
}

/* Returns whether there may be more at once. */
static bool take_some(struct writer *w)
{
	struct observed o;
	unsigned n = 0;

	while (n < TAKEN_AT_ONCE && feed_accepts(&w->feed) && queue_take(&w->intake->queue, &o)) {
		queue_prefetch(&w->intake->queue);
		feed_append(&w->feed, &o);
		n++;
		if (feed_is_full(&w->feed))
			return true;
	}
	return n == TAKEN_AT_ONCE;
}

/* Gives up requests that came at or before steady_us. */
static void give_up_requests(struct writer *w, int64_t steady_us)
{
	struct observed o = {.end = CX_END_UNANSWERED};

	while (feed_accepts(&w->feed) &&
	       (o.request = pending_take_old(&w->intake->pending, steady_us)))
		feed_append(&w->feed, &o);
}

static void tell_drops(struct writer *w, int64_t steady_us)
{
	uint64_t queue = counters_get(&w->intake->counters, COUNTER_DROPPED_QUEUE);
	uint64_t memory = counters_get(&w->intake->counters, COUNTER_DROPPED_MEMORY);

	if (queue != w->told_queue && log_limit_allows(&w->queue_limit, steady_us)) {
		log_msg(LOG_LEVEL_WARNING,
			"queue full: %" PRIu64 " exchanges not kept so far; messages go on", queue);
		w->told_queue = queue;
	}
	if (memory != w->told_memory && log_limit_allows(&w->memory_limit, steady_us)) {
		log_msg(LOG_LEVEL_WARNING,
			"memory used up: %" PRIu64 " exchanges not kept so far; messages go on",
			memory);
		w->told_memory = memory;
	}
}

/* Everything that is there and due, until the queue is empty or the store takes no more. */
static void work(struct writer *w)
{
	bool is_more;

	do {
		struct moment now = moment_now();

		is_more = take_some(w);
		give_up_requests(w, now.steady_us - w->options.unanswered_after_us);
		feed_tick(&w->feed, now);
		tell_drops(w, now.steady_us);
	} while (is_more && !atomic_load(&w->is_stopping));
}

static bool is_time_left(const struct writer *w)
{
	return moment_now().steady_us < w->stop_by_us;
}

/* Flushes until it succeeds or the time is over. */
static bool flush_last(struct writer *w)
{
	while (!feed_flush(&w->feed, moment_now())) {
		int64_t next_us = moment_now().steady_us + STOP_RETRY_US;

		if (!w->feed.store || next_us >= w->stop_by_us)
			return false;
		wait_until_us(w, next_us);
	}
	return true;
}

/* One round of what is left; false when it cannot be kept. */
static bool drain_round(struct writer *w)
{
	give_up_requests(w, INT64_MAX);
	while (feed_accepts(&w->feed) && take_some(w))
		;
	return flush_last(w);
}

/* In this order: who took something out of pending puts it into the queue before it leaves. */
static bool is_anything_left(struct intake *i)
{
	return !pending_is_empty(&i->pending) || atomic_load(&i->handling) ||
	       queue_depth(&i->queue);
}

static void drain(struct writer *w)
{
	struct intake *i = w->intake;
	struct observed o = {.end = CX_END_UNANSWERED};

	pending_close(&i->pending);
	feed_tick(&w->feed, moment_now());
	while (is_time_left(w) && drain_round(w) && is_anything_left(i))
		;
	/* What the store did not take, and what a thread of the host still hands over. */
	do {
		while ((o.request = pending_take_old(&i->pending, INT64_MAX)) ||
		       queue_take(&i->queue, &o)) {
			counters_add(&i->counters, COUNTER_DROPPED_STORE, 1);
			observed_clear(&o);
		}
	} while (is_anything_left(i) && is_time_left(w));
}

static void *run(void *context)
{
	struct writer *w = context;

	pthread_setname_np(pthread_self(), WRITER_THREAD_NAME);
	while (!atomic_load(&w->is_stopping)) {
		work(w);
		wait_until_us(w, moment_now().steady_us + w->options.feed.batch_interval_us);
	}
	drain(w);
	feed_clear(&w->feed);
	sem_post(&w->done);
	return NULL;
}

static int start_thread(struct writer *w)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&w->thread, NULL, run, w);

	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void release(struct writer *w)
{
	w->intake->queue.wake = NULL;
	sem_destroy(&w->wake);
	sem_destroy(&w->done);
	feed_clear(&w->feed);
	free(w);
}

enum rc writer_start(const struct writer_options *options, struct intake *intake,
		     struct writer **out, struct diag *diag)
{
	struct writer *w = calloc(1, sizeof(*w));

	if (!w)
		return diag_set(diag, RC_NOMEM, "no memory for the writer");
	w->options = *options;
	w->intake = intake;
	sem_init(&w->wake, 0, 0);
	sem_init(&w->done, 0, 0);
	enum rc rc = feed_init(&w->feed, &options->feed, &intake->counters, &intake->queue, diag);

	if (rc == RC_OK) {
		intake->queue.context = w;
		intake->queue.wake = on_depth;
		if (start_thread(w) != 0)
			rc = diag_set(diag, RC_NOMEM, "the writer's thread cannot be started");
	}
	if (rc != RC_OK) {
		release(w);
		return rc;
	}
	*out = w;
	return RC_OK;
}

bool writer_stop(struct writer *w, unsigned seconds)
{
	int64_t until_us = moment_now().steady_us + (int64_t)seconds * SECOND_US;
	const struct timespec until = timespec_of(until_us);
	int waited;

	w->stop_by_us = until_us - CLOSE_US;
	atomic_store(&w->is_stopping, true);
	sem_post(&w->wake);
	do
		waited = sem_clockwait(&w->done, CLOCK_MONOTONIC, &until);
	while (waited && errno == EINTR);
	if (waited)
		return false;
	pthread_join(w->thread, NULL);
	release(w);
	return true;
}
