/* The table exchange says what the observations are, and bounds find what a scan finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "tests/store/observations_fixture.h"
#include "tests/store/store_fixture.h"
#include "tests/store/temporary.h"

#define DAY_US INT64_C(86400000000)
#define START_US INT64_C(1793491200000000) /* 2026-11-01T00:00:00Z */
#define COUNT 4000

static struct store *store;

static bool add_row(const struct text *values, const int *types, int count, void *context)
{
	(void)types;
	for (int i = 0; i < count; i++) {
		if (i)
			strbuf_add_char(context, '|');
		if (values[i].data)
			strbuf_add_text(context, values[i]);
		else
			strbuf_add_str(context, "NULL");
	}
	strbuf_add_char(context, '\n');
	return true;
}

static enum rc run(struct store *s, const char *sql, struct strbuf *out, struct diag *diag)
{
	struct store_sql_sink sink = {.row = add_row, .context = out};

	strbuf_reset(out);
	diag_init(diag);
	return store_sql(s, sql, &sink, diag);
}

static void assert_gives(struct store *s, const char *sql, const char *expected)
{
	struct strbuf out;
	struct diag diag;

	strbuf_init(&out);
	if (run(s, sql, &out, &diag))
		fail_msg("%s: %s", sql, diag.text);
	assert_string_equal(out.data ? out.data : "", expected);
	strbuf_clear(&out);
}

/* Ten days of exchanges, and one that says little. */
static int make_observations(void **state)
{
	struct cx_exchange e;
	static const uint32_t vendors[] = {10415, 13019, 0};
	struct observations *o;
	struct arena arena;

	if (folder_make(state))
		return -1;
	store = open_store(in_folder("store"), STORE_WRITE);
	o = open_observations(in_folder("store"), OBSERVATIONS_WRITE);
	arena_init(&arena);
	for (uint32_t i = 0; i < COUNT; i++) {
		arena_reset(&arena);
		usual_exchange(i / 3 % 50, i, &arena, &e);
		e.time_us = START_US + (int64_t)i * (10 * DAY_US / COUNT);
		if (i % 100 == 99)
			e.answer.code = 5012;
		observations_append(o, &e, NULL);
	}
	cx_exchange_init(&e);
	e.time_us = START_US + 20 * DAY_US + 42;
	e.command = CX_RTR;
	e.end = CX_END_UNANSWERED;
	e.damage = CX_DAMAGE_AVP;
	observations_append(o, &e, NULL);
	e.time_us++;
	e.end = CX_END_ANSWERED;
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		e.answer.code = 5001;
		cx_answer_set_vendor(&e.answer, vendors[i]);
		observations_append(o, &e, NULL);
	}
	flush(o);
	observations_close(o);
	arena_clear(&arena);
	return 0;
}

static int remove_store(void **state)
{
	store_close(store);
	return folder_remove(state);
}

static void columns_are_those_of_the_exchange(void **state)
{
	(void)state;
	assert_gives(store, "SELECT * FROM exchange WHERE id IN (1, 3)",
		     "1|2026-11-01T00:00:00.000000Z|UAR|answered"
		     "|001010000000000@ims.mnc001.mcc001.3gppnetwork.org"
		     "|sip:001010000000000@ims.mnc001.mcc001.3gppnetwork.org|1"
		     "|ims.mnc001.mcc001.3gppnetwork.org|registration"
		     "|icscf.ims.mnc001.mcc001.3gppnetwork.org"
		     "|hss.ims.mnc001.mcc001.3gppnetwork.org|ims.mnc001.mcc001.3gppnetwork.org"
		     "|NULL|NULL|Result-Code|2001|DIAMETER_SUCCESS|900|0|NULL\n"
		     "3|2026-11-01T00:07:12.000000Z|SAR|answered"
		     "|001010000000000@ims.mnc001.mcc001.3gppnetwork.org"
		     "|sip:001010000000000@ims.mnc001.mcc001.3gppnetwork.org|1|NULL|NULL"
		     "|scscf1.ims.mnc001.mcc001.3gppnetwork.org"
		     "|hss.ims.mnc001.mcc001.3gppnetwork.org|ims.mnc001.mcc001.3gppnetwork.org"
		     "|sip:scscf1.ims.mnc001.mcc001.3gppnetwork.org:6060|NULL"
		     "|Result-Code|2001|DIAMETER_SUCCESS|900|0|NULL\n");
}

static void what_is_not_known_is_null(void **state)
{
	(void)state;
	assert_gives(
		store,
		"SELECT time, command, \"end\", impi, impu, impu_count, avp, code, name,"
		" latency_us, damage FROM exchange WHERE code IS NULL",
		"2026-11-21T00:00:00.000042Z|RTR|unanswered|NULL|NULL|0|NULL|NULL|NULL|NULL|2\n");
	assert_gives(store, "SELECT code, count(*) FROM exchange GROUP BY 1 ORDER BY 1",
		     "NULL|1\n2001|3960\n5001|3\n5012|40\n");
}

