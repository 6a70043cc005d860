#include "importers/fhoss_join.h"

#include <stdio.h>
#include <stdlib.h>

#include "importers/fhoss_cursor.h"

#define TICK_ROWS 65536
#define DANGLING_SHOWN 100 /* rows that are named one by one */
#define GRANTS_MAX 4096    /* of one IMPU; there are hardly as many networks */

/* An association of step 1. */
struct joined_association {
	struct staged_head head;
	uint32_t owner; /* of its IMPI */
	uint32_t rows;
	uint32_t state;
};

enum rc fhoss_join_tick(struct fhoss_join *j, struct diag *diag)
{
	return ++j->steps % TICK_ROWS ? RC_OK : import_tick(j->loader->import, diag);
}

/* An association that dangles is a record of its own, for the audit to report. */
static enum rc put_dangling(struct fhoss_join *j, const char *what, uint32_t id,
			    const struct staged_head *head, struct diag *diag)
{
	struct ims_subscription record;
	char name[80];
	enum rc rc;

	snprintf(name, sizeof(name), "row %u of impi_impu names %s %u, which does not exist",
		 head->row, what, id);
	subscription_init(&record);
	record.kind = RECORD_DANGLING_ASSOCIATION;
	record.name = text_from(name);
	record.row = head->row;
	record.provenance = fhoss_loader_provenance(j->loader, head->place);
	rc = import_put(j->loader->import, &record, diag);
	subscription_clear(&record);
	return rc;
}

/* A row that points at nothing: counted, the first ones also named. */
static enum rc note_dangling(struct fhoss_join *j, enum fhoss_table_id from, enum fhoss_table_id to,
			     uint32_t id, const struct staged_head *head, struct diag *diag)
{
	static const char *const whats[] = {[FHOSS_IMPI] = "IMPI", [FHOSS_IMPU] = "IMPU"};
	const char *table = fhoss_tables[from].name;
	char where[DIAG_FILE_MAX + 40];

	if (!j->loader->table[to].is_exported)
		return RC_OK;
	import_note(j->loader->import, "row of %s names an %s that does not exist", table,
		    whats[to]);
	if (from == FHOSS_IMPI_IMPU)
		return put_dangling(j, whats[to], id, head, diag);
	if (j->loader->dangling++ < DANGLING_SHOWN)
		import_note(j->loader->import,
			    "row %u of %s (%s) names %s %u, which does not exist", head->row, table,
			    fhoss_loader_place(j->loader, head->place, where, sizeof(where)),
			    whats[to], id);
	return RC_OK;
}

/* The same row twice, as when a file was given twice; row 0 says nothing. */
static enum rc check_repeated(struct fhoss_join *j, enum fhoss_table_id table,
			      const struct staged_head *before, const struct staged_head *head,
			      bool *is_repeated, struct diag *diag)
{
	char where[DIAG_FILE_MAX + 40];

	*is_repeated = head->row && head->row == before->row;
	if (!*is_repeated || head->mode != SQL_INSERT)
		return RC_OK;
	return fhoss_loader_reject(
		j->loader, head->place, TEXT_NONE, diag,
		"row %u of table %s occurs twice: first at %s", head->row, fhoss_tables[table].name,
		fhoss_loader_place(j->loader, before->place, where, sizeof(where)));
}

/* All rows of impi_impu for one pair become one association. */
static enum rc join_pair(struct fhoss_join *j, struct fhoss_cursor *c, uint32_t owner,
			 struct diag *diag)
{
	uint64_t key = c->row.key;
	struct staged_association row;
	struct joined_association joined;
	struct fhoss_piece piece = {&joined, sizeof(joined)};
	enum rc rc = RC_OK;

	memset(&joined, 0, sizeof(joined));
	joined.owner = owner;
	while (!rc && c->has_row && c->row.key == key) {
		bool is_repeated = false;

		memcpy(&row, c->row.data, sizeof(row));
		if (joined.rows)
			rc = check_repeated(j, FHOSS_IMPI_IMPU, &joined.head, &row.head,
					    &is_repeated, diag);
		if (!joined.rows)
			joined.state = row.state;
		joined.head = row.head;
		joined.rows += !is_repeated;
		if (!rc)
			rc = fhoss_cursor_next(c, diag);
	}
	if (rc)
		return rc;
	return fhoss_sorter_add(j->association, FHOSS_KEY(FHOSS_KEY_LOW(key), FHOSS_KEY_HIGH(key)),
				&piece, 1, diag);
}

