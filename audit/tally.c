#include "audit/tally.h"

#include <stdlib.h>

#include "audit/group_key.h"

/* One cause explains many when it has at least this many subscribers … */
#define GROUP_MINIMUM 5
/* … and either half of all that break the same rule, or this share of the population (in percent).
 */
#define GROUP_PERCENT 2
#define GROUPS_MAX 65536

void tally_init(struct tally *t)
{
	memset(t, 0, sizeof(*t));
	arena_init(&t->arena);
}

void tally_clear(struct tally *t)
{
	free(t->group);
	free(t->slot);
	arena_clear(&t->arena);
	memset(t, 0, sizeof(*t));
}

static void example_add(struct audit_cause *c, uint32_t ordinal)
{
	unsigned i = c->example_count;

	if (i == AUDIT_EXAMPLES && c->example[i - 1] < ordinal)
		return;
	if (i == AUDIT_EXAMPLES)
		i--;
	else
		c->example_count++;
	for (; i > 0 && c->example[i - 1] > ordinal; i--)
		c->example[i] = c->example[i - 1];
	c->example[i] = ordinal;
}

void tally_add(struct tally *t, const struct audit_unit *u, uint64_t count,
	       const uint32_t *ordinals, size_t ordinal_count)
{
	struct audit_totals *s = &t->totals;
	const struct rule *table = rule_table(&(size_t){0});

	s->subscriptions += u->is_subscription ? count : 0;
	s->attempts += u->attempts * count;
	s->registers += u->registers * count;
	s->refused += u->refused * count;
	s->fails += u->fails * count;
	s->undecided += u->undecided * count;
	s->unproven += u->unproven * count;
	s->conditional += u->conditional * count;
	s->naive_refused += u->naive_refused * count;
	s->refused_subscriptions += u->is_refused ? count : 0;
	for (size_t w = 0; w < RULE_WORDS; w++) {
		for (uint64_t bits = u->rules.word[w]; bits; bits &= bits - 1) {
			size_t i = w * 64 + (size_t)__builtin_ctzll(bits);
			struct audit_cause *c = &t->cause[i];

			c->rule = &table[i];
			c->subscribers += count;
			c->intended += u->faults.word[w] >> (i % 64) & 1 ? 0 : count;
			c->certain += u->certain.word[w] >> (i % 64) & 1 ? count : 0;
			for (size_t k = 0; k < ordinal_count; k++)
				example_add(c, ordinals[k]);
		}
	}
}

static uint64_t group_hash(const struct rule *rule, struct text key)
{
	return text_hash((uint64_t)(uintptr_t)rule, key) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
}

/* The slot of a key: 0 in it when the key is new, else the group's number + 1. */
static uint32_t *group_slot(const struct tally *t, const struct rule *rule, struct text key)
{
	size_t i = group_hash(rule, key) & (t->slot_count - 1);

	for (; t->slot[i]; i = (i + 1) & (t->slot_count - 1)) {
		const struct tally_group *g = &t->group[t->slot[i] - 1];

		if (g->rule == rule && text_equal(g->key, key))
			break;
	}
	return &t->slot[i];
}

static bool groups_grow(struct tally *t)
{
	size_t capacity = t->slot_count ? t->slot_count : 32;
	struct tally_group *group = realloc(t->group, capacity * sizeof(*group));
	uint32_t *slot;

	if (!group)
		return false;
	t->group = group;
	slot = calloc(capacity * 2, sizeof(*slot));
	if (!slot)
		return false;
	free(t->slot);
	t->slot = slot;
	t->slot_count = capacity * 2;
	for (size_t i = 0; i < t->group_count; i++)
		*group_slot(t, group[i].rule, group[i].key) = (uint32_t)i + 1;
	return true;
}

