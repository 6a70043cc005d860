/* The stored identity that was probably meant (cx-semantics 7, D40 to D46). */
#include "audit/explaining.h"

/* Records looked at for one spelling. */
#define CANDIDATES_MAX 32
#define IMSI_DIGITS_USUAL 14 /* those in use have 14 or 15 */

struct hunt {
	struct explaining *x;
	struct text expected;
	bool is_impi;
	struct ordinal_list list;
	enum rc rc;
};

static void consider(struct hunt *h, struct text stored)
{
	struct explanation *out = h->x->out;
	enum difference d = identity_difference(h->expected, stored);

	if (d == DIFFERENCE_NONE || d == DIFFERENCE_OTHER)
		return;
	if (out->nearest.data && out->difference <= d)
		return;
	out->nearest = stored;
	out->difference = d;
	h->x->is_nearest_impi = h->is_impi;
}

static void consider_record(struct hunt *h, const struct ims_subscription *s)
{
	for (uint32_t i = 0; h->is_impi && i < s->impi_count; i++)
		consider(h, s->impi[i].identity);
	for (uint32_t i = 0; !h->is_impi && i < s->impu_count; i++)
		consider(h, s->impu[i].identity);
}

static bool has_imsi(const struct ims_subscription *s, struct text imsi)
{
	for (uint32_t i = 0; imsi.data && i < s->imsi_count; i++)
		if (text_equal(s->imsi[i], imsi))
			return true;
	return false;
}

/* The subscriber's own record under an IMPI that has nothing to do with the IMSI: perhaps somebody
 * else's (D45). */
static void consider_foreign_impi(struct hunt *h, const struct ims_subscription *s)
{
	struct explanation *out = h->x->out;
	struct text other;

	if (!h->is_impi || out->nearest.data || !s->impi_count || !has_imsi(s, h->x->attempt->imsi))
		return;
	other = identity_split_impi(s->impi[0].identity).user;
	h->x->is_other_imsi = other.length >= IMSI_DIGITS_USUAL && identity_is_imsi(other) &&
			      !has_imsi(s, other);
	out->nearest = s->impi[0].identity;
	out->difference = DIFFERENCE_OTHER;
	h->x->is_nearest_impi = true;
}

/* Keeps what was found in a record that the next read may replace. */
static enum rc keep_nearest(struct hunt *h, const struct ims_subscription *s, struct text before)
{
	struct explanation *out = h->x->out;

	if (out->nearest.data == before.data)
		return RC_OK;
	if (!h->x->resolution->subscription)
		h->x->record = resolved_keep_record(h->x->arena, s);
	out->nearest = arena_text(h->x->arena, out->nearest);
	return out->nearest.data ? RC_OK : diag_set(h->x->diag, RC_NOMEM, "out of memory");
}

static enum rc hunt_spelling(struct hunt *h, struct text spelling)
{
	const struct population *p = h->x->p->population;
	enum rc rc;

	h->list.count = 0;
	h->list.limit = CANDIDATES_MAX;
	rc = p->find(p->context, POPULATION_IDENTITY, spelling, ordinal_list_visit, &h->list,
		     h->x->diag);
	if (rc == RC_OK && h->list.failed)
		rc = diag_set(h->x->diag, RC_NOMEM, "out of memory");
	for (uint32_t i = 0; rc == RC_OK && i < h->list.count; i++) {
		const struct ims_subscription *s;
		struct text before = h->x->out->nearest;

		rc = p->read(p->context, h->list.ordinal[i], &s, h->x->diag);
		if (rc == RC_NOTFOUND) {
			rc = RC_OK;
			continue;
		}
		if (rc != RC_OK)
			break;
		consider_record(h, s);
		consider_foreign_impi(h, s);
		rc = keep_nearest(h, s, before);
	}
	return rc;
}

static bool on_misspelling(struct text spelling, void *context)
{
	struct hunt *h = context;

	h->rc = hunt_spelling(h, spelling);
	return h->rc == RC_OK &&
	       (!h->x->out->nearest.data || h->x->out->difference == DIFFERENCE_OTHER);
}

