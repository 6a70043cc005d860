#include "audit/drift.h"

#include "model/auth_scheme.h"
#include "model/identity.h"

struct comparing {
	const struct cx_exchange *e;
	const struct ims_subscription *record;
	uint32_t impi, impu; /* indices into record, UINT32_MAX: not in it */
	const struct cx_answer *predicted;
	bool (*visit)(const struct drift *drift, void *context);
	void *context;
	bool is_stopped;
};

const char *drift_rule_slug(enum drift_kind kind)
{
	static const char *const slugs[DRIFT_KINDS] = {
		[DRIFT_IDENTITY_ADDED] = "live-identity-added",
		[DRIFT_IDENTITY_GONE] = "live-identity-gone",
		[DRIFT_BARRED] = "live-impu-barred",
		[DRIFT_UNBARRED] = "live-impu-unbarred",
		[DRIFT_DEFAULT_IMPU] = "live-default-impu-differs",
		[DRIFT_SCHEME] = "live-scheme-differs",
		[DRIFT_SCSCF_NAME] = "live-s-cscf-differs",
		[DRIFT_PRIVATE_ID] = "live-private-id-differs",
	};

	return slugs[kind];
}

static void tell(struct comparing *c, enum drift_kind kind, struct text subject, struct text live,
		 struct text exported)
{
	const struct drift drift = {kind, subject, live, exported};

	if (!c->is_stopped && !c->visit(&drift, c->context))
		c->is_stopped = true;
}

static const struct user_data_identity *find_identity(const struct user_data_profile *profile,
						      uint32_t count, struct text identity)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < profile[i].count; k++)
			if (identity_impu_equal(profile[i].identity[k].identity, identity))
				return &profile[i].identity[k];
	return NULL;
}

/* The IMPU of the record with that identity, or NULL. */
static const struct impu *find_impu(const struct ims_subscription *s, struct text identity)
{
	for (uint32_t i = 0; i < s->impu_count; i++)
		if (identity_impu_equal(s->impu[i].identity, identity))
			return &s->impu[i];
	return NULL;
}

static const struct user_data_identity *first_not_barred(const struct cx_exchange *e)
{
	for (uint32_t i = 0; i < e->user_data_count; i++)
		for (uint32_t k = 0; k < e->user_data[i].count; k++)
			if (!e->user_data[i].identity[k].barred)
				return &e->user_data[i].identity[k];
	return NULL;
}

/* A wildcarded identity stands for those that match it, by name or by pattern. */
static bool is_by_wildcard(const struct ims_subscription *s, struct text identity)
{
	bool matches = identity_is_wildcarded(identity);

	for (uint32_t i = 0; i < s->impu_count && !matches; i++) {
		const struct impu *impu = &s->impu[i];
		struct text pattern = impu->wildcard.length ? impu->wildcard : impu->identity;

		if (impu->kind > IMPU_DISTINCT &&
		    identity_wildcard_match(pattern, identity, &matches) != RC_OK)
			matches = true; /* nothing can be told */
	}
	return matches;
}

/* Whether the exported set has it; unknown where that cannot be told. */
static enum tri is_in_set(const struct comparing *c, struct text identity, const struct impu *impu)
{
	if (impu)
		return subscription_same_irs(c->record, c->impu,
					     (uint32_t)(impu - c->record->impu));
	/* Of another subscription with the same set, where sets are global. */
	if (!c->predicted || is_by_wildcard(c->record, identity))
		return TRI_UNKNOWN;
	return tri_from_bool(find_identity(c->predicted->user_data, c->predicted->user_data_count,
					   identity) != NULL);
}

