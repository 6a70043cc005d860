/* Where tests write: a name in $TMPDIR, or in /tmp where it is not set. */
#pragma once
#include <stdio.h>
#include <stdlib.h>

#define TEMPORARY_PATH_MAX 512

/* "<folder>/<name>.XXXXXX", for mkdtemp(3) or mkstemp(3). out has TEMPORARY_PATH_MAX bytes; returns
 * it. The program ends when it does not fit: nothing may be written elsewhere. */
static inline char *temporary_path(char *out, const char *name)
{
	const char *folder = getenv("TMPDIR");

	if (!folder || !*folder)
		folder = "/tmp";
	if (snprintf(out, TEMPORARY_PATH_MAX, "%s/%s.XXXXXX", folder, name) >= TEMPORARY_PATH_MAX) {
		fprintf(stderr, "TMPDIR is too long\n");
		abort();
	}
	return out;
}
