/* One snapshot: reading. A snapshot file is immutable; any number of threads may read it, each with
 * a cursor of its own (design.md 4). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/rc.h"
#include "model/hss_directory.h"
#include "model/subscription.h"

struct snapshot;

/* How much of one fact the source said, counted over its carriers (subscriptions, IMPIs, IMPUs). */
struct completeness {
	const char *fact; /* "impu.barred", "association", … stable words */
	uint64_t known, defaulted, unknown;
};

struct snapshot_info {
	uint64_t number; /* 0: temporary, not in a store */
	char source[64];
	char format[32];        /* importer: "fhoss-sql" … */
	char role[8];           /* "ims", "eps", "sim" */
	char hss[16];           /* HSS profile kept at import */
	int64_t taken_at;       /* seconds since 1970, UTC: when the import began */
	uint64_t subscriptions; /* records of kind RECORD_SUBSCRIPTION */
	uint64_t orphan_impis, orphan_impus, impis, impus, associations;
	uint64_t rejects;
	uint64_t input_bytes; /* uncompressed */
	bool is_truncated;    /* published with --accept-truncated */
	bool has_global_sets; /* set labels are global in this source (FHoSS) */
	uint32_t format_version;
};

/* Opens read-only; path is a snapshot file. RC_CORRUPT, RC_UNSUPPORTED (newer format version),
 * RC_NOTFOUND. */
enum rc snapshot_open(const char *path, struct snapshot **out, struct diag *diag);
void snapshot_close(struct snapshot *s);
const struct snapshot_info *snapshot_get_info(const struct snapshot *s);
const struct hss_directory *snapshot_get_directory(const struct snapshot *s);
/* The completeness table: *count rows, owned by s. */
const struct completeness *snapshot_get_completeness(const struct snapshot *s, size_t *count);
/* The files it was read from (names as given); owned by s. */
const char *const *snapshot_get_files(const struct snapshot *s, size_t *count);

/* Ordinals run from 0 to snapshot_ordinals() - 1 in the order of the input; some may be dead
 * (merged records). */
uint32_t snapshot_ordinals(const struct snapshot *s);

/* A reading position with its own connection and buffers; one per thread. */
struct snapshot_cursor;
enum rc snapshot_cursor_open(struct snapshot *s, struct snapshot_cursor **out, struct diag *diag);
void snapshot_cursor_close(struct snapshot_cursor *c);

/* Random access: unpacks one record into *out (initialised by the caller, reset by the call). Texts
 * live in the record's arena or in the snapshot's dictionaries: valid until the next call with the
 * same record, while s is open. RC_NOTFOUND for a dead or out-of-range ordinal. */
enum rc snapshot_read(struct snapshot_cursor *c, uint32_t ordinal, struct ims_subscription *out,
		      struct diag *diag);

/* Calls visit with the ordinal of each record that holds an identity with the same lookup key as t
 * (codec/lookup_key.h): candidates, which the caller verifies. Ascending, each ordinal once. visit
 * returns false to stop; it may use the cursor. RC_UNSUPPORTED when the snapshot has no index of
 * that space. */
enum rc snapshot_find(struct snapshot_cursor *c, int lookup_space, struct text t,
		      bool (*visit)(uint32_t ordinal, void *context), void *context,
		      struct diag *diag);

/* The lookup key of t in a space; equal for all that snapshot_find takes for the same. */
uint64_t snapshot_lookup_key(int lookup_space, struct text t);

/* One of many look-ups at a time. */
struct snapshot_wanted {
	uint64_t key;    /* snapshot_lookup_key */
	uint32_t number; /* the caller's */
};
/* Finds candidates for all of wanted, which gets sorted by key, in one walk through the index;
 * visit is called for each that has some. It must not use the cursor. */
enum rc snapshot_find_many(struct snapshot_cursor *c, int lookup_space,
			   struct snapshot_wanted *wanted, size_t count,
			   void (*visit)(uint32_t number, const uint32_t *ordinals, size_t count,
					 void *context),
			   void *context, struct diag *diag);

/* --- sequential scan, for the audit ---------------------------------------------------------- */

/* A packed record as the scan sees it. Records of equal shape differ at most in numbers, in the
 * texts of literal users, in set labels and row ids; when shape is local the verdict depends on
 * (shape, plmn) alone, as long as no other record shares one of its keys. */
struct snapshot_view {
	uint32_t ordinal;
	uint32_t shape; /* 0: not shared, always look at the record */
	bool is_local;  /* all identities derive from the record's numbers, or are plain literals */
	uint32_t plmn;  /* first six digits of the first IMSI (or, where none is exported, of the
			 * number that is the first IMPI's user) as number, +1000000; 0 when none */
	const unsigned char *packed; /* private */
	const unsigned char *packed_end;
};

/* Positions the cursor before ordinal first; snapshot_next then yields the live records up to, not
 * including, end. */
enum rc snapshot_scan(struct snapshot_cursor *c, uint32_t first, uint32_t end, struct diag *diag);
/* RC_OK with *more = false at the end. *view is valid until the next call. */
enum rc snapshot_next(struct snapshot_cursor *c, struct snapshot_view *view, bool *more,
		      struct diag *diag);
/* Unpacks the record that view shows. */
enum rc snapshot_unpack(struct snapshot_cursor *c, const struct snapshot_view *view,
			struct ims_subscription *out, struct diag *diag);
/* Number of shapes; shape ids run from 1 to this. */
uint32_t snapshot_shapes(const struct snapshot *s);

/* Visits each run of two or more records that share an identity key (ordinals ascending, distinct):
 * the candidates for duplicates, shared identities and look-alikes. With parts > 1 only the runs of
 * part number part are visited, so that several threads can share the work. */
enum rc snapshot_collisions(struct snapshot_cursor *c, int lookup_space, unsigned part,
			    unsigned parts,
			    bool (*visit)(const uint32_t *ordinals, size_t count, void *context),
			    void *context, struct diag *diag);
