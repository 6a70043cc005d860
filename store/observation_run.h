/* Sorted runs of the index of identities, as they are written. All inside a transaction. */
#pragma once
#include "store/observation_index.h"

#define LOOKUP_PAGE_ENTRIES 512

struct lookup_run {
	int64_t number;
	uint64_t first, after; /* the exchanges that it covers */
};

/* Takes sorted entries to pages of a run. */
struct lookup_run_writer {
	struct observations *o;
	int64_t run;
	struct lookup_entry entry[LOOKUP_PAGE_ENTRIES];
	uint32_t count;
	struct byte_writer bytes; /* cleared by the caller */
};

/* Makes a run without pages; sets its number. */
enum rc lookup_run_put(struct observations *o, int level, enum lookup_run_state state,
		       struct lookup_run *run, struct diag *diag);
enum rc lookup_run_set_state(struct observations *o, int64_t run, enum lookup_run_state state,
			     struct diag *diag);
enum rc lookup_run_add(struct lookup_run_writer *w, struct lookup_entry entry, struct diag *diag);
/* Writes what has not filled a page. */
enum rc lookup_run_end(struct lookup_run_writer *w, struct diag *diag);

/* Runs a statement that has one number to bind. */
enum rc observations_run_with(struct observations *o, enum observations_statement which,
			      uint64_t number, struct diag *diag);

/* Makes a run of the tail but for blocks that are still written. */
enum rc lookup_run_of_tail(struct observations *o, struct diag *diag);
