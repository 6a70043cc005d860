/* What went wrong, for people: filled by the function that returns the failing enum rc. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/rc.h"

#define DIAG_TEXT_MAX 512
#define DIAG_FILE_MAX 256

struct diag {
	enum rc rc;
	char text[DIAG_TEXT_MAX]; /* what was found and what was expected; no secret, no newline */
	char file[DIAG_FILE_MAX]; /* "" when no file is concerned */
	uint64_t line;            /* 1-based; 0 = not known */
	uint64_t offset;          /* byte offset in the uncompressed input; valid when has_offset */
	int has_offset;
};

/* Empties d. */
void diag_init(struct diag *d);

/* Records rc and the formatted text, keeping file and position; control characters in the result
 * are replaced. d may be NULL. Returns rc, so that "return diag_set(d, RC_IO, ...)" works. */
enum rc diag_set(struct diag *d, enum rc rc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As diag_set, and appends ": " and the text of errno; ENOSPC and EDQUOT turn rc into RC_FULL. */
enum rc diag_set_errno(struct diag *d, enum rc rc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Names the place; file may be NULL (unchanged), line 0 = not known. d may be NULL. */
void diag_at(struct diag *d, const char *file, uint64_t line, uint64_t offset);

/* Writes "file:line: (byte N) text" as one line into out, always terminated; returns out. */
char *diag_format(const struct diag *d, char *out, size_t size);
