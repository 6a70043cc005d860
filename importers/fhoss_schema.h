/* The tables of FHoSS (OpenIMSCore) and of the I-CSCF that matter, their columns, and the layouts
 * that positional rows have where no CREATE TABLE says it: herlesupreeth/FHoSS scripts/, the
 * OpenIMSCore SVN and Kamailio's ims_ocs example (export-formats 1.1). */
#pragma once
#include "importers/sql_dump.h"

enum fhoss_table_id {
	FHOSS_IMSU,
	FHOSS_IMPI,
	FHOSS_IMPU,
	FHOSS_IMPI_IMPU,
	FHOSS_IMPU_VISITED_NETWORK,
	FHOSS_VISITED_NETWORK,
	FHOSS_CAPABILITY,
	FHOSS_CAPABILITIES_SET,
	FHOSS_PREFERRED_SCSCF_SET,
	FHOSS_SP,
	FHOSS_SP_IFC,
	FHOSS_IFC,
	FHOSS_TP,
	FHOSS_SPT,
	FHOSS_APPLICATION_SERVER,
	FHOSS_SHARED_IFC_SET,
	FHOSS_SP_SHARED_IFC_SET,
	FHOSS_CHARGING_INFO,
	FHOSS_S_CSCF,              /* of the I-CSCF */
	FHOSS_S_CSCF_CAPABILITIES, /* of the I-CSCF */
	FHOSS_TABLES
};

/* Columns that are read, per table; FHOSS_CELLS is the most that a table has. */
enum { IMSU_ID, IMSU_NAME, IMSU_SCSCF_NAME, IMSU_CAPABILITIES, IMSU_PREFERRED };
enum {
	IMPI_ID,
	IMPI_IMSU,
	IMPI_IDENTITY,
	IMPI_K,
	IMPI_SCHEMES,
	IMPI_DEFAULT_SCHEME,
	IMPI_SQN,
};
enum {
	IMPU_ID,
	IMPU_IDENTITY,
	IMPU_TYPE,
	IMPU_BARRING,
	IMPU_STATE,
	IMPU_SP,
	IMPU_SET,
	IMPU_CHARGING,
	IMPU_WILDCARD,
	IMPU_PSI_ACTIVATION,
	IMPU_CAN_REGISTER,
};
enum { ASSOCIATION_ID, ASSOCIATION_IMPI, ASSOCIATION_IMPU, ASSOCIATION_STATE };
enum { GRANT_ID, GRANT_IMPU, GRANT_NETWORK };
enum { NETWORK_ID, NETWORK_IDENTITY };
enum { CAPABILITIES_ID, CAPABILITIES_SET, CAPABILITIES_CAPABILITY, CAPABILITIES_MANDATORY };
enum { PREFERRED_ID, PREFERRED_SET, PREFERRED_NAME, PREFERRED_PRIORITY };
enum { SP_ID, SP_NAME };
enum { SP_IFC_ID, SP_IFC_SP, SP_IFC_IFC, SP_IFC_PRIORITY };
enum { IFC_ID, IFC_SERVER, IFC_TRIGGER, IFC_PROFILE_PART };
enum { TP_ID, TP_CONDITION };
enum { SPT_ID, SPT_TRIGGER, SPT_NEGATED, SPT_TYPE, SPT_SESSION_CASE };
enum { SERVER_ID, SERVER_NAME, SERVER_HANDLING };
enum { SHARED_ID, SHARED_SET };
enum { SP_SHARED_ID, SP_SHARED_SP, SP_SHARED_SET };
enum { SCSCF_ID, SCSCF_URI };
enum { SCSCF_CAPABILITY_ID, SCSCF_CAPABILITY_SCSCF, SCSCF_CAPABILITY_CAPABILITY };
#define FHOSS_CELLS 11

enum fhoss_column_kind {
	COLUMN_ID,     /* a row number that must be there: 0 to FHOSS_ID_MAX */
	COLUMN_NUMBER, /* a whole number of 32 bits or NULL */
	COLUMN_TEXT,
	COLUMN_SECRET, /* only whether it is there is kept */
};
#define FHOSS_ID_MAX 0x7ffffffd /* FHoSS' int(11), less two marks of our own */

struct fhoss_column {
	const char *name;
	enum fhoss_column_kind kind;
	bool is_optional; /* the table can be read without it */
};

struct fhoss_table {
	const char *name;
	struct fhoss_column column[FHOSS_CELLS]; /* in the order of the enum above */
	/* Names separated by blanks, "#" before a number that is not read; NULL-terminated. */
	const char *layout[4];
	bool is_icscf;
};

extern const struct fhoss_table fhoss_tables[FHOSS_TABLES];

/* FHOSS_TABLES when there is none of that name; case does not matter. */
enum fhoss_table_id fhoss_table_find(const char *name);

/* Which value of a row each column is. */
#define FHOSS_ABSENT UINT8_MAX
struct fhoss_mapping {
	uint32_t count;             /* values that a row has; 0: not known yet */
	uint8_t value[FHOSS_CELLS]; /* per column: index of the value, or FHOSS_ABSENT */
	const char *missing;        /* a column that is needed and not there; NULL: none */
};

/* By the names of the columns. */
void fhoss_mapping_from_names(enum fhoss_table_id table, const struct sql_columns *columns,
			      struct fhoss_mapping *out);

/* By the layout that has as many columns as the row and whose numbers are numbers in the row; false
 * when there is none. */
bool fhoss_mapping_from_row(enum fhoss_table_id table, const struct sql_row *row,
			    struct fhoss_mapping *out);
