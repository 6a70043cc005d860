/* What the observer counted; each number may be read while others are added. */
#pragma once
#include <stdatomic.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "cx/queue.h"
#include "store/observations.h"

enum counter {
	COUNTER_SEEN,          /* Cx requests received */
	COUNTER_STORED,        /* answered and kept */
	COUNTER_UNANSWERED,    /* kept without an answer */
	COUNTER_UNDECODABLE,   /* of these two: damaged */
	COUNTER_DROPPED_QUEUE, /* not kept: the queue was full */
	COUNTER_DROPPED_MEMORY,
	COUNTER_DROPPED_STORE,
	COUNTER_LATE, /* answers after their request was given up; the request is in unanswered */
	COUNTER_STORE_FAILURES,
	COUNTERS,
};

struct counters {
	atomic_uint_fast64_t value[COUNTERS];
};

void counters_add(struct counters *c, enum counter which, uint64_t n);
uint64_t counters_get(const struct counters *c, enum counter which);

/* Sets the numbers of *status, not its observer and times. */
void counters_status(const struct counters *c, const struct queue *q,
		     struct observation_status *status);

/* "seen=4 stored=3 ..." in one line: the status, what is under way, and the rest. */
void counters_print(const struct counters *c, const struct queue *q, struct strbuf *out);
