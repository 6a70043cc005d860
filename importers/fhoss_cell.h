/* The values of one row by column: checked and converted. */
#pragma once
#include "importers/fhoss_schema.h"

enum fhoss_cell_state {
	CELL_ABSENT, /* the column is not exported */
	CELL_NULL,
	CELL_SET,
};

struct fhoss_cell {
	enum fhoss_cell_state state;
	bool is_empty;       /* of a text or secret */
	bool is_hexadecimal; /* of a secret: nothing but hexadecimal digits */
	int32_t number;      /* of an id or number */
	struct text text;    /* of a text: in the statement or in the arena; of a secret: never */
};

struct fhoss_row {
	enum fhoss_table_id table;
	enum sql_mode mode;
	uint64_t place; /* FHOSS_PLACE of its first byte */
	struct fhoss_cell cell[FHOSS_CELLS];
};

/* Source and byte offset in one number. */
#define FHOSS_PLACE_BITS 48
#define FHOSS_PLACE(source, offset)               \
	((uint64_t)(source) << FHOSS_PLACE_BITS | \
	 ((offset) & ((UINT64_C(1) << FHOSS_PLACE_BITS) - 1)))
#define FHOSS_PLACE_OFFSET(place) ((place) & ((UINT64_C(1) << FHOSS_PLACE_BITS) - 1))

/* Fills row->cell from the values. RC_SYNTAX: a value is not what its column wants; reason says so,
 * without the value. Texts that need a copy go to the arena. */
enum rc fhoss_row_convert(struct fhoss_row *row, const struct fhoss_mapping *mapping,
			  const struct sql_row *values, struct arena *arena, char *reason,
			  size_t size);
