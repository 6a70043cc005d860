#include "importers/fhoss_catalogue.h"

#include <stdlib.h>

#include "importers/fhoss_index.h"
#include "importers/fhoss_profile.h"

void fhoss_catalogue_init(struct fhoss_catalogue *c)
{
	*c = (struct fhoss_catalogue){0};
	arena_init(&c->arena);
}

void fhoss_catalogue_clear(struct fhoss_catalogue *c)
{
	for (int i = 0; i < FHOSS_TABLES; i++)
		free(c->table[i].row);
	arena_clear(&c->arena);
	fhoss_catalogue_init(c);
}

void fhoss_catalogue_forget(struct fhoss_catalogue *c, enum fhoss_table_id table)
{
	c->table[table].count = 0;
	c->table[table].is_exported = false;
}

static struct fhoss_catalogue_row *append(struct fhoss_catalogue_table *t)
{
	if (t->count == t->capacity) {
		uint32_t wanted = t->capacity ? t->capacity * 2 : 16;
		struct fhoss_catalogue_row *grown = realloc(t->row, wanted * sizeof(*grown));

		if (!grown)
			return NULL;
		t->row = grown;
		t->capacity = wanted;
	}
	return &t->row[t->count++];
}

enum rc fhoss_catalogue_add(struct fhoss_catalogue *c, const struct fhoss_row *row,
			    struct diag *diag)
{
	struct fhoss_catalogue_table *t = &c->table[row->table];
	struct fhoss_catalogue_row *out;

	if (t->count == FHOSS_CATALOGUE_ROWS_MAX)
		return RC_LIMIT;
	out = append(t);
	if (!out)
		return diag_set(diag, RC_NOMEM, "no memory for the rows of table %s",
				fhoss_tables[row->table].name);
	*out = (struct fhoss_catalogue_row){.place = row->place, .mode = (uint8_t)row->mode};
	for (int i = 0; i < FHOSS_CATALOGUE_CELLS; i++) {
		const struct fhoss_cell *cell = &row->cell[i];

		if (!fhoss_tables[row->table].column[i].name)
			break;
		out->state[i] = (uint8_t)cell->state;
		out->number[i] = cell->number;
		if (!cell->text.data)
			continue;
		out->text = arena_text(&c->arena, cell->text);
		if (!out->text.data)
			return diag_set(diag, RC_NOMEM, "no memory for the rows of table %s",
					fhoss_tables[row->table].name);
	}
	return RC_OK;
}

/* Of rows with one number REPLACE keeps the last, INSERT IGNORE the first; else it is a fault. */
static enum rc find_duplicates(struct fhoss_catalogue *c, enum fhoss_table_id table,
			       const struct fhoss_duplicate_sink *sink, struct diag *diag)
{
	struct fhoss_catalogue_table *t = &c->table[table];
	struct fhoss_index index;
	uint32_t kept = 0;
	enum rc rc = fhoss_index_build(&index, t, 0, diag);

	for (uint32_t i = 1; !rc && i < index.count; i++) {
		struct fhoss_catalogue_row *first = &t->row[index.row[kept] - t->row];
		struct fhoss_catalogue_row *row = &t->row[index.row[i] - t->row];

		if (row->number[0] != first->number[0] || row->mode == SQL_REPLACE) {
			first->is_dead |= row->number[0] == first->number[0];
			kept = i;
			continue;
		}
		row->is_dead = true;
		if (row->mode == SQL_INSERT)
			rc = sink->duplicate(sink->context, table, (uint32_t)row->number[0],
					     first->place, row->place, diag);
	}
	fhoss_index_clear(&index);
	return rc;
}

static bool add_row(struct hss_directory *d, enum fhoss_table_id table,
		    const struct fhoss_catalogue_row *row)
{
	const int32_t *n = row->number;

	switch ((int)table) {
	case FHOSS_VISITED_NETWORK:
		return hss_directory_add_visited_network(d, (uint32_t)n[NETWORK_ID], row->text);
	case FHOSS_CAPABILITIES_SET:
		return hss_directory_add_capability(d, (uint32_t)n[CAPABILITIES_SET],
						    (uint32_t)n[CAPABILITIES_CAPABILITY],
						    n[CAPABILITIES_MANDATORY] == 1);
	case FHOSS_PREFERRED_SCSCF_SET:
		return hss_directory_add_preferred(d, (uint32_t)n[PREFERRED_SET], row->text,
						   n[PREFERRED_PRIORITY]);
	case FHOSS_S_CSCF:
		return hss_directory_add_scscf(d, (uint32_t)n[SCSCF_ID], row->text);
	case FHOSS_S_CSCF_CAPABILITIES:
		return hss_directory_add_scscf_capability(d, (uint32_t)n[SCSCF_CAPABILITY_SCSCF],
							  (uint32_t)n[SCSCF_CAPABILITY_CAPABILITY]);
	default:
		return true;
	}
}

static enum tri exported(const struct fhoss_catalogue *c, enum fhoss_table_id table)
{
	return c->table[table].is_exported ? TRI_YES : TRI_UNKNOWN;
}

enum rc fhoss_catalogue_finish(struct fhoss_catalogue *c, struct hss_directory *directory,
			       const struct fhoss_duplicate_sink *sink, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (int table = 0; !rc && table < FHOSS_TABLES; table++)
		rc = find_duplicates(c, (enum fhoss_table_id)table, sink, diag);
	for (int table = 0; !rc && table < FHOSS_TABLES; table++) {
		const struct fhoss_catalogue_table *t = &c->table[table];

		for (uint32_t i = 0; !rc && i < t->count; i++)
			if (!t->row[i].is_dead &&
			    !add_row(directory, (enum fhoss_table_id)table, &t->row[i]))
				rc = diag_set(diag, RC_NOMEM, "no memory for the directory");
	}
	directory->has_visited_networks = exported(c, FHOSS_VISITED_NETWORK);
	directory->has_capability_sets = exported(c, FHOSS_CAPABILITIES_SET);
	directory->has_preferred_sets = exported(c, FHOSS_PREFERRED_SCSCF_SET);
	directory->has_service_profiles = exported(c, FHOSS_SP);
	/* Which S-CSCF can do what is known only with both tables. */
	directory->has_scscfs =
		tri_and(exported(c, FHOSS_S_CSCF), exported(c, FHOSS_S_CSCF_CAPABILITIES));
	return rc ? rc : fhoss_profile_add_all(c, directory, diag);
}
