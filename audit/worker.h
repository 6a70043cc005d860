/* One thread of an audit: its cursor, predictor, memo and sums over a range of ordinals. */
#pragma once
#include <stdatomic.h>

#include "audit/duplicate.h"
#include "audit/engine.h"
#include "audit/memo.h"
#include "audit/mnc_vote.h"
#include "audit/population.h"

/* What all threads of a run share, read-only once the scan starts. */
struct audit_shared {
	const struct audit_request *request;
	struct collision_list collisions;
	struct mnc_vote vote;
	atomic_uint_least64_t done; /* records, for progress */
};

/* Receives the findings of one record while the record is at hand. */
typedef bool (*worker_list_visit)(const struct audit_finding *finding,
				  const struct ims_subscription *record, void *context);

struct worker {
	struct audit_shared *shared;
	unsigned part, parts;
	struct snapshot_cursor *cursor; /* scans */
	struct snapshot_cursor *lookup; /* reads single records meanwhile */
	struct population population;
	struct predictor predictor;
	struct evaluator evaluator;
	struct ims_subscription record;
	struct memo memo;
	struct tally tally;
	struct collision_list collisions; /* found by this thread */
	struct memo_entry
		*filling; /* whose group keys the evaluator is giving; NULL: the tally's */
	uint32_t ordinal; /* record being judged */
	/* listing only */
	struct ims_subscription other; /* that holds the same identity */
	struct audit_unit unit;        /* of the record listed last */
	const struct audit_result *result;
	worker_list_visit visit;
	void *visit_context;
	bool is_stopped;
	uint64_t part_of;
	enum rc rc;
	struct diag diag;
};

enum rc worker_init(struct worker *w, struct audit_shared *shared, unsigned part, unsigned parts);
void worker_clear(struct worker *w);
/* Prepares judging with what the run has voted; after the collisions and votes are known. */
void worker_prepare(struct worker *w);
/* Collects the collisions of its part into w->collisions. */
enum rc worker_collect(struct worker *w);
/* Judges the ordinals [first, end): sums go to w->tally (and w->memo, which worker_settle adds). */
enum rc worker_scan(struct worker *w, uint32_t first, uint32_t end);
/* The same for listed ordinals, which ascend; the listing's visit does not see them. */
enum rc worker_scan_listed(struct worker *w, const uint32_t *ordinal, size_t count);
void worker_settle(struct worker *w);
/* Visits the findings of the record with that ordinal; RC_NOTFOUND when it is dead. */
enum rc worker_list(struct worker *w, uint32_t ordinal);
