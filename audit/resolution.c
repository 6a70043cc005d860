/* What explanations need of a resolution, copied so that it outlives the next prediction. */
#include "audit/resolved.h"

static bool keep_text(struct arena *arena, struct text *t)
{
	bool is_present = t->data != NULL;

	*t = arena_text(arena, *t);
	return t->data || !is_present;
}

static void *keep_list(struct arena *arena, const void *list, uint32_t count, size_t size)
{
	void *copy = arena_alloc(arena, count ? count * size : 1);

	if (copy && count)
		memcpy(copy, list, count * size);
	return copy;
}

static bool keep_impu(struct arena *arena, struct impu *impu)
{
	impu->grants = keep_list(arena, impu->grants, impu->grant_count, sizeof(*impu->grants));
	return impu->grants && keep_text(arena, &impu->identity) && keep_text(arena, &impu->irs) &&
	       keep_text(arena, &impu->wildcard);
}

static bool keep_lists(struct arena *arena, struct ims_subscription *copy)
{
	bool is_kept = keep_text(arena, &copy->name) && keep_text(arena, &copy->scscf_name);

	copy->imsi = keep_list(arena, copy->imsi, copy->imsi_count, sizeof(*copy->imsi));
	copy->msisdn = keep_list(arena, copy->msisdn, copy->msisdn_count, sizeof(*copy->msisdn));
	copy->impi = keep_list(arena, copy->impi, copy->impi_count, sizeof(*copy->impi));
	copy->impu = keep_list(arena, copy->impu, copy->impu_count, sizeof(*copy->impu));
	copy->association = keep_list(arena, copy->association, copy->association_count,
				      sizeof(*copy->association));
	if (!is_kept || !copy->imsi || !copy->msisdn || !copy->impi || !copy->impu ||
	    !copy->association)
		return false;
	for (uint32_t i = 0; is_kept && i < copy->imsi_count; i++)
		is_kept = keep_text(arena, &copy->imsi[i]);
	for (uint32_t i = 0; is_kept && i < copy->msisdn_count; i++)
		is_kept = keep_text(arena, &copy->msisdn[i]);
	for (uint32_t i = 0; is_kept && i < copy->impi_count; i++)
		is_kept = keep_text(arena, &copy->impi[i].identity);
	for (uint32_t i = 0; is_kept && i < copy->impu_count; i++)
		is_kept = keep_impu(arena, &copy->impu[i]);
	return is_kept;
}

/* The record in arena: it owns nothing, so that there is nothing to clear. */
const struct ims_subscription *resolved_keep_record(struct arena *arena,
						    const struct ims_subscription *s)
{
	struct ims_subscription *copy = arena_alloc(arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *s;
	arena_init(&copy->arena);
	memset(copy->capacity, 0, sizeof(copy->capacity));
	return keep_lists(arena, copy) ? copy : NULL;
}

enum rc resolved_keep(const struct resolved *r, struct arena *arena, struct resolution *resolution,
		      struct diag *diag)
{
	const struct ims_subscription *s = r->a ? r->a : r->b;
	bool is_same = !r->a || r->a_ordinal == r->b_ordinal;

	*resolution = (struct resolution){
		.impi_ordinal = r->a ? r->a_ordinal : NOT_FOUND,
		.impu_ordinal = r->b ? r->b_ordinal : NOT_FOUND,
		.impi_index = r->a ? r->impi : NOT_FOUND,
		.impu_index = r->b && is_same ? r->impu : NOT_FOUND,
		.impi_matches = r->impi_matches,
		.impu_matches = r->impu_matches,
	};
	if (!s)
		return RC_OK;
	resolution->subscription = resolved_keep_record(arena, s);
	return resolution->subscription ? RC_OK : diag_set(diag, RC_NOMEM, "out of memory");
}
