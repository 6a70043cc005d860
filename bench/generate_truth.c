#include "bench/generate_truth.h"

#include <inttypes.h>
#include <stdio.h>

#include "bench/generate_defect.h"

#define RULES 100

struct truth {
	uint64_t rule[RULES];
	uint64_t attempts, registers, refused, conditional, lost, naive;
};

/* The result for the carrier at hand; healthy when the list names none. */
static const struct result *result_of(const struct population *p, const struct result *list)
{
	for (size_t i = 0; i < RESULTS_MAX && list[i].carriers; i++)
		if (list[i].carriers & p->carrier)
			return &list[i];
	return p->is_literal ? &healthy_literal : &healthy_derived;
}

static void add_result(struct truth *t, const struct result *r, uint64_t count)
{
	t->attempts += r->attempts * count;
	t->registers += r->registers * count;
	t->refused += r->refused * count;
	t->conditional += r->conditional * count;
	t->lost += r->lost * count;
	t->naive += r->naive * count;
}

static void add_defect(const struct population *p, struct truth *t, const struct defect *d,
		       uint64_t count)
{
	for (size_t i = 0; i < EFFECTS_MAX && d->effect[i].carriers; i++)
		if (d->effect[i].carriers & p->carrier)
			t->rule[d->effect[i].rule] +=
				(d->effect[i].own + d->effect[i].partner) * count;
	add_result(t, result_of(p, d->own), count);
	if (d->is_pair)
		add_result(t, result_of(p, d->partner), count);
}

static void count_all(const struct population *p, struct truth *t, uint64_t *planted)
{
	uint64_t healthy = p->subscribers;

	for (uint64_t i = 0; i < p->subscribers; i++) {
		const struct defect *d = population_defect(p, i);

		for (unsigned k = 0; d && k < p->kind_count; k++)
			planted[k] += d == p->kind[k];
	}
	for (unsigned k = 0; k < p->kind_count; k++) {
		add_defect(p, t, p->kind[k], planted[k]);
		healthy -= planted[k] * (p->kind[k]->is_pair ? 2 : 1);
	}
	add_result(t, p->is_literal ? &healthy_literal : &healthy_derived, healthy);
	for (const unsigned *rule = literal_rules; p->is_literal && *rule; rule++)
		t->rule[*rule] += p->subscribers;
}

static void print_totals(FILE *f, const struct population *p, const struct truth *t)
{
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{"subscriptions", p->subscribers},
		{"attempts", t->attempts},
		{"registers", t->registers},
		{"refused", t->refused},
		{"fails", 0},
		{"undecided", 0},
		{"unproven", 0},
		{"conditional", t->conditional},
		{"refused_subscriptions", t->lost},
		{"naive_refused", t->naive},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		fprintf(f, "%s\"%s\": %" PRIu64, i ? ", " : "", members[i].name, members[i].value);
}

bool truth_write(const struct population *p, const char *format, const char *path)
{
	struct truth t = {.attempts = 0};
	uint64_t planted[KINDS_MAX] = {0};
	FILE *f = fopen(path, "we");
	const char *separator = "";

	if (!f)
		return false;
	count_all(p, &t, planted);
	fprintf(f, "{\"format\": \"%s\", \"literal\": %s, \"seed\": %" PRIu64 ",\n \"totals\": {",
		format, p->is_literal ? "true" : "false", p->seed);
	print_totals(f, p, &t);
	fprintf(f, "},\n \"by_cause\": {");
	for (unsigned rule = 1; rule < RULES; rule++) {
		if (!t.rule[rule])
			continue;
		fprintf(f, "%s\"CXA%03u\": %" PRIu64, separator, rule, t.rule[rule]);
		separator = ", ";
	}
	fprintf(f, "},\n \"planted\": {");
	for (unsigned k = 0; k < p->kind_count; k++)
		fprintf(f, "%s\"%s\": %" PRIu64, k ? ", " : "", p->kind[k]->slug, planted[k]);
	fprintf(f, "}}\n");
	return fclose(f) == 0;
}
