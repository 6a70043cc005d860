/* From pairs of raw messages to the store, in one thread: decodes, wipes, gathers batches, writes
 * them with the status row, and removes what is too old. Trouble with the store is waited out:
 * batches are kept up to a bound and written later. */
#pragma once
#include "base/diag.h"
#include "codec/cx_decode.h"
#include "cx/counters.h"
#include "cx/log_limit.h"
#include "cx/moment.h"
#include "cx/queue.h"
#include "store/observations.h"

struct feed_options {
	const char *folder;   /* of the store */
	struct text observer; /* identity of this node */
	uint32_t batch_size;  /* exchanges that are written at once */
	uint32_t batch_most;  /* exchanges kept while the store cannot be written */
	int64_t batch_interval_us;
	int64_t retention_us;    /* 0: for ever */
	uint64_t retention_size; /* bytes; 0: no bound */
	bool mask_identities;    /* in the log */
};

struct feed_batch {
	uint32_t stored, unanswered, undecodable;
};

struct feed {
	struct feed_options options; /* its texts are borrowed */
	struct counters *counters;
	const struct queue *queue; /* for the status row */
	struct cx_decoder *decoder;
	struct observations *store; /* NULL: could not be opened, or was given up */
	struct feed_batch batch;
	struct observation_status status; /* as last written */
	struct moment now;
	int64_t open_at, flush_at, status_at, retry_at, prune_at; /* steady */
	int64_t clock_us;  /* the calendar's clock less the steady one */
	int64_t age_at;    /* steady: before it nothing is removed for its age */
	uint32_t failures; /* flushes in a row */
	struct log_limit store_limit, damage_limit, prune_limit;
};

/* counters and queue are borrowed. RC_NOMEM. The store is opened by the first feed_tick. */
enum rc feed_init(struct feed *f, const struct feed_options *options, struct counters *counters,
		  const struct queue *queue, struct diag *diag);
void feed_clear(struct feed *f); /* what was not flushed is lost, and counted as dropped */

/* Whether feed_append may be called now. */
bool feed_accepts(const struct feed *f);

/* Decodes, wipes and releases both messages, adds the exchange to the batch. */
void feed_append(struct feed *f, struct observed *o);

/* Whether so much has been gathered that feed_tick writes it now. A batch that is full waits, for
 * half of its size at most, until the block that is being filled is whole, as it would be written
 * twice; not where the feed accepts no more. */
bool feed_is_full(const struct feed *f);

/* Does what is due: opens the store, writes, prunes. */
void feed_tick(struct feed *f, struct moment now);

/* Writes what is there, due or not; false when that failed. */
bool feed_flush(struct feed *f, struct moment now);
