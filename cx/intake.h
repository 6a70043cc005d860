/* The way of messages from the host's hooks into the queue. All of this runs in the host's own
 * message path: it copies bytes, takes short locks, and never parses more than a header, waits,
 * logs or fails. Every request seen goes exactly once to the queue or to a counter of drops. */
#pragma once
#include "base/rc.h"
#include "base/text.h"
#include "cx/counters.h"
#include "cx/pending.h"
#include "cx/queue.h"
#include "cx/raw_message.h"

struct intake {
	struct pending pending;
	struct queue queue;
	struct counters counters;
	struct raw_budget budget;
	unsigned commands;    /* bit n: enum cx_command n is observed */
	atomic_uint handling; /* calls that may still put something into the queue */
};

struct intake_options {
	size_t queue_size;
	size_t wake_at;     /* depth of the queue that wakes the writer */
	size_t memory_most; /* bytes of all copies */
	unsigned commands;
};
enum rc intake_init(struct intake *i, const struct intake_options *options);
void intake_clear(struct intake *i); /* nobody else uses i; wipes what is left */

/* A message came from the wire. e is the host's room beside it, NULL when it had no memory. */
void intake_received(struct intake *i, struct pending_entry *e, struct text bytes);

/* An answer belongs to a request; their entries, NULL where there is none. */
void intake_answered(struct intake *i, struct pending_entry *request, struct pending_entry *answer);

/* The host answers the request by itself with these bytes; worth calling when
 * pending_is_waiting(request). */
void intake_answered_here(struct intake *i, struct pending_entry *request, struct text bytes);

/* The message of this entry is gone, or cannot be read: a request that still waits stays
 * unanswered. */
void intake_gone(struct intake *i, struct pending_entry *e);
