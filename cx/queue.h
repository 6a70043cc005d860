/* The bounded queue from the host's threads to the writer: many put, one takes. Putting takes no
 * lock and never waits: a thread that is stopped half-way holds up nobody but the writer. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"
#include "cx/raw_message.h"
#include "model/cx_exchange.h"

/* A request and what became of it. Whoever holds it owns both messages. answer is NULL where there
 * is none, or where it is of another command than is observed (end is CX_END_ANSWERED then). */
struct observed {
	struct raw_message *request;
	struct raw_message *answer;
	enum cx_end end;
};
/* Releases both messages. */
void observed_clear(struct observed *o);

struct queue_cell;
struct queue {
	struct queue_cell *cells;
	size_t size;      /* a power of two */
	size_t wake_at;   /* depth that wakes the taker */
	atomic_size_t in; /* puts so far */
	atomic_size_t out;
	atomic_size_t depth_max;
	void (*wake)(void *context); /* called once when the depth reaches wake_at */
	void *context;
};

/* Room for size entries, rounded up to a power of two. RC_NOMEM. */
enum rc queue_init(struct queue *q, size_t size, size_t wake_at);
/* Releases the cells and whatever is left in them; nobody else uses q. */
void queue_clear(struct queue *q);

/* False when full; then *o still belongs to the caller. */
bool queue_put(struct queue *q, const struct observed *o);
/* False when empty. One thread only. */
bool queue_take(struct queue *q, struct observed *o);
/* Begins to fetch what will be taken soon, as other processors wrote it. The taker only. */
void queue_prefetch(const struct queue *q);

size_t queue_depth(const struct queue *q);
size_t queue_depth_max(const struct queue *q);
