/* The window of a dump that moves forward, and the gaps in it: line numbers, comments, executable
 * comments, and what the comments of mysqldump say. */
#pragma once
#include "importers/source.h"
#include "importers/sql_row.h"

#define SQL_NAME_BYTES 260  /* a MySQL identifier: 64 characters in UTF-8, terminated */
#define SQL_LOOK_AHEAD 4096 /* what a word, a name and the first words of a comment need */
#define SQL_DELIMITER_MAX 15

struct sql_reader {
	struct source *source; /* NULL: a piece of memory */
	uint32_t source_index;
	const char *data; /* the window */
	size_t length, at;
	size_t hidden; /* bytes of a piece of memory behind the window */
	bool is_at_end;
	uint64_t base;  /* offset of the window's first byte */
	uint64_t lines; /* line ends before the window */
	size_t mark;    /* in the window, and the line ends before it there */
	uint64_t mark_lines;
	uint64_t resync_spent;   /* work done in search of rows behind damage */
	bool is_cut;             /* compressed data ended early */
	bool in_executable;      /* inside of a comment that servers execute */
	bool plain_backslash;    /* NO_BACKSLASH_ESCAPES */
	bool has_head, has_tail; /* mysqldump's "-- ... dump" was seen, and its end mark after it */
	char delimiter[SQL_DELIMITER_MAX + 1];
	/* Told of "-- Dumping data for table `x`"; may be NULL. */
	void (*data_section)(void *context, const char *table);
	void *context;
};

/* Reads source; it stays the caller's. */
void sql_reader_init(struct sql_reader *r, struct source *source, uint32_t index);
/* Reads a piece of memory that outlives the reader. Of it shown bytes are in the window at first;
 * more appear as they are asked for. */
void sql_reader_init_memory(struct sql_reader *r, const char *data, size_t length, size_t shown);

/* Tries to have need bytes behind the position; fewer only at the end. Pointers move. */
enum rc sql_reader_fill(struct sql_reader *r, size_t need, struct diag *diag);

static inline const char *sql_reader_here(const struct sql_reader *r)
{
	return r->data + r->at;
}

static inline const char *sql_reader_end(const struct sql_reader *r)
{
	return r->data + r->length;
}

static inline uint64_t sql_reader_offset(const struct sql_reader *r)
{
	return r->base + r->at;
}

/* The line of an offset that is inside the window, 1-based; 0 when it has left it. Cheap when asked
 * for growing offsets. */
uint64_t sql_reader_line(struct sql_reader *r, uint64_t offset);

/* Behind blanks and comments; the content of executable comments is no gap. */
enum rc sql_reader_gap(struct sql_reader *r, struct diag *diag);

/* At a comment or at the frame of an executable one: behind it, *skipped = true. */
enum rc sql_reader_skip_remark(struct sql_reader *r, bool *skipped, struct diag *diag);
