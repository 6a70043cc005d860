#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "importers/csv_layout.h"
#include "importers/csv_row.h"
#include "importers/source.h"

#define CELLS 6

/* A row in a buffer as a source gives it: zero bytes follow. */
struct window {
	char *data;
	size_t length;
};

static void window_init(struct window *w, const char *data, size_t length)
{
	w->data = calloc(1, length + SOURCE_PADDING);
	w->length = length;
	memcpy(w->data, data, length);
}

static void row_init(struct csv_row *row)
{
	memset(row, 0, sizeof(*row));
	arena_init(&row->scratch);
}

static const struct scan_case {
	const char *data;
	size_t length;
	enum csv_scan result;
	const char *cell[CELLS];
	unsigned count;
	size_t next;
	uint64_t line_ends;
} cases[] = {
#define ROW(data, next, line_ends, count, ...)                                              \
	{                                                                                   \
		data, sizeof(data) - 1, CSV_SCAN_ROW, {__VA_ARGS__}, count, next, line_ends \
	}
#define NO_ROW(data, result)                                    \
	{                                                       \
		data, sizeof(data) - 1, result, {NULL}, 0, 0, 0 \
	}
	ROW("a,b\nc", 4, 1, 2, "a", "b"),
	ROW("a,b\r\nc", 5, 1, 2, "a", "b"),
	ROW("a,b\rc", 4, 1, 2, "a", "b"),
	ROW("a,b", 3, 0, 2, "a", "b"),
	ROW("\n", 1, 1, 1, ""),
	ROW(",", 1, 0, 2, "", ""),
	ROW(",,x,\n", 5, 1, 4, "", "", "x", ""),
	ROW("\"a\",\"\",\"b\"\n", 11, 1, 3, "a", "", "b"),
	ROW("\"a,b\",\"c\nd\"\r\n", 13, 2, 2, "a,b", "c\nd"),
	ROW("\"c\r\nd\re\"\n", 9, 3, 1, "c\r\nd\re"),
	ROW("\"a\"\"b\"\"\"\n", 9, 1, 1, "a\"b\""),
	ROW("\"\"\"\"\n", 5, 1, 1, "\""),
	ROW("\"a\"  ,b\n", 8, 1, 2, "a", "b"),
	ROW("a\"b,c\"\n", 7, 1, 2, "a\"b", "c\""),
	ROW(" \"a\",b\n", 7, 1, 2, " \"a\"", "b"),
	ROW("a;b\tc|d\n", 8, 1, 1, "a;b\tc|d"),
	NO_ROW("\"a", CSV_SCAN_UNTERMINATED),
	NO_ROW("b,\"a\n\"\"", CSV_SCAN_UNTERMINATED),
	NO_ROW("\"a\"b\n", CSV_SCAN_BAD_QUOTE),
	NO_ROW("\"a\" \"b\"\n", CSV_SCAN_BAD_QUOTE),
	NO_ROW("\"a\"\0,b\n", CSV_SCAN_BAD_QUOTE),
};

static void rows_are_cut_into_cells(void **state)
{
	struct csv_scanner scanner;
	struct csv_row row;

	(void)state;
	csv_scanner_init(&scanner, ',');
	row_init(&row);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct scan_case *c = &cases[i];
		struct window w;

		window_init(&w, c->data, c->length);
		assert_int_equal(csv_scan_row(&scanner, w.data, w.data + w.length, true, 0, &row),
				 c->result);
		if (c->result == CSV_SCAN_ROW) {
			assert_int_equal(row.count, c->count);
			for (unsigned n = 0; n < c->count; n++)
				assert_true(text_equal(row.cell[n], text_from(c->cell[n])));
			assert_int_equal(row.next - w.data, c->next);
			assert_int_equal(row.line_ends, c->line_ends);
			assert_int_equal(row.has_line_end, c->line_ends > 0);
		}
		free(w.data);
	}
	arena_clear(&row.scratch);
}

/* Whatever part of a row a window holds, it is told to be incomplete or read as the whole is. */
static void a_part_of_a_row_never_passes_for_another_row(void **state)
{
	struct csv_scanner scanner;
	struct csv_row row;

	(void)state;
	csv_scanner_init(&scanner, ',');
	row_init(&row);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct scan_case *c = &cases[i];

		for (size_t part = 0; part < c->length; part++) {
			struct window w;

			window_init(&w, c->data, part);
			enum csv_scan result =
				csv_scan_row(&scanner, w.data, w.data + part, false, 0, &row);
			if (result != CSV_SCAN_INCOMPLETE) {
				assert_int_equal(result, c->result);
				if (result == CSV_SCAN_ROW)
					assert_int_equal(row.next - w.data, c->next);
			}
			free(w.data);
		}
	}
	arena_clear(&row.scratch);
}