static void a_code_has_the_name_of_its_vendor(void **state)
{
	(void)state;
	assert_gives(store, "SELECT avp, code, name, vendor FROM exchange WHERE code = 5001",
		     "Experimental-Result-Code|5001|DIAMETER_ERROR_USER_UNKNOWN|10415\n"
		     "Experimental-Result-Code|5001|DIAMETER_UNKNOWN_CODE|13019\n"
		     "Experimental-Result-Code|5001|DIAMETER_UNKNOWN_CODE|NULL\n");
}

/* A unary plus keeps SQLite from handing the comparison to the table, so that it scans. */
static void bounds_find_what_a_scan_finds(void **state)
{
	static const char *const conditions[][2] = {
		{"id = 17", "+id = 17"},
		{"id > 3990", "+id > 3990"},
		{"id >= 3990 AND id < 3995", "+id >= 3990 AND +id < 3995"},
		{"id <= 512", "+id <= 512"},
		{"id < -1", "0"},
		{"id > 7.5 AND id < 12.5", "+id > 7.5 AND +id < 12.5"},
		{"id = '17'", "+id = 17"},
		{"id = NULL", "0"},
		{"time >= '2026-11-05'", "+time >= '2026-11-05'"},
		{"time < '2026-11-05'", "+time < '2026-11-05'"},
		{"time > '2026-11-05T12' AND time <= '2026-11-07T03:14'",
		 "+time > '2026-11-05T12' AND +time <= '2026-11-07T03:14'"},
		{"time > '2026-11'", "+time > '2026-11'"},
		{"time < '2026-11-31'", "+time < '2026-11-31'"},
		{"time >= '2026-10-32'", "+time >= '2026-10-32'"},
		{"time < 5", "+time < '5'"},
		{"impi = '001010000000007@ims.mnc001.mcc001.3gppnetwork.org'",
		 "+impi = '001010000000007@ims.mnc001.mcc001.3gppnetwork.org'"},
		{"impi = '001010000000007'", "0"},
		{"impu = 'SIP:001010000000007@ims.mnc001.mcc001.3gppnetwork.org' COLLATE NOCASE"
		 " AND id > 1000",
		 "+impu = 'SIP:001010000000007@ims.mnc001.mcc001.3gppnetwork.org' COLLATE NOCASE"
		 " AND +id > 1000"},
	};
	char by_bound[400], by_scan[400];
	struct strbuf found;
	struct diag diag;

	(void)state;
	strbuf_init(&found);
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		snprintf(by_bound, sizeof(by_bound),
			 "SELECT count(*), sum(id) FROM exchange WHERE %s", conditions[i][0]);
		snprintf(by_scan, sizeof(by_scan),
			 "SELECT count(*), sum(id) FROM exchange WHERE %s", conditions[i][1]);
		assert_int_equal(run(store, by_scan, &found, &diag), RC_OK);
		assert_gives(store, by_bound, found.data);
	}
	strbuf_clear(&found);
}

static void without_observations_the_table_is_empty(void **state)
{
	struct store *s = open_store(in_folder("empty"), STORE_WRITE);

	(void)state;
	assert_gives(s, "SELECT count(*) FROM exchange", "0\n");
	store_close(s);
}

/* As where an observer runs and nothing was imported yet. */
static void observations_alone_make_a_store(void **state)
{
	struct observations *o = open_observations(in_folder("observed"), OBSERVATIONS_WRITE);
	struct observation_status status = {.observer = TEXT_LITERAL("relay.example.org")};
	struct store *s;

	(void)state;
	assert_int_equal(observations_flush(o, &status, NULL), RC_OK);
	observations_close(o);
	s = open_store(in_folder("observed"), STORE_READ);
	assert_gives(s, "SELECT count(*) FROM exchange", "0\n");
	assert_gives(s, "SELECT count(*) FROM impu", "0\n");
	assert_gives(s, "SELECT count(*) FROM source", "0\n");
	store_close(s);
}

static void a_file_that_is_none_is_told_when_it_is_asked_for(void **state)
{
	struct store *s = open_store(in_folder("garbage"), STORE_WRITE);
	struct strbuf out;
	struct diag diag;

	(void)state;
	strbuf_init(&out);
	write_file(in_folder("garbage/observations.db"), "no database at all, but text", 28);
	assert_gives(s, "SELECT count(*) FROM run", "0\n");
	assert_int_equal(run(s, "SELECT count(*) FROM exchange", &out, &diag), RC_CORRUPT);
	strbuf_clear(&out);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_those_of_the_exchange),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(a_code_has_the_name_of_its_vendor),
		cmocka_unit_test(bounds_find_what_a_scan_finds),
		cmocka_unit_test(without_observations_the_table_is_empty),
		cmocka_unit_test(observations_alone_make_a_store),
		cmocka_unit_test(a_file_that_is_none_is_told_when_it_is_asked_for),
	};

	return cmocka_run_group_tests(tests, make_observations, remove_store);
}
