/* Statements of dumps. Each case is a dump and the transcript of what its reader tells. */
#include "importers/sql_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/strbuf.h"

struct transcript {
	struct strbuf out;
	uint32_t arity;
	bool change_matters;
};

static void add_name(struct strbuf *out, const struct sql_table_name *name)
{
	strbuf_printf(out, "%s%s%s", name->database, name->database[0] ? "." : "", name->table);
}

static void add_columns(struct strbuf *out, const struct sql_columns *columns)
{
	for (uint32_t i = 0; i < columns->count; i++)
		strbuf_printf(out, "%s%s", i ? "," : "(", columns->name[i]);
	strbuf_add_str(out, columns->count ? ") " : " ");
}

static enum rc on_create(void *context, const struct sql_table_name *name,
			 const struct sql_columns *columns, struct diag *diag)
{
	struct transcript *t = context;

	(void)diag;
	strbuf_add_str(&t->out, "create:");
	add_name(&t->out, name);
	add_columns(&t->out, columns);
	return RC_OK;
}

static enum rc on_insert(void *context, const struct sql_table_name *name, enum sql_mode mode,
			 const struct sql_columns *columns, bool *wanted, struct diag *diag)
{
	static const char *const modes[] = {"insert", "ignore", "replace"};
	struct transcript *t = context;

	(void)diag;
	strbuf_printf(&t->out, "%s:", modes[mode]);
	add_name(&t->out, name);
	add_columns(&t->out, columns);
	*wanted = strcmp(name->table, "unwanted") != 0;
	return RC_OK;
}

static uint32_t on_arity(void *context)
{
	return ((struct transcript *)context)->arity;
}

static enum rc on_row(void *context, uint64_t offset, const struct sql_row *row, struct diag *diag)
{
	struct transcript *t = context;
	struct arena arena;

	(void)offset, (void)diag;
	arena_init(&arena);
	for (uint32_t i = 0; i < row->count; i++) {
		struct text text;

		assert_true(sql_value_text(&row->value[i], &arena, &text));
		strbuf_add_str(&t->out, i ? "|" : "");
		strbuf_add_text(&t->out, text.data ? text : TEXT_LITERAL("NULL"));
	}
	strbuf_add_char(&t->out, ' ');
	arena_clear(&arena);
	return RC_OK;
}

static enum rc on_reject(void *context, uint64_t line, uint64_t offset, const char *reason,
			 struct diag *diag)
{
	struct transcript *t = context;

	(void)diag;
	assert_true(reason[0] != '\0');
	strbuf_printf(&t->out, "reject@%d:%d ", (int)line, (int)offset);
	return RC_OK;
}

static void on_data_section(void *context, const struct sql_table_name *name)
{
	struct transcript *t = context;

	strbuf_add_str(&t->out, "data:");
	add_name(&t->out, name);
	strbuf_add_char(&t->out, ' ');
}

static bool on_change(void *context, const char *verb, const struct sql_table_name *name)
{
	struct transcript *t = context;

	strbuf_printf(&t->out, "%s:%s ", verb, name->table);
	return t->change_matters;
}

static void on_truncated(void *context, uint64_t line, uint64_t offset, const char *what)
{
	struct transcript *t = context;

	(void)line, (void)offset, (void)what;
	strbuf_add_str(&t->out, "truncated ");
}

static void read_dump(const char *dump, size_t length, size_t shown, struct transcript *t)
{
	static const struct sql_handler handler = {.create = on_create,
						   .insert = on_insert,
						   .arity = on_arity,
						   .row = on_row,
						   .reject = on_reject,
						   .data_section = on_data_section,
						   .change = on_change,
						   .truncated = on_truncated};
	struct sql_reader reader;
	struct diag diag;

	diag_init(&diag);
	sql_reader_init_memory(&reader, dump, length, shown);
	assert_int_equal(sql_dump_read(&reader, &handler, t, &diag), RC_OK);
}

struct dump_case {
	const char *dump, *transcript;
};

/* Each dump is read whole, and byte by byte: the window may end anywhere. */
static void check(const struct dump_case *cases, size_t count, uint32_t arity, bool change_matters)
{
	for (size_t i = 0; i < 2 * count; i++) {
		const struct dump_case *c = &cases[i / 2];
		struct transcript t = {.arity = arity, .change_matters = change_matters};

		strbuf_init(&t.out);
		read_dump(c->dump, strlen(c->dump), i % 2 ? 1 : SIZE_MAX, &t);
		assert_string_equal(t.out.data ? t.out.data : "", c->transcript);
		strbuf_clear(&t.out);
	}
}
#define CHECK(cases, arity, matters) check(cases, sizeof(cases) / sizeof(cases[0]), arity, matters)