/* Passes over the associations of IMPIs below id, which do not exist. */
static enum rc skip_associations(struct fhoss_join *j, struct fhoss_cursor *c, uint64_t id,
				 struct diag *diag)
{
	enum rc rc = RC_OK;

	while (!rc && c->has_row && FHOSS_KEY_HIGH(c->row.key) < id) {
		struct staged_association row;

		memcpy(&row, c->row.data, sizeof(row));
		rc = note_dangling(j, FHOSS_IMPI_IMPU, FHOSS_IMPI, FHOSS_KEY_HIGH(c->row.key),
				   &row.head, diag);
		if (!rc)
			rc = fhoss_cursor_next(c, diag);
	}
	return rc;
}

static enum rc join_impis(struct fhoss_join *j, struct diag *diag)
{
	struct fhoss_stage *stage = &j->loader->stage;
	struct fhoss_cursor association;
	struct fhoss_unique impi;
	enum rc rc = fhoss_unique_open(&impi, j->loader, FHOSS_IMPI, stage->impi, diag);

	if (!rc)
		rc = fhoss_cursor_open(&association, stage->association, diag);
	while (!rc && impi.has_row) {
		struct fhoss_piece piece = {impi.data, impi.length};
		struct staged_impi row;

		memcpy(&row, impi.data, sizeof(row));
		rc = fhoss_sorter_add(j->impi, FHOSS_KEY(row.owner, impi.id), &piece, 1, diag);
		if (!rc)
			rc = skip_associations(j, &association, impi.id, diag);
		while (!rc && association.has_row && FHOSS_KEY_HIGH(association.row.key) == impi.id)
			rc = join_pair(j, &association, row.owner, diag);
		if (!rc)
			rc = fhoss_join_tick(j, diag);
		if (!rc)
			rc = fhoss_unique_next(&impi, diag);
	}
	if (!rc)
		rc = skip_associations(j, &association, UINT64_MAX, diag);
	fhoss_unique_clear(&impi);
	fhoss_sorter_free(stage->impi);
	fhoss_sorter_free(stage->association);
	stage->impi = stage->association = NULL;
	return rc;
}

struct impus {
	struct fhoss_join *join;
	struct fhoss_unique impu;
	struct fhoss_cursor association, grant;
	uint32_t network[GRANTS_MAX]; /* of the current IMPU */
	uint32_t count;
};

/* The grants of the current IMPU, which is left out before it: their IMPU does not exist. */
static enum rc collect_grants(struct impus *s, uint64_t id, struct diag *diag)
{
	struct fhoss_cursor *c = &s->grant;
	struct staged_head head, before = {0};
	uint64_t key_before = UINT64_MAX;
	enum rc rc = RC_OK;

	s->count = 0;
	while (!rc && c->has_row && FHOSS_KEY_HIGH(c->row.key) <= id) {
		bool is_repeated = false;

		memcpy(&head, c->row.data, sizeof(head));
		if (c->row.key == key_before)
			rc = check_repeated(s->join, FHOSS_IMPU_VISITED_NETWORK, &before, &head,
					    &is_repeated, diag);
		if (!rc && FHOSS_KEY_HIGH(c->row.key) < id)
			rc = note_dangling(s->join, FHOSS_IMPU_VISITED_NETWORK, FHOSS_IMPU,
					   FHOSS_KEY_HIGH(c->row.key), &head, diag);
		else if (!rc && !is_repeated && s->count == GRANTS_MAX)
			rc = fhoss_loader_reject(s->join->loader, head.place, TEXT_NONE, diag,
						 "IMPU %u has more than %d visited networks",
						 s->impu.id, GRANTS_MAX);
		else if (!rc && !is_repeated)
			s->network[s->count++] = FHOSS_KEY_LOW(c->row.key);
		before = head;
		key_before = c->row.key;
		if (!rc)
			rc = fhoss_cursor_next(c, diag);
	}
	return rc;
}

static enum rc add_impu(struct impus *s, uint64_t key, const struct joined_association *pair,
			struct diag *diag)
{
	struct joined_impu joined = {pair ? pair->rows : 0, pair ? pair->state : REG_STATE_UNKNOWN,
				     s->count};
	size_t fixed = sizeof(struct staged_impu);
	struct fhoss_piece pieces[] = {{&joined, sizeof(joined)},
				       {s->impu.data, fixed},
				       {s->network, s->count * sizeof(*s->network)},
				       {s->impu.data + fixed, s->impu.length - fixed}};

