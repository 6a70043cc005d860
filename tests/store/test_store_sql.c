/* SQL over the store: the tables say what the records say, and nothing can be changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "store/store.h"
#include "tests/codec/random_record.h"
#include "tests/store/temporary.h"

#define RECORDS 1500
#define SEEDS 2

static const uint64_t seeds[SEEDS] = {0xabcdef, 0x123457};
static const char *const sources[SEEDS] = {"one", "two"};
static struct store *store;

static int make_store(void **state)
{
	if (folder_make(state) || store_open(in_folder("store"), STORE_WRITE, &store, NULL))
		return -1;
	for (int k = 0; k < SEEDS; k++) {
		struct snapshot_info info = {.role = "ims", .format = "random"};
		struct random_source r = {seeds[k]};
		struct ims_subscription record;
		struct store_import *i;

		if (store_import_begin(store, sources[k], NULL, &i, NULL))
			return -1;
		subscription_init(&record);
		for (uint32_t n = 0; n < RECORDS; n++) {
			random_record(&r, n, &record);
			if (snapshot_writer_put(store_import_writer(i), &record, NULL, NULL))
				return -1;
		}
		subscription_clear(&record);
		if (store_import_commit(i, &info, true, NULL))
			return -1;
	}
	return 0;
}

static int remove_store(void **state)
{
	store_close(store);
	return folder_remove(state);
}

static bool add_row(const struct text *values, const int *types, int count, void *context)
{
	struct strbuf *out = context;

	(void)types;
	for (int i = 0; i < count; i++) {
		if (i)
			strbuf_add_char(out, '|');
		if (values[i].data)
			strbuf_add_text(out, values[i]);
		else
			strbuf_add_str(out, "NULL");
	}
	strbuf_add_char(out, '\n');
	return true;
}

static enum rc run(const char *sql, struct strbuf *out, struct diag *diag)
{
	struct store_sql_sink sink = {.row = add_row, .context = out};

	strbuf_reset(out);
	diag_init(diag);
	return store_sql(store, sql, &sink, diag);
}

static void assert_gives(const char *sql, const char *expected)
{
	struct strbuf out;
	struct diag diag;

	strbuf_init(&out);
	if (run(sql, &out, &diag))
		fail_msg("%s: %s", sql, diag.text);
	assert_string_equal(out.data ? out.data : "", expected);
	strbuf_clear(&out);
}

static uint64_t count_of(const char *sql)
{
	struct strbuf out;
	struct diag diag;
	uint64_t count;

	strbuf_init(&out);
	if (run(sql, &out, &diag))
		fail_msg("%s: %s", sql, diag.text);
	count = strtoull(out.data, NULL, 10);
	strbuf_clear(&out);
	return count;
}

static void everything_but_a_single_select_is_refused(void **state)
{
	static const char *const statements[] = {"DELETE FROM source",
						 "UPDATE impu SET barred = 0",
						 "INSERT INTO run(totals) VALUES('x')",
						 "DROP TABLE snapshot",
						 "CREATE TABLE x(y)",
						 "CREATE TEMP TABLE x(y)",
						 "CREATE VIRTUAL TABLE x USING impu",
						 "ATTACH ':memory:' AS other",
						 "PRAGMA journal_mode = WAL",
						 "PRAGMA user_version = 9",
						 "PRAGMA writable_schema = ON",
						 "SELECT load_extension('x')",
						 "VACUUM",
						 "VACUUM INTO 'vacuumed'",
						 "BEGIN",
						 "SELECT * FROM sqlite_master",
						 "SELECT * FROM sqlite_sequence",
						 "SELECT count(*) FROM sqlite_schema",
						 "SELECT * FROM pragma_database_list",
						 "SELECT 1; SELECT 2",
						 "SELECT 1; DROP TABLE source",
						 "",
						 "  -- nothing"};
	struct strbuf out;
	struct diag diag;

	(void)state;
	strbuf_init(&out);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		enum rc rc = run(statements[i], &out, &diag);

		/* some are refused as unknown before the question of permission comes up */
		if (rc != RC_USAGE && rc != RC_SYNTAX)
			fail_msg("'%s' gives %s", statements[i], rc_str(rc));
		assert_true(diag.text[0]);
	}
	strbuf_clear(&out);
	assert_int_equal(access("vacuumed", F_OK), -1);
	assert_gives("SELECT count(*) FROM source", "2\n");
}

static void a_mistake_is_told_in_the_words_of_sqlite(void **state)
{
	struct strbuf out;
	struct diag diag;

	(void)state;
	strbuf_init(&out);
	assert_int_equal(run("SELEKT 1", &out, &diag), RC_SYNTAX);
	assert_non_null(strstr(diag.text, "SELEKT"));
	assert_int_equal(run("SELECT colour FROM impu", &out, &diag), RC_SYNTAX);
	assert_non_null(strstr(diag.text, "colour"));
	strbuf_clear(&out);
}

