#include "cx/counters.h"

#include <inttypes.h>

void counters_add(struct counters *c, enum counter which, uint64_t n)
{
	atomic_fetch_add_explicit(&c->value[which], n, memory_order_relaxed);
}

uint64_t counters_get(const struct counters *c, enum counter which)
{
	return atomic_load_explicit(&c->value[which], memory_order_relaxed);
}

void counters_status(const struct counters *c, const struct queue *q,
		     struct observation_status *status)
{
	/* An exchange is counted as seen first: read last, it is never below the sum of the others.
	 */
	status->stored = counters_get(c, COUNTER_STORED);
	status->unanswered = counters_get(c, COUNTER_UNANSWERED);
	status->undecodable = counters_get(c, COUNTER_UNDECODABLE);
	status->dropped = counters_get(c, COUNTER_DROPPED_QUEUE) +
			  counters_get(c, COUNTER_DROPPED_MEMORY) +
			  counters_get(c, COUNTER_DROPPED_STORE);
	status->store_failures = counters_get(c, COUNTER_STORE_FAILURES);
	status->queue_depth = queue_depth(q);
	status->queue_depth_max = queue_depth_max(q);
	status->queue_size = q->size;
	status->seen = counters_get(c, COUNTER_SEEN);
}

void counters_print(const struct counters *c, const struct queue *q, struct strbuf *out)
{
	struct observation_status s = {0};

	counters_status(c, q, &s);
	uint64_t done = s.stored + s.dropped + s.unanswered;
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{"seen", s.seen},
		{"stored", s.stored},
		{"dropped", s.dropped},
		{"unanswered", s.unanswered},
		{"under_way", s.seen > done ? s.seen - done : 0},
		{"undecodable", s.undecodable},
		{"late_answers", counters_get(c, COUNTER_LATE)},
		{"queue_depth", s.queue_depth},
		{"queue_depth_max", s.queue_depth_max},
		{"queue_size", s.queue_size},
		{"store_failures", s.store_failures},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		strbuf_printf(out, "%s%s=%" PRIu64, i ? " " : "", members[i].name,
			      members[i].value);
}