static void rows_are_read_from_every_form_of_insert(void **state)
{
	static const struct dump_case cases[] = {
		{"INSERT INTO t VALUES (1,'a'),(2,'b');", "insert:t 1|a 2|b "},
		{"insert into T values (1,'a') , (2,'b') ;", "insert:T 1|a 2|b "},
		{"INSERT INTO `t` VALUES (1,'a'),\r\n(2,'b');\r\n", "insert:t 1|a 2|b "},
		{"INSERT INTO `t`\nVALUES\n(1,\n'a');\n", "insert:t 1|a "},
		{"INSERT t VALUE (1);", "insert:t 1 "},
		{"INSERT INTO `h`.`t` VALUES (1);", "insert:h.t 1 "},
		{"INSERT INTO h . t VALUES (1);", "insert:h.t 1 "},
		{"USE `h`;\nINSERT INTO t VALUES (1);", "insert:h.t 1 "},
		{"INSERT INTO \"t\" (\"a\", \"b\") VALUES (1,2);", "insert:t(a,b) 1|2 "},
		{"INSERT INTO t (`a``b`,c) VALUES (1,2);", "insert:t(a`b,c) 1|2 "},
		{"INSERT IGNORE INTO t VALUES (1);", "ignore:t 1 "},
		{"INSERT LOW_PRIORITY IGNORE INTO t VALUES (1);", "ignore:t 1 "},
		{"REPLACE INTO t VALUES (1);", "replace:t 1 "},
		{"INSERT DELAYED INTO t VALUES (1);", "insert:t 1 "},
		{"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a=2;INSERT INTO u VALUES (2);",
		 "insert:t 1 insert:u 2 "},
		{"INSERT INTO unwanted VALUES ('a;),(\\'',2);INSERT INTO t VALUES (1);",
		 "insert:unwanted insert:t 1 "},
		{"/*!40000 INSERT INTO t VALUES (1) */;", "insert:t 1 "},
		/* lines that go on by the mysql client's rules */
		{"INSERT INTO t VALUES \\\n(1,'a'),\\\r\n(2,'b');", "insert:t 1|a 2|b "},
	};

	(void)state;
	CHECK(cases, 0, false);
}

static void comments_and_other_statements_are_passed_over(void **state)
{
	static const struct dump_case cases[] = {
		{"", ""},
		{" \r\n\t", ""},
		{"-- INSERT INTO t VALUES (1);\n# it's\n/* ; ' */", ""},
		{"/*M!999999\\- enable the sandbox mode */ \n-- x\n", ""},
		{"/*!40101 SET NAMES utf8mb4 */;\nSET @a = 'it''s;';\n", ""},
		{"--\n-- x\n--\n\nUNLOCK TABLES;DROP TABLE IF EXISTS `t`;", ""},
		{"CREATE DATABASE /*!32312 IF NOT EXISTS*/ `h` /*!40100 DEFAULT CHARACTER SET utf8 "
		 "*/;\nUSE `h`;",
		 ""},
		{"grant all on h.* to x@localhost identified by 'x;';\nCOMMIT;", ""},
		{"DELIMITER ;;\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN INSERT INTO "
		 "t VALUES (9); END ;;\nDELIMITER ;\nINSERT INTO t VALUES (1);",
		 "insert:t 1 "},
		{"DELIMITER $$\nCREATE PROCEDURE p() BEGIN DELETE FROM t; END $$\nDELIMITER ;\n",
		 ""},
		{"INSERT INTO t VALUES (1);\n\x1a", "insert:t 1 "},
	};

	(void)state;
	CHECK(cases, 0, true);
}