static bool is_found(const struct explaining *x)
{
	return x->out->nearest.data && x->out->difference != DIFFERENCE_OTHER;
}

static enum rc hunt_identity(struct explaining *x, struct text expected, bool is_impi)
{
	struct hunt h = {.x = x, .expected = expected, .is_impi = is_impi, .rc = RC_OK};

	if (!expected.length)
		return RC_OK;
	/* The record of the other identity first: it is the subscriber's own. */
	if (x->record)
		consider_record(&h, x->record);
	if (!is_found(x))
		h.rc = hunt_spelling(&h, expected);
	if (h.rc == RC_OK && !is_found(x))
		identity_visit_misspellings(expected, on_misspelling, &h);
	ordinal_list_clear(&h.list);
	return h.rc;
}

/* One or two digits that differ make another subscriber's IMSI as easily as a slip of the pen: it
 * is his when a record that does not hold the attempt's IMSI holds it (D45). */
static enum rc look_for_owner(struct explaining *x)
{
	const struct population *p = x->p->population;
	struct text other = identity_split_impi(x->out->nearest).user;
	struct ordinal_list list = {.limit = CANDIDATES_MAX};
	enum rc rc =
		p->find(p->context, POPULATION_IDENTITY, other, ordinal_list_visit, &list, x->diag);

	for (uint32_t i = 0; rc == RC_OK && i < list.count && !x->is_other_imsi; i++) {
		const struct ims_subscription *s;

		rc = p->read(p->context, list.ordinal[i], &s, x->diag);
		if (rc == RC_OK)
			x->is_other_imsi = has_imsi(s, other) && !has_imsi(s, x->attempt->imsi);
		else if (rc == RC_NOTFOUND)
			rc = RC_OK;
	}
	ordinal_list_clear(&list);
	return rc;
}

/* The IMPI that the UE derives is another subscription's, which has an IMSI of its own: what the
 * subscriber's own record has instead is the nearest (D45, both swapped). */
static enum rc look_at_swap(struct explaining *x)
{
	const struct population *p = x->p->population;
	const struct resolution *r = x->resolution;
	const struct ims_subscription *own;
	enum rc rc;

	if (strcmp(x->rule->id, "CXA005") != 0 || !x->attempt->imsi.data || !x->record ||
	    r->impi_ordinal == r->impu_ordinal || r->impu_ordinal == NOT_FOUND ||
	    !x->record->imsi_count || has_imsi(x->record, x->attempt->imsi))
		return RC_OK;
	rc = p->read(p->context, r->impu_ordinal, &own, x->diag);
	if (rc != RC_OK || !own->impi_count || !has_imsi(own, x->attempt->imsi))
		return rc == RC_NOTFOUND ? RC_OK : rc;
	x->out->nearest = arena_text(x->arena, own->impi[0].identity);
	x->out->difference = DIFFERENCE_OTHER;
	x->is_nearest_impi = x->is_other_imsi = true;
	return x->out->nearest.data ? RC_OK : diag_set(x->diag, RC_NOMEM, "out of memory");
}

enum rc explain_nearest(struct explaining *x)
{
	enum rc rc = RC_OK;

	if (x->is_impi_missing)
		rc = hunt_identity(x, x->attempt->impi, true);
	if (rc == RC_OK && x->is_impu_missing && !x->is_impi_missing)
		rc = hunt_identity(x, x->attempt->impu, false);
	if (rc == RC_OK && x->is_nearest_impi && x->out->difference == DIFFERENCE_DIGITS)
		rc = look_for_owner(x);
	if (rc == RC_OK && !x->is_impi_missing && !x->is_impu_missing)
		rc = look_at_swap(x);
	return rc;
}