static void many_cells_are_counted_but_not_kept(void **state)
{
	struct csv_scanner scanner;
	struct csv_row row;
	char commas[5000];
	struct window w;

	(void)state;
	memset(commas, ',', sizeof(commas));
	window_init(&w, commas, sizeof(commas));
	csv_scanner_init(&scanner, ',');
	row_init(&row);
	assert_int_equal(csv_scan_row(&scanner, w.data, w.data + w.length, true, 0, &row),
			 CSV_SCAN_ROW);
	assert_int_equal(row.count, sizeof(commas) + 1);
	free(w.data);
}

static void line_ends_of_all_kinds_are_skipped(void **state)
{
	static const struct {
		const char *data;
		bool is_last;
		int next; /* -1 = none */
	} rows[] = {
		{"ab\ncd", false, 3}, {"ab\r\ncd", false, 4}, {"ab\rcd", false, 3},
		{"ab", false, -1},    {"ab", true, -1},       {"ab\r", false, -1},
		{"ab\r", true, 3},    {"\n", false, 1},       {"", true, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *data = rows[i].data;
		const char *next = csv_skip_line(data, data + strlen(data), rows[i].is_last);

		assert_int_equal(next ? next - data : -1, rows[i].next);
	}
}

static void the_delimiter_is_found_by_the_names(void **state)
{
	static const struct {
		const char *header;
		char delimiter;
		unsigned known;
	} rows[] = {
		{"imsi,impi,impu", ',', 3},
		{"imsi;impi;impu,x", ';', 2},
		{"imsi\timpu", '\t', 2},
		{"IMSI|Public_Identity|x;y;z", '|', 2},
		{"\"imsi\";\"a,b,c,d\";\"impu\"", ';', 2},
		{"foo,bar;baz", ',', 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct window w;

		window_init(&w, rows[i].header, strlen(rows[i].header));
		struct csv_guess guess = csv_layout_guess(w.data, w.data + w.length);
		assert_int_equal(guess.delimiter, rows[i].delimiter);
		assert_int_equal(guess.known, rows[i].known);
		free(w.data);
	}
	assert_int_equal(csv_layout_separator(TEXT_LITERAL("sep=;\r\n")), ';');
	assert_int_equal(csv_layout_separator(TEXT_LITERAL("\"sep=|\"")), '|');
	assert_int_equal(csv_layout_separator(TEXT_LITERAL("sep=ab")), 0);
	assert_int_equal(csv_layout_separator(TEXT_LITERAL("sep=\"")), 0);
	assert_int_equal(csv_layout_separator(TEXT_LITERAL("step=;")), 0);
}

static void column_names_fold_to_fields(void **state)
{
	static const struct {
		const char *name;
		enum csv_field field;
	} rows[] = {
		{"imsi", CSV_IMSI},
		{" I-M S_I ", CSV_IMSI},
		{"private_user_identity", CSV_IMPI},
		{"Public ID", CSV_IMPU},
		{"Session-Barring", CSV_BARRED},
		{"implicit_registration_set", CSV_IRS},
		{"S-CSCF_Name", CSV_SCSCF},
		{"Ki", CSV_KEY},
		{"OPc", CSV_SECRET},
		{"my_password_2", CSV_KEY},
		{"digest-ha1", CSV_KEY},
		{"name", CSV_UNKNOWN},
		{"", CSV_UNKNOWN},
		{"imsi2", CSV_UNKNOWN},
		{"ims", CSV_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(csv_field_find(text_from(rows[i].name)), rows[i].field);
	/* No name means two things. */
	for (int a = CSV_UNKNOWN + 1; a < CSV_FIELDS; a++) {
		struct text aliases = text_from(csv_fields[a].aliases), alias;

		assert_int_equal(csv_field_find(text_from(csv_fields[a].name)), a);
		while (csv_next_item(&aliases, true, &alias))
			assert_int_equal(csv_field_find(alias), a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_cut_into_cells),
		cmocka_unit_test(a_part_of_a_row_never_passes_for_another_row),
		cmocka_unit_test(many_cells_are_counted_but_not_kept),
		cmocka_unit_test(line_ends_of_all_kinds_are_skipped),
		cmocka_unit_test(the_delimiter_is_found_by_the_names),
		cmocka_unit_test(column_names_fold_to_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
