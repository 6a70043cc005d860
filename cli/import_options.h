/* The options that import and audit share, and what is told after an import. */
#pragma once
#include <stdio.h>

#include "cli/options.h"
#include "cli/progress.h"
#include "importers/importer.h"

struct import_arguments {
	const char *format, *role, *hss;
	uint64_t memory;
	double error_budget;
	unsigned threads;
	bool accept_truncated;
};

/* Number of processors, at most 8: the default of --threads. */
unsigned import_default_threads(void);

/* Runs the import with a progress bar and the interrupt flag. Returns 0 when the snapshot is
 * current, else an exit code; everything worth telling was told on stderr. *summary is the caller's
 * to clear in any case. */
int import_with_progress(struct store *store, const char *source, const struct import_arguments *a,
			 const char *const *files, size_t count, struct import_summary *summary);

/* The first rejects of a snapshot, with their places; how many more there are. */
void import_print_rejects(struct store *store, const struct import_summary *summary, FILE *out);