	return fhoss_sorter_add(s->join->impu, key, pieces, 4, diag);
}

/* The associations of the current IMPU; those before it belong to none that exists. */
static enum rc join_associations(struct impus *s, uint64_t id, bool *is_associated,
				 struct diag *diag)
{
	struct fhoss_cursor *c = &s->association;
	enum rc rc = RC_OK;

	*is_associated = false;
	while (!rc && c->has_row && FHOSS_KEY_HIGH(c->row.key) <= id) {
		struct joined_association pair;

		memcpy(&pair, c->row.data, sizeof(pair));
		if (FHOSS_KEY_HIGH(c->row.key) == id) {
			*is_associated = true;
			rc = add_impu(s, FHOSS_KEY(pair.owner, FHOSS_KEY_LOW(c->row.key)), &pair,
				      diag);
		} else {
			rc = note_dangling(s->join, FHOSS_IMPI_IMPU, FHOSS_IMPU,
					   FHOSS_KEY_HIGH(c->row.key), &pair.head, diag);
		}
		if (!rc)
			rc = fhoss_cursor_next(c, diag);
	}
	return rc;
}

static enum rc join_impus(struct fhoss_join *j, struct impus *s, struct diag *diag)
{
	struct fhoss_stage *stage = &j->loader->stage;
	bool is_associated;
	enum rc rc = fhoss_unique_open(&s->impu, j->loader, FHOSS_IMPU, stage->impu, diag);

	s->join = j;
	if (!rc)
		rc = fhoss_cursor_open(&s->association, j->association, diag);
	if (!rc)
		rc = fhoss_cursor_open(&s->grant, stage->grant, diag);
	while (!rc && s->impu.has_row) {
		rc = collect_grants(s, s->impu.id, diag);
		if (!rc)
			rc = join_associations(s, s->impu.id, &is_associated, diag);
		if (!rc && !is_associated)
			rc = add_impu(s, FHOSS_KEY(FHOSS_OWNER_ORPHAN_IMPU, s->impu.id), NULL,
				      diag);
		if (!rc)
			rc = fhoss_join_tick(j, diag);
		if (!rc)
			rc = fhoss_unique_next(&s->impu, diag);
	}
	if (!rc)
		rc = collect_grants(s, UINT64_MAX, diag);
	if (!rc)
		rc = join_associations(s, UINT64_MAX, &is_associated, diag);
	fhoss_unique_clear(&s->impu);
	fhoss_sorter_free(stage->impu);
	fhoss_sorter_free(stage->grant);
	fhoss_sorter_free(j->association);
	stage->impu = stage->grant = j->association = NULL;
	return rc;
}

/* What columns of impu hold that nobody knows the meaning of. */
static void note_odd_values(struct fhoss_loader *l)
{
	for (unsigned i = 0; i < FHOSS_CELLS; i++)
		if (l->stage.odd[i])
			import_note(l->import, "impu.%s has %llu value%s of unknown meaning",
				    fhoss_tables[FHOSS_IMPU].column[i].name,
				    (unsigned long long)l->stage.odd[i],
				    text_plural(l->stage.odd[i]));
}

enum rc fhoss_join_run(struct fhoss_loader *l, struct diag *diag)
{
	struct fhoss_join join = {.loader = l};
	struct fhoss_sorter **sorters[] = {&join.impi, &join.association, &join.impu};
	struct impus *impus = calloc(1, sizeof(*impus));
	enum rc rc = impus ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for joining tables");

	join.has_associations = l->table[FHOSS_IMPI].is_exported &&
				l->table[FHOSS_IMPU].is_exported &&
				l->table[FHOSS_IMPI_IMPU].is_exported;
	note_odd_values(l);
	for (size_t i = 0; !rc && i < sizeof(sorters) / sizeof(sorters[0]); i++)
		rc = fhoss_sorter_new(l->sorter_memory, sorters[i], diag);
	if (!rc)
		rc = join_impis(&join, diag);
	if (!rc)
		rc = join_impus(&join, impus, diag);
	if (!rc)
		rc = fhoss_record_put_all(&join, diag);
	free(impus);
	fhoss_sorter_free(join.impi);
	fhoss_sorter_free(join.association);
	fhoss_sorter_free(join.impu);
	return rc;
}
