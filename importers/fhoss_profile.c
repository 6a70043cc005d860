#include "importers/fhoss_profile.h"

#include <stdlib.h>

#include "importers/fhoss_index.h"

#define NONE (-1) /* what FHoSS writes, and makes of NULL, where nothing is chosen */
#define SPT_SESSION_CASE_TYPE 3
#define SPT_TYPE_MAX 4
#define SESSION_CASE_MAX 4 /* TS 29.228 Annex E: tDirectionOfRequest */

enum index {
	INDEX_SP_IFC,    /* by service profile */
	INDEX_IFC,       /* by number */
	INDEX_SERVER,    /* by number */
	INDEX_TP,        /* by number */
	INDEX_SPT,       /* by trigger point */
	INDEX_SP_SHARED, /* by service profile */
	INDEX_SHARED,    /* by set */
	INDEXES
};

struct profiles {
	const struct fhoss_catalogue *catalogue;
	struct fhoss_index index[INDEXES];
	bool is_known[INDEXES]; /* the table is exported */
	bool is_lossy[INDEXES]; /* rows of it were lost */
};

static const struct {
	enum fhoss_table_id table;
	unsigned column;
} indexed[INDEXES] = {
	[INDEX_SP_IFC] = {FHOSS_SP_IFC, SP_IFC_SP},
	[INDEX_IFC] = {FHOSS_IFC, IFC_ID},
	[INDEX_SERVER] = {FHOSS_APPLICATION_SERVER, SERVER_ID},
	[INDEX_TP] = {FHOSS_TP, TP_ID},
	[INDEX_SPT] = {FHOSS_SPT, SPT_TRIGGER},
	[INDEX_SP_SHARED] = {FHOSS_SP_SHARED_IFC_SET, SP_SHARED_SP},
	[INDEX_SHARED] = {FHOSS_SHARED_IFC_SET, SHARED_SET},
};

static enum rc profiles_init(struct profiles *p, const struct fhoss_catalogue *c, struct diag *diag)
{
	enum rc rc = RC_OK;

	*p = (struct profiles){.catalogue = c};
	for (int i = 0; !rc && i < INDEXES; i++) {
		const struct fhoss_catalogue_table *t = &c->table[indexed[i].table];

		p->is_known[i] = t->is_exported;
		p->is_lossy[i] = t->is_lossy;
		rc = fhoss_index_build(&p->index[i], t, indexed[i].column, diag);
	}
	return rc;
}

/* The first row with that number, NULL when there is none. */
static const struct fhoss_catalogue_row *find(const struct profiles *p, enum index index,
					      int32_t number)
{
	uint32_t count;
	const struct fhoss_catalogue_row *const *row =
		fhoss_index_find(&p->index[index], number, &count);

	return count ? *row : NULL;
}

/* The number in a column; none when it is NULL or not exported. */
static int32_t number_or_none(const struct fhoss_catalogue_row *row, unsigned column)
{
	return row->state[column] == CELL_SET ? row->number[column] : NONE;
}

/* True when the column is exported and its value, NULL included, is none of low to high. */
static bool is_outside(const struct fhoss_catalogue_row *row, unsigned column, int32_t low,
		       int32_t high)
{
	int32_t n = number_or_none(row, column);

	return row->state[column] != CELL_ABSENT && (n < low || n > high);
}

static uint32_t trigger_faults(const struct profiles *p, int32_t trigger)
{
	const struct fhoss_catalogue_row *tp, *const *spt;
	uint32_t faults = 0, count;

	if (trigger == NONE)
		return 0;
	tp = find(p, INDEX_TP, trigger);
	spt = fhoss_index_find(&p->index[INDEX_SPT], trigger, &count);
	if ((p->is_known[INDEX_TP] && !tp) || (p->is_known[INDEX_SPT] && !count))
		faults |= PROFILE_FAULT_TRIGGER_WITHOUT_SPT;
	else if ((p->is_lossy[INDEX_TP] && !tp) || p->is_lossy[INDEX_SPT])
		faults |= PROFILE_FAULT_UNREAD;
	if (tp && is_outside(tp, TP_CONDITION, 0, 1))
		faults |= PROFILE_FAULT_SCHEMA;
	for (uint32_t i = 0; i < count; i++) {
		if (is_outside(spt[i], SPT_TYPE, 0, SPT_TYPE_MAX) ||
		    is_outside(spt[i], SPT_NEGATED, 0, 1) ||
		    (number_or_none(spt[i], SPT_TYPE) == SPT_SESSION_CASE_TYPE &&
		     is_outside(spt[i], SPT_SESSION_CASE, 0, SESSION_CASE_MAX)))
			faults |= PROFILE_FAULT_SCHEMA;
	}
	return faults;
}

