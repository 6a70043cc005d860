#include "audit/implicit_set.h"

#include <stdlib.h>

void implicit_set_clear(struct implicit_set *set)
{
	if (!set)
		return;
	free(set->member);
	ordinal_list_clear(&set->found);
	*set = (struct implicit_set){0};
}

static void set_reset(struct implicit_set *set)
{
	set->count = 0;
	memset(set->sure, 0, sizeof(set->sure));
	memset(set->maybe, 0, sizeof(set->maybe));
}

static bool set_add(struct implicit_set *set, struct set_member member)
{
	if (set->count == set->capacity) {
		uint32_t wanted = set->capacity ? set->capacity * 2 : 16;
		struct set_member *grown = realloc(set->member, wanted * sizeof(*grown));

		if (!grown)
			return false;
		set->member = grown;
		set->capacity = wanted;
	}
	set->member[set->count++] = member;
	return true;
}

static void set_sum(struct implicit_set *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		uint32_t flags = set->member[i].flags;
		uint32_t *sum = flags & MEMBER_MAYBE ? set->maybe : set->sure;

		for (unsigned bit = 0; bit < MEMBER_FLAGS; bit++)
			sum[bit] += flags >> bit & 1;
	}
}

static bool is_wildcarded(const struct impu *impu)
{
	if (impu->kind == IMPU_KIND_UNKNOWN)
		return identity_is_wildcarded(impu->identity);
	return impu->kind != IMPU_DISTINCT;
}

uint32_t implicit_set_flags(const struct matching *m, const struct hss_directory *d,
			    const struct impu *impu)
{
	const struct link *link = &impu->service_profile;
	const struct service_profile *profile = NULL;
	uint32_t flags = 0;

	if (impu->barred == TRI_NO)
		flags |= m->is_kind_ignored || !is_wildcarded(impu) ? MEMBER_UNBARRED
								    : MEMBER_WILDCARD_UNBARRED;
	else if (impu->barred == TRI_UNKNOWN && !is_wildcarded(impu))
		flags |= MEMBER_BARRING_UNKNOWN;
	if (link->state == LINK_ID)
		profile = hss_directory_service_profile(d, link->id);
	if (link->state == LINK_NONE)
		flags |= MEMBER_PROFILE_MISSING;
	else if (link->state == LINK_UNKNOWN)
		flags |= MEMBER_PROFILE_UNKNOWN;
	else if (!profile && !m->is_profile_dangling)
		flags |= d->has_service_profiles == TRI_YES ? MEMBER_PROFILE_MISSING
							    : MEMBER_PROFILE_UNKNOWN;
	if (profile && profile->faults & m->unbuildable)
		flags |= MEMBER_UNBUILDABLE;
	if (profile && profile->faults & (PROFILE_FAULT_TRIGGER_WITHOUT_SPT | PROFILE_FAULT_SCHEMA))
		flags |= MEMBER_INVALID;
	if (profile ? profile->faults & PROFILE_FAULT_UNREAD
		    : link->state == LINK_ID && d->has_service_profiles == TRI_UNKNOWN &&
			      d->service_profile_count)
		flags |= MEMBER_PROFILE_UNREAD;
	if (impu->kind == IMPU_WILDCARDED_PSI && impu->wildcard.data && !impu->wildcard.length)
		flags |= MEMBER_UNBUILDABLE;
	return flags;
}

bool implicit_set_is_global(const struct matching *m, const struct population *p,
			    const struct impu *impu)
{
	return m->is_set_global && p->has_global_sets && impu->irs_state == IRS_NAMED;
}

enum tri implicit_set_same(const struct matching *m, const struct population *p,
			   const struct ims_subscription *s, uint32_t impu_a, uint32_t impu_b)
{
	const struct impu *a = &s->impu[impu_a];

	if (impu_a != impu_b && p->has_global_sets && !m->is_set_global &&
	    a->irs_state == IRS_NAMED && text_equal(a->irs, TEXT_LITERAL("0")))
		return TRI_NO;
	return subscription_same_irs(s, impu_a, impu_b);
}

