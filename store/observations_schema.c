#include "store/observations_schema.h"

#include "store/observations_private.h"

const char observations_pragmas[] = "PRAGMA page_size = 4096;"
				    "PRAGMA auto_vacuum = INCREMENTAL;"
				    "PRAGMA journal_mode = WAL;";

/* Blocks and their content are apart, so that a search by number or time reads few pages.
 *
 * lookup_tail has the entries of the newest blocks, each sorted; lookup_run those of older ones,
 * merged (state: see store/observation_index.h). Runs and tail cover numbers in ascending order
 * without overlap. */
const char observations_schema[] =
	"CREATE TABLE block(first INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
	" from_us INTEGER NOT NULL, to_us INTEGER NOT NULL);"
	"CREATE TABLE content(first INTEGER PRIMARY KEY, exchanges BLOB NOT NULL);"
	"CREATE TABLE lookup_tail(first INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL,"
	" entries BLOB NOT NULL);"
	"CREATE TABLE lookup_run(run INTEGER PRIMARY KEY AUTOINCREMENT, level INTEGER NOT NULL,"
	" state INTEGER NOT NULL, first INTEGER NOT NULL, after INTEGER NOT NULL);"
	"CREATE TABLE lookup_page(run INTEGER NOT NULL, fingerprint INTEGER NOT NULL,"
	" ordinal INTEGER NOT NULL, entries BLOB NOT NULL);"
	"CREATE INDEX lookup_page_place ON lookup_page(run, fingerprint, ordinal);"
	"CREATE TABLE status(observer TEXT PRIMARY KEY, started_at INTEGER, updated_at INTEGER,"
	" seen INTEGER, stored INTEGER, dropped INTEGER, unanswered INTEGER, undecodable INTEGER,"
	" queue_depth INTEGER, queue_depth_max INTEGER, queue_size INTEGER,"
	" store_failures INTEGER) WITHOUT ROWID;"
	/* The least number that was never given, as of the last removal. */
	"CREATE TABLE sequence(next INTEGER NOT NULL);"
	"INSERT INTO sequence VALUES(1);";

