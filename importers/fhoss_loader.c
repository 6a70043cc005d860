#include "importers/fhoss_loader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "importers/fhoss_join.h"

#define MEMORY_DEFAULT (32u << 20)
#define MEMORY_SHARE 8 /* of the whole budget; the rest is the snapshot writer's */
#define SORTERS 8
#define REASON_MAX 400

enum rc fhoss_loader_init(struct fhoss_loader *l, struct import *import, uint64_t memory,
			  struct diag *diag)
{
	uint64_t budget = memory ? memory / MEMORY_SHARE : MEMORY_DEFAULT;

	*l = (struct fhoss_loader){.import = import};
	arena_init(&l->arena);
	fhoss_catalogue_init(&l->catalogue);
	if (budget > 8 * MEMORY_DEFAULT)
		budget = 8 * MEMORY_DEFAULT;
	l->sorter_memory = (size_t)budget / SORTERS;
	return fhoss_stage_init(&l->stage, l->sorter_memory, diag);
}

void fhoss_loader_clear(struct fhoss_loader *l)
{
	fhoss_stage_clear(&l->stage);
	fhoss_catalogue_clear(&l->catalogue);
	arena_clear(&l->arena);
}

static struct source *source_of(const struct fhoss_loader *l, uint64_t place)
{
	return l->sources ? l->sources[place >> FHOSS_PLACE_BITS] : NULL;
}

enum rc fhoss_loader_reject(struct fhoss_loader *l, uint64_t place, struct text subject,
			    struct diag *diag, const char *format, ...)
{
	char reason[REASON_MAX], name[LIMIT_IDENTITY_LENGTH + 1];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	return import_reject(l->import, source_of(l, place), 0, FHOSS_PLACE_OFFSET(place),
			     subject.data ? text_copy(subject, name, sizeof(name)) : NULL, diag,
			     "%s", reason);
}

struct provenance fhoss_loader_provenance(const struct fhoss_loader *l, uint64_t place)
{
	return (struct provenance){
		.file = l->files ? l->files[place >> FHOSS_PLACE_BITS] : 0,
		.offset = FHOSS_PLACE_OFFSET(place),
	};
}

char *fhoss_loader_place(const struct fhoss_loader *l, uint64_t place, char *out, size_t size)
{
	struct source *source = source_of(l, place);

	snprintf(out, size, "byte %" PRIu64 " of %s", FHOSS_PLACE_OFFSET(place),
		 source ? source_name(source) : "the input");
	return out;
}

/* A reject at the reader's window, where the line can be told. */
static enum rc reject_here(struct fhoss_loader *l, uint64_t line, uint64_t offset,
			   const char *reason, struct diag *diag)
{
	l->table[l->row.table].rejects++;
	return import_reject(l->import, l->reader->source, line, offset, NULL, diag, "%s", reason);
}

static enum rc on_reject(void *context, uint64_t line, uint64_t offset, const char *reason,
			 struct diag *diag)
{
	return reject_here(context, line, offset, reason, diag);
}

static void on_truncated(void *context, uint64_t line, uint64_t offset, const char *what)
{
	struct fhoss_loader *l = context;

	l->is_cut = l->is_cut_here = true;
	import_mark_truncated(l->import, l->reader->source, line, offset, what);
}

/* Names that only an HSS or an I-CSCF has; "sp" or "capability" occur elsewhere too. */
static bool is_telling(enum fhoss_table_id table)
{
	return table <= FHOSS_IMPU_VISITED_NETWORK || fhoss_tables[table].is_icscf;
}

/* The small tables seen so far belong to another database. */
static void forget_small_tables(struct fhoss_loader *l)
{
	for (int i = FHOSS_VISITED_NETWORK; i < FHOSS_S_CSCF; i++) {
		fhoss_catalogue_forget(&l->catalogue, (enum fhoss_table_id)i);
		l->table[i] = (struct fhoss_table_state){0};
	}
}

/* True when the table is one of ours and of the database that is read. */
static bool is_ours(struct fhoss_loader *l, const struct sql_table_name *name,
		    enum fhoss_table_id *table)
{
	struct fhoss_database *database;

