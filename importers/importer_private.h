/* One import in progress, as import_run.c drives it and importer.c hands it to the formats. */
#pragma once
#include <stdatomic.h>
#include "importers/importer.h"

struct import {
	const struct import_options *options;
	struct store_import *target;
	struct snapshot_writer *writer;
	struct source **source;
	uint32_t *file; /* of each source, for struct provenance */
	size_t source_count;
	_Atomic uint64_t puts;
	uint64_t counted; /* import_count */
	uint64_t rejects;
	char first_reject[DIAG_TEXT_MAX];
	bool is_truncated;
	char truncated_at[DIAG_TEXT_MAX];
	struct import_note *note;
	uint64_t *note_hash;
	size_t note_count, note_capacity;
	uint64_t further_notes;
	atomic_flag is_reporting;
};

/* Input records read well: what import_count got, else the number of puts. */
uint64_t import_records(const struct import *i);
/* The rule of import_run. */
bool import_is_within_budget(uint64_t records, uint64_t rejects, double share);
/* The tick of the sources. */
enum rc import_source_tick(void *import);
