/* Step 3 of the join: one record for each subscription, and for what belongs to none. */
#include "importers/fhoss_join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "importers/fhoss_cursor.h"

struct records {
	struct fhoss_join *join;
	struct fhoss_unique imsu;
	struct fhoss_cursor impi, impu;
	struct ims_subscription record;
	uint32_t hint; /* where the last known IMPU was found */
};

static enum rc no_memory(struct diag *diag)
{
	return diag_set(diag, RC_NOMEM, "no memory for a subscription");
}

/* A copy of length bytes at *p in the record's arena; *p moves behind them. */
static bool take_text(struct records *s, const unsigned char **p, size_t length, struct text *out)
{
	*out = arena_text(&s->record.arena, text_of((const char *)*p, length));
	*p += length;
	return out->data != NULL;
}

static void begin(struct records *s, enum record_kind kind)
{
	subscription_reset(&s->record);
	s->record.kind = kind;
	s->record.has_associations = s->join->has_associations ? TRI_YES : TRI_UNKNOWN;
	s->hint = 0;
}

static enum rc put(struct records *s, struct diag *diag)
{
	return import_put(s->join->loader->import, &s->record, diag);
}

/* The decimal number as a set label. */
static bool set_label(struct records *s, int32_t number, struct text *out)
{
	char digits[12], *p = digits + sizeof(digits);
	uint32_t n = number < 0 ? -(uint32_t)number : (uint32_t)number;

	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	if (number < 0)
		*--p = '-';
	*out = arena_text(&s->record.arena, text_of(p, (size_t)(digits + sizeof(digits) - p)));
	return out->data != NULL;
}

static enum rc fill_subscription(struct records *s, struct diag *diag)
{
	struct ims_subscription *record = &s->record;
	const unsigned char *p = s->imsu.data + sizeof(struct staged_imsu);
	struct staged_imsu row;

	memcpy(&row, s->imsu.data, sizeof(row));
	record->row = s->imsu.id;
	record->capability_set = row.capability_set;
	record->preferred_set = row.preferred_set;
	record->scscf.state = (enum link_state)row.scscf_state;
	s->record.provenance = fhoss_loader_provenance(s->join->loader, row.head.place);
	if (row.has_name && !take_text(s, &p, row.name_length, &record->name))
		return no_memory(diag);
	if (row.scscf_state == LINK_ID && !take_text(s, &p, row.scscf_length, &record->scscf_name))
		return no_memory(diag);
	return RC_OK;
}

/* A row that the record has no room for. */
static enum rc refuse(struct records *s, uint64_t place, const char *what, unsigned limit,
		      struct diag *diag)
{
	return fhoss_loader_reject(s->join->loader, place, s->record.name, diag,
				   "subscription %llu has more than %u %s",
				   (unsigned long long)s->record.row, limit, what);
}

/* The IMPI at the cursor; *index tells which of the record it became. */
static enum rc add_impi(struct records *s, uint32_t *index, bool *is_added, struct diag *diag)
{
	const unsigned char *p = s->impi.row.data + sizeof(struct staged_impi);
	struct staged_impi row;
	struct text identity;
	struct impi *impi;

	memcpy(&row, s->impi.row.data, sizeof(row));
	*is_added = s->record.impi_count < LIMIT_IMPI_PER_SUBSCRIPTION;
	if (!*is_added)
		return refuse(s, row.head.place, "IMPIs", LIMIT_IMPI_PER_SUBSCRIPTION, diag);
	if (!take_text(s, &p, row.identity_length, &identity))
		return no_memory(diag);
	*index = s->record.impi_count;
	impi = subscription_add_impi(&s->record, identity);
	if (!impi)
		return no_memory(diag);
	impi->row = FHOSS_KEY_LOW(s->impi.row.key);
	impi->has_schemes = row.has_schemes;
	impi->schemes = row.schemes;
	impi->has_default_scheme = row.has_default_scheme;
	impi->default_scheme = row.default_scheme;
	impi->has_key = (enum tri)row.has_key;
	impi->has_sqn = (enum tri)row.has_sqn;
	impi->sqn_readable = (enum tri)row.sqn_readable;
	return RC_OK;
}

/* The IMPU of that row number, impu_count when the record does not have it yet. Several IMPIs list
 * their IMPUs in the same order, so that the search begins behind the last find. */
