/* Counts exchanges by what they have in common. Memory is bounded: beyond TALLY_ROWS_MAX rows what
 * is new is only counted as left out. */
#pragma once
#include <stdint.h>

#include "base/rc.h"
#include "model/verdict.h"

#define TALLY_ROWS_MAX 65536u

/* Members that a tally does not tell apart are 0. */
struct tally_key {
	int64_t hour;             /* since 1970 */
	uint32_t asker, answerer; /* numbers of hosts (codec/intern.h) */
	uint32_t code, vendor;    /* cx_answer_vendor */
	enum cx_command command;
	enum answer_kind kind;
};

struct tally_row {
	struct tally_key key;
	uint64_t count; /* 0: free */
};

struct observed_tally {
	struct tally_row *rows; /* a hash table, until observed_tally_sort */
	uint32_t count, capacity;
	uint64_t left_out;
};

/* An empty tally is all zero. RC_NOMEM. */
enum rc observed_tally_add(struct observed_tally *t, const struct tally_key *key);
/* Puts the rows in order, by hour, hosts, command, kind, code and vendor, the count used ones
 * first. Ends the counting. */
void observed_tally_sort(struct observed_tally *t);
void observed_tally_clear(struct observed_tally *t);
