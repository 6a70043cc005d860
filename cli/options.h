/* Command-line options as tables: parsing by getopt_long, help from the same rows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"

enum option_kind {
	OPTION_FLAG,     /* bool * */
	OPTION_STRING,   /* const char ** */
	OPTION_LIST,     /* struct option_list * */
	OPTION_NUMBER,   /* unsigned *: 1 to 1024 */
	OPTION_SIZE,     /* uint64_t *: bytes with K, M, G */
	OPTION_PERCENT,  /* double *: "1%" or "0.01" gives 0.01 */
	OPTION_DURATION, /* int64_t *: seconds, of "90s", "15m", "24h", "30d" or "2w" */
	OPTION_SINCE,    /* int64_t *: seconds since 1970, so long ago ("24h"), or of a day or time
			    in UTC: "2026-11-01", "2026-11-01T20:00", "2026-11-01T20:00:05Z" */
};

#define OPTION_LIST_MAX 16
struct option_list {
	const char *value[OPTION_LIST_MAX];
	unsigned count;
};

struct option_row {
	const char *name; /* long name; NULL ends the table */
	char letter;      /* short form, 0 = none */
	enum option_kind kind;
	const char *argument; /* its name in the help, NULL for flags */
	void *target;
	const char *help;
};

struct option_set {
	const char *command;
	const char *usage;             /* "[OPTION]... EXPORT..." */
	const char *about;             /* one or two lines */
	const struct option_row *rows; /* of the command; --help, --version and -v are added */
	const char *after;             /* printed after the options in the help; NULL = nothing */
};

/* Parses; *first is the index of the first operand. Returns 0 to go on, else an exit code + 1 (help
 * and version were printed, or a usage error). */
int options_parse(const struct option_set *set, int argc, char **argv, int *first);

/* Which store, source and profiles: what most commands share. */
struct common_options {
	const char *store, *source, *hss, *cscf, *policy;
	bool is_json;
};
/* The store folder: --store, else $CXAUDIT_STORE, else the user's data folder (design.md 10.16); in
 * a buffer of the function. NULL when none can be told. */
const char *options_store(const struct common_options *o);
