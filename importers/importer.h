/* What every export format offers, and what it is given to work with. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "importers/source.h"
#include "model/hss_directory.h"
#include "model/subscription.h"
#include "store/store.h"

struct import_options {
	unsigned threads;      /* 1 or more */
	uint64_t memory;       /* budget in bytes, 0 = default */
	double error_budget;   /* share of records that may be rejected, 0.01 by default */
	bool accept_truncated; /* publish what a truncated input gave */
	void (*progress)(void *context, uint64_t done, uint64_t total,
			 uint64_t records); /* may be NULL */
	void *progress_context;
	const volatile int *interrupted; /* set by a signal handler; may be NULL */
};

/* One import in progress: the only way for a format to hand out what it read. */
struct import;

/* The record is borrowed for the call. A failing rc ends the import. Checks interruption and
 * reports progress. A format that works with several threads calls this and what follows from one
 * at a time. */
enum rc import_put(struct import *i, const struct ims_subscription *record, struct diag *diag);
/* Counts input records read well where they are not what import_put gets (CSV rows, rows of a
 * dump): summary and error budget then count these. */
void import_count(struct import *i, uint64_t records);
/* Checks interruption and reports progress, for long work that neither puts nor fills a source. */
enum rc import_tick(struct import *i, struct diag *diag);
/* Counts and keeps a reject; RC_BUDGET only at the end of the import (see import_run). s may be
 * NULL. reason says what was found and expected, in printf form, with no secret in it; subject is
 * an identity and may be NULL. */
enum rc import_reject(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
		      const char *subject, struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 7, 8)));
/* The input ended before its end (no end marker, record cut): noted with its place; the import goes
 * on to its end. */
void import_mark_truncated(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
			   const char *what);
struct hss_directory *import_directory(struct import *i);
struct snapshot_writer *import_writer(struct import *i);
const struct import_options *import_get_options(const struct import *i);
/* Index of the source for struct provenance. */
uint32_t import_file(struct import *i, const struct source *s);
/* A counter for the summary that is no reject: "unknown column 'foo'", "duplicate row" …; kept with
 * its count. At most IMPORT_NOTES_MAX different texts are kept, the others are counted together. */
#define IMPORT_NOTES_MAX 1000
void import_note(struct import *i, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct importer {
	const char *name;        /* "fhoss-sql" */
	const char *description; /* one line for --help */
	/* Certainty 0 to 100 that these first bytes (up to 64 KiB, uncompressed) are of this
	 * format. */
	int (*probe)(const char *head, size_t length);
	/* Reads all sources of one import. Machinery trouble is returned; data trouble goes to
	 * import_reject. */
	enum rc (*run)(struct import *i, struct source **sources, size_t count, struct diag *diag);
	/* Options for the snapshot writer that the format needs. */
	struct snapshot_writer_options writer;
	bool has_global_sets;
	const char *hss; /* HSS profile that the format suggests ("fhoss"), NULL = none */
};

extern const struct importer fhoss_sql_importer, cx_xml_importer, csv_importer;
/* All formats, NULL-terminated, most specific first. */
extern const struct importer *const importer_table[];
const struct importer *importer_find(const char *name);

struct import_request {
	struct store *store;
	const char *source; /* name of the source */
	const char *format; /* NULL = detect */
	const char *role;   /* "ims", "eps", "sim" */
	const char *hss;    /* NULL = "3gpp" */
	const char *const *files;
	size_t file_count;
	struct import_options options;
};
struct import_note {
	const char *text;
	uint64_t count;
};
struct import_summary {
	struct snapshot_info info;
	bool is_published;
	uint64_t records, rejects;
	bool is_truncated;
	char truncated_at[DIAG_TEXT_MAX]; /* place and what was missing */
	char hint[256]; /* "the dump looks like FHoSS: consider --hss fhoss"; "" = none */
	struct import_note *notes;
	size_t note_count;
	double seconds;
};
/* The whole import: open, detect, read, commit. RC_TRUNCATED, RC_BUDGET, … leave the previous
 * snapshot current; the summary is filled as far as things went and is cleared by
 * import_summary_clear in any case.
 *
 * Error budget: rejects may be that share of all records met (read or rejected). One reject is
 * always within a budget above 0 when something else was read, so that one bad row does not refuse
 * a file of fifty; with a budget of 0 none is. An import without a single good record fails with
 * RC_SYNTAX. */
enum rc import_run(const struct import_request *request, struct import_summary *summary,
		   struct diag *diag);
void import_summary_clear(struct import_summary *summary);
