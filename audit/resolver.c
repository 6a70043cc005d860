#include "audit/resolver.h"

#include <stdlib.h>

#include "audit/resolved.h"
#include "model/collation.h"

/* Records looked at for one identity. A key groups the spellings of one number, so real groups are
 * small; a larger one is cut, and what was not found in it is unknown. */
#define CANDIDATES_MAX 1024
#define ROWS_MAX 4

/* The matches of one identity so far, all of the best strength seen. */
struct side {
	enum match match;
	uint32_t ordinal, index; /* the one that counts */
	uint64_t row[ROWS_MAX];
	uint32_t matches;
	uint32_t subscriptions, last_ordinal;
};

struct search {
	struct predictor *p;
	const struct matching *matching;
	const struct attempt *attempt;
	struct side impi, impu;
	bool is_pair_found; /* both sides stand on an associated pair */
	bool is_impu_number;
	struct diag *diag;
};

static void side_add(struct side *side, enum match match, const struct ims_subscription *s,
		     uint32_t ordinal, uint32_t index, uint64_t row)
{
	if (match < side->match)
		return;
	if (match > side->match)
		*side = (struct side){.match = match,
				      .ordinal = ordinal,
				      .index = index,
				      .last_ordinal = NOT_FOUND};
	if (s->kind == RECORD_SUBSCRIPTION && side->last_ordinal != ordinal) {
		side->subscriptions++;
		side->last_ordinal = ordinal;
	}
	for (uint32_t i = 0; row && i < side->matches && i < ROWS_MAX; i++)
		if (side->row[i] == row)
			return;
	if (side->matches < ROWS_MAX)
		side->row[side->matches] = row;
	side->matches++;
}

static enum match match_impi(const struct search *q, const struct ims_subscription *s, uint32_t i)
{
	return q->matching->impi(s->impi[i].identity, q->attempt->impi);
}

/* Where the HSS knows no IMPIs, the first of the record stands for the subscriber. */
static void scan_subscriber(struct search *q, const struct ims_subscription *s, uint32_t ordinal)
{
	if (s->kind == RECORD_SUBSCRIPTION && q->matching->subscriber(s, q->attempt->impi))
		side_add(&q->impi, MATCH_EXACT, s, ordinal, s->impi_count ? 0 : NOT_FOUND, 0);
}

static void stand_on(struct search *q, uint32_t ordinal, uint32_t impi, uint32_t impu)
{
	q->impi.ordinal = q->impu.ordinal = ordinal;
	q->impi.index = impi;
	q->impu.index = impu;
	q->is_pair_found = true;
}

/* Lets both sides stand on the first associated pair of this record, should there be one. */
static void find_pair(struct search *q, const struct ims_subscription *s, uint32_t ordinal)
{
	for (uint32_t i = 0; i < s->association_count && !q->is_pair_found; i++) {
		uint32_t impi = s->association[i].impi, impu = s->association[i].impu;

		if (impi >= s->impi_count || impu >= s->impu_count || !q->matching->impi ||
		    match_impi(q, s, impi) != q->impi.match ||
		    q->matching->impu(s->impu[impu].identity, q->attempt->impu) != q->impu.match)
			continue;
		stand_on(q, ordinal, impi, impu);
	}
}

static void scan_record(struct search *q, const struct ims_subscription *s, uint32_t ordinal)
{
	const struct matching *m = q->matching;
	enum match impi_before = q->impi.match, impu_before = q->impu.match, last = MATCH_NONE;
	uint32_t impis = 0, impus = 0, impi = 0, impu = 0;

	if (q->attempt->impi.data && m->subscriber)
		scan_subscriber(q, s, ordinal);
	if (m->impu_number && !q->is_impu_number)
		q->is_impu_number = m->impu_number(s, q->attempt->impu);
	for (uint32_t i = 0; q->attempt->impi.data && m->impi && i < s->impi_count; i++) {
		enum match match = match_impi(q, s, i);

		if (match == MATCH_NONE)
			continue;
		side_add(&q->impi, match, s, ordinal, i, s->impi[i].row);
		impis++;
		impi = i;
	}
	for (uint32_t i = 0; q->attempt->impu.data && i < s->impu_count; i++) {
		enum match match = m->impu(s->impu[i].identity, q->attempt->impu);

		if (match == MATCH_NONE)
			continue;
		side_add(&q->impu, match, s, ordinal, i, s->impu[i].row);
		impus++;
		impu = i;
		last = match;
	}
	if (q->impi.match != impi_before || q->impu.match != impu_before)
		q->is_pair_found = false;
	if (!impis || !impus || q->is_pair_found)
		return;
	if (impis > 1 || impus > 1)
		find_pair(q, s, ordinal);
	else if (last == q->impu.match && subscription_association(s, impi, impu))
		stand_on(q, ordinal, impi, impu);
}

/* Looks at the candidates from number first on that do not stand before it too; until enough is
 * seen of the side that they were found for. */
static enum rc scan_candidates(struct search *q, const struct ordinal_list *list, uint32_t first,
			       const struct side *side)
{
	const struct population *p = q->p->population;

	for (uint32_t i = first; i < list->count; i++) {
		const struct ims_subscription *s;
		enum rc rc;
		bool is_known = false;

		for (uint32_t k = 0; k < first && !is_known; k++)
			is_known = list->ordinal[k] == list->ordinal[i];
		if (is_known)
			continue;
		/* Two are as good as a thousand, but the associated pair may be a later one. */
		if (side->matches > 1 && i - first > 64)
			break;
		rc = p->read(p->context, list->ordinal[i], &s, q->diag);
		if (rc == RC_NOTFOUND)
			continue;
		if (rc != RC_OK)
			return rc;
		scan_record(q, s, list->ordinal[i]);
	}
	return RC_OK;
}