static uint32_t find_impu(struct records *s, uint64_t row)
{
	uint32_t count = s->record.impu_count;

	for (uint32_t i = 0; i < count && s->record.impi_count > 1; i++) {
		uint32_t at = s->hint + i < count ? s->hint + i : s->hint + i - count;

		if (s->record.impu[at].row == row) {
			s->hint = at + 1 < count ? at + 1 : 0;
			return at;
		}
	}
	return count;
}

static enum rc fill_impu(struct records *s, struct impu *impu, const struct joined_impu *joined,
			 const struct staged_impu *row, const unsigned char *grants,
			 struct diag *diag)
{
	const unsigned char *p = grants + joined->grant_count * sizeof(*impu->grants);

	impu->row = row->head.row;
	impu->kind = (enum impu_kind)row->kind;
	impu->barred = (enum tri)row->barred;
	impu->may_register = (enum tri)row->may_register;
	impu->psi_active = (enum tri)row->psi_active;
	impu->has_charging = (enum tri)row->has_charging;
	impu->state = (enum reg_state)row->state;
	impu->service_profile = row->service_profile;
	impu->irs_state = (enum irs_state)row->irs_state;
	impu->has_grants = s->join->loader->table[FHOSS_IMPU_VISITED_NETWORK].is_exported;
	if (!take_text(s, &p, row->identity_length, &impu->identity))
		return no_memory(diag);
	if (row->has_wildcard && !take_text(s, &p, row->wildcard_length, &impu->wildcard))
		return no_memory(diag);
	if (row->irs_state == IRS_NAMED && !set_label(s, row->set, &impu->irs))
		return no_memory(diag);
	if (!joined->grant_count || !impu->has_grants)
		return RC_OK;
	impu->grants = arena_alloc(&s->record.arena, joined->grant_count * sizeof(*impu->grants));
	if (!impu->grants)
		return no_memory(diag);
	memcpy(impu->grants, grants, joined->grant_count * sizeof(*impu->grants));
	impu->grant_count = joined->grant_count;
	return RC_OK;
}

/* The IMPU at the cursor, associated with the record's IMPI of that index unless rows is 0. */
static enum rc add_impu(struct records *s, uint32_t impi, struct diag *diag)
{
	const unsigned char *p = s->impu.row.data;
	struct joined_impu joined;
	struct staged_impu row;
	struct association *pair;
	uint32_t index;
	enum rc rc = RC_OK;

	memcpy(&joined, p, sizeof(joined));
	memcpy(&row, p + sizeof(joined), sizeof(row));
	index = find_impu(s, row.head.row);
	if (index == LIMIT_IMPU_PER_SUBSCRIPTION)
		return refuse(s, row.head.place, "IMPUs", LIMIT_IMPU_PER_SUBSCRIPTION, diag);
	if (s->record.association_count == LIMIT_ASSOCIATION_PER_SUBSCRIPTION)
		return refuse(s, row.head.place, "associations", LIMIT_ASSOCIATION_PER_SUBSCRIPTION,
			      diag);
	if (index == s->record.impu_count) {
		struct impu *impu = subscription_add_impu(&s->record, TEXT_NONE);

		if (!impu)
			return no_memory(diag);
		rc = fill_impu(s, impu, &joined, &row, p + sizeof(joined) + sizeof(row), diag);
	}
	if (rc || !joined.rows)
		return rc;
	pair = subscription_associate(&s->record, impi, index);
	if (!pair)
		return no_memory(diag);
	pair->rows = joined.rows;
	pair->state = (enum reg_state)joined.state;
	return RC_OK;
}

/* The IMPI at the cursor with its IMPUs; both cursors move on. */
static enum rc take_impi(struct records *s, struct diag *diag)
{
	uint64_t key = s->impi.row.key;
	uint32_t index = 0;
	bool is_added;
	enum rc rc = add_impi(s, &index, &is_added, diag);

	while (!rc && s->impu.has_row && s->impu.row.key <= key) {
		if (is_added)
			rc = add_impu(s, index, diag);
		if (!rc)
			rc = fhoss_cursor_next(&s->impu, diag);
	}
	return rc ? rc : fhoss_cursor_next(&s->impi, diag);
}

static enum rc take_impis(struct records *s, uint32_t owner, struct diag *diag)
{
	enum rc rc = RC_OK;