enum rc implicit_set_local(struct implicit_set *set, const struct matching *m,
			   const struct population *p, const struct ims_subscription *s,
			   uint32_t ordinal, uint32_t impu)
{
	set_reset(set);
	for (uint32_t i = 0; i < s->impu_count; i++) {
		enum tri same = implicit_set_same(m, p, s, impu, i);
		struct set_member member = {.row = s->impu[i].row, .ordinal = ordinal, .index = i};

		if (same == TRI_NO)
			continue;
		member.flags = implicit_set_flags(m, p->directory, &s->impu[i]);
		if (same == TRI_UNKNOWN)
			member.flags |= MEMBER_MAYBE;
		if (!set_add(set, member))
			return RC_NOMEM;
	}
	set_sum(set);
	return RC_OK;
}

static int compare_members(const void *left, const void *right)
{
	const struct set_member *a = left, *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->ordinal != b->ordinal)
		return a->ordinal < b->ordinal ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static bool add_record(struct implicit_set *set, const struct matching *m,
		       const struct population *p, const struct ims_subscription *s,
		       uint32_t ordinal, struct text label)
{
	for (uint32_t i = 0; i < s->impu_count; i++) {
		const struct impu *impu = &s->impu[i];
		struct set_member member = {.row = impu->row, .ordinal = ordinal, .index = i};

		if (impu->irs_state != IRS_NAMED || !text_equal(impu->irs, label))
			continue;
		member.flags = implicit_set_flags(m, p->directory, impu);
		if (!set_add(set, member))
			return false;
	}
	return true;
}

/* One row of the source may stand in several records: it is one member. */
static void drop_repeated_rows(struct implicit_set *set)
{
	uint32_t kept = 0;

	qsort(set->member, set->count, sizeof(*set->member), compare_members);
	for (uint32_t i = 0; i < set->count; i++)
		if (!kept || !set->member[i].row || set->member[i].row != set->member[kept - 1].row)
			set->member[kept++] = set->member[i];
	set->count = kept;
}

enum rc implicit_set_global(struct implicit_set *set, const struct matching *m,
			    const struct population *p, struct text label, struct diag *diag)
{
	struct ordinal_list *found = &set->found;
	enum rc rc;

	set_reset(set);
	found->count = 0;
	rc = p->find(p->context, POPULATION_IRS, label, ordinal_list_visit, found, diag);
	if (rc == RC_OK && found->failed)
		rc = RC_NOMEM;
	for (uint32_t i = 0; rc == RC_OK && i < found->count; i++) {
		const struct ims_subscription *s;

		rc = p->read(p->context, found->ordinal[i], &s, diag);
		if (rc == RC_OK && !add_record(set, m, p, s, found->ordinal[i], label))
			rc = RC_NOMEM;
		else if (rc == RC_NOTFOUND)
			rc = RC_OK;
	}
	if (rc != RC_OK)
		return rc == RC_NOMEM ? diag_set(diag, rc, "out of memory") : rc;
	if (set->count > 1)
		drop_repeated_rows(set);
	set_sum(set);
	return RC_OK;
}

static unsigned flag_bit(enum set_member_flag flag)
{
	return (unsigned)__builtin_ctz((unsigned)flag);
}

enum tri implicit_set_any(const struct implicit_set *set, enum set_member_flag flag)
{
	return implicit_set_any_other(set, flag, 0);
}

enum tri implicit_set_any_other(const struct implicit_set *set, enum set_member_flag flag,
				uint32_t self)
{
	unsigned bit = flag_bit(flag);
	uint32_t own = self >> bit & 1;

	if (set->sure[bit] > own)
		return TRI_YES;
	return set->maybe[bit] ? TRI_UNKNOWN : TRI_NO;
}
