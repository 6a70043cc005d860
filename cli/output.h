/* Where results go: stdout, or a file that appears whole or not at all. */
#pragma once
#include <stdio.h>

#include "base/diag.h"

struct output {
	FILE *file;
	char path[4096];      /* "" for stdout */
	char temporary[4104]; /* "" for what is written in place */
};

/*
 * path NULL or "-": stdout. A file is written under a temporary name beside it, mode 0600, and so
 * is the target of a link; a device or pipe is written as it is.
 */
enum rc output_open(struct output *o, const char *path, struct diag *diag);
/* Flushes, syncs and renames; on failure the old file stays and the temporary one is removed. */
enum rc output_commit(struct output *o, struct diag *diag);
void output_abort(struct output *o);
