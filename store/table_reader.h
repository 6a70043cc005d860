/* Steps through the rows that one of the SQL tables shows of the snapshots in scope: all of them,
 * or those of the records that an identity or an ordinal leads to. */
#pragma once
#include "base/diag.h"
#include "store/sql_table.h"

/* The snapshots that the tables show; borrowed by each reader. */
struct sql_scope {
	struct snapshot **snapshots;
	size_t count;
};

enum sql_plan { PLAN_SCAN, PLAN_SUBSCRIPTION, PLAN_IDENTITY };

struct table_reader {
	const struct sql_scope *scope;
	enum sql_table table;
	/* what is looked for, set between table_reader_reset and table_reader_start */
	enum sql_plan plan;
	uint32_t ordinal; /* PLAN_SUBSCRIPTION */
	struct text key;  /* PLAN_IDENTITY; from malloc, freed by the reader */
	char *source;     /* only this one, freed by the reader; NULL: all */
	/* the row it stands on */
	struct sql_row row;
	bool is_at_end;
	size_t snapshot; /* index of the one being read */
	uint32_t index;  /* of the row within the record */
	/* private */
	struct snapshot_cursor *cursor;
	uint32_t *candidates;
	size_t candidate_count, candidate_capacity, candidate;
	bool is_out_of_memory;
	struct ims_subscription record;
	struct sql_set *sets;
	uint32_t set_count, set_capacity;
};

void table_reader_init(struct table_reader *r, const struct sql_scope *scope, enum sql_table table);
void table_reader_clear(struct table_reader *r);

/* Back to before the first row, looking for everything. */
void table_reader_reset(struct table_reader *r);

/* To the first row, or the end. */
enum rc table_reader_start(struct table_reader *r, struct diag *diag);
enum rc table_reader_next(struct table_reader *r, struct diag *diag);