const char *const observations_sql[OBSERVATIONS_STATEMENTS] = {
	[OBSERVATIONS_BEGIN] = "BEGIN",
	[OBSERVATIONS_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[OBSERVATIONS_COMMIT] = "COMMIT",
	[OBSERVATIONS_ROLLBACK] = "ROLLBACK",
	[OBSERVATIONS_SUMMARY] = "SELECT total(count), min(first), max(first + count) - 1,"
				 " min(from_us), max(to_us) FROM block",
	[OBSERVATIONS_NEXT] = "SELECT max(next, coalesce((SELECT first + count FROM block"
			      " ORDER BY first DESC LIMIT 1), 1)),"
			      " (SELECT min(first) FROM block) FROM sequence",
	[OBSERVATIONS_SET_NEXT] = "UPDATE sequence SET next = max(next, ?1)",
	[OBSERVATIONS_PUT_BLOCK] = "INSERT OR REPLACE INTO block VALUES(?1, ?2, ?3, ?4)",
	[OBSERVATIONS_PUT_CONTENT] = "INSERT OR REPLACE INTO content VALUES(?1, ?2)",
	[OBSERVATIONS_PUT_TAIL] = "INSERT OR REPLACE INTO lookup_tail VALUES(?1, ?3, ?2)",
	[OBSERVATIONS_PUT_STATUS] = "INSERT OR REPLACE INTO status"
				    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[OBSERVATIONS_GET_STATUS] = "SELECT observer, started_at, updated_at, seen, stored,"
				    " dropped, unanswered, undecodable, queue_depth,"
				    " queue_depth_max, queue_size, store_failures"
				    " FROM status ORDER BY observer",
	[OBSERVATIONS_BLOCK_OF] = "SELECT first, count FROM block WHERE first <= ?1"
				  " ORDER BY first DESC LIMIT 1",
	[OBSERVATIONS_BLOCK_AFTER] = "SELECT first, count FROM block WHERE first > ?1 - 512"
				     " AND (first + count - 1 > ?1 OR count < 1)"
				     " AND to_us >= ?2 AND from_us < ?3 ORDER BY first LIMIT 1",
	[OBSERVATIONS_BLOCK_BEFORE] =
		"SELECT first, count FROM block WHERE first < ?1 AND to_us >= ?2 AND from_us < ?3"
		" ORDER BY first DESC LIMIT 1",
	[OBSERVATIONS_RUNS_ABOVE] = "SELECT run, first FROM lookup_run WHERE state = 1"
				    " AND after - 1 > ?1 ORDER BY first",
	[OBSERVATIONS_RUNS_BELOW] = "SELECT run, first FROM lookup_run WHERE state = 1"
				    " AND first < ?1 ORDER BY first DESC",
	[OBSERVATIONS_TAIL_ABOVE] = "SELECT first, fingerprint, entries FROM lookup_tail"
				    " WHERE first > ?1 - 512 ORDER BY first",
	[OBSERVATIONS_TAIL_BELOW] = "SELECT first, fingerprint, entries FROM lookup_tail"
				    " WHERE first < ?1 ORDER BY first DESC",
	[OBSERVATIONS_PAGE_AT] = "SELECT fingerprint, ordinal, entries FROM lookup_page"
				 " WHERE run = ?1 AND (fingerprint, ordinal) <= (?2, ?3)"
				 " ORDER BY fingerprint DESC, ordinal DESC LIMIT 1",
	[OBSERVATIONS_PAGE_AFTER] = "SELECT fingerprint, ordinal, entries FROM lookup_page"
				    " WHERE run = ?1 AND (fingerprint, ordinal) > (?2, ?3)"
				    " ORDER BY fingerprint, ordinal LIMIT 1",
	[OBSERVATIONS_PUT_PAGE] = "INSERT INTO lookup_page VALUES(?1, ?2, ?3, ?4)",
	[OBSERVATIONS_PUT_RUN] = "INSERT INTO lookup_run(level, state, first, after)"
				 " VALUES(?1, ?2, ?3, ?4)",
	[OBSERVATIONS_SET_RUN_STATE] = "UPDATE lookup_run SET state = ?2 WHERE run = ?1",
	[OBSERVATIONS_BUILDING] = "SELECT run, first, after FROM lookup_run"
				  " WHERE state = 0 AND level = ?1 LIMIT 1",
	[OBSERVATIONS_RUNS_WITHIN] = "SELECT run, first, after FROM lookup_run WHERE state = 1"
				     " AND level = ?1 AND first >= ?2 AND after <= ?3"
				     " ORDER BY first LIMIT 8",
	[OBSERVATIONS_DYING] = "SELECT run FROM lookup_run WHERE state = 2 LIMIT 1",
	[OBSERVATIONS_DROP_PAGES] = "DELETE FROM lookup_page WHERE rowid IN"
				    " (SELECT rowid FROM lookup_page WHERE run = ?1 LIMIT ?2)",
	[OBSERVATIONS_DROP_RUN] = "DELETE FROM lookup_run WHERE run = ?1",
	[OBSERVATIONS_DROP_TAIL] = "DELETE FROM lookup_tail WHERE first < ?1",
	[OBSERVATIONS_DROP_TAIL_OF] = "DELETE FROM lookup_tail WHERE first = ?1",
	[OBSERVATIONS_OLDEST] = "SELECT first, count FROM block WHERE to_us < ?1 AND first < ?2"
				" ORDER BY first LIMIT 1",
	[OBSERVATIONS_DROP_BLOCK] = "DELETE FROM block WHERE first = ?1",
	[OBSERVATIONS_DROP_CONTENT] = "DELETE FROM content WHERE first = ?1",
	[OBSERVATIONS_FIRST] = "SELECT min(first) FROM block",
	[OBSERVATIONS_KILL_RUNS] = "UPDATE lookup_run SET state = 2 WHERE after <= ?1",
	[OBSERVATIONS_CONTENT] = "SELECT exchanges FROM content WHERE first = ?1",
};
