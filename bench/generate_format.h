/* The formats of the generator. Each writes the whole population. */
#pragma once
#include <stdbool.h>

#include "bench/generate_output.h"
#include "bench/generate_population.h"

struct export
{
	const struct population *population;
	const char *path; /* a file, "-", or a folder for formats of several files */
	bool is_shuffled; /* subscribers not in the order of their IMSIs */
};

struct export_format {
	const char *name, *description;
	enum carrier carrier;
	bool is_folder;
	/* False with errno when it cannot be written. */
	bool (*write)(const struct export *e);
};

bool xml_write(const struct export *e);
bool csv_write(const struct export *e);
bool csv_quoted_write(const struct export *e);
bool csv_wide_write(const struct export *e);
bool csv_scattered_write(const struct export *e);
bool fhoss_write(const struct export *e);
bool tsv_write(const struct export *e);
bool tables_write(const struct export *e);

/* The subscriber that comes at this place of the export. */
void export_subscriber(const struct export *e, uint64_t place, struct subscriber *out);
/* Opens <path>/<name>.tsv. */
bool export_open_table(const struct export *e, const char *name, struct output *out);

static inline void output_identity(struct output *o, const struct identity *i)
{
	output_add(o, i->text, i->length);
}