	while (!rc && s->impi.has_row && FHOSS_KEY_HIGH(s->impi.row.key) == owner)
		rc = take_impi(s, diag);
	return rc;
}

/* IMPIs before the next subscription: theirs does not exist, or no subscription is exported. */
static enum rc put_strangers(struct records *s, uint64_t before, struct diag *diag)
{
	bool is_exported = s->join->loader->table[FHOSS_IMSU].is_exported;
	enum rc rc = RC_OK;

	while (!rc && s->impi.has_row && FHOSS_KEY_HIGH(s->impi.row.key) < before) {
		uint32_t owner = FHOSS_KEY_HIGH(s->impi.row.key);
		struct staged_head head;

		memcpy(&head, s->impi.row.data, sizeof(head));
		if (FHOSS_OWNER_IS_IMSU(owner) && !is_exported) {
			begin(s, RECORD_SUBSCRIPTION);
			s->record.row = owner;
			rc = take_impis(s, owner, diag);
		} else {
			begin(s, RECORD_ORPHAN_IMPI);
			rc = take_impi(s, diag);
		}
		s->record.provenance = fhoss_loader_provenance(s->join->loader, head.place);
		if (!rc)
			rc = put(s, diag);
	}
	return rc;
}

/* Which IMPI may use which IMPU is not known: says for want of what. */
static void note_missing_tables(struct fhoss_loader *l)
{
	static const enum fhoss_table_id needed[] = {FHOSS_IMPI, FHOSS_IMPU, FHOSS_IMPI_IMPU};
	char names[80] = "";

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!l->table[needed[i]].is_exported)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
				 *names ? ", " : "", fhoss_tables[needed[i]].name);
	import_note(l->import,
		    "not in the export, or not whole: table %s; which IMPI may use which IMPU, and "
		    "which IMPUs are of one subscription, cannot be judged: each IMPU is a record "
		    "of its own, and no REGISTER is proven to succeed",
		    names);
}

/* IMPUs without an IMPI; where associations are not exported, it is only unknown whose they are. */
static enum rc put_lonely_impus(struct records *s, struct diag *diag)
{
	bool is_known = s->join->has_associations;
	enum rc rc = RC_OK;

	if (s->impu.has_row && !is_known)
		note_missing_tables(s->join->loader);
	while (!rc && s->impu.has_row) {
		struct staged_impu row;

		memcpy(&row, s->impu.row.data + sizeof(struct joined_impu), sizeof(row));
		begin(s, is_known ? RECORD_ORPHAN_IMPU : RECORD_SUBSCRIPTION);
		s->record.provenance = fhoss_loader_provenance(s->join->loader, row.head.place);
		rc = add_impu(s, 0, diag);
		if (!rc)
			rc = put(s, diag);
		if (!rc)
			rc = fhoss_cursor_next(&s->impu, diag);
	}
	return rc;
}

static enum rc put_records(struct records *s, struct diag *diag)
{
	enum rc rc = RC_OK;

	while (!rc && s->imsu.has_row) {
		rc = put_strangers(s, s->imsu.id, diag);
		if (rc)
			break;
		begin(s, RECORD_SUBSCRIPTION);
		rc = fill_subscription(s, diag);
		if (!rc)
			rc = take_impis(s, s->imsu.id, diag);
		if (!rc)
			rc = put(s, diag);
		if (!rc)
			rc = fhoss_unique_next(&s->imsu, diag);
	}
	if (!rc)
		rc = put_strangers(s, UINT64_MAX, diag);
	return rc ? rc : put_lonely_impus(s, diag);
}

enum rc fhoss_record_put_all(struct fhoss_join *j, struct diag *diag)
{
	struct records *s = calloc(1, sizeof(*s));
	enum rc rc;

	if (!s)
		return no_memory(diag);
	s->join = j;
	subscription_init(&s->record);
	rc = fhoss_unique_open(&s->imsu, j->loader, FHOSS_IMSU, j->loader->stage.imsu, diag);
	if (!rc)
		rc = fhoss_cursor_open(&s->impi, j->impi, diag);
	if (!rc)
		rc = fhoss_cursor_open(&s->impu, j->impu, diag);
	if (!rc)
		rc = put_records(s, diag);
	fhoss_unique_clear(&s->imsu);
	subscription_clear(&s->record);
	free(s);
	return rc;
}
