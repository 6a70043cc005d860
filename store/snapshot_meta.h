/* The single values of a snapshot: one row each in its table meta. */
#pragma once
#include <sqlite3.h>
#include "codec/lookup_key.h"
#include "store/snapshot.h"

struct snapshot_meta {
	struct snapshot_info info;
	uint64_t ordinals;
	uint64_t shapes;
	uint64_t lookup_bits[LOOKUP_SPACES]; /* of fingerprints; 0: the space is not indexed */
	uint64_t directory_rows;             /* in all its tables */
	uint64_t has_visited_networks, has_capability_sets, has_preferred_sets, has_scscfs,
		has_service_profiles; /* enum tri */
};

enum rc snapshot_meta_write(sqlite3 *db, const struct snapshot_meta *meta, struct diag *diag);
/* Keys that are not there leave their field 0. RC_CORRUPT when a value is out of its range. */
enum rc snapshot_meta_read(sqlite3 *db, struct snapshot_meta *meta, struct diag *diag);
