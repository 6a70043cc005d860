#include "tests/store/observations_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/store/temporary.h"

#define START_US 1700000000000000

char folder[600];

const char *new_folder(const char *name)
{
	snprintf(folder, sizeof(folder), "%s", in_folder(name));
	return folder;
}

const char *file_of(const char *suffix)
{
	static char path[700];

	snprintf(path, sizeof(path), "%s/observations.db%s", folder, suffix);
	return path;
}

sqlite3 *foreign(void)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(file_of(""), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	return db;
}

void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

struct observations *open_observations(const char *where, enum observations_mode mode)
{
	struct observations *o = NULL;
	struct diag diag;

	diag_init(&diag);
	if (observations_open(where, mode, &o, &diag))
		fail_msg("%s", diag.text);
	return o;
}

void append_usual(struct observations *o, uint32_t first, uint32_t count, uint32_t subscribers)
{
	struct cx_exchange e;
	struct arena arena;
	struct diag diag;

	arena_init(&arena);
	diag_init(&diag);
	for (uint32_t i = first; i < first + count; i++) {
		arena_reset(&arena);
		usual_exchange(i / 3 % subscribers, i, &arena, &e);
		e.time_us = START_US + i;
		if (observations_append(o, &e, &diag))
			fail_msg("%s", diag.text);
	}
	arena_clear(&arena);
}

void flush(struct observations *o)
{
	struct diag diag;

	diag_init(&diag);
	if (observations_flush(o, NULL, &diag))
		fail_msg("%s", diag.text);
}

bool see(const struct cx_exchange *e, void *context)
{
	struct seen *seen = context;

	if (!seen->count)
		seen->first = e->id;
	else if (seen->is_descending ? e->id >= seen->last : e->id <= seen->last)
		seen->is_ordered = false;
	seen->last = e->id;
	seen->sum += e->id;
	seen->count++;
	return !seen->stop_after || seen->count < seen->stop_after;
}

enum rc visit(struct observations *o, const struct observation_query *query, struct seen *seen)
{
	*seen = (struct seen){.is_ordered = true,
			      .is_descending = query->newest_first,
			      .stop_after = seen->stop_after};
	return observations_visit(o, query, see, seen, NULL);
}

uint64_t count_exchanges(struct observations *o, const char *identity)
{
	struct observation_query query = {.identity = identity[0] ? text_from(identity)
								  : TEXT_NONE};
	struct seen seen = {.stop_after = 0};

	assert_int_equal(visit(o, &query, &seen), RC_OK);
	assert_true(seen.is_ordered);
	return seen.count;
}

void remove_database(const char *where)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char path[700];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(path, sizeof(path), "%s/observations.db%s", where, suffixes[i]);
		unlink(path);
	}
}
