/* Where the resolver finds subscriptions: a snapshot, or a few records in memory (what-if runs,
 * tests). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "model/hss_directory.h"
#include "model/subscription.h"

/* Values of enum lookup_space (codec/lookup_key.h), which this layer does not see; a test compares
 * them. */
enum population_space { POPULATION_IDENTITY, POPULATION_IRS, POPULATION_NAME };

/* A record stays valid over this many further calls of read. */
#define POPULATION_READ_KEPT 3

struct population {
	void *context;
	const struct hss_directory *directory;
	bool has_global_sets; /* set labels are global numbers in the source (FHoSS) */
	bool is_partial;      /* more exists than was exported: what is not found is unknown
				 (design.md 10.3) */
	bool lacks_impis; /* not one is there, as when the table is not exported: unknown, too */
	bool lacks_impus;
	uint32_t ordinals; /* upper bound of the ordinals */
	/* Visits the ordinals of candidates with the same lookup key (enum population_space), each
	 * once; see snapshot_find. */
	enum rc (*find)(void *context, int lookup_space, struct text t,
			bool (*visit)(uint32_t ordinal, void *visit_context), void *visit_context,
			struct diag *diag);
	/* The record with that ordinal: borrowed, valid over POPULATION_READ_KEPT further reads.
	 * RC_NOTFOUND when dead. */
	enum rc (*read)(void *context, uint32_t ordinal, const struct ims_subscription **out,
			struct diag *diag);
};

/* Over an open snapshot; the cursor stays the caller's and must outlive it.
 * population_close_snapshot releases. */
struct snapshot;
struct snapshot_cursor;
enum rc population_open_snapshot(struct snapshot *s, struct snapshot_cursor *c,
				 struct population *out, struct diag *diag);
void population_close_snapshot(struct population *p);

/* Over an array of records, borrowed; meant for few (1024 at most): every record is a candidate of
 * every find. */
struct population_memory {
	const struct ims_subscription *records;
	uint32_t count;
};
void population_from_memory(struct population_memory *m, const struct hss_directory *directory,
			    bool has_global_sets, struct population *out);
