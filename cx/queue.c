#include "cx/queue.h"

#include <stdint.h>
#include <stdlib.h>

#define PREFETCHED_AHEAD 3 /* exchanges: some microseconds */

/* Turn t of a cell (0, 1, ...): sequence is its number + t * size when it is free, one more when it
 * is filled. */
struct queue_cell {
	atomic_size_t sequence;
	struct observed value;
};

void observed_clear(struct observed *o)
{
	raw_message_free(o->request);
	raw_message_free(o->answer);
	o->request = o->answer = NULL;
}

static size_t power_of_two(size_t least)
{
	size_t size = 2;

	while (size < least)
		size *= 2;
	return size;
}

enum rc queue_init(struct queue *q, size_t size, size_t wake_at)
{
	*q = (struct queue){.size = power_of_two(size), .wake_at = wake_at};
	if (q->wake_at > q->size / 2)
		q->wake_at = q->size / 2;
	q->cells = calloc(q->size, sizeof(*q->cells));
	if (!q->cells)
		return RC_NOMEM;
	for (size_t i = 0; i < q->size; i++)
		atomic_init(&q->cells[i].sequence, i);
	return RC_OK;
}

void queue_clear(struct queue *q)
{
	struct observed o;

	while (q->cells && queue_take(q, &o))
		observed_clear(&o);
	free(q->cells);
	q->cells = NULL;
}

/* The cell that is the caller's to fill, and its number; NULL when all are filled. */
static struct queue_cell *claim(struct queue *q, size_t *number)
{
	size_t n = atomic_load_explicit(&q->in, memory_order_relaxed);

	for (;;) {
		struct queue_cell *c = &q->cells[n & (q->size - 1)];
		size_t sequence = atomic_load_explicit(&c->sequence, memory_order_acquire);

		if (sequence == n) {
			if (atomic_compare_exchange_weak_explicit(&q->in, &n, n + 1,
								  memory_order_relaxed,
								  memory_order_relaxed)) {
				*number = n;
				return c;
			}
		} else if ((intptr_t)(sequence - n) < 0) {
			return NULL;
		} else {
			n = atomic_load_explicit(&q->in, memory_order_relaxed);
		}
	}
}

/* How many are in it; the counters move on while they are read. */
static size_t bounded(const struct queue *q, size_t in, size_t out)
{
	size_t depth = in - out;

	if (depth > SIZE_MAX / 2)
		return 0;
	return depth < q->size ? depth : q->size;
}

static void note_depth(struct queue *q, size_t depth)
{
	size_t most = atomic_load_explicit(&q->depth_max, memory_order_relaxed);

	while (depth > most &&
	       !atomic_compare_exchange_weak_explicit(&q->depth_max, &most, depth,
						      memory_order_relaxed, memory_order_relaxed))
		;
}

bool queue_put(struct queue *q, const struct observed *o)
{
	size_t n;
	struct queue_cell *c = claim(q, &n);

	if (!c)
		return false;
	c->value = *o;
	atomic_store_explicit(&c->sequence, n + 1, memory_order_release);

	size_t out = atomic_load_explicit(&q->out, memory_order_relaxed);
	size_t depth = bounded(q, n + 1, out);

	note_depth(q, depth);
	/* While the taker sleeps each put sees another depth, so one of them sees this. */
	if (depth == q->wake_at && q->wake)
		q->wake(q->context);
	return true;
}

bool queue_take(struct queue *q, struct observed *o)
{
	size_t n = atomic_load_explicit(&q->out, memory_order_relaxed);
	struct queue_cell *c = &q->cells[n & (q->size - 1)];

	if (atomic_load_explicit(&c->sequence, memory_order_acquire) != n + 1)
		return false;
	*o = c->value;
	atomic_store_explicit(&c->sequence, n + q->size, memory_order_release);
	atomic_store_explicit(&q->out, n + 1, memory_order_relaxed);
	return true;
}

void queue_prefetch(const struct queue *q)
{
	size_t n = atomic_load_explicit(&q->out, memory_order_relaxed) + PREFETCHED_AHEAD;
	struct queue_cell *c = &q->cells[n & (q->size - 1)];

	if (atomic_load_explicit(&c->sequence, memory_order_acquire) != n + 1)
		return;
	raw_message_prefetch(c->value.request);
	raw_message_prefetch(c->value.answer);
}

size_t queue_depth(const struct queue *q)
{
	size_t out = atomic_load_explicit(&q->out, memory_order_relaxed);

	return bounded(q, atomic_load_explicit(&q->in, memory_order_relaxed), out);
}

size_t queue_depth_max(const struct queue *q)
{
	return atomic_load_explicit(&q->depth_max, memory_order_relaxed);
}
