/* Cells of the csv format become facts. */
#pragma once
#include <stdbool.h>
#include "importers/csv_columns.h"
#include "importers/csv_directory.h"
#include "model/subscription.h"

/* The facts of one row, all unknown before it is read. */
struct csv_facts {
	enum tri ims_authorised;
	struct link scscf;
	struct text scscf_name;
	struct link capability_set, preferred_set;
	struct impi impi; /* identity stays empty */
	struct impu impu; /* identity and grants stay empty */
	const uint32_t *grants;
	uint32_t grant_count;
};

/* Reads a cell into facts, whatever was there before (has_key alone is added to); false when it is
 * none of what csv_fields[].expected says. Trouble with memory is left in the directory. */
typedef bool (*csv_reader)(struct text cell, struct csv_facts *facts, struct csv_directory *d);

/* NULL for the identities, the capabilities, whose two columns are one fact, and what is dropped.
 */
extern const csv_reader csv_readers[CSV_FIELDS];
