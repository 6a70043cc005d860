/* A scan of a snapshot that shows listed records alone: what lies between them is walked over where
 * they are near each other, and left out where they are not. */
#pragma once
#include "store/snapshot.h"

struct listed_scan {
	struct snapshot_cursor *cursor;
	const uint32_t *ordinal; /* ascending, each once; the caller's */
	size_t count, next;
	size_t window; /* the scan under way ends behind ordinal[window - 1] */
};

void listed_scan_init(struct listed_scan *s, struct snapshot_cursor *cursor,
		      const uint32_t *ordinal, size_t count);
/* RC_OK with *more = false at the end. Dead records are passed over. *view is as that of
 * snapshot_next. */
enum rc listed_scan_next(struct listed_scan *s, struct snapshot_view *view, bool *more,
			 struct diag *diag);

/* Sorts and leaves each once; their number. */
size_t listed_scan_sort(uint32_t *ordinal, size_t count);
