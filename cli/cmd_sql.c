#include <stdio.h>
#include <string.h>

#include "audit/report.h"
#include "audit/table.h"
#include "base/json_writer.h"
#include "cli/exit_code.h"
#include "cli/session.h"

#define SQLITE_TYPE_INTEGER 1
#define SQLITE_TYPE_FLOAT 2
#define COLUMNS_MAX 64

static const char after_help[] = "Tables: subscription, impi, impu, irs, association (current "
				 "snapshots), exchange (Cx), source, snapshot, reject, run.\n"
				 "Their columns: SELECT * FROM impu LIMIT 1, and cxaudit-sql(1). "
				 "Only SELECT.\n"
				 "Example: cxaudit sql \"SELECT irs, count(*) FROM impu WHERE "
				 "barred GROUP BY irs ORDER BY 2 DESC LIMIT 10\"";

enum sql_form { FORM_TABLE, FORM_CSV, FORM_NDJSON };

struct sql_printer {
	enum sql_form form;
	struct table *table;
	struct strbuf out;
	char names[COLUMNS_MAX][64];
	int columns;
	bool is_out_of_memory;
};

/* The line in out, with its end. */
static void line_print(struct sql_printer *p)
{
	p->is_out_of_memory |= p->out.failed;
	if (!p->out.failed)
		fwrite(p->out.data, 1, p->out.length, stdout);
}

static void row_csv(struct sql_printer *p, const struct text *values)
{
	strbuf_reset(&p->out);
	for (int i = 0; i < p->columns; i++) {
		if (i)
			strbuf_add_char(&p->out, ',');
		report_add_csv_cell(&p->out, values[i]);
	}
	strbuf_add_str(&p->out, "\r\n");
	line_print(p);
}

static bool on_columns(const struct text *names, int count, void *context)
{
	struct sql_printer *p = context;
	struct table_column columns[COLUMNS_MAX];

	p->columns = count > COLUMNS_MAX ? COLUMNS_MAX : count;
	if (count > COLUMNS_MAX)
		fprintf(stderr, "cxaudit: only the first %d of %d columns are shown\n", COLUMNS_MAX,
			count);
	for (int i = 0; i < p->columns; i++) {
		text_copy(names[i], p->names[i], sizeof(p->names[i]));
		columns[i] = (struct table_column){p->names[i], 0, 0};
	}
	if (p->form == FORM_TABLE) {
		p->table = table_new(columns, (size_t)p->columns);
		return p->table != NULL;
	}
	if (p->form == FORM_CSV)
		row_csv(p, names);
	return true;
}

static void row_json(struct sql_printer *p, const struct text *values, const int *types)
{
	struct json_writer j;

	strbuf_reset(&p->out);
	json_write_init(&j, &p->out, false);
	json_write_object_begin(&j);
	for (int i = 0; i < p->columns; i++) {
		json_write_key(&j, p->names[i]);
		/* SQLite's Inf is no number of JSON. */
		if ((types[i] == SQLITE_TYPE_INTEGER || types[i] == SQLITE_TYPE_FLOAT) &&
		    values[i].length && values[i].data[values[i].length - 1] <= '9')
			json_write_number(&j, values[i]);
		else
			json_write_text(&j, values[i]);
	}
	json_write_object_end(&j);
	strbuf_add_char(&p->out, '\n');
	line_print(p);
}

/* The table wants terminated strings, which values of SQLite need not be. */
static void row_table(struct sql_printer *p, const struct text *values)
{
	const char *cells[COLUMNS_MAX];
	size_t offset = 0;

	strbuf_reset(&p->out);
	for (int i = 0; i < p->columns; i++) {
		strbuf_add_text(&p->out, values[i]);
		strbuf_add_char(&p->out, '\0');
	}
	p->is_out_of_memory |= p->out.failed;
	for (int i = 0; i < p->columns && !p->out.failed; i++) {
		cells[i] = values[i].data ? p->out.data + offset : NULL;
		offset += values[i].length + 1;
	}
	if (!p->out.failed)
		table_add(p->table, cells);
}

static bool on_row(const struct text *values, const int *types, int count, void *context)
{
	struct sql_printer *p = context;

	(void)count;
	if (p->form == FORM_CSV)
		row_csv(p, values);
	else if (p->form == FORM_NDJSON)
		row_json(p, values, types);
	else
		row_table(p, values);
	return !command_interrupted && !p->is_out_of_memory && !ferror(stdout);
}

int cmd_sql(const struct program *program, int argc, char **argv)
{
	struct common_options common = {0};
	bool is_csv = false;
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &common.store,
		 "the store (default $CXAUDIT_STORE)"},
		{"csv", 0, OPTION_FLAG, NULL, &is_csv, "print CSV"},
		{"json", 0, OPTION_FLAG, NULL, &common.is_json, "print one JSON object a row"},
		{0},
	};
	const struct option_set set = {"sql", "[OPTION]... \"SELECT …\"",
				       "Queries the store with read-only SQL.", rows, after_help};
	struct sql_printer printer = {0};
	struct store_sql_sink sink = {
		.columns = on_columns,
		.row = on_row,
		.context = &printer,
		.interrupted = &command_interrupted,
	};
	struct store *store;
	struct diag diag;
	enum rc rc;
	int first, code = options_parse(&set, argc, argv, &first);

	(void)program;
	if (code)
		return code - 1;
	if (argc - first != 1)
		return command_usage("sql", "expected one statement, found %d", argc - first);
	if (is_csv && common.is_json)
		return command_usage("sql", "--csv and --json exclude each other");
	code = session_store(&common, &store);
	if (code)
		return code;
	diag_init(&diag);
	strbuf_init(&printer.out);
	printer.form = is_csv ? FORM_CSV : common.is_json ? FORM_NDJSON : FORM_TABLE;
	command_catch_signals();
	rc = store_sql(store, argv[first], &sink, &diag);
	if (rc == RC_OK && printer.is_out_of_memory)
		rc = diag_set(&diag, RC_NOMEM, "no memory for the rows");
	if (printer.form == FORM_TABLE && rc == RC_OK) {
		rc = table_print(printer.table, stdout);
		if (rc != RC_OK)
			diag_set(&diag, rc, "cannot write the rows");
	} else {
		table_free(printer.table);
	}
	strbuf_clear(&printer.out);
	store_close(store);
	if (rc == RC_OK)
		return command_interrupted ? EXIT_UNUSABLE : EXIT_CLEAN;
	if (rc == RC_SYNTAX || rc == RC_USAGE)
		return command_usage("sql", "%s", diag.text);
	return command_fail(EXIT_UNUSABLE, &diag);
}
