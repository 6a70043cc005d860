/* Takes the rows of all dumps of one import: finds out which value is which column, checks them,
 * and keeps them until all are read. */
#pragma once
#include "importers/fhoss_catalogue.h"
#include "importers/fhoss_stage.h"
#include "importers/importer.h"

struct fhoss_table_state {
	bool is_exported;     /* closed world: absent rows mean no (design.md 10.3) */
	bool is_created;      /* created holds the columns of CREATE TABLE */
	bool is_created_here; /* in the current source */
	bool is_cut;          /* the input ended early inside of or behind its rows */
	bool is_guessed;      /* guessed holds the layout that rows were read by */
	struct fhoss_mapping created, guessed;
	uint64_t rows;    /* read well */
	uint64_t rejects; /* rows that were not */
};

/* A group of tables that must come from one database. */
struct fhoss_database {
	char name[SQL_NAME_BYTES]; /* "" = not named yet */
	bool is_certain;           /* a table that only such a database has was seen in it */
};

struct fhoss_loader {
	struct import *import;
	struct source *const *sources; /* NULL: the input is a piece of memory */
	const uint32_t *files;         /* import_file of each source; NULL with it */
	struct sql_reader *reader;     /* of the current source */
	struct fhoss_table_state table[FHOSS_TABLES];
	struct fhoss_database database[2]; /* of FHoSS and of the I-CSCF */
	bool is_cut;                       /* some source ended early */
	bool is_cut_here;                  /* the current source ended early */
	bool has_rows_here;                /* the current source holds rows */
	uint64_t rows_here;                /* of them that were read well */
	/* of the current statement */
	struct fhoss_row row;
	struct fhoss_mapping mapping;
	bool is_mapped, is_listed; /* mapping is known; by the statement's own columns */
	struct arena arena;        /* texts of the current row */

	size_t sorter_memory; /* budget of one sorter */
	uint64_t dangling;    /* rows that point at nothing */
	struct fhoss_stage stage;
	struct fhoss_catalogue catalogue;
};

/* memory is the budget of the whole import; 0 = default. sources and files are set by the caller
 * and stay its own. */
enum rc fhoss_loader_init(struct fhoss_loader *l, struct import *import, uint64_t memory,
			  struct diag *diag);
void fhoss_loader_clear(struct fhoss_loader *l);

/* Reads one source to its end. */
enum rc fhoss_loader_read(struct fhoss_loader *l, struct sql_reader *reader, struct diag *diag);

/* Joins what was read and puts out directory and records. RC_SYNTAX when no table of subscribers
 * was found. */
enum rc fhoss_loader_finish(struct fhoss_loader *l, struct diag *diag);

/* A reject of a later stage: only the place is known. */
enum rc fhoss_loader_reject(struct fhoss_loader *l, uint64_t place, struct text subject,
			    struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Where a row of a place stands. */
struct provenance fhoss_loader_provenance(const struct fhoss_loader *l, uint64_t place);
/* "byte N of FILE" of a place; returns out. */
char *fhoss_loader_place(const struct fhoss_loader *l, uint64_t place, char *out, size_t size);
