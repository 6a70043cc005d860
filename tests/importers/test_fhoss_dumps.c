/* "fhoss-sql": forms of dumps: layouts, order, files, completeness. */
#include "tests/importers/fhoss_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

#define FLAGS_27 "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"

static void positional_rows_are_read_by_the_layout_of_their_length(void **state)
{
	static const struct {
		const char *rows;
		size_t impis;
	} table[] = {
		{ROWS("impi", "(4,1,'a@x'," KEY ",129,1,'','','','000','','',0,3600,1)"), 1},
		{ROWS("impi", "(4,1,'a@x'," KEY ",129,1,'','','000','','',0,3600,1)"), 1},
		{ROWS("impi", "(4,1,'a@x'," KEY ",129,1,'','','000','','',0,3600,1,'')"), 1},
		{ROWS("impi",
		      "('4','1','a@x'," KEY ",'129','1','','','','0','','','0','3600','1')"),
		 1},
		/* Another product's table of that name. */
		{ROWS("impi", "(6,33,'a@x','sip:scscf.test:6060',0,NULL,1,1)"), 0},
		{ROWS("impi", "('a@x',4,1," KEY ",129,1,'','','','000','','',0,3600,1)"), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		/* An import of rejects alone is refused as a whole. */
		assert_int_equal(dump_import(table[i].rows), table[i].impis ? RC_OK : RC_SYNTAX);
		assert_int_equal(fake.count, table[i].impis);
		assert_int_equal(fake.reject_count, !table[i].impis);
		if (!table[i].impis) {
			assert_true(dump_rejects("fit no known layout of table impi"));
			continue;
		}
		assert_int_equal(fake.record[0].impi[0].schemes, 129);
		assert_int_equal(fake.record[0].impi[0].has_sqn, TRI_YES);
		assert_int_equal(fake.record[0].impi[0].row, 4);
	}
	dump_forget();
}

static void the_other_tables_have_their_known_layouts_too(void **state)
{
	(void)state;
	assert_int_equal(
		dump_import(
			ROWS("imsu", "(1,'a','','',-1,-1,0.00000,1,0,'2017-01-25 11:02:40',2,NULL)")
				ROWS("preferred_scscf_set", "(1,4,'sip:s.test',7)") ROWS(
					"application_server",
					"(1,'as','sip:as.test',0,'','as.test',1024," FLAGS_27 "),"
					"(2,'as','sip:as.test',0,'','as.test',1024," FLAGS_27
					",1,1)")
					ROWS("spt", "(2,1,0,0,1,NULL,'PUBLISH',NULL,NULL,NULL,"
						    "NULL,NULL,0)")),
		RC_OK);
	assert_int_equal(fake.reject_count, 0);
	assert_int_equal(dump_subscription(1)->capability_set.state, LINK_NONE);
	assert_int_equal(fake.directory.preferred[0].set, 4);
	assert_int_equal(fake.directory.preferred[0].priority, 7);
	dump_forget();
}

static void create_table_decides_the_order_of_columns(void **state)
{
	(void)state;
	assert_int_equal(dump_import("CREATE TABLE imsu (name int, id int);"
				     "INSERT INTO imsu VALUES ('a',5);"
				     "INSERT INTO imsu VALUES ('b',6,7);"
				     "INSERT INTO imsu (ID,Name) VALUES (8,'c');"),
			 RC_OK);
	assert_int_equal(fake.count, 2);
	assert_true(text_equal(dump_subscription(5)->name, TEXT_LITERAL("a")));
	assert_true(text_equal(dump_subscription(8)->name, TEXT_LITERAL("c")));
	assert_int_equal(fake.reject_count, 1);
	assert_true(dump_rejects("has 3 values, expected 2 as in CREATE TABLE"));
	dump_forget();
}

static void a_table_without_a_needed_column_is_rejected_row_by_row(void **state)
{
	(void)state;
	assert_int_equal(dump_import("CREATE TABLE impi (id int, id_supi int, identity int);"
				     "INSERT INTO impi VALUES (1,1,'a@x'),(2,2,'b@x');"),
			 RC_SYNTAX);
	assert_int_equal(fake.count, 0);
	assert_int_equal(fake.reject_count, 2);
	assert_true(dump_rejects("table impi has no column id_imsu"));
	dump_forget();
}

static void tables_may_come_in_any_order(void **state)
{
	static const char *const tables[] = {
		ROWS("imsu", IMSU(1, "a") "," IMSU(2, "b")),
		ROWS("impi", IMPI(1, 1, "a@x") "," IMPI(2, 2, "b@x")),
		ROWS("impu", IMPU(1, "sip:a@x", 1, 1) "," IMPU(2, "sip:b@x", 0, 2)),
		ROWS("impi_impu", "(2,2,2,0),(1,1,1,0),(3,2,1,0)"),
		ROWS("impu_visited_network", "(1,1,1),(2,2,1)"),
	};
	const size_t count = sizeof(tables) / sizeof(tables[0]);

	(void)state;
	for (size_t first = 0; first < count; first++) {
		for (size_t step = 1; step < count; step++) {
			struct strbuf dump;

			strbuf_init(&dump);
			for (size_t i = 0; i < count; i++)
				strbuf_add_str(&dump, tables[(first + i * step) % count]);
			assert_int_equal(dump_import(dump.data), RC_OK);
			assert_int_equal(fake.count, 2);
			assert_int_equal(dump_subscription(1)->impu_count, 1);
			assert_int_equal(dump_subscription(2)->impu_count, 2);
			assert_int_equal(dump_impu(dump_subscription(2), 1)->grant_count, 1);
			assert_int_equal(dump_impu(dump_subscription(2), 1)->barred, TRI_YES);
			strbuf_clear(&dump);
		}
	}
	dump_forget();
}

static void schema_and_data_may_be_two_files_in_any_order(void **state)
{
	static const char *const orders[][3] = {{"schema.sql", "data.sql", NULL},
						{"data.sql", "schema.sql", NULL}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *files[] = {dump_fixture(orders[i][0]), dump_fixture(orders[i][1]),
				       NULL};
		const struct ims_subscription *alice;

		assert_int_equal(dump_import_files(files), RC_OK);
		assert_int_equal(fake.reject_count, 0);
		assert_false(dump_summary.is_truncated);
		assert_int_equal(fake.count, 2);
		alice = dump_subscription(1);
		assert_int_equal(alice->impu_count, 2);
		assert_int_equal(alice->impi[0].schemes, 129);
		assert_int_equal(alice->impi[0].has_key, TRI_YES);
		assert_int_equal(dump_subscription(2)->impi[0].has_key, TRI_NO);
		assert_int_equal(dump_impu(alice, 11)->barred, TRI_YES);
		assert_int_equal(dump_impu(alice, 12)->barred, TRI_NO);
		assert_int_equal(alice->association[1].state, REG_STATE_REGISTERED);
		/* Dumped and empty: nobody is granted anything. */
		assert_true(dump_impu(alice, 12)->has_grants);
		assert_int_equal(dump_impu(alice, 12)->grant_count, 0);
		/* Not in the schema. */
		assert_int_equal(dump_impu(alice, 12)->may_register, TRI_UNKNOWN);
		/* The file that the record was read from. */
		assert_non_null(strstr(fake.file[alice->provenance.file], "data.sql"));
	}
	dump_forget();
}

static void the_directory_of_the_icscf_may_be_a_side_file(void **state)
{
	const char *files[] = {dump_fixture("schema.sql"), dump_fixture("icscf.sql"),
			       dump_fixture("data.sql"), NULL};
	const struct hss_directory *d = &fake.directory;

	(void)state;
	assert_int_equal(dump_import_files(files), RC_OK);
	assert_int_equal(fake.reject_count, 0);
	assert_int_equal(fake.count, 2);
	assert_int_equal(d->has_scscfs, TRI_YES);
	assert_int_equal(d->scscf_count, 2);
	assert_true(text_equal(d->scscf[1].uri, TEXT_LITERAL("sip:scscf2.open-ims.test:6060")));
	assert_int_equal(d->scscf_capability_count, 3);
	assert_int_equal(d->scscf_capability[2].scscf, 2);
	assert_int_equal(d->scscf_capability[2].capability, 1);
	/* Without the capabilities it is not known what an S-CSCF can do. */
	assert_int_equal(dump_import(ROWS("imsu", IMSU(1, "a")) ROWS("s_cscf", "(1,'s','sip:s')")),
			 RC_OK);
	assert_int_equal(fake.directory.has_scscfs, TRI_UNKNOWN);
	dump_forget();
}

static void a_table_counts_as_exported_when_the_dump_says_so(void **state)
{
	static const struct {
		const char *dump;
		bool is_exported; /* impu_visited_network */
	} table[] = {
		{"", false},
		{"CREATE TABLE impu_visited_network (id int, id_impu int, id_visited_network int);",
		 true},
		{"LOCK TABLES `impu_visited_network` WRITE;", true},
		{"-- Dumping data for table `impu_visited_network`\n", true},
		{"INSERT INTO impu_visited_network VALUES (1,77,1);", true},
		{"INSERT INTO impu_visited_network2 VALUES (1,77,1);", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct strbuf dump;

		strbuf_init(&dump);
		strbuf_add_str(&dump, ROWS("impu", IMPU(1, "sip:a@x", 0, 1)));
		strbuf_add_str(&dump, table[i].dump);
		assert_int_equal(dump_import(dump.data), RC_OK);
		assert_int_equal(fake.record[0].impu[0].has_grants, table[i].is_exported);
		strbuf_clear(&dump);
	}
	dump_forget();
}

static void a_schema_without_data_is_no_export(void **state)
{
	const char *files[] = {dump_fixture("schema.sql"), NULL};

	(void)state;
	assert_int_equal(dump_import_files(files), RC_SYNTAX);
	assert_non_null(strstr(dump_diag.text, "imsu"));
	assert_false(fake.is_published);
	files[0] = dump_fixture("icscf.sql");
	assert_int_equal(dump_import_files(files), RC_SYNTAX);
	dump_forget();
}

static void heads_of_dumps_are_recognised(void **state)
{
	static const struct {
		const char *head;
		int low, high;
	} table[] = {
		{"-- MySQL dump 10.13\n\nDROP TABLE IF EXISTS `impi`;\n", 90, 100},
		{"-- MariaDB dump 10.19\nINSERT INTO `x` VALUES (1);\n", 10, 80},
		{"/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n"
		 "LOCK TABLES `imsu` WRITE;\n",
		 90, 100},
		{"\xef\xbb\xbfUSE `hss_db`;\r\n\r\nINSERT INTO `impu` VALUES (1);\r\n", 90, 100},
		{"insert into impi_impu values (1,1,1,0);\n", 90, 100},
		{"INSERT INTO `s_cscf_capabilities` VALUES (1,1,0);\n", 90, 100},
		{"imsi,impi,impu\n1,a,b\n", 0, 0},
		{"<?xml version=\"1.0\"?><IMSSubscription/>", 0, 0},
		{"INSERT INTO subscriber VALUES (1);\n", 0, 0},
		{"-- by hand\n\t  INSERT INTO impu VALUES\n\t(1,'sip:a@x.test',0,1),\n", 90, 100},
		{"imsi,impi,impu\n\"  INSERT INTO impu\",a,b\n", 0, 0},
		{"", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int found = fhoss_sql_importer.probe(table[i].head, strlen(table[i].head));

		assert_in_range(found, table[i].low, table[i].high);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positional_rows_are_read_by_the_layout_of_their_length),
		cmocka_unit_test(the_other_tables_have_their_known_layouts_too),
		cmocka_unit_test(create_table_decides_the_order_of_columns),
		cmocka_unit_test(a_table_without_a_needed_column_is_rejected_row_by_row),
		cmocka_unit_test(tables_may_come_in_any_order),
		cmocka_unit_test(schema_and_data_may_be_two_files_in_any_order),
		cmocka_unit_test(the_directory_of_the_icscf_may_be_a_side_file),
		cmocka_unit_test(a_table_counts_as_exported_when_the_dump_says_so),
		cmocka_unit_test(a_schema_without_data_is_no_export),
		cmocka_unit_test(heads_of_dumps_are_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
