/* The head of one csv file: delimiter and columns. */
#pragma once
#include "base/diag.h"
#include "importers/csv_columns.h"
#include "importers/csv_row.h"

/* One column that is read, other than the identities and the capabilities. */
struct csv_step {
	unsigned column;
	enum csv_field field;
};

struct csv_layout {
	struct csv_scanner scanner;
	unsigned columns;
	char (*name)[64];       /* of each column, as written */
	int column[CSV_FIELDS]; /* of each field, -1 = none; secrets may have several */
	struct csv_step step[LIMIT_CSV_COLUMNS];
	unsigned step_count;
	/* The columns before this one are neither IMPU nor facts of one, and hold all keys: where
	 * they repeat the row before byte for byte, they need not be read. 0 = not so. */
	unsigned lead;
	unsigned lead_steps; /* steps that lie in them: the first ones */
	bool has_secrets, has_subscription_facts, has_impi_facts;
	struct text header; /* its bytes; owned */
};

void csv_layout_init(struct csv_layout *l);
void csv_layout_clear(struct csv_layout *l);

/* The character of a "sep=;" line, which spreadsheets write; 0 when line is none. */
char csv_layout_separator(struct text line);

struct csv_guess {
	char delimiter;
	unsigned known;      /* cells that are names of columns */
	unsigned identities; /* those of them that are imsi, impi or impu */
};
/* The delimiter among , ; tab | under which most cells of the row at start are known names. end as
 * in csv_scan_row. */
struct csv_guess csv_layout_guess(const char *start, const char *end);

/* Takes the header row; row's scan was done with delimiter. RC_SYNTAX when it is data or names no
 * identity or one thing twice, RC_LIMIT for too many columns. */
enum rc csv_layout_read(struct csv_layout *l, char delimiter, const struct csv_row *row,
			struct text header, struct diag *diag);

static inline bool csv_layout_has(const struct csv_layout *l, enum csv_field field)
{
	return l->column[field] >= 0;
}
