/* Which exchanges of observations.db have a lookup key, without an insert into the middle of a tree
 * for each: entries of the newest blocks lie sorted beside them (the tail); when there are enough
 * they become a run of sorted pages, and eight runs of one level become one of the next, a little
 * at each flush. Entries of removed exchanges stay until their run goes. */
#pragma once
#include "store/observations_private.h"

enum lookup_run_state {
	LOOKUP_RUN_BUILDING, /* being merged: not read */
	LOOKUP_RUN_LIVE,
	LOOKUP_RUN_DYING, /* its pages are being removed */
};

/* Moves the index on after a flush of so many exchanges, in a transaction of its own. What fails is
 * tried again the next time: then the look-ups are slower, and as true. */
void observation_index_work(struct observations *o, uint32_t exchanges);

/* Parts of removing blocks, inside a transaction: finds o->oldest and gives up runs that lie before
 * it; removes some pages of a run that was given up. */
enum rc observation_index_prune(struct observations *o, struct diag *diag);
enum rc observation_index_bury(struct observations *o, int64_t pages, struct diag *diag);

struct observation_candidates {
	uint64_t fingerprint;
	uint64_t bound; /* only numbers above it; below it when is_descending */
	bool is_descending;
	uint64_t id[256]; /* in order */
	uint32_t count;
};
/* Places of pages in a run: those of their first entries. */
struct lookup_place {
	int64_t fingerprint, ordinal;
};
struct lookup_page {
	struct lookup_place place;
	struct text bytes; /* valid until the statement is reset */
};
/* The page of a run that which, OBSERVATIONS_PAGE_AT or _AFTER, finds from place on. The statement
 * is the caller's to reset. *has_page 0: there is none. */
enum rc observation_index_page(struct observations *o, enum observations_statement which,
			       int64_t run, struct lookup_page *page, int *has_page,
			       struct diag *diag);
enum rc observation_index_damaged(const struct observations *o, struct diag *diag);

/* Finds the next candidates. None: there are no more. */
enum rc observation_index_find(struct observations *o, struct observation_candidates *c,
			       struct diag *diag);