	*table = fhoss_table_find(name->table);
	if (*table == FHOSS_TABLES)
		return false;
	database = &l->database[fhoss_tables[*table].is_icscf];
	if (!name->database[0] ||
	    text_equal_nocase(text_from(name->database), text_from(database->name))) {
		database->is_certain |= name->database[0] && is_telling(*table);
		return true;
	}
	if (database->name[0] && (database->is_certain || !is_telling(*table))) {
		import_note(l->import, "table %s of database %s passed over: %s is read",
			    fhoss_tables[*table].name, name->database, database->name);
		return false;
	}
	if (database->name[0])
		forget_small_tables(l);
	text_copy(text_from(name->database), database->name, SQL_NAME_BYTES);
	database->is_certain = is_telling(*table);
	return true;
}

static void on_data_section(void *context, const struct sql_table_name *name)
{
	enum fhoss_table_id table;

	if (is_ours(context, name, &table))
		((struct fhoss_loader *)context)->table[table].is_exported = true;
}

static enum rc on_create(void *context, const struct sql_table_name *name,
			 const struct sql_columns *columns, struct diag *diag)
{
	struct fhoss_loader *l = context;
	struct fhoss_table_state *state;
	struct fhoss_mapping created;
	enum fhoss_table_id table;
	char reason[REASON_MAX];
	bool differs;

	if (!is_ours(l, name, &table))
		return RC_OK;
	state = &l->table[table];
	fhoss_mapping_from_names(table, columns, &created);
	differs = state->is_guessed &&
		  (created.count != state->guessed.count ||
		   memcmp(created.value, state->guessed.value, sizeof(created.value)) != 0);
	state->created = created;
	state->is_created = state->is_created_here = true;
	if (!differs)
		return RC_OK;
	snprintf(reason, sizeof(reason),
		 "CREATE TABLE %s has other columns than its rows before were read by: give the "
		 "file with the tables first",
		 fhoss_tables[table].name);
	return reject_here(l, 0, sql_reader_offset(l->reader), reason, diag);
}

static bool on_change(void *context, const char *verb, const struct sql_table_name *name)
{
	struct fhoss_loader *l = context;
	enum fhoss_table_id table;

	(void)verb;
	if (!is_ours(l, name, &table) || !l->table[table].rows)
		return false;
	l->row.table = table;
	return true;
}

static enum rc on_insert(void *context, const struct sql_table_name *name, enum sql_mode mode,
			 const struct sql_columns *columns, bool *wanted, struct diag *diag)
{
	struct fhoss_loader *l = context;
	struct fhoss_table_state *state;
	enum fhoss_table_id table;

	(void)diag;
	*wanted = is_ours(l, name, &table);
	if (!*wanted)
		return RC_OK;
	state = &l->table[table];
	state->is_exported = l->has_rows_here = true;
	*wanted = table != FHOSS_CAPABILITY && table != FHOSS_CHARGING_INFO;
	l->row.table = table;
	l->row.mode = mode;
	l->is_listed = columns->count > 0;
	l->is_mapped = columns->count || state->is_created || state->is_guessed;
	if (columns->count)
		fhoss_mapping_from_names(table, columns, &l->mapping);
	else if (l->is_mapped)
		l->mapping = state->is_created ? state->created : state->guessed;
	return RC_OK;
}

static uint32_t on_arity(void *context)
{
	const struct fhoss_loader *l = context;

	return l->is_mapped ? l->mapping.count : 0;
}

/* Finds out which value is which column; false with the reason when that is not possible. */
static bool map_row(struct fhoss_loader *l, const struct sql_row *values, char *reason, size_t size)
{
	struct fhoss_table_state *state = &l->table[l->row.table];
	const char *name = fhoss_tables[l->row.table].name;

	if (!l->is_mapped ||
	    (!l->is_listed && !state->is_created && l->mapping.count != values->count)) {
		struct fhoss_mapping guessed;

		if (!fhoss_mapping_from_row(l->row.table, values, &guessed)) {
			snprintf(reason, size,
				 "%u value%s fit%s no known layout of table %s, and no CREATE "
				 "TABLE before names its columns",
				 values->count, text_plural(values->count),
				 values->count == 1 ? "s" : "", name);
			return false;
		}
		l->mapping = state->guessed = guessed;
		l->is_mapped = state->is_guessed = true;
	}
	if (l->mapping.missing) {
		snprintf(reason, size, "table %s has no column %s, without which it cannot be read",
			 name, l->mapping.missing);
		return false;
	}
	if (values->count != l->mapping.count) {
		snprintf(reason, size, "a row of table %s has %u value%s, expected %u as in %s",
			 name, values->count, text_plural(values->count), l->mapping.count,
			 l->is_listed ? "its list of columns" : "CREATE TABLE");
		return false;
	}
	return true;
}

