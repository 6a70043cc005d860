/* Sums of an audit run: totals, causes, groups. One per thread, joined at the end. */
#pragma once
#include "audit/engine.h"

#define TALLY_RULES (RULE_WORDS * 64)

struct tally_group {
	const struct rule *rule;
	struct text key; /* in the tally's arena */
	uint64_t count;
	enum certainty certainty; /* of the surest */
	uint32_t last; /* ordinal counted last, as no record counts twice; UINT32_MAX: many */
	uint32_t example;
};

struct tally {
	struct audit_totals totals;
	struct audit_cause
		cause[TALLY_RULES]; /* by rule index; rule is NULL where nothing was counted */
	struct tally_group *group;
	size_t group_count;
	uint32_t *slot; /* hash table over group: number + 1, 0 = free */
	size_t slot_count;
	struct arena arena;
	bool failed; /* memory was out */
};

void tally_init(struct tally *t);
void tally_clear(struct tally *t);
/* Counts a unit for count records, of which ordinals[0..ordinal_count-1] are the first. */
void tally_add(struct tally *t, const struct audit_unit *unit, uint64_t count,
	       const uint32_t *ordinals, size_t ordinal_count);
/* Counts a key under its rule; the key is copied. */
void tally_add_group(struct tally *t, const struct tally_group *added);
/* Adds b to a. */
void tally_join(struct tally *a, const struct tally *b);
/* Turns the sums into the lists of the result: causes by severity and number, groups above the
 * threshold. */
enum rc tally_finish(const struct tally *t, struct audit_result *result, struct diag *diag);
