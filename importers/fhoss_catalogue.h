/* The small tables of FHoSS and the I-CSCF, kept in memory until all are read, and the directory
 * made of them: visited networks, capabilities, S-CSCFs, service profiles. */
#pragma once
#include "importers/fhoss_cell.h"
#include "model/hss_directory.h"

#define FHOSS_CATALOGUE_ROWS_MAX 1000000 /* of one table; real ones have below a hundred */
#define FHOSS_CATALOGUE_CELLS 5

struct fhoss_catalogue_row {
	uint64_t place;
	int32_t number[FHOSS_CATALOGUE_CELLS]; /* by column */
	uint8_t state[FHOSS_CATALOGUE_CELLS];  /* enum fhoss_cell_state */
	uint8_t mode;
	bool is_dead;     /* its number occurs again */
	struct text text; /* of the one text column */
};

struct fhoss_catalogue_table {
	struct fhoss_catalogue_row *row;
	uint32_t count, capacity;
	bool is_exported; /* and whole: what it lacks does not exist */
	bool is_lossy;    /* rows of it were lost in reading */
};

struct fhoss_catalogue {
	struct arena arena;
	struct fhoss_catalogue_table table[FHOSS_TABLES]; /* those of the large tables stay empty */
};

void fhoss_catalogue_init(struct fhoss_catalogue *c);
void fhoss_catalogue_clear(struct fhoss_catalogue *c);
/* RC_LIMIT when the table is full: a reject, not an end. */
enum rc fhoss_catalogue_add(struct fhoss_catalogue *c, const struct fhoss_row *row,
			    struct diag *diag);
/* Forgets the rows of a table. */
void fhoss_catalogue_forget(struct fhoss_catalogue *c, enum fhoss_table_id table);

/* Told of a row whose number an earlier row of its table has. */
struct fhoss_duplicate_sink {
	enum rc (*duplicate)(void *context, enum fhoss_table_id table, uint32_t id, uint64_t first,
			     uint64_t place, struct diag *diag);
	void *context;
};

/* After the last row, and after is_exported and is_lossy of each table are set: finds duplicates,
 * then fills the directory. */
enum rc fhoss_catalogue_finish(struct fhoss_catalogue *c, struct hss_directory *directory,
			       const struct fhoss_duplicate_sink *sink, struct diag *diag);