static uint32_t ifc_faults(const struct profiles *p, const struct fhoss_catalogue_row *ifc)
{
	uint32_t faults = trigger_faults(p, number_or_none(ifc, IFC_TRIGGER));
	int32_t number = number_or_none(ifc, IFC_SERVER);
	const struct fhoss_catalogue_row *server = find(p, INDEX_SERVER, number);

	if (is_outside(ifc, IFC_PROFILE_PART, NONE, 1))
		faults |= PROFILE_FAULT_SCHEMA;
	if (ifc->state[IFC_SERVER] != CELL_ABSENT && !server &&
	    (number == NONE || p->is_known[INDEX_SERVER]))
		faults |= PROFILE_FAULT_NO_APPLICATION_SERVER;
	else if (number != NONE && !server && p->is_lossy[INDEX_SERVER])
		faults |= PROFILE_FAULT_UNREAD;
	if (server && is_outside(server, SERVER_HANDLING, NONE, 1))
		faults |= PROFILE_FAULT_SCHEMA;
	return faults;
}

/* Equal for lists of equal iFCs in whatever order, as FHoSS compares them: over sorted numbers. */
static uint64_t hash_list(const int32_t *ifc, uint32_t count)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) + count;

	for (uint32_t i = 0; i < count; i++) {
		hash = (hash ^ (uint32_t)ifc[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

static int compare_numbers(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool has_equal_neighbours(int32_t *list, uint32_t count)
{
	qsort(list, count, sizeof(*list), compare_numbers);
	for (uint32_t i = 1; i < count; i++)
		if (list[i] == list[i - 1])
			return true;
	return false;
}

/* The iFCs of one profile: FHoSS takes those rows of sp_ifc whose iFC exists. */
static enum rc read_list(const struct profiles *p, int32_t sp, struct service_profile *out,
			 struct diag *diag)
{
	uint32_t rows;
	const struct fhoss_catalogue_row *const *row =
		fhoss_index_find(&p->index[INDEX_SP_IFC], sp, &rows);
	int32_t *list = malloc((size_t)rows * 2 * sizeof(*list) + 1);
	int32_t *priority = list ? list + rows : NULL;

	if (!list)
		return diag_set(diag, RC_NOMEM, "no memory for the service profiles");
	/* A row that was lost may be of any profile. */
	if (p->is_lossy[INDEX_SP_IFC])
		out->faults |= PROFILE_FAULT_UNREAD;
	for (uint32_t i = 0; i < rows; i++) {
		const struct fhoss_catalogue_row *ifc =
			find(p, INDEX_IFC, row[i]->number[SP_IFC_IFC]);

		if (!ifc && p->is_known[INDEX_IFC]) {
			out->faults |= PROFILE_FAULT_MISSING_IFC;
			continue;
		}
		if (ifc)
			out->faults |= ifc_faults(p, ifc);
		else if (p->is_lossy[INDEX_IFC])
			out->faults |= PROFILE_FAULT_UNREAD;
		/* Priority is mandatory in Annex E. */
		if (row[i]->state[SP_IFC_PRIORITY] != CELL_ABSENT &&
		    number_or_none(row[i], SP_IFC_PRIORITY) < 0)
			out->faults |= PROFILE_FAULT_SCHEMA;
		priority[out->ifc_count] = number_or_none(row[i], SP_IFC_PRIORITY);
		list[out->ifc_count++] = row[i]->number[SP_IFC_IFC];
	}
	if (has_equal_neighbours(priority, out->ifc_count) && row[0]->state[SP_IFC_PRIORITY])
		out->faults |= PROFILE_FAULT_DUPLICATE_PRIORITY;
	/* One iFC twice in a profile: FHoSS finds no single priority for it and fails. */
	if (has_equal_neighbours(list, out->ifc_count))
		out->faults |= PROFILE_FAULT_SCHEMA;
	out->content = hash_list(list, out->ifc_count);
	free(list);
	return RC_OK;
}

static uint32_t shared_faults(const struct profiles *p, int32_t sp)
{
	uint32_t count;
	const struct fhoss_catalogue_row *const *row =
		fhoss_index_find(&p->index[INDEX_SP_SHARED], sp, &count);

	for (uint32_t i = 0; p->is_known[INDEX_SHARED] && i < count; i++)
		if (!find(p, INDEX_SHARED, row[i]->number[SP_SHARED_SET]))
			return PROFILE_FAULT_SHARED_IFC_UNKNOWN;
	return 0;
}

enum rc fhoss_profile_add_all(const struct fhoss_catalogue *c, struct hss_directory *directory,
			      struct diag *diag)
{
	const struct fhoss_catalogue_table *t = &c->table[FHOSS_SP];
	struct profiles profiles;
	enum rc rc = profiles_init(&profiles, c, diag);

	for (uint32_t i = 0; !rc && i < t->count; i++) {
		struct service_profile *out;
		int32_t id = t->row[i].number[SP_ID];

		if (t->row[i].is_dead)
			continue;
		out = hss_directory_add_service_profile(directory, (uint32_t)id, t->row[i].text);
		if (!out)
			rc = diag_set(diag, RC_NOMEM, "no memory for the directory");
		else
			rc = read_list(&profiles, id, out, diag);
		if (!rc)
			out->faults |= shared_faults(&profiles, id);
	}
	for (int i = 0; i < INDEXES; i++)
		fhoss_index_clear(&profiles.index[i]);
	return rc;
}
