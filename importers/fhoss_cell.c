#include "importers/fhoss_cell.h"

#include <stdio.h>

#include "base/limits.h"

static bool convert_number(const struct sql_value *v, int64_t lowest, int64_t highest,
			   struct fhoss_cell *cell)
{
	int64_t n;

	if (!sql_value_integer(v, &n) || n < lowest || n > highest)
		return false;
	cell->number = (int32_t)n;
	return true;
}

static enum rc refuse(const struct fhoss_column *column, const struct fhoss_row *row,
		      const struct sql_value *v, char *reason, size_t size)
{
	char found[80];
	int64_t n;

	if (column->kind == COLUMN_TEXT && v->kind != SQL_NULL)
		snprintf(reason, size, "column %s of table %s: found %u bytes, expected at most %d",
			 column->name, fhoss_tables[row->table].name, v->length,
			 LIMIT_IDENTITY_LENGTH);
	else if (sql_value_integer(v, &n))
		snprintf(reason, size, "column %s of table %s: found a number beyond %s",
			 column->name, fhoss_tables[row->table].name,
			 column->kind == COLUMN_ID ? "0 to 2147483645" : "32 bits");
	else
		snprintf(reason, size, "column %s of table %s: found %s, expected %s", column->name,
			 fhoss_tables[row->table].name, sql_value_describe(v, found, sizeof(found)),
			 column->kind == COLUMN_TEXT ? "a text" : "a whole number");
	return RC_SYNTAX;
}

static enum rc convert_text(const struct sql_value *v, struct fhoss_cell *cell, struct arena *arena)
{
	if (v->length > LIMIT_IDENTITY_LENGTH)
		return RC_SYNTAX;
	if (!sql_value_text(v, arena, &cell->text))
		return RC_NOMEM;
	cell->is_empty = cell->text.length == 0;
	return RC_OK;
}

/* impi.id_imsu must be exported, but may be NULL. */
static bool is_needed(const struct fhoss_column *column)
{
	return column->kind == COLUMN_ID || (column->kind == COLUMN_TEXT && !column->is_optional);
}

/* FHoSS reads its sequence numbers as such; the form alone is looked at. */
static bool is_hexadecimal(const struct sql_value *v)
{
	for (uint32_t i = 0; i < v->length; i++)
		if (!strchr("0123456789abcdefABCDEF", v->data[i]) || !v->data[i])
			return false;
	return v->length > 0;
}

enum rc fhoss_row_convert(struct fhoss_row *row, const struct fhoss_mapping *mapping,
			  const struct sql_row *values, struct arena *arena, char *reason,
			  size_t size)
{
	const struct fhoss_table *table = &fhoss_tables[row->table];

	for (unsigned i = 0; i < FHOSS_CELLS && table->column[i].name; i++) {
		const struct fhoss_column *column = &table->column[i];
		struct fhoss_cell *cell = &row->cell[i];
		const struct sql_value *v;
		enum rc rc = RC_OK;

		*cell = (struct fhoss_cell){.state = CELL_ABSENT};
		if (mapping->value[i] == FHOSS_ABSENT)
			continue;
		v = &values->value[mapping->value[i]];
		cell->state = v->kind == SQL_NULL ? CELL_NULL : CELL_SET;
		if (column->kind == COLUMN_SECRET) {
			cell->is_empty = sql_value_is_empty(v);
			cell->is_hexadecimal = is_hexadecimal(v);
		} else if (v->kind == SQL_NULL)
			rc = is_needed(column) ? RC_SYNTAX : RC_OK;
		else if (column->kind == COLUMN_TEXT)
			rc = convert_text(v, cell, arena);
		else if (!convert_number(v, column->kind == COLUMN_ID ? 0 : INT32_MIN,
					 column->kind == COLUMN_ID ? FHOSS_ID_MAX : INT32_MAX,
					 cell))
			rc = RC_SYNTAX;
		if (rc)
			return rc == RC_SYNTAX ? refuse(column, row, v, reason, size) : rc;
	}
	return RC_OK;
}
