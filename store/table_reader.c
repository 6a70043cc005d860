#include "store/table_reader.h"

#include <stdlib.h>

#include "codec/lookup_key.h"

static void forget_arguments(struct table_reader *r)
{
	snapshot_cursor_close(r->cursor);
	r->cursor = NULL;
	free((void *)(uintptr_t)r->key.data);
	r->key = TEXT_NONE;
	free(r->source);
	r->source = NULL;
}

static bool add_candidate(uint32_t ordinal, void *context)
{
	struct table_reader *r = context;

	if (r->candidate_count == r->candidate_capacity) {
		size_t capacity = r->candidate_capacity ? r->candidate_capacity * 2 : 16;
		uint32_t *grown = realloc(r->candidates, capacity * sizeof(*grown));

		if (!grown) {
			r->is_out_of_memory = true;
			return false;
		}
		r->candidates = grown;
		r->candidate_capacity = capacity;
	}
	r->candidates[r->candidate_count++] = ordinal;
	return true;
}

static enum rc start_snapshot(struct table_reader *r, struct snapshot *s, struct diag *diag)
{
	enum rc rc = snapshot_cursor_open(s, &r->cursor, diag);

	r->candidate = r->candidate_count = 0;
	r->row.info = snapshot_get_info(s);
	if (rc)
		return rc;
	switch (r->plan) {
	case PLAN_SCAN:
		return snapshot_scan(r->cursor, 0, snapshot_ordinals(s), diag);
	case PLAN_SUBSCRIPTION:
		add_candidate(r->ordinal, r);
		break;
	case PLAN_IDENTITY:
		rc = snapshot_find(r->cursor, LOOKUP_IDENTITY, r->key, add_candidate, r, diag);
		break;
	}
	if (!rc && r->is_out_of_memory)
		rc = diag_set(diag, RC_NOMEM, "no memory for candidates");
	return rc;
}

/* The next record of the snapshot under work. */
static enum rc next_in_snapshot(struct table_reader *r, bool *found, struct diag *diag)
{
	struct snapshot_view view;
	enum rc rc = RC_OK;

	*found = false;
	if (r->plan == PLAN_SCAN) {
		rc = snapshot_next(r->cursor, &view, found, diag);
		if (rc || !*found)
			return rc;
		r->row.ordinal = view.ordinal;
		return snapshot_unpack(r->cursor, &view, &r->record, diag);
	}
	while (r->candidate < r->candidate_count && !*found) {
		r->row.ordinal = r->candidates[r->candidate++];
		rc = snapshot_read(r->cursor, r->row.ordinal, &r->record, diag);
		*found = rc == RC_OK;
		if (rc && rc != RC_NOTFOUND)
			return rc;
	}
	return RC_OK;
}

static enum rc next_record(struct table_reader *r, struct diag *diag)
{
	const struct sql_scope *scope = r->scope;
	bool found = false;
	enum rc rc = RC_OK;

	while (!found && !rc) {
		if (r->cursor) {
			rc = next_in_snapshot(r, &found, diag);
			if (rc || found)
				return rc;
			snapshot_cursor_close(r->cursor);
			r->cursor = NULL;
			r->snapshot++;
		}
		while (r->snapshot < scope->count && r->source &&
		       strcmp(r->source,
			      snapshot_get_info(scope->snapshots[r->snapshot])->source) != 0)
			r->snapshot++;
		if (r->snapshot >= scope->count) {
			r->is_at_end = true;
			return RC_OK;
		}
		rc = start_snapshot(r, scope->snapshots[r->snapshot], diag);
	}
	return rc;
}

static struct sql_set *set_of(struct table_reader *r, const struct impu *impu)
{
	for (uint32_t i = 0; i < r->set_count && impu->irs_state == IRS_NAMED; i++)
		if (r->sets[i].state == IRS_NAMED && text_equal(r->sets[i].label, impu->irs))
			return &r->sets[i];
	r->sets[r->set_count] = (struct sql_set){
		.label = impu->irs_state == IRS_NAMED ? impu->irs : TEXT_NONE,
		.state = impu->irs_state,
		.first = impu->identity,
	};
	return &r->sets[r->set_count++];
}

/* Groups the IMPUs of the record; those whose set is unknown are in none. */
static bool find_sets(struct table_reader *r)
{
	uint32_t count = r->record.impu_count;

	r->set_count = 0;
	if (count > r->set_capacity) {
		struct sql_set *grown = realloc(r->sets, count * sizeof(*grown));

		if (!grown)
			return false;
		r->sets = grown;
		r->set_capacity = count;
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct impu *impu = &r->record.impu[i];

		if (impu->irs_state == IRS_UNKNOWN)
			continue;
		struct sql_set *set = set_of(r, impu);
		set->impus++;
		set->barred += impu->barred == TRI_YES;
		set->unbarred += impu->barred == TRI_NO;
	}
	return true;
}

static uint32_t row_count(const struct table_reader *r)
{
	switch (r->table) {
	case SQL_SUBSCRIPTION:
		return 1;
	case SQL_IMPI:
		return r->record.impi_count;
	case SQL_IMPU:
		return r->record.impu_count;
	case SQL_IRS:
		return r->set_count;
	case SQL_ASSOCIATION:
		return r->record.association_count;
	case SQL_TABLES:
		break;
	}
	return 0;
}

static void show_row(struct table_reader *r)
{
	const struct ims_subscription *s = &r->record;

	r->row.record = s;
	switch (r->table) {
	case SQL_IMPI:
		r->row.impi = &s->impi[r->index];
		break;
	case SQL_IMPU:
		r->row.impu = &s->impu[r->index];
		break;
	case SQL_IRS:
		r->row.set = &r->sets[r->index];
		break;
	case SQL_ASSOCIATION:
		r->row.association = &s->association[r->index];
		r->row.impi = &s->impi[r->row.association->impi];
		r->row.impu = &s->impu[r->row.association->impu];
		break;
	case SQL_SUBSCRIPTION:
	case SQL_TABLES:
		break;
	}
}

/* Goes to the row with r->index, or the first one of the records that follow. */
static enum rc settle(struct table_reader *r, struct diag *diag)
{
	while (!r->is_at_end && r->index >= row_count(r)) {
		enum rc rc = next_record(r, diag);

		if (!rc && !r->is_at_end && r->table == SQL_IRS && !find_sets(r))
			rc = diag_set(diag, RC_NOMEM, "no memory for implicit sets");
		if (rc)
			return rc;
		r->index = 0;
	}
	if (!r->is_at_end)
		show_row(r);
	return RC_OK;
}

void table_reader_init(struct table_reader *r, const struct sql_scope *scope, enum sql_table table)
{
	*r = (struct table_reader){.scope = scope, .table = table, .is_at_end = true};
	subscription_init(&r->record);
}

void table_reader_clear(struct table_reader *r)
{
	forget_arguments(r);
	subscription_clear(&r->record);
	free(r->candidates);
	free(r->sets);
}

void table_reader_reset(struct table_reader *r)
{
	forget_arguments(r);
	subscription_reset(&r->record);
	r->plan = PLAN_SCAN;
	r->is_at_end = false;
	r->snapshot = 0;
	r->set_count = 0;
	r->index = UINT32_MAX;
}

enum rc table_reader_start(struct table_reader *r, struct diag *diag)
{
	return settle(r, diag);
}

enum rc table_reader_next(struct table_reader *r, struct diag *diag)
{
	r->index++;
	return settle(r, diag);
}
