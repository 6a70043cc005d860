/* Rows and cells after RFC 4180: quoted cells may hold delimiters, line ends and "" for a quote. A
 * line ends with LF, CRLF or CR. A quote inside a cell that does not begin with one is an ordinary
 * character. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

enum csv_scan {
	CSV_SCAN_ROW,
	CSV_SCAN_INCOMPLETE,   /* more input is needed */
	CSV_SCAN_UNTERMINATED, /* the input ends within quotes */
	CSV_SCAN_BAD_QUOTE,    /* a closing quote is followed by something */
	CSV_SCAN_NO_MEMORY,
};

struct csv_row {
	struct text cell[LIMIT_CSV_COLUMNS]; /* into the window, or into scratch */
	unsigned count; /* of cells; more than LIMIT_CSV_COLUMNS are only counted */
	const char *cell_start[LIMIT_CSV_COLUMNS]; /* raw, with the quote */
	const char *next;                          /* behind the line end */
	uint64_t line_ends;                        /* passed, with those in cells */
	unsigned quoted;                           /* number of quoted cells */
	bool has_scratch;                          /* some cell is in scratch */
	bool has_line_end;
	bool has_control;     /* a control character may be in some cell scanned */
	struct arena scratch; /* unescaped cells; valid until the next scan */
};

struct csv_scanner {
	unsigned char kind[256]; /* of each byte */
	char delimiter;
};

void csv_scanner_init(struct csv_scanner *s, char delimiter);

/* Scans the row that begins at start. end is followed by SOURCE_PADDING zero bytes. is_last:
 * nothing follows end. first > 0: start lies at the start of that cell, the cells before it are the
 * caller's. On anything but CSV_SCAN_ROW the row's content is void. */
enum csv_scan csv_scan_row(const struct csv_scanner *s, const char *start, const char *end,
			   bool is_last, unsigned first, struct csv_row *row);

/* Behind the first line end at or after start; NULL when there is none before end. A CR that is the
 * last byte counts as one only when is_last. */
const char *csv_skip_line(const char *start, const char *end, bool is_last);
