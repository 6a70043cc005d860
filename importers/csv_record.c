#include "importers/csv_private.h"

#include <stdlib.h>

static struct text key_text(const struct csv_pending *p)
{
	switch (p->key) {
	case CSV_KEY_NAME:
		return p->record.name;
	case CSV_KEY_IMSI:
		return p->record.imsi[0];
	case CSV_KEY_IMPI:
		return p->record.impi[0].identity;
	case CSV_KEY_NONE:
		break;
	}
	return TEXT_NONE;
}

static struct text key_of(const struct csv_identities *ids)
{
	return ids->key == CSV_KEY_NAME   ? ids->name
	       : ids->key == CSV_KEY_IMSI ? ids->imsi
					  : ids->impi;
}

static void note_order(struct csv_order *o, const struct csv_pending *p)
{
	struct text key = key_text(p);

	if (p->key == CSV_KEY_NONE)
		return;
	o->has_named |= p->key == CSV_KEY_NAME;
	o->has_unnamed |= p->key != CSV_KEY_NAME;
	if (o->is_broken)
		return;
	if (o->key != CSV_KEY_NONE)
		o->is_broken = o->key != p->key || text_compare(key, strbuf_text(&o->last)) <= 0;
	o->key = p->key;
	strbuf_reset(&o->last);
	strbuf_add_text(&o->last, key);
	o->is_broken |= o->last.failed; /* to be on the safe side */
}

enum rc csv_record_flush(struct csv *c, struct diag *diag)
{
	struct csv_pending *p = &c->pending;

	if (!p->is_open)
		return RC_OK;
	p->is_open = false;
	c->lead = TEXT_NONE;
	note_order(&c->order, p);
	return import_put(c->import, &p->record, diag);
}

void csv_record_clear(struct csv *c)
{
	subscription_clear(&c->pending.record);
	free(c->pending.impi.seen);
	free(c->pending.impu.seen);
	strbuf_clear(&c->order.last);
}

static void begin(struct csv *c, const struct csv_identities *ids)
{
	struct csv_pending *p = &c->pending;
	struct ims_subscription *r = &p->record;
	bool has_impi = csv_layout_has(&c->layout, CSV_IMPI);
	bool has_impu = csv_layout_has(&c->layout, CSV_IMPU);

	subscription_reset(r);
	p->is_open = true;
	p->key = ids->key;
	p->own = (struct csv_seen){c->line, 0};
	p->current_impi = CSV_NO_IMPI;
	/* With IMPIs exported, an IMPU alone is one that no IMPI is associated with. */
	r->kind = ids->key == CSV_KEY_NONE && has_impi ? RECORD_ORPHAN_IMPU : RECORD_SUBSCRIPTION;
	r->name = csv_keep(c, ids->name);
	r->has_imsi_column = csv_layout_has(&c->layout, CSV_IMSI) ? TRI_YES : TRI_UNKNOWN;
	r->has_associations = has_impi && has_impu ? TRI_YES : TRI_UNKNOWN;
	r->provenance = (struct provenance){c->file, c->offset, c->line};
}

enum rc csv_record_take(struct csv *c, const struct csv_identities *ids, struct diag *diag)
{
	struct csv_pending *p = &c->pending;
	bool is_other = !p->is_open || ids->key == CSV_KEY_NONE || p->key != ids->key ||
			!text_equal(key_text(p), key_of(ids));
	enum rc rc;

	if (c->is_lead_same || !is_other)
		return csv_assemble(c, ids, false, diag);
	rc = csv_record_flush(c, diag);
	if (rc)
		return rc;
	begin(c, ids);
	return csv_assemble(c, ids, true, diag);
}

static bool keep_from(struct ims_subscription *r, const struct source *s, struct text *t)
{
	const char *window = source_data(s);

	if (!t->data || t->data < window || t->data > window + source_length(s))
		return true;
	*t = arena_text(&r->arena, *t);
	return t->data != NULL;
}

enum rc csv_record_detach(struct csv *c, struct diag *diag)
{
	struct ims_subscription *r = &c->pending.record;
	const struct source *s = c->source;
	bool is_kept = true;

	c->lead = TEXT_NONE;
	if (!c->pending.is_open)
		return RC_OK;
	is_kept = keep_from(r, s, &r->name) && keep_from(r, s, &r->scscf_name);
	for (uint32_t i = 0; i < r->imsi_count; i++)
		is_kept = keep_from(r, s, &r->imsi[i]) && is_kept;
	for (uint32_t i = 0; i < r->msisdn_count; i++)
		is_kept = keep_from(r, s, &r->msisdn[i]) && is_kept;
	for (uint32_t i = 0; i < r->impi_count; i++)
		is_kept = keep_from(r, s, &r->impi[i].identity) && is_kept;
	for (uint32_t i = 0; i < r->impu_count; i++)
		is_kept = keep_from(r, s, &r->impu[i].identity) &&
			  keep_from(r, s, &r->impu[i].irs) &&
			  keep_from(r, s, &r->impu[i].wildcard) && is_kept;
	return is_kept ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for a subscription");
}
