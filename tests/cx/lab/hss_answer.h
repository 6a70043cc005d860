/* Answers and pushes of the scripted HSS, from the rows of its table (scripted_hss.c). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "codec/bytes.h"
#include "tests/cx/lab/lab_table.h"

struct hss {
	struct lab_table table;
	const char *seed;
	FILE *secrets;  /* or NULL */
	FILE *requests; /* or NULL */
	void *calls;    /* tree of struct call_count */
};

/* Commands by their numbers: "UAR", …; NULL for others. */
const char *hss_command_name(uint32_t command);
/* The other way round; 0 for others. */
uint32_t hss_command_code(const char *name);

/* The row that answers this request, or NULL. Counts the call. Not for two threads at once. */
const struct lab_row *hss_find_row(struct hss *hss, const void *request, size_t length);

/* Writes the answer of a row; false when the row cannot be answered. Not for two threads at once.
 */
bool hss_answer(struct hss *hss, const struct lab_row *row, const void *request, size_t length,
		struct byte_writer *w);

/* Writes the request of a push row. */
void hss_push(struct hss *hss, const struct lab_row *row, uint32_t end_to_end,
	      struct byte_writer *w);