/* Candidates for the IMPI: by key, or through the LIKE index when the HSS reads it as a pattern. */
static enum rc find_impi(struct search *q, struct resolver_cache *cache)
{
	const struct population *p = q->p->population;
	struct text impi = q->attempt->impi;
	char buffer[MATCHING_KEY_MAX];
	enum rc rc;

	if (q->matching->is_impi_pattern && collation_like_has_wildcard(impi) &&
	    !cache->is_like_refused) {
		rc = cache->like ? RC_OK : like_index_build(p, &cache->like, q->diag);
		if (rc == RC_OK) {
			like_index_find(cache->like, impi, &cache->candidates);
			return RC_OK;
		}
		if (rc != RC_LIMIT)
			return rc;
		cache->is_like_refused = true;
	}
	if (q->matching->impi_key)
		impi = q->matching->impi_key(impi, buffer);
	if (!impi.length)
		return RC_OK;
	return p->find(p->context, POPULATION_IDENTITY, impi, ordinal_list_visit,
		       &cache->candidates, q->diag);
}

/* An IMPU that only a pattern of the IMPI's own subscription covers (TS 23.003 13.4A; D50). */
static void find_wildcard(const struct search *q, struct resolved *out)
{
	const struct ims_subscription *s = out->a;

	for (uint32_t i = 0; s && q->attempt->impu.data && i < s->impu_count; i++) {
		const struct impu *impu = &s->impu[i];
		bool matches = false;

		if (!identity_is_wildcarded(impu->identity) ||
		    identity_wildcard_match(impu->identity, q->attempt->impu, &matches) != RC_OK ||
		    !matches)
			continue;
		out->b = s;
		out->b_ordinal = out->a_ordinal;
		out->impu = i;
		out->is_impu_wildcard_only = true;
		return;
	}
}

static enum rc read_sides(const struct search *q, struct resolved *out)
{
	const struct population *p = q->p->population;
	enum rc rc = RC_OK;

	if (q->impi.match != MATCH_NONE)
		rc = p->read(p->context, q->impi.ordinal, &out->a, q->diag);
	if (rc == RC_OK && q->impu.match != MATCH_NONE)
		rc = p->read(p->context, q->impu.ordinal, &out->b, q->diag);
	return rc;
}

static bool is_wider(const struct resolved *r)
{
	const struct impu *impu = &r->b->impu[r->impu];
	uint32_t own = 0;

	if (!implicit_set_is_global(r->matching, r->population, impu))
		return false;
	for (uint32_t i = 0; i < r->b->impu_count; i++)
		own += r->b->impu[i].irs_state == IRS_NAMED &&
		       text_equal(r->b->impu[i].irs, impu->irs);
	return r->set->count > own;
}

static void take_sides(const struct search *q, struct resolved *out)
{
	*out = (struct resolved){
		.matching = q->matching,
		.population = q->p->population,
		.policy = q->p->policy,
		.attempt = q->attempt,
		.a_ordinal = q->impi.match ? q->impi.ordinal : NOT_FOUND,
		.b_ordinal = q->impu.match ? q->impu.ordinal : NOT_FOUND,
		.impi = q->impi.match ? q->impi.index : NOT_FOUND,
		.impu = q->impu.match ? q->impu.index : NOT_FOUND,
		.impi_matches = q->impi.matches,
		.impu_matches = q->impu.matches,
		.impu_subscriptions = q->impu.subscriptions,
		.impu_match = q->impu.match,
		.is_impu_number = q->is_impu_number,
	};
}

enum rc resolver_find(struct predictor *p, const struct attempt *attempt, struct resolved *out,
		      struct diag *diag)
{
	struct search q = {.p = p, .attempt = attempt, .diag = diag};
	const struct population *population = p->population;
	struct resolver_cache *cache;
	struct ordinal_list *list;
	uint32_t count;
	enum rc rc = resolver_cache_get(p, &cache, diag);

	if (rc != RC_OK)
		return rc;
	q.matching = cache->matching;
	list = &cache->candidates;
	list->count = 0;
	list->limit = CANDIDATES_MAX;
	list->is_cut = list->failed = false;
	if (attempt->impi.data)
		rc = find_impi(&q, cache);
	if (rc == RC_OK)
		rc = scan_candidates(&q, list, 0, &q.impi);
	count = list->count;
	list->limit += count;
	if (rc == RC_OK && attempt->impu.length)
		rc = population->find(population->context, POPULATION_IDENTITY, attempt->impu,
				      ordinal_list_visit, list, diag);
	if (rc == RC_OK)
		rc = scan_candidates(&q, list, count, &q.impu);
	if (rc == RC_OK && list->failed)
		rc = diag_set(diag, RC_NOMEM, "out of memory");
	if (rc != RC_OK)
		return rc;
	take_sides(&q, out);
	out->is_search_cut = list->is_cut;
	rc = read_sides(&q, out);
	if (rc == RC_OK && out->b)
		rc = resolver_cache_set(cache, out, &out->set, diag);
	if (rc == RC_OK)
		rc = read_sides(&q, out);
	if (rc != RC_OK)
		return rc;
	if (out->b)
		out->is_set_wider = is_wider(out);
	else if (!q.matching->is_kind_ignored)
		find_wildcard(&q, out);
	return RC_OK;
}

enum rc resolver_gather(struct predictor *p, const struct attempt *attempt, struct arena *arena,
			struct facts *facts, struct resolution *resolution, struct diag *diag)
{
	struct resolved r;
	enum rc rc = resolver_find(p, attempt, &r, diag);

	if (rc != RC_OK)
		return rc;
	resolved_to_facts(&r, facts);
	return resolution ? resolved_keep(&r, arena, resolution, diag) : RC_OK;
}