/* What User-Data names: is it in the exported set, and as barred there? */
static void compare_live(struct comparing *c)
{
	for (uint32_t i = 0; i < c->e->user_data_count; i++) {
		const struct user_data_profile *profile = &c->e->user_data[i];

		for (uint32_t k = 0; k < profile->count; k++) {
			const struct user_data_identity *live = &profile->identity[k];
			const struct impu *impu = find_impu(c->record, live->identity);

			if (is_in_set(c, live->identity, impu) == TRI_NO)
				tell(c, DRIFT_IDENTITY_ADDED, live->identity, live->identity,
				     impu ? impu->irs : TEXT_NONE);
			else if (impu && impu->barred == TRI_NO && live->barred == 1)
				tell(c, DRIFT_BARRED, live->identity, TEXT_LITERAL("barred"),
				     TEXT_LITERAL("not barred"));
			else if (impu && impu->barred == TRI_YES && live->barred == 0)
				tell(c, DRIFT_UNBARRED, live->identity, TEXT_LITERAL("not barred"),
				     TEXT_LITERAL("barred"));
		}
	}
}

/* Whether the provisioning, and this kind of HSS, foretell the identity in User-Data. */
static bool is_foretold(const struct comparing *c, struct text identity)
{
	return !c->predicted || find_identity(c->predicted->user_data,
					      c->predicted->user_data_count, identity) != NULL;
}

/* What the exported set has: does User-Data name it? Wildcarded identities are named by their
 * pattern or by an example, so they are left out. */
static void compare_exported(struct comparing *c)
{
	for (uint32_t i = 0; i < c->record->impu_count; i++) {
		const struct impu *impu = &c->record->impu[i];

		if (impu->kind > IMPU_DISTINCT ||
		    subscription_same_irs(c->record, c->impu, i) != TRI_YES ||
		    !is_foretold(c, impu->identity) ||
		    find_identity(c->e->user_data, c->e->user_data_count, impu->identity))
			continue;
		tell(c, DRIFT_IDENTITY_GONE, impu->identity, TEXT_NONE, impu->identity);
	}
}

static void compare_default(struct comparing *c)
{
	const struct user_data_identity *first = first_not_barred(c->e);

	for (uint32_t i = 0; first && i < c->record->impu_count; i++) {
		const struct impu *impu = &c->record->impu[i];

		if (impu->is_default == TRI_YES && impu->barred == TRI_NO &&
		    subscription_same_irs(c->record, c->impu, i) == TRI_YES &&
		    !identity_impu_equal(impu->identity, first->identity))
			tell(c, DRIFT_DEFAULT_IMPU, c->e->impu_count ? c->e->impu[0] : TEXT_NONE,
			     first->identity, impu->identity);
	}
}

static void compare_user_data(struct comparing *c)
{
	if (!c->e->user_data_count || c->impu == UINT32_MAX)
		return;
	compare_live(c);
	compare_exported(c);
	compare_default(c);
	if (c->e->user_data_impi.data && c->e->impi.data &&
	    !identity_impi_equal(c->e->user_data_impi, c->e->impi))
		tell(c, DRIFT_PRIVATE_ID, c->e->impi, c->e->user_data_impi, c->e->impi);
}

static void compare_scheme(struct comparing *c)
{
	const struct impi *impi = c->impi != UINT32_MAX ? &c->record->impi[c->impi] : NULL;
	unsigned live = auth_scheme_find(c->e->answer_scheme, false);

	if (!impi || !impi->has_schemes || !live || live == SCHEME_ASK_HSS || impi->schemes & live)
		return;
	tell(c, DRIFT_SCHEME, impi->identity, c->e->answer_scheme,
	     text_from(auth_scheme_name(impi->schemes)));
}

static void compare_scscf(struct comparing *c)
{
	struct text live = c->e->answer.server_name, exported = c->record->scscf_name;

	if (c->e->command != CX_UAR || c->record->scscf.state != LINK_ID || !exported.length ||
	    !live.data || text_equal_nocase(live, exported))
		return;
	tell(c, DRIFT_SCSCF_NAME, c->e->impi, live, exported);
}

void drift_compare(const struct cx_exchange *e, const struct resolution *resolution,
		   const struct cx_answer *predicted,
		   bool (*visit)(const struct drift *drift, void *context), void *context)
{
	struct comparing c = {
		.e = e,
		.record = resolution->subscription,
		.impi = resolution->impi_index,
		.impu = resolution->impu_index,
		.predicted = predicted,
		.visit = visit,
		.context = context,
	};

	if (!c.record || cx_exchange_is_failure(e))
		return;
	compare_user_data(&c);
	compare_scheme(&c);
	compare_scscf(&c);
}
