/* "fhoss-sql": scripts, damage, secrets, cuts, size. */
#include "tests/importers/fhoss_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

static void a_script_is_rejected_with_the_reason(void **state)
{
	(void)state;
	assert_int_equal(
		dump_import("USE udm_db;\nSET @newimsi := \"001010000000001\";\n"
			    "INSERT INTO impi VALUES (0,@id,concat(@newimsi,'@ims.x'),1);\n"
			    "SELECT @impi := last_insert_id();\n"
			    "INSERT INTO impi_impu VALUES (@impi,@impu,1);\n"
			    "INSERT INTO imsu SELECT * FROM other;\n"
			    "INSERT INTO imsu VALUES (1,'a','','',1,1);\nUPDATE imsu SET id=2;\n"),
		RC_OK);
	assert_int_equal(fake.count, 1);
	assert_int_equal(fake.reject_count, 4);
	assert_true(dump_rejects("table impi, value 2: found a variable, expected a literal: this "
				 "is a script, not an export"));
	assert_int_equal(fake.reject[0].line, 3);
	assert_int_equal(fake.reject[0].offset, 71);
	assert_true(dump_rejects("UPDATE of table imsu"));
	dump_forget();
}

/* The key of each row is a word of its own; no message may hold any of it. */
static void keys_never_show_in_messages(void **state)
{
	static const char *const rows[] = {
		"(1,1,'a@x',SECRET1',129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x,'SECRET1',129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x','SECRET1,129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x',SECRET1,129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x',unhex('SECRET1'),129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x','SECRET1','SECRET1',1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,'SECRET1','a@x','','SECRET1',1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"('SECRET1',1,'a@x','',1,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x','SECRET1','SECRET2','SECRET3')",
		"(1,1,'a@x',0xSECRET1,129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,1,'a@x','SECRET1'SECRET2,129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
		"(1,99999999999,'a@x','SECRET1',129,1,'','','SECRET2','SECRET3','','',0,3600,1)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf dump;

		strbuf_init(&dump);
		strbuf_printf(&dump, "INSERT INTO impi VALUES %s,%s;\n", rows[i],
			      IMPI(9, 1, "b@x"));
		assert_int_equal(dump_import(dump.data), RC_OK);
		assert_true(fake.reject_count >= 1);
		for (size_t n = 0; n < fake.reject_count; n++) {
			assert_null(strstr(fake.reject[n].reason, "SECRET"));
			assert_null(strstr(fake.reject[n].reason, "99999999999"));
			assert_null(strstr(fake.reject[n].subject, "SECRET"));
		}
		for (size_t n = 0; n < dump_summary.note_count; n++)
			assert_null(strstr(dump_summary.notes[n].text, "SECRET"));
		/* The row behind the damage survives. */
		assert_int_equal(fake.record[fake.count - 1].impi[0].row, 9);
		strbuf_clear(&dump);
	}
	dump_forget();
}

static void a_cut_dump_is_not_published(void **state)
{
	static const char *const dumps[] = {
		"-- MySQL dump 10.13\n" ROWS("imsu", IMSU(1, "a")),
		ROWS("imsu", IMSU(1, "a")) "INSERT INTO imsu VALUES (2,'b",
		ROWS("imsu", IMSU(1, "a")) "INSERT INTO imsu VALUES " IMSU(2, "b") ",",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		assert_int_equal(dump_import(dumps[i]), RC_TRUNCATED);
		assert_true(dump_summary.is_truncated);
		assert_false(fake.is_published);
		assert_int_equal(dump_subscription(1)->row, 1);
	}
	dump_forget();
}

static void what_a_cut_table_lacks_is_unknown(void **state)
{
	(void)state;
	/* The cut falls into impi_impu: IMPU 2 may well have its association behind it. */
	dump_import(ROWS("imsu", IMSU(1, "a")) ROWS("impi", IMPI(1, 1, "a@x"))
			    ROWS("impu", IMPU(1, "sip:a@x", 0, 1) "," IMPU(2, "sip:b@x", 0, 1))
				    ROWS("visited_network",
					 "(1,'x')") "INSERT INTO impi_impu VALUES (1,1,1,0),(2,1,");
	assert_true(dump_summary.is_truncated);
	assert_int_equal(dump_subscription(1)->has_associations, TRI_UNKNOWN);
	assert_int_equal(dump_subscription(1)->association_count, 1);
	assert_int_equal(dump_count(RECORD_ORPHAN_IMPU), 0);
	assert_int_equal(fake.directory.has_visited_networks, TRI_YES);
	/* Into visited_network: another name may be behind it. */
	dump_import(ROWS("imsu", IMSU(1, "a")) "INSERT INTO visited_network VALUES (1,'x'),(2,");
	assert_int_equal(fake.directory.visited_network_count, 1);
	assert_int_equal(fake.directory.has_visited_networks, TRI_UNKNOWN);
	dump_forget();
}

static void tables_of_another_database_are_passed_over(void **state)
{
	(void)state;
	assert_int_equal(
		dump_import("USE shop;" ROWS("sp", "(9,'shop',0)") ROWS(
			"capabilities_set", "(1,9,'shop',9,1)") "USE hss_db;" ROWS("imsu",
										   IMSU(1, "a"))
				    ROWS("sp", "(1,'own',0)") "USE hss_old;" ROWS(
					    "imsu", IMSU(2, "b")) "INSERT INTO hss_db.imsu "
								  "VALUES " IMSU(3, "c") ";"),
		RC_OK);
	assert_int_equal(fake.count, 2);
	assert_int_equal(dump_subscription(3)->row, 3);
	assert_int_equal(fake.directory.service_profile_count, 1);
	assert_int_equal(fake.directory.service_profile[0].id, 1);
	assert_int_equal(fake.directory.has_capability_sets, TRI_UNKNOWN);
	assert_int_equal(fake_note(&dump_summary,
				   "table imsu of database hss_old passed over: hss_db is read"),
			 1);
	dump_forget();
}

/* What the extract holds was counted by other means. */
static void a_faulty_population_is_read_without_a_reject(void **state)
{
	const char *files[] = {dump_fixture("oracle.sql"), NULL};
	size_t impis = 0, impus = 0, associations = 0, grants = 0;

	(void)state;
	assert_int_equal(dump_import_files(files), RC_OK);
	assert_int_equal(fake.reject_count, 0);
	assert_int_equal(dump_summary.note_count, 0);
	assert_int_equal(dump_count(RECORD_SUBSCRIPTION), 132);
	assert_int_equal(dump_count(RECORD_ORPHAN_IMPI), 0);
	assert_int_equal(dump_count(RECORD_ORPHAN_IMPU), 12);
	for (size_t i = 0; i < fake.count; i++) {
		impis += fake.record[i].impi_count;
		impus += fake.record[i].impu_count;
		associations += fake.record[i].association_count;
		for (uint32_t n = 0; n < fake.record[i].impu_count; n++)
			grants += fake.record[i].impu[n].grant_count;
	}
	assert_int_equal(impis, 219);
	assert_int_equal(impus, 366);
	assert_int_equal(associations, 522);
	assert_int_equal(grants, 591);
	assert_int_equal(fake.directory.visited_network_count, 5);
	assert_int_equal(fake.directory.service_profile_count, 8);
	dump_forget();
}

/* One INSERT of some megabytes, so that rows lie across every border of the window; rows backwards,
 * in so little memory that they are sorted on disk. */
static void long_lines_and_unsorted_rows_need_no_memory(void **state)
{
	enum { COUNT = 20000 };
	struct strbuf dump;

	(void)state;
	strbuf_init(&dump);
	for (int table = 0; table < 4; table++) {
		static const char *const heads[] = {"imsu", "impi", "impu", "impi_impu"};

		strbuf_printf(&dump, "%sINSERT INTO %s VALUES ", table ? ";\n" : "", heads[table]);
		for (int i = COUNT; i > 0; i--) {
			const char *comma = i == COUNT ? "" : ",";

			if (table == 0)
				strbuf_printf(&dump, "%s(%d,'n''%d','','',NULL,NULL)", comma, i, i);
			else if (table == 1)
				strbuf_printf(&dump,
					      "%s(%d,%d,'%d@x','\\'\\\\),(',1,1,'','','','','','',"
					      "0,0,0)",
					      comma, i, i, i);
			else if (table == 2)
				strbuf_printf(&dump, "%s(%d,'sip:%d@x',0,0,0,1,%d,1,'','),(',0,1)",
					      comma, i, i, i);
			else
				strbuf_printf(&dump, "%s(%d,%d,%d,0)", comma, i, i, i);
		}
	}
	strbuf_add_str(&dump, ";\n");
	assert_true(dump.length > 3u << 20);
	fake_options.memory = 1;
	assert_int_equal(dump_import(dump.data), RC_OK);
	fake_options.memory = 0;
	strbuf_clear(&dump);
	assert_int_equal(fake.reject_count, 0);
	assert_int_equal(fake.count, COUNT);
	for (uint64_t i = 0; i < COUNT; i++) {
		const struct ims_subscription *r = &fake.record[i];
		char name[32];

		snprintf(name, sizeof(name), "n'%d", (int)i + 1);
		assert_int_equal(r->row, i + 1);
		assert_true(text_equal(r->name, text_from(name)));
		assert_int_equal(r->impi[0].row, i + 1);
		assert_int_equal(r->impu[0].row, i + 1);
		assert_int_equal(r->association_count, 1);
	}
	dump_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_is_rejected_with_the_reason),
		cmocka_unit_test(keys_never_show_in_messages),
		cmocka_unit_test(a_cut_dump_is_not_published),
		cmocka_unit_test(what_a_cut_table_lacks_is_unknown),
		cmocka_unit_test(tables_of_another_database_are_passed_over),
		cmocka_unit_test(a_faulty_population_is_read_without_a_reject),
		cmocka_unit_test(long_lines_and_unsorted_rows_need_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
