/* A store: a folder with catalog.db and snapshot-<n>.db files (design.md 4). Files 0600, folder
 * 0700.
 *
 * The current snapshot of a source and the one before it are kept; older ones are removed when a
 * new one is published. Locks are files import-<source>.lock, held while an import of that source
 * runs; they die with the process. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "store/snapshot.h"
#include "store/snapshot_writer.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };
/* STORE_WRITE creates the folder and catalog when absent; STORE_READ of a folder that holds nothing
 * but observations gives a store without sources. RC_NOTFOUND, RC_IO (read-only folder),
 * RC_UNSUPPORTED. */
enum rc store_open(const char *folder, enum store_mode mode, struct store **out, struct diag *diag);
void store_close(struct store *s);

/* --- import ---------------------------------------------------------------------------------- */
struct store_import;
/* Takes the source's import lock (RC_BUSY when another import of that source runs: "busy"), removes
 * unlocked .part leftovers, reserves a snapshot number and opens its writer. */
enum rc store_import_begin(struct store *s, const char *source,
			   const struct snapshot_writer_options *options, struct store_import **out,
			   struct diag *diag);
struct snapshot_writer *store_import_writer(struct store_import *i);
struct reject {
	const char *file;    /* name as given; NULL = unknown */
	uint64_t line;       /* 1-based, 0 = not known */
	uint64_t offset;     /* of the record's first byte, uncompressed */
	const char *reason;  /* what was found and what was expected; no secrets */
	const char *subject; /* identity or key when one could be read, else NULL */
};
/* Keeps up to LIMIT_REJECTS_KEPT rejects with the snapshot; the caller counts all of them. */
enum rc store_import_reject(struct store_import *i, const struct reject *r, struct diag *diag);
/* Commits the writer, renames the file into place and switches the catalog in one transaction.
 * info->number is set. i is released in any case; on failure the previous snapshot stays current.
 * With publish = false (too many rejects, truncated input) nothing becomes current: the run and its
 * rejects are recorded, the file is removed. */
enum rc store_import_commit(struct store_import *i, struct snapshot_info *info, bool publish,
			    struct diag *diag);
void store_import_abort(struct store_import *i);

/* --- reading --------------------------------------------------------------------------------- */
/* The current snapshot of a source; source NULL: of the only IMS source (RC_USAGE naming them when
 * there are several, RC_NOTFOUND when there is none). */
enum rc store_current(struct store *s, const char *source, struct snapshot **out,
		      struct diag *diag);
struct store_source {
	char name[64], format[32], role[8], hss[16];
	uint64_t snapshot; /* current one, 0 = none */
	int64_t taken_at;
	uint64_t subscriptions, rejects;
};
/* Visits all sources by name; visit returns false to stop. */
enum rc store_sources(struct store *s, bool (*visit)(const struct store_source *, void *),
		      void *context, struct diag *diag);
/* Visits the rejects kept with a snapshot number. */
enum rc store_rejects(struct store *s, uint64_t snapshot,
		      bool (*visit)(const struct reject *, void *), void *context,
		      struct diag *diag);

/* Runs a read-only statement over the virtual tables subscription, impi, impu, irs, association
 * (current snapshots of all sources) and source, snapshot, reject, run. row is called with texts
 * (NULL data = SQL NULL) for each row, columns once before; either may return false to stop.
 * RC_SYNTAX carries SQLite's message; RC_USAGE refuses what is no single SELECT: writes, ATTACH,
 * PRAGMA, extension loading. */
struct store_sql_sink {
	bool (*columns)(const struct text *names, int count, void *context);
	bool (*row)(const struct text *values, const int *types, int count,
		    void *context); /* SQLite type codes */
	void *context;
	const volatile int
		*interrupted; /* set by a signal handler: ends with RC_INTERRUPTED; may be NULL */
};
enum rc store_sql(struct store *s, const char *statement, const struct store_sql_sink *sink,
		  struct diag *diag);

/* A store in a temporary folder (TMPDIR), removed by store_close; for "cxaudit audit EXPORT". */
enum rc store_open_temporary(struct store **out, struct diag *diag);

/* Records one audit run in the catalog; *run gets its number. totals is a JSON object text. RC_IO
 * on a read-only store is the caller's to tolerate. */
enum rc store_record_run(struct store *s, int64_t started_at, const char *totals, uint64_t *run,
			 struct diag *diag);
