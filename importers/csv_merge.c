#include "importers/csv_merge.h"

#include <stdlib.h>

#include "base/limits.h"

_Static_assert(CSV_FIELDS <= 32, "a set of facts is 32 bits");

/* True when a fact that both know differs; then it is disputed. */
static bool differs(bool is_same, enum csv_field field, uint32_t *disputed)
{
	if (!is_same)
		*disputed |= CSV_BIT(field);
	return !is_same;
}

static void merge_tri(enum tri *into, enum tri from, enum csv_field field, uint32_t *disputed)
{
	if (from == TRI_UNKNOWN || (*disputed & CSV_BIT(field)))
		return;
	if (*into == TRI_UNKNOWN)
		*into = from;
	else if (differs(*into == from, field, disputed))
		*into = TRI_UNKNOWN;
}

static void merge_link(struct link *into, struct link from, enum csv_field field,
		       uint32_t *disputed)
{
	if (from.state == LINK_UNKNOWN || (*disputed & CSV_BIT(field)))
		return;
	if (into->state == LINK_UNKNOWN)
		*into = from;
	else if (differs(into->state == from.state && into->id == from.id, field, disputed))
		*into = (struct link){LINK_UNKNOWN, 0};
}

uint32_t csv_merge_subscription(struct ims_subscription *into, const struct ims_subscription *from,
				uint32_t disputed)
{
	uint32_t before = disputed;

	merge_tri(&into->ims_authorised, from->ims_authorised, CSV_IMS_AUTHORISED, &disputed);
	merge_link(&into->capability_set, from->capability_set, CSV_CAPABILITIES_MANDATORY,
		   &disputed);
	merge_link(&into->preferred_set, from->preferred_set, CSV_PREFERRED_SCSCF, &disputed);
	if (from->scscf.state == LINK_UNKNOWN || (disputed & CSV_BIT(CSV_SCSCF)))
		return disputed & ~before;
	if (into->scscf.state == LINK_UNKNOWN) {
		into->scscf = from->scscf;
		into->scscf_name = from->scscf_name;
	} else if (differs(into->scscf.state == from->scscf.state &&
				   text_equal(into->scscf_name, from->scscf_name),
			   CSV_SCSCF, &disputed)) {
		into->scscf.state = LINK_UNKNOWN;
		into->scscf_name = TEXT_NONE;
	}
	return disputed & ~before;
}

uint32_t csv_merge_impi(struct impi *into, const struct impi *from, uint32_t disputed)
{
	uint32_t before = disputed;

	merge_tri(&into->has_key, from->has_key, CSV_KEY_PRESENT, &disputed);
	merge_tri(&into->has_sqn, from->has_sqn, CSV_SQN, &disputed);
	merge_tri(&into->barred, from->barred, CSV_IMPI_BARRED, &disputed);
	merge_tri(&into->roaming_allowed, from->roaming_allowed, CSV_ROAMING_ALLOWED, &disputed);
	if (from->has_schemes && !(disputed & CSV_BIT(CSV_AUTH_SCHEMES))) {
		if (!into->has_schemes)
			into->schemes = from->schemes;
		into->has_schemes =
			!differs(into->schemes == from->schemes, CSV_AUTH_SCHEMES, &disputed);
	}
	if (from->has_default_scheme && !(disputed & CSV_BIT(CSV_DEFAULT_SCHEME))) {
		if (!into->has_default_scheme)
			into->default_scheme = from->default_scheme;
		into->has_default_scheme = !differs(into->default_scheme == from->default_scheme,
						    CSV_DEFAULT_SCHEME, &disputed);
	}
	return disputed & ~before;
}

static void merge_irs(struct impu *into, const struct impu *from, uint32_t *disputed)
{
	if (from->irs_state == IRS_UNKNOWN || (*disputed & CSV_BIT(CSV_IRS)))
		return;
	if (into->irs_state == IRS_UNKNOWN) {
		into->irs_state = from->irs_state;
		into->irs = from->irs;
	} else if (differs(into->irs_state == from->irs_state && text_equal(into->irs, from->irs),
			   CSV_IRS, disputed)) {
		into->irs_state = IRS_UNKNOWN;
		into->irs = TEXT_NONE;
	}
}

/* Rows of one IMPU with different IMPIs may differ in state: it has that of the IMPI through which
 * it is registered most. */
static const unsigned char state_rank[] = {
	[REG_STATE_UNKNOWN] = 0,      [REG_STATE_NOT_REGISTERED] = 1, [REG_STATE_AUTH_PENDING] = 2,
	[REG_STATE_UNREGISTERED] = 3, [REG_STATE_REGISTERED] = 4,
};

uint32_t csv_merge_impu(struct impu *into, const struct impu *from, uint32_t disputed)
{
	uint32_t before = disputed;

	merge_tri(&into->barred, from->barred, CSV_BARRED, &disputed);
	merge_tri(&into->may_register, from->may_register, CSV_MAY_REGISTER, &disputed);
	merge_tri(&into->is_default, from->is_default, CSV_DEFAULT, &disputed);
	merge_tri(&into->psi_active, from->psi_active, CSV_PSI_ACTIVE, &disputed);
	merge_tri(&into->has_charging, from->has_charging, CSV_CHARGING, &disputed);
	merge_link(&into->service_profile, from->service_profile, CSV_PROFILE, &disputed);
	merge_irs(into, from, &disputed);
	if (state_rank[from->state] > state_rank[into->state])
		into->state = from->state;
	if (from->kind != IMPU_KIND_UNKNOWN && !(disputed & CSV_BIT(CSV_KIND))) {
		if (into->kind == IMPU_KIND_UNKNOWN)
			into->kind = from->kind;
		else if (differs(into->kind == from->kind, CSV_KIND, &disputed))
			into->kind = IMPU_KIND_UNKNOWN;
	}
	if (from->wildcard.data && !(disputed & CSV_BIT(CSV_WILDCARD))) {
		if (!into->wildcard.data)
			into->wildcard = from->wildcard;
		else if (differs(text_equal(into->wildcard, from->wildcard), CSV_WILDCARD,
				 &disputed))
			into->wildcard = TEXT_NONE;
	}
	return disputed & ~before;
}

struct text csv_own_identity(const struct ims_subscription *s)
{
	return s->name.data    ? s->name
	       : s->imsi_count ? s->imsi[0]
	       : s->impi_count ? s->impi[0].identity
			       : TEXT_NONE;
}

void csv_disputes_clear(struct csv_disputes *d)
{
	free(d->list);
	*d = (struct csv_disputes){NULL, 0, 0};
}

void csv_disputes_add(struct csv_disputes *d, struct text identity, uint32_t facts)
{
	size_t capacity = d->capacity ? d->capacity * 2 : 16;

	if (d->count >= LIMIT_REJECTS_KEPT)
		return;
	if (d->count == d->capacity) {
		struct csv_dispute *list = realloc(d->list, capacity * sizeof(*list));

		if (!list)
			return;
		d->list = list;
		d->capacity = capacity;
	}
	d->list[d->count++] = (struct csv_dispute){text_hash(TEXT_HASH_SEED, identity), facts};
}

uint32_t csv_disputes_of(const struct csv_disputes *d, struct text identity)
{
	uint64_t hash = d->count ? text_hash(TEXT_HASH_SEED, identity) : 0;
	uint32_t facts = 0;

	for (size_t i = 0; i < d->count; i++)
		if (d->list[i].hash == hash)
			facts |= d->list[i].facts;
	return facts;
}
