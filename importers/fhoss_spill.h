/* An unlinked temporary file in TMPDIR, else /var/tmp: bytes are appended, then read at will. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

struct fhoss_spill {
	int fd; /* -1: not opened yet */
	uint64_t length;
};

void fhoss_spill_init(struct fhoss_spill *f);
void fhoss_spill_clear(struct fhoss_spill *f);
/* Opens the file at the first call. RC_FULL when no space is left, RC_IO. */
enum rc fhoss_spill_append(struct fhoss_spill *f, const void *data, size_t length,
			   struct diag *diag);
/* RC_IO also when the file is shorter. */
enum rc fhoss_spill_read(struct fhoss_spill *f, uint64_t offset, void *data, size_t length,
			 struct diag *diag);
