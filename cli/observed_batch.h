/* Exchanges of captures on their way into the store, a batch at a time. What the store has already
 * is passed over, so that a capture can be imported again, or overlap another or what an observer
 * saw: the same Session-Id, Origin-Host, command and identities within seconds are one exchange. */
#pragma once
#include "store/observations.h"

struct observed_batch;

struct observed_batch_counts {
	uint64_t stored, unanswered, undecodable; /* as in struct observation_status */
	uint64_t answer_only;                     /* of stored */
	uint64_t known;                           /* were there before */
};

/* observations is borrowed. RC_NOMEM, or what the store fails with. */
enum rc observed_batch_new(struct observations *observations, struct observed_batch **out,
			   struct diag *diag);
/* What was flushed is lost for nobody; what was not is. Accepts NULL. */
void observed_batch_free(struct observed_batch *b);

/* Takes a copy of *e; flushes when it is time. */
enum rc observed_batch_add(struct observed_batch *b, const struct cx_exchange *e,
			   struct diag *diag);
enum rc observed_batch_flush(struct observed_batch *b, struct diag *diag);

/* From here on what was flushed before counts as known: call it where a capture begins. */
enum rc observed_batch_begin_file(struct observed_batch *b, struct diag *diag);

const struct observed_batch_counts *observed_batch_counts(const struct observed_batch *b);