void tally_add_group(struct tally *t, const struct tally_group *added)
{
	struct tally_group *g;
	uint32_t *slot;

	if (t->group_count * 2 >= t->slot_count && !groups_grow(t)) {
		t->failed = true;
		return;
	}
	slot = group_slot(t, added->rule, added->key);
	if (*slot) {
		g = &t->group[*slot - 1];
		if (added->last != UINT32_MAX && added->last == g->last)
			return;
		g->count += added->count;
		g->example = added->example < g->example ? added->example : g->example;
		g->certainty = added->certainty < g->certainty ? added->certainty : g->certainty;
		g->last = added->last;
		return;
	}
	/* Where every record has a key of its own there is no common cause to show. */
	if (t->group_count == GROUPS_MAX)
		return;
	g = &t->group[t->group_count++];
	*g = *added;
	g->key = arena_text(&t->arena, added->key);
	t->failed |= !g->key.data;
	*slot = (uint32_t)t->group_count;
}

void tally_join(struct tally *a, const struct tally *b)
{
	struct audit_totals *s = &a->totals;
	const struct audit_totals *n = &b->totals;

	s->subscriptions += n->subscriptions;
	s->attempts += n->attempts;
	s->registers += n->registers;
	s->refused += n->refused;
	s->fails += n->fails;
	s->undecided += n->undecided;
	s->unproven += n->unproven;
	s->conditional += n->conditional;
	s->naive_refused += n->naive_refused;
	s->refused_subscriptions += n->refused_subscriptions;
	for (size_t i = 0; i < TALLY_RULES; i++) {
		if (!b->cause[i].rule)
			continue;
		a->cause[i].rule = b->cause[i].rule;
		a->cause[i].subscribers += b->cause[i].subscribers;
		a->cause[i].intended += b->cause[i].intended;
		a->cause[i].certain += b->cause[i].certain;
		for (unsigned k = 0; k < b->cause[i].example_count; k++)
			example_add(&a->cause[i], b->cause[i].example[k]);
	}
	for (size_t i = 0; i < b->group_count; i++)
		tally_add_group(a, &b->group[i]);
	a->failed |= b->failed;
}

static int cause_compare(const void *a, const void *b)
{
	const struct audit_cause *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->subscribers != y->subscribers)
		return x->subscribers > y->subscribers ? -1 : 1;
	return strcmp(x->rule->id, y->rule->id);
}

static int group_compare(const void *a, const void *b)
{
	const struct audit_group *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return text_compare(x->key, y->key);
}

static bool group_is_many(const struct tally *t, const struct tally_group *g)
{
	size_t n;
	uint64_t same_rule = t->cause[g->rule - rule_table(&n)].subscribers;

	if (g->count < GROUP_MINIMUM)
		return false;
	return g->count * 2 >= same_rule ||
	       g->count * 100 >= t->totals.subscriptions * GROUP_PERCENT;
}

enum rc tally_finish(const struct tally *t, struct audit_result *result, struct diag *diag)
{
	result->totals = t->totals;
	result->cause = calloc(TALLY_RULES, sizeof(*result->cause));
	result->group = calloc(t->group_count + 1, sizeof(*result->group));
	if (!result->cause || !result->group || t->failed)
		return diag_set(diag, RC_NOMEM, "no memory for the sums of the audit");
	for (size_t i = 0; i < TALLY_RULES; i++) {
		struct audit_cause *c = &result->cause[result->cause_count];

		if (!t->cause[i].rule)
			continue;
		*c = t->cause[i];
		c->severity = finding_severity(c->rule, c->certain ? CERTAINTY_CERTAIN
								   : CERTAINTY_CONDITIONAL);
		result->cause_count++;
	}
	qsort(result->cause, result->cause_count, sizeof(*result->cause), cause_compare);
	for (size_t i = 0; i < t->group_count; i++) {
		const struct tally_group *g = &t->group[i];
		struct audit_group *out = &result->group[result->group_count];

		if (!group_is_many(t, g))
			continue;
		*out = (struct audit_group){
			.rule = g->rule,
			.population = group_key_rule(g->rule),
			.key = arena_text(&result->arena, g->key),
			.what = group_key_what(g->rule),
			.count = g->count,
			.certainty = g->certainty,
			.example = g->example,
		};
		if (!out->key.data)
			return diag_set(diag, RC_NOMEM, "no memory for the population findings");
		out->fingerprint = finding_fingerprint(out->population, text_from(out->what),
						       out->key, TEXT_NONE);
		result->group_count++;
	}
	qsort(result->group, result->group_count, sizeof(*result->group), group_compare);
	return RC_OK;
}