/* The row that a difference makes of a missing identity. */
static const struct {
	const char *impi, *impu;
} rules_by_difference[] = {
	[DIFFERENCE_CANONICAL] = {"CXA046", "CXA046"},
	[DIFFERENCE_BLANK] = {"CXA080", "CXA080"},
	[DIFFERENCE_USER_CASE] = {"CXA046", "CXA046"},
	[DIFFERENCE_PARAMETER] = {"CXA046", "CXA046"},
	[DIFFERENCE_IMSI_PREFIX] = {"CXA044", "CXA044"},
	[DIFFERENCE_EAP_PREFIX] = {"CXA044", "CXA044"},
	[DIFFERENCE_TRUNCATED] = {"CXA040", "CXA041"},
	[DIFFERENCE_PADDED_IMSI] = {"CXA040", "CXA041"},
	[DIFFERENCE_MNC_PADDING] = {"CXA042", "CXA042"},
	[DIFFERENCE_REALM_LABEL] = {"CXA043", "CXA043"},
	[DIFFERENCE_REALM] = {"CXA043", "CXA043"},
	[DIFFERENCE_DIGITS] = {"CXA040", "CXA041"},
	[DIFFERENCE_LOOKALIKE] = {"CXA082", "CXA082"},
	[DIFFERENCE_PLUS] = {"CXA046", "CXA046"},
	[DIFFERENCE_SCHEME] = {"CXA046", "CXA046"},
	[DIFFERENCE_ESCAPE] = {"CXA046", "CXA046"},
	[DIFFERENCE_OTHER] = {NULL, NULL},
};

static const char *refined_rule(const struct explaining *x)
{
	size_t d = x->out->difference;

	if (x->out->difference == DIFFERENCE_OTHER || x->is_other_imsi)
		return x->is_other_imsi ? "CXA045" : NULL;
	if (d >= sizeof(rules_by_difference) / sizeof(rules_by_difference[0]))
		return NULL;
	return x->is_nearest_impi ? rules_by_difference[d].impi : rules_by_difference[d].impu;
}

/* A temporary IMPU that is there in another spelling is meant for a USIM: that the UE might present
 * another IMPU is no reservation any more. */
static void drop_presented_condition(struct explaining *x)
{
	struct verdict *v = x->verdict;
	unsigned kept = 0;

	if (x->attempt->origin != ORIGIN_USIM || x->attempt->is_pair_chosen)
		return;
	for (unsigned i = 0; i < v->condition_count; i++)
		if (strcmp(v->condition[i].fact, "impu-presented") != 0)
			v->condition[kept++] = v->condition[i];
	if (kept == v->condition_count)
		return;
	v->condition_count = kept;
	if (!kept && v->certainty == CERTAINTY_CONDITIONAL)
		v->certainty = CERTAINTY_CERTAIN;
}

static void further_add(struct verdict *v, const char *rule)
{
	for (unsigned i = 0; i < v->further_count; i++)
		if (strcmp(v->further[i], rule) == 0)
			return;
	if (strcmp(v->rule, rule) != 0 && v->further_count < VERDICT_FURTHER_MAX)
		v->further[v->further_count++] = rule;
}

/* What the stored identity would meet, were it the presented one. */
static enum rc look_beyond(struct explaining *x)
{
	struct attempt repaired = *x->attempt;
	struct verdict then;
	enum rc rc;

	if (x->is_nearest_impi)
		repaired.impi = x->out->nearest;
	else
		repaired.impu = x->out->nearest;
	rc = predict(x->p, &repaired, false, x->arena, &then, NULL, x->diag);
	if (rc != RC_OK || !then.rule)
		return rc;
	further_add(x->verdict, then.rule);
	for (unsigned i = 0; i < then.further_count; i++)
		further_add(x->verdict, then.further[i]);
	return RC_OK;
}

enum rc explain_refine(struct explaining *x)
{
	const char *id = x->out->nearest.data ? refined_rule(x) : NULL;

	if (!id)
		return RC_OK;
	x->verdict->rule = id;
	x->rule = rule_find(text_from(id));
	drop_presented_condition(x);
	return look_beyond(x);
}