static void columns_of_a_table_are_told_in_their_order(void **state)
{
	static const struct dump_case cases[] = {
		{"CREATE TABLE `t` (\n  `id` int(11) NOT NULL auto_increment,\n  `name` "
		 "varchar(255) default ',)',\n  PRIMARY KEY (`id`),\n  KEY `k` (`name`,`id`)\n) "
		 "ENGINE=MyISAM COMMENT='(a, b)';",
		 "create:t(id,name) "},
		{"create table if not exists h.t (id int, `key` enum('a','b'), primary key(id), "
		 "constraint c foreign key (id) references u (id), unique key u (id))",
		 "create:h.t(id,key) truncated "},
		{"CREATE TABLE t (a decimal(10,5), b int GENERATED ALWAYS AS (a + (1)) VIRTUAL);",
		 "create:t(a,b) "},
		{"CREATE TABLE t LIKE u;", ""},
		{"CREATE TEMPORARY VIEW v AS SELECT 1;", ""},
	};

	(void)state;
	CHECK(cases, 0, false);
}

static void sections_of_rows_are_told_even_when_they_are_empty(void **state)
{
	static const struct dump_case cases[] = {
		{"--\n-- Dumping data for table `t`\n--\n", "data:t "},
		{"-- Dumping data for table `t`\r\n", "data:t "},
		{"LOCK TABLES `t` WRITE;\nUNLOCK TABLES;", "data:t "},
		{"LOCK TABLES t WRITE, u READ, `h`.`v` WRITE;", "data:t data:h.v "},
		{"/*!40000 ALTER TABLE `t` DISABLE KEYS */;", "data:t "},
		{"-- Table structure for table `t`\n", ""},
	};

	(void)state;
	CHECK(cases, 0, false);
}

static void statements_that_change_rows_are_rejected_where_they_matter(void **state)
{
	static const struct dump_case cases[] = {
		{"UPDATE t SET a=1;", "UPDATE:t reject@1:0 "},
		{"DELETE FROM t WHERE a=1;", "DELETE:t reject@1:0 "},
		{"TRUNCATE TABLE t;", "TRUNCATE:t reject@1:0 "},
		{"LOAD DATA LOCAL INFILE 'x' INTO TABLE t;", "LOAD:t reject@1:0 "},
		{"\nALTER TABLE t ADD COLUMN a int;", "ALTER:t reject@2:1 "},
		{"ALTER TABLE t ADD PRIMARY KEY (`id`), ADD KEY `k` (`a`,`b`);", ""},
		{"ALTER TABLE t ADD KEY k (a), DROP COLUMN a;", "ALTER:t reject@1:0 "},
		{"ALTER TABLE `t` MODIFY `id` int(11) NOT NULL AUTO_INCREMENT;", ""},
		{"INSERT INTO t SELECT * FROM u;", "insert:t reject@1:0 "},
		{"INSERT INTO t SET a=1;", "insert:t reject@1:0 "},
		{"NSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);", "reject@1:0 insert:t 2 "},
		{"');\nINSERT INTO t VALUES (1);", "reject@1:0 truncated "},
	};

	(void)state;
	CHECK(cases, 0, true);
}

static void damage_loses_only_the_row_that_it_is_in(void **state)
{
	static const struct dump_case cases[] = {
		/* No literal: the row ends where its parentheses do. */
		{"INSERT INTO t VALUES (1,'a'),(0,concat('),(',@x)),(2,'b');",
		 "insert:t 1|a reject@1:29 2|b "},
		{"INSERT INTO t VALUES (0,@x),(0,@y);", "insert:t reject@1:21 reject@1:28 "},
		{"INSERT INTO t VALUES (1,foo('x'));INSERT INTO t VALUES (2,'b');",
		 "insert:t reject@1:21 insert:t 2|b "},
		/* Lost and doubled quotes. */
		{"INSERT INTO t VALUES (1,a'),(2,'b'),(3,'c');", "insert:t reject@1:21 2|b 3|c "},
		{"INSERT INTO t VALUES (1,'a),(2,'b'),(3,'c');", "insert:t reject@1:21 2|b 3|c "},
		{"INSERT INTO t VALUES (1,'a'x),(2,'b'),(3,'c');", "insert:t reject@1:21 2|b 3|c "},
		{"INSERT INTO t VALUES (1,'a\\'),(2,'b'),(3,'c');",
		 "insert:t reject@1:21 2|b 3|c "},
		/* Between rows. */
		{"INSERT INTO t VALUES (1,'a')x,(2,'b'),(3,'c');", "insert:t 1|a reject@1:28 3|c "},
		{"INSERT INTO t VALUES 1,'a'),\n(2,'b');", "insert:t reject@1:21 2|b "},
		/* The last row of a statement: the next statement survives. */
		{"INSERT INTO t VALUES (1,'a'),(2,'b);\nINSERT INTO u VALUES (3,'c');\n",
		 "insert:t 1|a reject@1:29 insert:u 3|c "},
		{"INSERT INTO t VALUES\n\t(1,'a'),\nUNLOCK TABLES;\nINSERT INTO u VALUES "
		 "(2,'b');\n",
		 "insert:t 1|a reject@3:31 insert:u 2|b "},
		{"INSERT INTO t VALUES (1,'a),(2,b);\n/*!40000 ALTER TABLE t ENABLE KEYS */;\n"
		 "INSERT INTO u VALUES\n(3,'c');\n",
		 "insert:t reject@1:21 data:t insert:u 3|c "},
		{"INSERT INTO t VALUES (1,'a'),\n(2,'b\nINSERT INTO u VALUES (3,'c');\n",
		 "insert:t 1|a reject@2:30 insert:u 3|c "},
		/* A row in a text does not pass for one: it has other values than the table. */
		{"INSERT INTO t VALUES (1,x'),(7,8,9),(2,'b');", "insert:t reject@1:21 2|b "},
	};

	(void)state;
	CHECK(cases, 2, false);
}

