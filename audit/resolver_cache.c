#include <stdlib.h>

#include "audit/resolved.h"

/* Global sets with more members than this are kept: every member's prediction asks for them. */
#define WIDE_MEMBERS 64
#define WIDE_SETS_MAX 64

enum rc resolver_cache_get(struct predictor *p, struct resolver_cache **out, struct diag *diag)
{
	if (!p->cache) {
		struct resolver_cache *cache = calloc(1, sizeof(*cache));

		if (!cache)
			return diag_set(diag, RC_NOMEM, "out of memory");
		cache->matching = matching_find(hss_profile_name(p->hss));
		strbuf_init(&cache->label);
		p->cache = cache;
	}
	*out = p->cache;
	return RC_OK;
}

void resolver_cache_free(struct resolver_cache *cache)
{
	if (!cache)
		return;
	for (uint32_t i = 0; i < cache->wide_count; i++) {
		implicit_set_clear(&cache->wide[i]);
		strbuf_clear(&cache->wide_label[i]);
	}
	free(cache->wide);
	free(cache->wide_label);
	implicit_set_clear(&cache->set);
	ordinal_list_clear(&cache->candidates);
	like_index_free(cache->like);
	strbuf_clear(&cache->label);
	free(cache);
}

/* Moves the set just built to the kept ones; when there is no room or memory it stays where it is.
 */
static const struct implicit_set *keep_wide(struct resolver_cache *cache)
{
	uint32_t i = cache->wide_count;

	if (cache->set.count < WIDE_MEMBERS || i == WIDE_SETS_MAX)
		return &cache->set;
	if (!cache->wide)
		cache->wide = calloc(WIDE_SETS_MAX, sizeof(*cache->wide));
	if (!cache->wide_label)
		cache->wide_label = calloc(WIDE_SETS_MAX, sizeof(*cache->wide_label));
	if (!cache->wide || !cache->wide_label)
		return &cache->set;
	strbuf_add_text(&cache->wide_label[i], strbuf_text(&cache->label));
	if (cache->wide_label[i].failed) {
		strbuf_clear(&cache->wide_label[i]);
		return &cache->set;
	}
	cache->wide[i] = cache->set;
	cache->set = (struct implicit_set){0};
	cache->wide_count++;
	return &cache->wide[i];
}

enum rc resolver_cache_set(struct resolver_cache *cache, const struct resolved *r,
			   const struct implicit_set **out, struct diag *diag)
{
	const struct impu *impu = &r->b->impu[r->impu];
	enum rc rc;

	if (!implicit_set_is_global(r->matching, r->population, impu)) {
		rc = implicit_set_local(&cache->set, r->matching, r->population, r->b, r->b_ordinal,
					r->impu);
		*out = &cache->set;
		return rc == RC_OK ? rc : diag_set(diag, rc, "out of memory");
	}
	for (uint32_t i = 0; i < cache->wide_count; i++)
		if (text_equal(strbuf_text(&cache->wide_label[i]), impu->irs)) {
			*out = &cache->wide[i];
			return RC_OK;
		}
	strbuf_reset(&cache->label);
	strbuf_add_text(&cache->label, impu->irs);
	if (cache->label.failed)
		return diag_set(diag, RC_NOMEM, "out of memory");
	rc = implicit_set_global(&cache->set, r->matching, r->population,
				 strbuf_text(&cache->label), diag);
	if (rc == RC_OK)
		*out = keep_wide(cache);
	return rc;
}
