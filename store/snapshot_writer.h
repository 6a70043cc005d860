/* Writes one snapshot file: records are packed as they come, lookup entries are collected (spilled
 * beyond the memory budget), sorted and written at commit. Nothing is visible before commit
 * (design.md 4). */
#pragma once
#include "store/snapshot.h"

struct snapshot_writer;

struct snapshot_writer_options {
	uint64_t memory; /* budget for buffers in bytes; 0: 256 MiB default. Beyond it entries spill
			    to disk */
	bool index_sets; /* also index set labels (global sets) */
	bool index_names; /* also index subscription names (lookup and merging by name) */
};

/* Creates "<path>" (the caller chooses a .part name) with mode 0600. */
enum rc snapshot_writer_open(const char *path, const struct snapshot_writer_options *options,
			     struct snapshot_writer **out, struct diag *diag);
/* Packs one record and counts its completeness; *ordinal may be NULL. The record is borrowed for
 * the call. */
enum rc snapshot_writer_put(struct snapshot_writer *w, const struct ims_subscription *record,
			    uint32_t *ordinal, struct diag *diag);
/* The directory to be filled before commit. */
struct hss_directory *snapshot_writer_directory(struct snapshot_writer *w);
/* Marks a fact as defaulted by the source's declared default in the completeness table (counted
 * instead of unknown). */
void snapshot_writer_declare_default(struct snapshot_writer *w, const char *fact);
/* Registers an input file, giving the index for struct provenance. */
enum rc snapshot_writer_add_file(struct snapshot_writer *w, const char *name, uint32_t *index,
				 struct diag *diag);

/* After the last put: visits each group of records sharing a lookup key in the given space, so that
 * an importer can join what one subscription left in several places of the input. merge gets the
 * unpacked records; when it returns true, *out (initialised) replaces all of them: the others die.
 * Groups of dead records are not visited again: what replaced them stands in their place. Groups of
 * more than SNAPSHOT_MERGE_MAX records are no parts of one subscription; they are left alone. */
#define SNAPSHOT_MERGE_MAX 1024
/* As snapshot_writer_merge, for a rule finer than the lookup key: merge marks in taken (one for
 * each record, all false) those that *out replaces, and is asked again about the others until it
 * returns false. */
enum rc snapshot_writer_merge_some(struct snapshot_writer *w, int lookup_space,
				   bool (*merge)(const struct ims_subscription *records,
						 size_t count, bool *taken,
						 struct ims_subscription *out, void *context),
				   void *context, struct diag *diag);
enum rc snapshot_writer_merge(struct snapshot_writer *w, int lookup_space,
			      bool (*merge)(const struct ims_subscription *records, size_t count,
					    struct ims_subscription *out, void *context),
			      void *context, struct diag *diag);

/* Sorts, writes the lookup blocks, dictionaries, directory and info, syncs and closes the file. w
 * is released in any case. info's counts are filled in by the writer (number, subscriptions, … ;
 * source, format, role, hss, taken_at, rejects, input_bytes, is_truncated, has_global_sets are the
 * caller's). */
enum rc snapshot_writer_commit(struct snapshot_writer *w, struct snapshot_info *info,
			       struct diag *diag);
/* Removes the unfinished file. NULL is fine. */
void snapshot_writer_abort(struct snapshot_writer *w);
