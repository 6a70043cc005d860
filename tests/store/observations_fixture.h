/* Observations in a folder of the test's own; trouble fails the test. */
#pragma once
#include <sqlite3.h>

#include "store/observations.h"
#include "tests/codec/random_exchange.h"

extern char folder[600]; /* of the test at hand */
/* Makes it that of this name in the tests' folder. */
const char *new_folder(const char *name);
/* Its database, or with a suffix a file beside it; valid until the next call. */
const char *file_of(const char *suffix);

/* Another program's connection to the database. */
sqlite3 *foreign(void);
void run_sql(sqlite3 *db, const char *sql);

struct observations *open_observations(const char *where, enum observations_mode mode);

/* Appends usual exchanges first to first + count - 1, each a microsecond after the one before;
 * registration i of subscriber i / 3 of subscribers. */
void append_usual(struct observations *o, uint32_t first, uint32_t count, uint32_t subscribers);
void flush(struct observations *o);

/* What a visit saw. */
struct seen {
	uint64_t count, first, last; /* numbers of the first and last seen */
	uint64_t sum;
	bool is_ordered; /* ascending, or descending when is_descending */
	bool is_descending;
	uint64_t stop_after; /* 0: all */
};
bool see(const struct cx_exchange *e, void *context);
/* Visits; the result code is told. */
enum rc visit(struct observations *o, const struct observation_query *query, struct seen *seen);
/* Exchanges of an identity, "" = all. */
uint64_t count_exchanges(struct observations *o, const char *identity);

/* Removes the database and the files beside it. */
void remove_database(const char *where);