static void trailing_blanks_and_semicolons_are_no_second_statement(void **state)
{
	(void)state;
	assert_gives("SELECT 1 ; -- that was it\n ;", "1\n");
	assert_gives("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
		     " SELECT * FROM n",
		     "1\n2\n3\n");
}

struct totals {
	uint64_t records, impis, impus, associations, barred, own_sets, named_sets, rows;
};

static struct totals naive_totals(void)
{
	struct totals t = {0};
	struct ims_subscription s;

	subscription_init(&s);
	for (int k = 0; k < SEEDS; k++) {
		struct random_source r = {seeds[k]};

		for (uint32_t n = 0; n < RECORDS; n++) {
			random_record(&r, n, &s);
			t.records++;
			t.impis += s.impi_count;
			t.impus += s.impu_count;
			t.associations += s.association_count;
			for (uint32_t i = 0; i < s.association_count; i++)
				t.rows += s.association[i].rows;
			for (uint32_t i = 0; i < s.impu_count; i++) {
				bool is_first = s.impu[i].irs_state == IRS_NAMED;

				t.barred += s.impu[i].barred == TRI_YES;
				t.own_sets += s.impu[i].irs_state == IRS_OWN;
				for (uint32_t j = 0; j < i; j++)
					is_first &= s.impu[j].irs_state != IRS_NAMED ||
						    !text_equal(s.impu[j].irs, s.impu[i].irs);
				t.named_sets += is_first;
			}
		}
	}
	subscription_clear(&s);
	return t;
}

static void the_tables_count_what_the_records_hold(void **state)
{
	struct totals t = naive_totals();

	(void)state;
	assert_int_equal(count_of("SELECT count(*) FROM subscription"), t.records);
	assert_int_equal(count_of("SELECT count(*) FROM impi"), t.impis);
	assert_int_equal(count_of("SELECT count(*) FROM impu"), t.impus);
	assert_int_equal(count_of("SELECT count(*) FROM association"), t.associations);
	assert_int_equal(count_of("SELECT sum(rows) FROM association"), t.rows);
	assert_int_equal(count_of("SELECT count(*) FROM impu WHERE barred"), t.barred);
	assert_int_equal(count_of("SELECT count(*) FROM irs WHERE irs_state = 'own'"), t.own_sets);
	assert_int_equal(count_of("SELECT count(*) FROM irs WHERE irs_state = 'named'"),
			 t.named_sets);
	assert_int_equal(count_of("SELECT sum(impus) FROM irs"),
			 count_of("SELECT count(*) FROM impu WHERE irs_state IS NOT NULL"));
	assert_int_equal(count_of("SELECT count(DISTINCT rowid) FROM impu"), t.impus);
}

static const char *tri_text(enum tri t)
{
	return t == TRI_UNKNOWN ? "NULL" : t == TRI_YES ? "1" : "0";
}

static void add_text(struct strbuf *out, struct text t)
{
	if (t.data)
		strbuf_add_text(out, t);
	else
		strbuf_add_str(out, "NULL");
}

/* Each IMPU as the record has it, in the order of the table. */
static void naive_impus(struct strbuf *out)
{
	struct ims_subscription s;

	subscription_init(&s);
	for (int k = 0; k < SEEDS; k++) {
		struct random_source r = {seeds[k]};

		for (uint32_t n = 0; n < RECORDS; n++) {
			random_record(&r, n, &s);
			for (uint32_t i = 0; i < s.impu_count; i++) {
				const struct impu *u = &s.impu[i];

				strbuf_printf(out, "%s|%u|", sources[k], (unsigned)n);
				add_text(out, u->identity);
				strbuf_add_char(out, '|');
				add_text(out, s.imsi_count ? s.imsi[0] : TEXT_NONE);
				strbuf_printf(out, "|%s|%s|", tri_text(u->barred),
					      tri_text(u->may_register));
				add_text(out, u->irs);
				strbuf_add_char(out, '\n');
			}
		}
	}
	subscription_clear(&s);
}

static void the_rows_are_those_of_the_records(void **state)
{
	struct strbuf expected, found;
	struct diag diag;

	(void)state;
	strbuf_init(&expected);
	strbuf_init(&found);
	naive_impus(&expected);
	assert_int_equal(run("SELECT source, subscription, impu, imsi, barred, may_register, irs"
			     " FROM impu",
			     &found, &diag),
			 RC_OK);
	assert_int_equal(found.length, expected.length);
	assert_memory_equal(found.data, expected.data, expected.length);
	strbuf_clear(&expected);
	strbuf_clear(&found);
}

