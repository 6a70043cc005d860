/* The members of one implicit registration set, by the scope that the HSS gives it: labels of one
 * subscription, or global numbers (FHoSS; cx-semantics 1.5). Private to the resolver. */
#pragma once
#include "audit/matching.h"
#include "audit/ordinal_list.h"
#include "audit/population.h"
#include "base/tri.h"

enum set_member_flag {
	MEMBER_UNBARRED = 1,          /* a distinct public user identity, not barred */
	MEMBER_BARRING_UNKNOWN = 2,   /* a distinct one, barring not exported */
	MEMBER_WILDCARD_UNBARRED = 4, /* wildcarded or a PSI, not barred */
	MEMBER_MAYBE = 8,             /* membership is not exported */
	MEMBER_PROFILE_MISSING = 16,  /* exported, and none is assigned */
	MEMBER_PROFILE_UNKNOWN = 32,
	MEMBER_UNBUILDABLE = 64, /* User-Data cannot be made of its service profile */
	MEMBER_INVALID = 128,    /* User-Data would not be accepted */
	MEMBER_PROFILE_UNREAD =
		256, /* whether one of the last two holds is unknown: a part was not read */
};
#define MEMBER_FLAGS 9

struct set_member {
	uint64_t row;     /* row number of the source, 0 = none */
	uint32_t ordinal; /* of the record, and */
	uint32_t index;   /* of the IMPU in it */
	uint32_t flags;   /* enum set_member_flag */
};

struct implicit_set {
	struct set_member *member; /* ascending by row where rows are known, else in input order */
	uint32_t count, capacity;
	uint32_t sure[MEMBER_FLAGS],
		maybe[MEMBER_FLAGS]; /* members with flag 1 << i, by whether membership is sure */
	struct ordinal_list found;   /* records that were looked through */
};

void implicit_set_clear(struct implicit_set *set);

/* True when the IMPU's set is wider than its subscription: the label is a global number. */
bool implicit_set_is_global(const struct matching *m, const struct population *p,
			    const struct impu *impu);

/* Whether two IMPUs of one record share a set, by the profile's reading of labels: under standard
 * rules FHoSS' set 0 is no set at all (design.md 10.10). */
enum tri implicit_set_same(const struct matching *m, const struct population *p,
			   const struct ims_subscription *s, uint32_t impu_a, uint32_t impu_b);

/* Fills the set of s->impu[impu] from its record alone. RC_NOMEM. */
enum rc implicit_set_local(struct implicit_set *set, const struct matching *m,
			   const struct population *p, const struct ims_subscription *s,
			   uint32_t ordinal, uint32_t impu);

/* Fills the set with that global label from the whole population. */
enum rc implicit_set_global(struct implicit_set *set, const struct matching *m,
			    const struct population *p, struct text label, struct diag *diag);

/* Whether some member has the flag; of the others than the one whose flags are self, in the second
 * form. */
enum tri implicit_set_any(const struct implicit_set *set, enum set_member_flag flag);
enum tri implicit_set_any_other(const struct implicit_set *set, enum set_member_flag flag,
				uint32_t self);

/* The flags of an IMPU, without MEMBER_MAYBE. */
uint32_t implicit_set_flags(const struct matching *m, const struct hss_directory *d,
			    const struct impu *impu);
