#include "model/subscription.h"

#include <stdlib.h>

#include "base/limits.h"

#define LIMIT_IMSI_PER_SUBSCRIPTION 1024

/* The lists of a record in the order of its capacity[]. */
enum list { LIST_IMSI, LIST_MSISDN, LIST_IMPI, LIST_IMPU, LIST_ASSOCIATION };

void subscription_init(struct ims_subscription *s)
{
	*s = (struct ims_subscription){0};
	arena_init(&s->arena);
}

/* Copied, as clearing so few bytes in place makes gcc emit a string instruction, which is slower.
 */
static const struct ims_subscription empty_subscription;
static const struct impu empty_impu;

void subscription_reset(struct ims_subscription *s)
{
	struct ims_subscription kept = *s;

	*s = empty_subscription;
	s->arena = kept.arena;
	arena_reset(&s->arena);
	s->imsi = kept.imsi;
	s->msisdn = kept.msisdn;
	s->impi = kept.impi;
	s->impu = kept.impu;
	s->association = kept.association;
	memcpy(s->capacity, kept.capacity, sizeof(s->capacity));
}

void subscription_clear(struct ims_subscription *s)
{
	if (!s)
		return;
	free(s->imsi);
	free(s->msisdn);
	free(s->impi);
	free(s->impu);
	free(s->association);
	arena_clear(&s->arena);
	subscription_init(s);
}

/* Makes room for one more element; the possibly moved list, NULL when memory is out or limit is
 * reached. */
static void *list_grow(void *list, uint32_t *capacity, uint32_t count, size_t size, uint32_t limit)
{
	uint32_t wanted = *capacity ? *capacity * 2 : 4;
	void *grown;

	if (count < *capacity)
		return list;
	if (count >= limit)
		return NULL;
	grown = realloc(list, wanted * size);
	if (grown)
		*capacity = wanted;
	return grown;
}

struct text *subscription_add_imsi(struct ims_subscription *s, struct text imsi)
{
	struct text *list = list_grow(s->imsi, &s->capacity[LIST_IMSI], s->imsi_count,
				      sizeof(*list), LIMIT_IMSI_PER_SUBSCRIPTION);

	if (!list)
		return NULL;
	s->imsi = list;
	list[s->imsi_count] = imsi;
	return &list[s->imsi_count++];
}

struct text *subscription_add_msisdn(struct ims_subscription *s, struct text msisdn)
{
	struct text *list = list_grow(s->msisdn, &s->capacity[LIST_MSISDN], s->msisdn_count,
				      sizeof(*list), LIMIT_IMPU_PER_SUBSCRIPTION);

	if (!list)
		return NULL;
	s->msisdn = list;
	list[s->msisdn_count] = msisdn;
	return &list[s->msisdn_count++];
}

struct impi *subscription_add_impi(struct ims_subscription *s, struct text identity)
{
	struct impi *list = list_grow(s->impi, &s->capacity[LIST_IMPI], s->impi_count,
				      sizeof(*list), LIMIT_IMPI_PER_SUBSCRIPTION);

	if (!list)
		return NULL;
	s->impi = list;
	list[s->impi_count] = (struct impi){.identity = identity};
	return &list[s->impi_count++];
}

struct impu *subscription_add_impu(struct ims_subscription *s, struct text identity)
{
	struct impu *list = list_grow(s->impu, &s->capacity[LIST_IMPU], s->impu_count,
				      sizeof(*list), LIMIT_IMPU_PER_SUBSCRIPTION);

	if (!list)
		return NULL;
	s->impu = list;
	list[s->impu_count] = empty_impu;
	list[s->impu_count].identity = identity;
	return &list[s->impu_count++];
}

static struct association *association_find(const struct ims_subscription *s, uint32_t impi,
					    uint32_t impu)
{
	/* Backwards: sources repeat a pair next to its first mention, if at all. */
	for (uint32_t i = s->association_count; i-- > 0;)
		if (s->association[i].impu == impu && s->association[i].impi == impi)
			return &s->association[i];
	return NULL;
}

struct association *subscription_add_association(struct ims_subscription *s, uint32_t impi,
						 uint32_t impu)
{
	struct association *list = list_grow(s->association, &s->capacity[LIST_ASSOCIATION],
					     s->association_count, sizeof(*list),
					     LIMIT_ASSOCIATION_PER_SUBSCRIPTION);

	if (!list)
		return NULL;
	s->association = list;
	list[s->association_count] = (struct association){.impi = impi, .impu = impu, .rows = 1};
	return &list[s->association_count++];
}

struct association *subscription_associate(struct ims_subscription *s, uint32_t impi, uint32_t impu)
{
	struct association *known = association_find(s, impi, impu);

	if (!known)
		return subscription_add_association(s, impi, impu);
	known->rows++;
	return known;
}

const struct association *subscription_association(const struct ims_subscription *s, uint32_t impi,
						   uint32_t impu)
{
	return association_find(s, impi, impu);
}

