#include "importers/csv_private.h"

#include <inttypes.h>
#include <stdlib.h>

/* What came of one row. */
struct outcome {
	bool is_new;     /* it said something that was not known */
	bool is_refused; /* it went beyond a cap: the rest of it is not taken */
	uint32_t facts;  /* in dispute through it */
	uint64_t line;   /* of the first row that differs */
	const char *whose;
};

struct text csv_keep(struct csv *c, struct text t)
{
	if (!c->row.has_scratch)
		return t;
	struct text copy = arena_text(&c->pending.record.arena, t);
	c->is_out_of_memory |= t.data && !copy.data;
	return copy;
}

static struct csv_seen *seen_at(struct csv_seen_list *list, uint32_t index)
{
	uint32_t capacity = list->capacity ? list->capacity * 2 : 16;

	if (index < list->capacity)
		return &list->seen[index];
	struct csv_seen *seen = realloc(list->seen, capacity * sizeof(*seen));
	if (!seen)
		return NULL;
	list->seen = seen;
	list->capacity = capacity; /* index grows by one: it fits */
	return &seen[index];
}

static enum rc no_room(struct csv *c, bool is_full, const char *what, struct outcome *o,
		       struct diag *diag)
{
	o->is_refused = true;
	if (!is_full)
		return diag_set(diag, RC_NOMEM, "no memory for a subscription");
	return csv_reject_row(c, diag, "the subscription has more %s than can be kept", what);
}

static void dispute(struct csv *c, struct csv_seen *seen, struct text identity, uint32_t facts,
		    const char *whose, struct outcome *o)
{
	if (!facts)
		return;
	seen->disputed |= facts;
	csv_disputes_add(&c->disputes, identity, facts);
	o->facts |= facts;
	o->line = seen->line;
	o->whose = whose;
}

static bool holds(const struct text *list, uint32_t count, struct text t)
{
	while (count-- > 0)
		if (text_equal(list[count], t))
			return true;
	return false;
}

static enum rc take_numbers(struct csv *c, const struct csv_identities *ids, struct outcome *o,
			    struct diag *diag)
{
	struct ims_subscription *r = &c->pending.record;

	if (ids->imsi.length && !holds(r->imsi, r->imsi_count, ids->imsi)) {
		o->is_new = true;
		if (!subscription_add_imsi(r, csv_keep(c, ids->imsi)))
			return no_room(c, r->imsi_count >= LIMIT_IMPI_PER_SUBSCRIPTION, "IMSIs", o,
				       diag);
	}
	if (ids->msisdn.length && !holds(r->msisdn, r->msisdn_count, ids->msisdn)) {
		o->is_new = true;
		if (!subscription_add_msisdn(r, csv_keep(c, ids->msisdn)))
			return no_room(c, r->msisdn_count >= LIMIT_IMPU_PER_SUBSCRIPTION, "MSISDNs",
				       o, diag);
	}
	return RC_OK;
}

static void take_subscription(struct csv *c, struct outcome *o)
{
	struct csv_pending *p = &c->pending;
	struct ims_subscription facts = {.ims_authorised = c->facts.ims_authorised,
					 .scscf = c->facts.scscf,
					 .scscf_name = csv_keep(c, c->facts.scscf_name),
					 .capability_set = c->facts.capability_set,
					 .preferred_set = c->facts.preferred_set};

	uint32_t disputed = csv_merge_subscription(&p->record, &facts, p->own.disputed);
	dispute(c, &p->own, csv_own_identity(&p->record), disputed, "subscription", o);
}

static enum rc find_impi(struct csv *c, struct text identity, struct outcome *o, struct diag *diag)
{
	struct csv_pending *p = &c->pending;
	struct ims_subscription *r = &p->record;
	uint32_t n = r->impi_count;

	p->current_impi = CSV_NO_IMPI;
	if (!identity.length)
		return RC_OK;
	while (n-- > 0)
		if (text_equal(r->impi[n].identity, identity))
			break;
	if (n == UINT32_MAX) {
		n = r->impi_count;
		struct csv_seen *seen = seen_at(&p->impi, n);
		if (!seen || !subscription_add_impi(r, csv_keep(c, identity)))
			return no_room(c, n >= LIMIT_IMPI_PER_SUBSCRIPTION, "IMPIs", o, diag);
		*seen = (struct csv_seen){c->line, 0};
		o->is_new = true;
	}
	p->current_impi = n;
	return RC_OK;
}

static void take_impi(struct csv *c, struct outcome *o)
{
	struct csv_pending *p = &c->pending;
	uint32_t n = p->current_impi;

	if (n == CSV_NO_IMPI)
		return;
	struct csv_seen *seen = &p->impi.seen[n];
	struct impi *impi = &p->record.impi[n];
	uint32_t disputed = csv_merge_impi(impi, &c->facts.impi, seen->disputed);
	dispute(c, seen, impi->identity, disputed, "IMPI", o);
}

