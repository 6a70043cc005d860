/* The columns of the csv format: their names, what they say and how a cell is read
 * (docs/csv-layout.md is the description for people). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/strbuf.h"

enum csv_field {
	CSV_UNKNOWN, /* noted and ignored */
	CSV_SUBSCRIPTION,
	CSV_IMSI,
	CSV_MSISDN,
	CSV_IMPI,
	CSV_IMPU,
	CSV_IMS_AUTHORISED,
	CSV_SUSPENDED,
	CSV_SCSCF,
	CSV_CAPABILITIES_MANDATORY,
	CSV_CAPABILITIES_OPTIONAL,
	CSV_PREFERRED_SCSCF,
	CSV_AUTH_SCHEMES,
	CSV_DEFAULT_SCHEME,
	CSV_KEY_PRESENT,
	CSV_KEY,    /* secret: only whether there is one is kept */
	CSV_SQN,    /* secret, as well */
	CSV_SECRET, /* dropped without a trace */
	CSV_IMPI_BARRED,
	CSV_ROAMING_ALLOWED,
	CSV_BARRED,
	CSV_IRS,
	CSV_DEFAULT,
	CSV_PROFILE,
	CSV_KIND,
	CSV_STATE,
	CSV_MAY_REGISTER,
	CSV_VISITED_NETWORKS,
	CSV_PSI_ACTIVE,
	CSV_WILDCARD,
	CSV_CHARGING,
	CSV_FIELDS,
};

/* Whose fact it is. */
enum csv_level {
	CSV_LEVEL_NONE,
	CSV_LEVEL_IDENTITY,
	CSV_LEVEL_SUBSCRIPTION,
	CSV_LEVEL_IMPI,
	CSV_LEVEL_IMPU,
};

struct csv_field_info {
	const char *name;    /* as documented */
	const char *aliases; /* further names in folded form, separated by blanks */
	enum csv_level level;
	bool is_secret;
	const char *expected; /* for messages */
};
extern const struct csv_field_info csv_fields[CSV_FIELDS];

/* Letters and digits of a name in lower case: "Barring_Indication" and "barring indication" fold to
 * "barringindication". Writes at most size - 1 bytes, terminated. */
void csv_fold(struct text name, char *out, size_t size);

/* The field that a column name means. */
enum csv_field csv_field_find(struct text name);

/* Appends the documented names of all columns that may be shown, separated by blanks. */
void csv_add_field_names(struct strbuf *out);

/* Takes the next item off a list separated by '|', ';' and, when by_blanks, blanks; empty items are
 * passed over. False at the end. */
bool csv_next_item(struct text *rest, bool by_blanks, struct text *item);
