/* What the resolver found for one attempt, before it becomes facts. Private to the resolver, the
 * answer content and the explanations. */
#pragma once
#include "audit/fact.h"
#include "audit/implicit_set.h"
#include "audit/like_index.h"
#include "audit/predict.h"
#include "base/strbuf.h"

#define NOT_FOUND UINT32_MAX

struct resolved {
	const struct matching *matching;
	const struct population *population;
	const struct policy *policy;
	const struct attempt *attempt;
	/* the record of the IMPI and of the IMPU, NULL when not found; often the same */
	const struct ims_subscription *a, *b;
	uint32_t a_ordinal, b_ordinal;
	uint32_t impi, impu;                 /* index into a->impi, b->impu; NOT_FOUND */
	uint32_t impi_matches, impu_matches; /* rows, saturating */
	uint32_t impu_subscriptions;         /* IMS subscriptions that hold the IMPU */
	enum match impu_match;
	bool is_impu_number;            /* some subscriber has the number in the IMPU */
	bool is_impu_wildcard_only;     /* b->impu[impu] matches as a pattern alone */
	bool is_search_cut;             /* too many candidates to look at them all */
	const struct implicit_set *set; /* of the IMPU; NULL when there is none */
	bool is_set_wider;              /* the set has members beyond the record of the IMPU */
};

/* Kept between predictions by one predictor. */
struct resolver_cache {
	const struct matching *matching;
	struct ordinal_list candidates;
	struct like_index *like;
	bool is_like_refused; /* the population is too large for an index */
	struct implicit_set set;
	struct implicit_set *wide; /* large global sets, and */
	struct strbuf *wide_label; /* their labels */
	uint32_t wide_count;
	struct strbuf label;
};

enum rc resolver_cache_get(struct predictor *p, struct resolver_cache **out, struct diag *diag);
void resolver_cache_free(struct resolver_cache *cache);

/* The set of the IMPU in *out, from the cache when it is a large global one. The label is copied
 * before any record is read. */
enum rc resolver_cache_set(struct resolver_cache *cache, const struct resolved *r,
			   const struct implicit_set **out, struct diag *diag);

/* Finds the records. They stay valid over POPULATION_READ_KEPT - 1 further reads. */
enum rc resolver_find(struct predictor *p, const struct attempt *attempt, struct resolved *out,
		      struct diag *diag);

/* Turns what was found into facts; no reads. */
void resolved_to_facts(const struct resolved *r, struct facts *facts);
void resolved_identity_facts(const struct resolved *r, struct facts *facts);
void resolved_set_facts(const struct resolved *r, struct facts *facts);
void resolved_roaming_facts(const struct resolved *r, struct facts *facts);
void resolved_selection_facts(const struct resolved *r, struct facts *facts);
void resolved_authentication_facts(const struct resolved *r, struct facts *facts);
void resolved_assignment_facts(const struct resolved *r, struct facts *facts);

/* The association of the presented pair; NULL when there is none, or when the records differ. */
const struct association *resolved_association(const struct resolved *r);

/* The record in arena; NULL when memory is out. */
const struct ims_subscription *resolved_keep_record(struct arena *arena,
						    const struct ims_subscription *s);

/* Copies into *resolution, with a deep copy of the record in arena. */
enum rc resolved_keep(const struct resolved *r, struct arena *arena, struct resolution *resolution,
		      struct diag *diag);
