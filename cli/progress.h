/* A progress bar with rate and remaining time on stderr, only when that is a terminal. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
	const char *what; /* "reading", "auditing" */
	bool is_shown;
	bool is_bytes;
	struct timespec started, drawn;
};

void progress_init(struct progress *p, const char *what, bool is_bytes);
/* Draws at most ten times a second; total 0 = unknown. records adds "N subscriptions" when not 0.
 */
void progress_update(struct progress *p, uint64_t done, uint64_t total, uint64_t records);
/* Wipes the line. */
void progress_end(struct progress *p);
/* One line without escapes, as it is drawn; for progress_update and tests. seconds is the time that
 * passed. */
void progress_format(const struct progress *p, uint64_t done, uint64_t total, uint64_t records,
		     double seconds, char *out, unsigned size);