/* Grant lists grow at the powers of two: the capacity needs no field of its own. */
static bool is_full_at(uint32_t count)
{
	return (count & (count - 1)) == 0 && (count == 0 || count >= 4);
}

bool subscription_grant(struct ims_subscription *s, struct impu *impu, uint32_t visited_network)
{
	uint32_t count = impu->grant_count;

	if (is_full_at(count)) {
		uint32_t *grown;

		if (count >= LIMIT_ASSOCIATION_PER_SUBSCRIPTION)
			return false;
		grown = arena_alloc(&s->arena, (count ? count * 2 : 4) * sizeof(*grown));
		if (!grown)
			return false;
		if (count)
			memcpy(grown, impu->grants, count * sizeof(*grown));
		impu->grants = grown;
	}
	impu->grants[impu->grant_count++] = visited_network;
	impu->has_grants = true;
	return true;
}

enum tri subscription_same_irs(const struct ims_subscription *s, uint32_t impu_a, uint32_t impu_b)
{
	const struct impu *a, *b;

	if (impu_a == impu_b)
		return TRI_YES;
	a = &s->impu[impu_a];
	b = &s->impu[impu_b];
	/* A set of its own has no other member, whatever is known of the other IMPU. */
	if (a->irs_state == IRS_OWN || b->irs_state == IRS_OWN)
		return TRI_NO;
	if (a->irs_state == IRS_UNKNOWN || b->irs_state == IRS_UNKNOWN)
		return TRI_UNKNOWN;
	return tri_from_bool(text_equal(a->irs, b->irs));
}

/* A block of count elements; *list stays NULL for none. */
static bool list_copy(void *list, const void *source, uint32_t count, size_t size,
		      uint32_t *capacity)
{
	void *copy;

	if (!count)
		return true;
	copy = malloc(count * size);
	if (!copy)
		return false;
	memcpy(copy, source, count * size);
	memcpy(list, &copy, sizeof(copy));
	*capacity = count;
	return true;
}

static bool text_keep(struct arena *arena, struct text *t)
{
	bool is_present = t->data != NULL;

	*t = arena_text(arena, *t);
	return t->data || !is_present;
}

static bool texts_keep(struct arena *arena, struct text *t, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!text_keep(arena, &t[i]))
			return false;
	return true;
}

static bool impu_keep(struct arena *arena, struct impu *impu)
{
	uint32_t *grants = NULL;

	if (impu->grant_count) {
		uint32_t room = 4;

		while (room < impu->grant_count)
			room *= 2;
		grants = arena_alloc(arena, room * sizeof(*grants));
		if (!grants)
			return false;
		memcpy(grants, impu->grants, impu->grant_count * sizeof(*grants));
	}
	impu->grants = grants;
	return text_keep(arena, &impu->identity) && text_keep(arena, &impu->irs) &&
	       text_keep(arena, &impu->wildcard);
}

static bool copy_content(struct ims_subscription *out, const struct ims_subscription *s)
{
	struct arena *arena = &out->arena;

	if (!list_copy(&out->imsi, s->imsi, s->imsi_count, sizeof(*s->imsi),
		       &out->capacity[LIST_IMSI]) ||
	    !list_copy(&out->msisdn, s->msisdn, s->msisdn_count, sizeof(*s->msisdn),
		       &out->capacity[LIST_MSISDN]) ||
	    !list_copy(&out->impi, s->impi, s->impi_count, sizeof(*s->impi),
		       &out->capacity[LIST_IMPI]) ||
	    !list_copy(&out->impu, s->impu, s->impu_count, sizeof(*s->impu),
		       &out->capacity[LIST_IMPU]) ||
	    !list_copy(&out->association, s->association, s->association_count,
		       sizeof(*s->association), &out->capacity[LIST_ASSOCIATION]))
		return false;
	if (!text_keep(arena, &out->name) || !text_keep(arena, &out->scscf_name) ||
	    !texts_keep(arena, out->imsi, out->imsi_count) ||
	    !texts_keep(arena, out->msisdn, out->msisdn_count))
		return false;
	for (uint32_t i = 0; i < out->impi_count; i++)
		if (!text_keep(arena, &out->impi[i].identity))
			return false;
	for (uint32_t i = 0; i < out->impu_count; i++)
		if (!impu_keep(arena, &out->impu[i]))
			return false;
	return true;
}

enum rc subscription_copy(struct ims_subscription *out, const struct ims_subscription *s)
{
	struct ims_subscription copy = *s;

	subscription_clear(out);
	arena_init(&copy.arena);
	copy.imsi = copy.msisdn = NULL;
	copy.impi = NULL;
	copy.impu = NULL;
	copy.association = NULL;
	memset(copy.capacity, 0, sizeof(copy.capacity));
	if (!copy_content(&copy, s)) {
		subscription_clear(&copy);
		return RC_NOMEM;
	}
	*out = copy;
	return RC_OK;
}

bool subscription_is_owner_unknown(const struct ims_subscription *s)
{
	return s->has_associations == TRI_UNKNOWN && !s->impi_count && !s->imsi_count;
}