static void input_that_ends_early_is_told(void **state)
{
	static const struct dump_case cases[] = {
		{"INSERT INTO t VALUES (1,'a'),(2,'b", "insert:t 1|a truncated "},
		{"INSERT INTO t VALUES (1,'a'),", "insert:t 1|a truncated "},
		{"INSERT INTO t VALUES (1,'a')", "insert:t 1|a truncated "},
		{"INSERT INTO t", "insert:t reject@1:0 truncated "},
		{"CREATE TABLE t (`id` int,", "create:t(id) truncated "},
		{"-- MySQL dump 10.13\nINSERT INTO t VALUES (1);\n", "insert:t 1 truncated "},
		{"-- MariaDB dump 10.19\n-- Dump completed on 2026-01-01\n", ""},
		{"-- MySQL dump 10.13\n-- Dump completed\n-- MySQL dump 10.13\n", "truncated "},
		{"-- MySQL dump 10.11\n/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n", ""},
		{"-- MySQL dump 10.9\n", ""},
		{"-- MySQL dump 10.90\n", "truncated "},
		{"INSERT INTO t VALUES (1);\n", "insert:t 1 "},
	};

	(void)state;
	CHECK(cases, 0, false);
}

static void the_mode_for_backslashes_is_followed(void **state)
{
	static const struct dump_case cases[] = {
		{"SET SQL_MODE='NO_BACKSLASH_ESCAPES';\nINSERT INTO t VALUES ('a\\'),('b');",
		 "insert:t a\\ b "},
		{"/*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;INSERT INTO t VALUES ('\\'');",
		 "insert:t ' "},
	};

	(void)state;
	CHECK(cases, 0, false);
}

/* Whatever the place of a cut: no crash, and every whole row before it is told. */
static void every_cut_of_a_dump_keeps_the_rows_before_it(void **state)
{
	static const char dump[] = "CREATE TABLE t (a int);\nLOCK TABLES t WRITE;\n"
				   "INSERT INTO t VALUES (1,'a'),(2,'b;'),(3,'\\'c');\n";
	static const char *const rows[] = {"1|a ", "2|b; ", "3|'c "};

	(void)state;
	for (size_t length = 0; length < sizeof(dump); length++) {
		struct transcript t = {.arity = 2};

		strbuf_init(&t.out);
		read_dump(dump, length, SIZE_MAX, &t);
		for (size_t i = 0; i < 3; i++) {
			const char *end = strstr(dump, i == 2 ? "c')" : i ? ";')" : "a')");

			if (dump + length > end + (i == 1) + 3)
				assert_non_null(strstr(t.out.data, rows[i]));
		}
		strbuf_clear(&t.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_from_every_form_of_insert),
		cmocka_unit_test(comments_and_other_statements_are_passed_over),
		cmocka_unit_test(columns_of_a_table_are_told_in_their_order),
		cmocka_unit_test(sections_of_rows_are_told_even_when_they_are_empty),
		cmocka_unit_test(statements_that_change_rows_are_rejected_where_they_matter),
		cmocka_unit_test(damage_loses_only_the_row_that_it_is_in),
		cmocka_unit_test(input_that_ends_early_is_told),
		cmocka_unit_test(the_mode_for_backslashes_is_followed),
		cmocka_unit_test(every_cut_of_a_dump_keeps_the_rows_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