/* A unary plus keeps SQLite from handing the equality to the table, so that it scans. */
static void equalities_find_what_a_scan_finds(void **state)
{
	static const char *const pairs[][2] = {
		{"SELECT sum(n) FROM (SELECT (SELECT count(*) FROM impu b WHERE b.impu = a.impu) "
		 "AS n"
		 " FROM impu a WHERE a.subscription < 40)",
		 "SELECT sum(n) FROM (SELECT (SELECT count(*) FROM impu b WHERE +b.impu = a.impu) "
		 "AS n"
		 " FROM impu a WHERE +a.subscription < 40)"},
		{"SELECT count(*) FROM subscription a JOIN subscription b ON a.imsi = b.imsi"
		 " WHERE a.subscription = 5",
		 "SELECT count(*) FROM subscription a JOIN subscription b ON +a.imsi = +b.imsi"
		 " WHERE +a.subscription = 5"},
		{"SELECT count(*) FROM impi WHERE impi IN (SELECT impi FROM impi WHERE "
		 "subscription < 9)",
		 "SELECT count(*) FROM impi WHERE +impi IN (SELECT impi FROM impi"
		 " WHERE +subscription < 9)"},
		{"SELECT count(*) FROM impu WHERE source = 'two' AND subscription = 77",
		 "SELECT count(*) FROM impu WHERE +source = 'two' AND +subscription = 77"},
		{"SELECT count(*) FROM impu WHERE msisdn = 112",
		 "SELECT count(*) FROM impu WHERE +msisdn = '112'"},
		{"SELECT count(*) FROM impu WHERE impu = 'TEL:+112' COLLATE NOCASE",
		 "SELECT count(*) FROM impu WHERE +impu = 'TEL:+112' COLLATE NOCASE"},
		{"SELECT count(*) FROM subscription WHERE imsi = ''",
		 "SELECT count(*) FROM subscription WHERE +imsi = ''"},
		{"SELECT count(*) FROM subscription WHERE subscription IN (-1, 3, 1499, 1500, "
		 "3e12)",
		 "SELECT count(*) FROM subscription WHERE +subscription IN (3, 1499)"},
		{"SELECT count(*) FROM subscription WHERE imsi = NULL", "SELECT 0"},
		{"SELECT count(*) FROM subscription WHERE source = 'none'", "SELECT 0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (count_of(pairs[i][0]) != count_of(pairs[i][1]))
			fail_msg("%s: %" PRIu64 ", expected %" PRIu64, pairs[i][0],
				 count_of(pairs[i][0]), count_of(pairs[i][1]));
	assert_true(count_of(pairs[0][0]) > 100);
}

static void the_catalog_is_shown_too(void **state)
{
	(void)state;
	assert_gives("SELECT name, format, role FROM source ORDER BY name",
		     "one|random|ims\ntwo|random|ims\n");
	assert_gives("SELECT number, state, source FROM snapshot ORDER BY number",
		     "1|published|one\n2|published|two\n");
	assert_gives("SELECT count(*) FROM reject", "0\n");
	assert_gives("SELECT count(*) FROM run", "0\n");
}

static bool stop_after_three(const struct text *values, const int *types, int count, void *context)
{
	(void)values;
	(void)types;
	(void)count;
	return ++*(int *)context < 3;
}

static bool see_names(const struct text *names, int count, void *context)
{
	(void)context;
	assert_int_equal(count, 2);
	assert_true(text_equal(names[0], TEXT_LITERAL("impu")));
	assert_true(text_equal(names[1], TEXT_LITERAL("n")));
	return true;
}

static void a_sink_may_stop(void **state)
{
	int rows = 0;
	struct store_sql_sink sink = {see_names, stop_after_three, &rows, NULL};

	(void)state;
	assert_int_equal(store_sql(store, "SELECT impu, 1 AS n FROM impu", &sink, NULL), RC_OK);
	assert_int_equal(rows, 3);
}

static void a_signal_ends_a_query_without_rows(void **state)
{
	volatile int interrupted = 1;
	struct strbuf out;
	struct store_sql_sink sink = {.row = add_row, .context = &out, .interrupted = &interrupted};

	(void)state;
	strbuf_init(&out);
	assert_int_equal(store_sql(store,
				   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
				   " SELECT count(*) FROM n",
				   &sink, NULL),
			 RC_INTERRUPTED);
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_but_a_single_select_is_refused),
		cmocka_unit_test(a_mistake_is_told_in_the_words_of_sqlite),
		cmocka_unit_test(trailing_blanks_and_semicolons_are_no_second_statement),
		cmocka_unit_test(the_tables_count_what_the_records_hold),
		cmocka_unit_test(the_rows_are_those_of_the_records),
		cmocka_unit_test(equalities_find_what_a_scan_finds),
		cmocka_unit_test(the_catalog_is_shown_too),
		cmocka_unit_test(a_sink_may_stop),
		cmocka_unit_test(a_signal_ends_a_query_without_rows),
	};

	return cmocka_run_group_tests(tests, make_store, remove_store);
}