static void take_grants(struct csv *c, struct impu *impu, struct outcome *o)
{
	impu->has_grants |= c->facts.impu.has_grants;
	for (uint32_t i = 0; i < c->facts.grant_count; i++) {
		uint32_t n = 0;

		while (n < impu->grant_count && impu->grants[n] != c->facts.grants[i])
			n++;
		if (n < impu->grant_count)
			continue;
		o->is_new = true;
		if (!subscription_grant(&c->pending.record, impu, c->facts.grants[i]))
			c->is_out_of_memory = true;
	}
}

static enum rc associate(struct csv *c, uint32_t impu, bool is_impu_new, struct outcome *o,
			 struct diag *diag)
{
	struct ims_subscription *r = &c->pending.record;
	uint32_t impi = c->pending.current_impi;

	if (impi == CSV_NO_IMPI || (!is_impu_new && subscription_association(r, impi, impu)))
		return RC_OK;
	o->is_new = true;
	struct association *a = subscription_associate(r, impi, impu);
	if (!a)
		return no_room(c, r->association_count >= LIMIT_ASSOCIATION_PER_SUBSCRIPTION,
			       "associations", o, diag);
	a->state = c->facts.impu.state;
	return RC_OK;
}

static enum rc add_impu(struct csv *c, struct text identity, struct outcome *o, struct diag *diag)
{
	struct ims_subscription *r = &c->pending.record;
	uint32_t n = r->impu_count;
	struct csv_seen *seen = seen_at(&c->pending.impu, n);
	struct impu *impu = seen ? subscription_add_impu(r, csv_keep(c, identity)) : NULL;

	o->is_new = true;
	if (!impu)
		return no_room(c, n >= LIMIT_IMPU_PER_SUBSCRIPTION, "IMPUs", o, diag);
	*seen = (struct csv_seen){c->line, 0};
	c->facts.impu.identity = impu->identity;
	*impu = c->facts.impu;
	return RC_OK;
}

static enum rc take_impu(struct csv *c, struct text identity, struct outcome *o, struct diag *diag)
{
	struct ims_subscription *r = &c->pending.record;
	struct impu *facts = &c->facts.impu;
	uint32_t n = r->impu_count;

	facts->irs = csv_keep(c, facts->irs);
	facts->wildcard = csv_keep(c, facts->wildcard);
	while (n-- > 0)
		if (text_equal(r->impu[n].identity, identity))
			break;
	bool is_impu_new = n == UINT32_MAX;
	if (is_impu_new) {
		n = r->impu_count;
		enum rc rc = add_impu(c, identity, o, diag);
		if (rc || o->is_refused)
			return rc;
	} else {
		struct csv_seen *seen = &c->pending.impu.seen[n];
		uint32_t disputed = csv_merge_impu(&r->impu[n], facts, seen->disputed);

		dispute(c, seen, identity, disputed, "IMPU", o);
	}
	take_grants(c, &r->impu[n], o);
	return associate(c, n, is_impu_new, o, diag);
}

static enum rc report_disputes(struct csv *c, const struct outcome *o, struct diag *diag)
{
	struct strbuf names;

	strbuf_init(&names);
	for (int field = 0; field < CSV_FIELDS; field++)
		if (o->facts & CSV_BIT(field))
			strbuf_printf(&names, "%s%s", names.length ? ", " : "",
				      csv_fields[field].name);
	enum rc rc = csv_reject_row(c, diag,
				    "%s of the %s differs from what line %" PRIu64
				    " says: taken as unknown",
				    names.data ? names.data : "", o->whose, o->line);
	strbuf_clear(&names);
	return rc;
}

enum rc csv_assemble(struct csv *c, const struct csv_identities *ids, bool is_first,
		     struct diag *diag)
{
	struct outcome o = {.is_new = is_first};
	enum rc rc = RC_OK;

	if (!c->is_lead_same) {
		rc = take_numbers(c, ids, &o, diag);
		if (!rc && !o.is_refused)
			rc = find_impi(c, ids->impi, &o, diag);
	}
	if (rc || o.is_refused)
		return rc;
	if (c->layout.has_subscription_facts)
		take_subscription(c, &o);
	if (c->layout.has_impi_facts)
		take_impi(c, &o);
	if (ids->impu.length)
		rc = take_impu(c, ids->impu, &o, diag);
	if (rc || o.is_refused)
		return rc;
	if (c->is_out_of_memory)
		return diag_set(diag, RC_NOMEM, "no memory for a subscription");
	if (o.facts)
		return report_disputes(c, &o, diag);
	if (!o.is_new)
		import_note(c->import, "duplicate row");
	c->rows++;
	return RC_OK;
}
