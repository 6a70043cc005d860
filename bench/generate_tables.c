/* What the checks in SQL run on: normalised tables, one TSV file each. */
#include "bench/generate_format.h"

#include <stdio.h>

bool export_open_table(const struct export *e, const char *name, struct output *out)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.tsv", e->path, name);
	return output_open(out, path);
}

struct tables {
	struct output subscription, impi, impu, association;
	uint64_t impis, impus; /* written so far: row numbers begin at 1 */
};

static void tab(struct output *o)
{
	output_char(o, '\t');
}

/* As the checks compare it: in lower case, without parameters. */
static void add_canonical(struct output *o, const struct identity *i)
{
	for (unsigned at = 0; at < i->length && i->text[at] != ';'; at++) {
		char c = i->text[at];

		output_char(o, c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c);
	}
}

static void add_subscription(struct tables *t, const struct subscriber *s)
{
	output_number(&t->subscription, s->index + 1);
	tab(&t->subscription);
	output_identity(&t->subscription, &s->imsi);
	tab(&t->subscription);
	output_identity(&t->subscription, &s->msisdn);
	output_char(&t->subscription, '\n');
}

static void add_impi(struct tables *t, const struct subscriber *s, unsigned impi)
{
	output_number(&t->impi, ++t->impis);
	tab(&t->impi);
	output_number(&t->impi, s->index + 1);
	tab(&t->impi);
	output_identity(&t->impi, &s->impi[impi]);
	tab(&t->impi);
	add_canonical(&t->impi, &s->impi[impi]);
	output_char(&t->impi, '\n');
}

static void add_impu(struct tables *t, const struct subscriber *s, const struct public_identity *u)
{
	struct output *o = &t->impu;

	output_number(o, ++t->impus);
	tab(o);
	output_number(o, s->index + 1);
	tab(o);
	output_identity(o, &u->identity);
	tab(o);
	add_canonical(o, &u->identity);
	output_str(o, u->is_barred ? "\t1\t" : "\t0\t");
	output_number(o, u->set);
	output_str(o, u->is_default ? "\t1\tvolte\n" : "\t0\tvolte\n");
}

static void add_associations(struct tables *t, const struct subscriber *s,
			     const struct public_identity *u)
{
	for (unsigned impi = 0; impi < s->impi_count; impi++) {
		if (!(u->impis >> impi & 1))
			continue;
		output_number(&t->association, t->impis - s->impi_count + impi + 1);
		tab(&t->association);
		output_number(&t->association, t->impus);
		output_char(&t->association, '\n');
	}
}

static bool open_all(const struct export *e, struct tables *t)
{
	return export_open_table(e, "subscription", &t->subscription) &&
	       export_open_table(e, "impi", &t->impi) && export_open_table(e, "impu", &t->impu) &&
	       export_open_table(e, "association", &t->association);
}

bool tables_write(const struct export *e)
{
	struct tables t = {.impis = 0};

	if (!open_all(e, &t))
		return false;
	for (uint64_t place = 0; place < e->population->subscribers; place++) {
		struct subscriber s;

		export_subscriber(e, place, &s);
		output_room(&t.subscription);
		output_room(&t.impi);
		output_room(&t.impu);
		output_room(&t.association);
		add_subscription(&t, &s);
		for (unsigned impi = 0; impi < s.impi_count; impi++)
			add_impi(&t, &s, impi);
		for (unsigned i = 0; i < s.impu_count; i++) {
			add_impu(&t, &s, &s.impu[i]);
			add_associations(&t, &s, &s.impu[i]);
		}
	}
	return output_close(&t.subscription) && output_close(&t.impi) && output_close(&t.impu) &&
	       output_close(&t.association);
}