static enum rc on_row(void *context, uint64_t offset, const struct sql_row *values,
		      struct diag *diag)
{
	struct fhoss_loader *l = context;
	char reason[REASON_MAX];
	enum rc rc = RC_SYNTAX;

	l->row.place = FHOSS_PLACE(l->reader->source_index, offset);
	arena_reset(&l->arena);
	if (map_row(l, values, reason, sizeof(reason)))
		rc = fhoss_row_convert(&l->row, &l->mapping, values, &l->arena, reason,
				       sizeof(reason));
	if (rc == RC_SYNTAX)
		return reject_here(l, sql_reader_line(l->reader, offset), offset, reason, diag);
	if (rc)
		return diag_set(diag, rc, "no memory for a row");
	l->table[l->row.table].rows++;
	l->rows_here++;
	if (fhoss_stage_takes(l->row.table))
		return fhoss_stage_add(&l->stage, &l->row, diag);
	rc = fhoss_catalogue_add(&l->catalogue, &l->row, diag);
	if (rc != RC_LIMIT)
		return rc;
	snprintf(reason, sizeof(reason), "table %s has more than %d rows",
		 fhoss_tables[l->row.table].name, FHOSS_CATALOGUE_ROWS_MAX);
	return reject_here(l, sql_reader_line(l->reader, offset), offset, reason, diag);
}

enum rc fhoss_loader_read(struct fhoss_loader *l, struct sql_reader *reader, struct diag *diag)
{
	static const struct sql_handler handler = {
		.create = on_create,
		.insert = on_insert,
		.arity = on_arity,
		.row = on_row,
		.reject = on_reject,
		.data_section = on_data_section,
		.change = on_change,
		.truncated = on_truncated,
	};
	enum rc rc;

	l->reader = reader;
	l->has_rows_here = l->is_cut_here = false;
	l->rows_here = 0;
	for (int i = 0; i < FHOSS_TABLES; i++)
		l->table[i].is_created_here = false;
	rc = sql_dump_read(reader, &handler, l, diag);
	import_count(l->import, l->rows_here);
	/* Of the last table it is not known whether rows are missing. */
	if (l->is_cut_here && l->has_rows_here)
		l->table[l->row.table].is_cut = true;
	/* A dump that makes its tables and fills some leaves the others empty. */
	for (int i = 0; i < FHOSS_TABLES; i++)
		l->table[i].is_exported |= l->has_rows_here && l->table[i].is_created_here;
	return rc;
}

static enum rc on_duplicate(void *context, enum fhoss_table_id table, uint32_t id, uint64_t first,
			    uint64_t place, struct diag *diag)
{
	char where[DIAG_FILE_MAX + 40];

	return fhoss_loader_reject(context, place, TEXT_NONE, diag,
				   "row %u of table %s occurs twice: first at %s", id,
				   fhoss_tables[table].name,
				   fhoss_loader_place(context, first, where, sizeof(where)));
}

enum rc fhoss_loader_finish(struct fhoss_loader *l, struct diag *diag)
{
	const struct fhoss_duplicate_sink sink = {on_duplicate, l};
	enum rc rc;

	if (!l->table[FHOSS_IMSU].is_exported && !l->table[FHOSS_IMPI].is_exported &&
	    !l->table[FHOSS_IMPU].is_exported)
		return diag_set(diag, RC_SYNTAX,
				"no rows of the FHoSS tables imsu, impi and impu were found: "
				"expected a dump of their data");
	/* A table that was cut, or a small one that lost a row, is not complete any more: what it
	 * lacks is unknown. */
	for (int i = 0; i < FHOSS_TABLES; i++) {
		struct fhoss_table_state *t = &l->table[i];

		t->is_exported &= !t->is_cut;
		l->catalogue.table[i].is_exported = t->is_exported && !t->rejects;
		/* A table that is not there may stand behind the cut. */
		l->catalogue.table[i].is_lossy = t->rejects || (l->is_cut && !t->is_exported);
	}
	rc = fhoss_catalogue_finish(&l->catalogue, import_directory(l->import), &sink, diag);
	return rc ? rc : fhoss_join_run(l, diag);
}
