#include "codec/ims_userdata_record.h"

#include <stdlib.h>

#include "base/limits.h"

#define SLOTS_MIN 64

void userdata_profile_table_init(struct userdata_profile_table *t, struct hss_directory *directory)
{
	*t = (struct userdata_profile_table){.directory = directory};
	directory->has_service_profiles = TRI_YES;
}

void userdata_profile_table_clear(struct userdata_profile_table *t)
{
	if (!t)
		return;
	free(t->slot);
	t->slot = NULL;
	t->size = t->count = 0;
}

static bool is_equal(const struct userdata_profile *a, const struct userdata_profile *b)
{
	return a->content == b->content && a->ifc_count == b->ifc_count && a->faults == b->faults;
}

/* The slot that holds the profile, or the free one where it belongs. */
static struct userdata_profile_slot *find_slot(const struct userdata_profile_table *t,
					       const struct userdata_profile *profile)
{
	uint64_t hash = profile->content + profile->faults * 0x9e3779b97f4a7c15u +
			profile->ifc_count * 0xc2b2ae3d27d4eb4fu;
	uint32_t i = (uint32_t)(hash ^ hash >> 32) & (t->size - 1);

	while (t->slot[i].id && !is_equal(&t->slot[i].profile, profile))
		i = (i + 1) & (t->size - 1);
	return &t->slot[i];
}

static enum rc grow(struct userdata_profile_table *t)
{
	struct userdata_profile_table larger = *t;

	if (t->size && t->count * 2 < t->size)
		return RC_OK;
	larger.size = t->size ? t->size * 2 : SLOTS_MIN;
	larger.slot = calloc(larger.size, sizeof(*larger.slot));
	if (!larger.slot)
		return RC_NOMEM;
	for (uint32_t i = 0; i < t->size; i++)
		if (t->slot[i].id)
			*find_slot(&larger, &t->slot[i].profile) = t->slot[i];
	free(t->slot);
	*t = larger;
	return RC_OK;
}

enum rc userdata_profile_id(struct userdata_profile_table *t,
			    const struct userdata_profile *profile, uint32_t *id)
{
	struct userdata_profile wanted = *profile;
	struct userdata_profile_slot *slot;
	struct service_profile *added;

	if (grow(t) != RC_OK)
		return RC_NOMEM;
	slot = find_slot(t, &wanted);
	if (!slot->id && t->count >= USERDATA_PROFILES_MAX) {
		t->is_capped = true;
		wanted.content = 0;
		wanted.ifc_count = wanted.ifc_count < UINT8_MAX ? wanted.ifc_count : UINT8_MAX;
		slot = find_slot(t, &wanted);
	}
	if (!slot->id) {
		added = hss_directory_add_service_profile(t->directory, t->count + 1, TEXT_NONE);
		if (!added)
			return RC_NOMEM;
		added->ifc_count = wanted.ifc_count;
		added->faults = wanted.faults;
		added->content = wanted.content;
		*slot = (struct userdata_profile_slot){wanted, ++t->count};
	}
	*id = slot->id;
	return RC_OK;
}

/* The index of the document's IMPI in the record; impi_count when it cannot be added. */
static uint32_t add_impi(struct ims_subscription *s, struct text identity)
{
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (text_equal(s->impi[i].identity, identity))
			return i;
	return subscription_add_impi(s, identity) ? s->impi_count - 1 : s->impi_count;
}

/* Default of a set while it is being read in order: what comes after a default is none, and whether
 * an IMPU after one of unknown barring is the default is unknown. A wildcarded identity is nobody's
 * default. */
static enum tri next_default(const struct userdata_identity *identity, enum tri *is_open)
{
	enum tri is_default = tri_and(*is_open, tri_not(identity->barred));

	if (identity->kind == IMPU_WILDCARDED_PSI || identity->kind == IMPU_WILDCARDED_IMPU)
		return TRI_NO;
	*is_open = tri_and(*is_open, identity->barred);
	return is_default;
}

static enum rc add_imsi(struct ims_subscription *s, struct text imsi)
{
	s->has_imsi_column = TRI_YES;
	for (uint32_t i = 0; i < s->imsi_count; i++)
		if (text_equal(s->imsi[i], imsi))
			return RC_OK;
	return subscription_add_imsi(s, imsi) ? RC_OK : RC_NOMEM;
}

static enum rc add_impus(const struct userdata_list *list, const struct userdata_document *d,
			 struct userdata_profile_table *profiles, struct text label,
			 struct ims_subscription *out)
{
	uint32_t impi = add_impi(out, d->private_id), id = 0, known = UINT32_MAX;
	enum tri is_open = TRI_YES;

	if (impi == out->impi_count)
		return RC_NOMEM;
	for (uint32_t i = 0; i < d->identity_count; i++) {
		const struct userdata_identity *identity = &list->identity[d->first_identity + i];
		struct impu *impu = subscription_add_impu(out, identity->identity);

		if (!impu)
			return RC_NOMEM;
		if (identity->profile != known &&
		    userdata_profile_id(profiles, &list->profile[identity->profile], &id) != RC_OK)
			return RC_NOMEM;
		known = identity->profile;
		impu->kind = identity->kind;
		impu->barred = identity->barred;
		impu->is_default = next_default(identity, &is_open);
		impu->irs_state = IRS_NAMED;
		impu->irs = label;
		impu->service_profile = (struct link){LINK_ID, id};
		impu->wildcard = identity->wildcard;
		if (!subscription_associate(out, impi, out->impu_count - 1))
			return RC_NOMEM;
	}
	return RC_OK;
}

enum rc userdata_add_to_subscription(const struct userdata_list *list,
				     const struct userdata_document *document,
				     struct userdata_profile_table *profiles, struct text label,
				     struct ims_subscription *out)
{
	if (out->impi_count >= LIMIT_IMPI_PER_SUBSCRIPTION ||
	    document->identity_count > LIMIT_IMPU_PER_SUBSCRIPTION - out->impu_count ||
	    document->identity_count > LIMIT_ASSOCIATION_PER_SUBSCRIPTION - out->association_count)
		return RC_LIMIT;
	out->has_associations = TRI_YES;
	if (document->imsi.length && add_imsi(out, document->imsi) != RC_OK)
		return RC_NOMEM;
	return add_impus(list, document, profiles, label, out);
}
