/* Names in cells become numbers in the snapshot's directory: visited networks, service profiles,
 * capability and preferred S-CSCF sets. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/strbuf.h"
#include "model/hss_directory.h"
#include "model/subscription.h"

/* Different names of one kind; a file with more has no directory in that column. */
#define CSV_NAMES_MAX 65536

/* Named service profiles are numbered from here; cells that are numbers keep theirs. */
#define CSV_PROFILE_FIRST 0x80000000u

/* Texts numbered from 0 in the order of their first mention. */
struct csv_names {
	struct arena arena;
	struct text *text; /* by number */
	uint32_t *slot;    /* number + 1, 0 = free; open addressing */
	uint32_t count, slots;
};

struct csv_directory {
	struct hss_directory *target;
	struct csv_names networks, profiles, capability_sets, preferred_sets;
	struct text last_profile; /* in profiles' arena */
	uint32_t last_profile_id;
	uint32_t *grant; /* of the row at hand */
	uint32_t grant_count, grant_capacity;
	uint32_t *number; /* scratch for capabilities */
	uint32_t number_count, number_capacity;
	struct strbuf key;
	bool is_out_of_memory;
	bool is_full; /* CSV_NAMES_MAX was reached: such cells became unknown */
};

void csv_directory_init(struct csv_directory *d, struct hss_directory *target);
void csv_directory_clear(struct csv_directory *d);

/* The cells of these columns. False: the cell is not of the form; trouble with memory is left in
 * is_out_of_memory. */
bool csv_read_profile(struct csv_directory *d, struct text cell, struct link *out);
/* Leaves the ids in d->grant. */
bool csv_read_networks(struct csv_directory *d, struct text cell);
bool csv_read_preferred(struct csv_directory *d, struct text cell, struct link *out);
/* A column that is not there is TEXT_NONE. */
bool csv_read_capabilities(struct csv_directory *d, struct text mandatory, struct text optional,
			   struct link *out);
