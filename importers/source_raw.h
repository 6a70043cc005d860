/* The bytes of a file descriptor as they are, with the first of them to look at before. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/diag.h"

#define SOURCE_HEAD_MAX 16

/* Asked while a pipe has nothing to read; anything but RC_OK ends the waiting with that code. */
typedef enum rc (*source_wait)(void *context);

struct source_raw {
	int fd;
	bool is_regular;            /* else reading may block: a pipe, a terminal */
	_Atomic uint64_t done;      /* bytes read */
	char head[SOURCE_HEAD_MAX]; /* read ahead by source_raw_peek */
	size_t head_length, head_taken;
	source_wait wait; /* may be NULL */
	void *wait_context;
};

/* Reads at most size bytes; *got 0 = end of the file. RC_IO, or what wait returned. */
enum rc source_raw_read(struct source_raw *r, void *out, size_t size, size_t *got,
			struct diag *diag);
/* Fills head with the first SOURCE_HEAD_MAX bytes, fewer when the file is shorter. Once, first. */
enum rc source_raw_peek(struct source_raw *r, struct diag *diag);
