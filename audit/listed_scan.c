#include "audit/listed_scan.h"

#include <stdlib.h>

#define NEAR 256 /* about the records of a block */

void listed_scan_init(struct listed_scan *s, struct snapshot_cursor *cursor,
		      const uint32_t *ordinal, size_t count)
{
	*s = (struct listed_scan){.cursor = cursor, .ordinal = ordinal, .count = count};
}

static enum rc open_window(struct listed_scan *s, struct diag *diag)
{
	const uint32_t *ordinal = s->ordinal;

	s->window = s->next + 1;
	while (s->window < s->count && ordinal[s->window] - ordinal[s->window - 1] <= NEAR)
		s->window++;
	return snapshot_scan(s->cursor, ordinal[s->next], ordinal[s->window - 1] + 1, diag);
}

enum rc listed_scan_next(struct listed_scan *s, struct snapshot_view *view, bool *more,
			 struct diag *diag)
{
	while (s->next < s->count) {
		bool is_found = false;
		enum rc rc = s->next < s->window ? RC_OK : open_window(s, diag);

		while (rc == RC_OK && s->next < s->window) {
			rc = snapshot_next(s->cursor, view, &is_found, diag);
			if (rc != RC_OK || !is_found)
				break;
			while (s->next < s->window && s->ordinal[s->next] < view->ordinal)
				s->next++;
			if (s->next == s->window || s->ordinal[s->next] != view->ordinal)
				continue;
			s->next++;
			*more = true;
			return RC_OK;
		}
		if (rc != RC_OK)
			return rc;
		s->next = s->window;
	}
	*more = false;
	return RC_OK;
}

static int compare_ordinals(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t listed_scan_sort(uint32_t *ordinal, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(ordinal, count, sizeof(*ordinal), compare_ordinals);
	for (size_t i = 0; i < count; i++)
		if (!kept || ordinal[kept - 1] != ordinal[i])
			ordinal[kept++] = ordinal[i];
	return kept;
}
