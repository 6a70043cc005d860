/* observations.db of a store: live and imported Cx exchanges, append-only (design.md 4; performance
 * 6). SQLite in WAL mode: one writer, any number of readers that it never blocks. Exchanges are
 * packed to blocks of rows in the order of arrival; each has a number, from 1, never used again.
 * A sorted index of lookup keys is merged now and then, so that one subscriber's history costs a
 * few pages. The file is 0600. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "model/cx_exchange.h"

struct observations;

enum observations_mode {
	OBSERVATIONS_READ,  /* RC_NOTFOUND when there is no file */
	OBSERVATIONS_WRITE, /* creates folder and file when absent; RC_BUSY while another writes */
};
/* folder is that of the store. RC_IO, RC_UNSUPPORTED (newer format), RC_CORRUPT. */
enum rc observations_open(const char *folder, enum observations_mode mode,
			  struct observations **out, struct diag *diag);
/* Whether the store has such a file. */
bool observations_exist(const char *folder);
/* What was not flushed is lost; a file that was made and got nothing goes. Accepts NULL. */
void observations_close(struct observations *o);

/* What a source of exchanges counts: one row for each observer (its Origin-Host) or import. Every
 * exchange seen is in stored, dropped or unanswered, or still under way. */
struct observation_status {
	struct text observer;           /* identity of the node, or "import" */
	int64_t started_at, updated_at; /* seconds since 1970 */
	uint64_t seen;                  /* Cx requests (imports: also answers without request) */
	uint64_t stored;                /* answered and kept */
	uint64_t dropped;               /* not kept: queue full, disk full, no memory */
	uint64_t unanswered;            /* kept without an answer */
	uint64_t undecodable; /* of stored and unanswered: damaged, kept as far as readable */
	uint64_t queue_depth, queue_depth_max, queue_size;
	uint64_t store_failures; /* flushes that failed */
};

/* Adds one exchange to the batch in memory; what it points to is not kept. RC_NOMEM. */
enum rc observations_append(struct observations *o, const struct cx_exchange *e, struct diag *diag);
/* Exchanges in the batch. */
uint32_t observations_pending(const struct observations *o);
/* Whether the batch ends with a whole block: until then the last is written with each flush. */
bool observations_is_block_whole(const struct observations *o);
/* Writes the batch and, unless NULL, the status in one transaction. On failure (RC_FULL, RC_BUSY,
 * RC_IO) the batch is kept: the caller tries again, or forgets it. A file that was deleted or
 * replaced meanwhile is made anew. */
enum rc observations_flush(struct observations *o, const struct observation_status *status,
			   struct diag *diag);
/* Forgets the batch; returns how many exchanges that were. */
uint32_t observations_forget(struct observations *o);

struct observations_retention {
	int64_t before_us;   /* blocks whose exchanges are all older go; 0 = none by age */
	uint64_t bytes_most; /* oldest blocks go until the file is at most so large; 0 = no bound */
	bool is_whole;       /* all in this call, and all space is given back */
};
/* *removed gets the number of exchanges that went. Needs OBSERVATIONS_WRITE. A call that is not
 * is_whole works for some 50 ms at most, and is repeated to go on; only whole blocks go (of up to
 * 512 exchanges), and the one that is still written stays while something is pending. */
enum rc observations_prune(struct observations *o, const struct observations_retention *retention,
			   uint64_t *removed, struct diag *diag);

struct observation_query {
	int64_t from_us, to_us; /* from_us <= time < to_us; to_us 0 = no end */
	uint64_t after_id;      /* only numbers above it (tail); 0 = all */
	struct text identity;   /* IMSI, MSISDN, IMPI, IMPU in any spelling: User-Name or one of the
				   Public-Identities has its lookup key; absent = all */
	bool newest_first;
	/* Which numbers to visit, asked before an exchange is unpacked; NULL: all. */
	bool (*is_wanted)(uint64_t id, void *context);
};
/* Visits exchanges in the order of their numbers; *e is borrowed for the call; visit returns false
 * to stop; context is that of is_wanted, too. A block that does not decode is skipped and told in
 * *diag with RC_CORRUPT at the end. */
enum rc observations_visit(struct observations *o, const struct observation_query *query,
			   bool (*visit)(const struct cx_exchange *e, void *context), void *context,
			   struct diag *diag);
/* RC_NOTFOUND when there is none with that number. *out lives in arena. */
enum rc observations_get(struct observations *o, uint64_t id, struct arena *arena,
			 struct cx_exchange *out, struct diag *diag);

struct observations_summary {
	uint64_t count, first_id, last_id;
	int64_t first_us, last_us;
	uint64_t bytes; /* of the file and its journal */
};
enum rc observations_summarize(struct observations *o, struct observations_summary *out,
			       struct diag *diag);
/* Visits the status rows. */
enum rc observations_status(struct observations *o,
			    bool (*visit)(const struct observation_status *s, void *context),
			    void *context, struct diag *diag);
