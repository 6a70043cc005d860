#include "importers/importer.h"

#include <stdlib.h>

#include "importers/fhoss_loader.h"

#define HEAD_BYTES (256u << 10) /* looked at to tell schema files from others */
#define CERTAIN 95
#define LIKELY 45 /* a dump, of whatever */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static const char *next_line(const char *p, const char *end)
{
	const char *found = memchr(p, '\n', (size_t)(end - p));

	return found ? found + 1 : end;
}

/* True when a line begins, behind blanks, with one of the texts, which end with NULL. */
static bool has_line(const char *head, size_t length, const char *const *starts)
{
	const char *end = head + length;

	for (const char *p = head; p < end; p = next_line(p, end)) {
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		for (const char *const *start = starts; *start; start++)
			if (text_starts_with_nocase(text_of(p, (size_t)(end - p)), *start))
				return true;
	}
	return false;
}

/* True when a word is the name of a table that only an HSS or an I-CSCF has. */
static bool names_tables(const char *head, size_t length)
{
	static const char *const names[] = {"imsu",
					    "impi",
					    "impu",
					    "impi_impu",
					    "impu_visited_network",
					    "preferred_scscf_set",
					    "aliases_repository_data",
					    "shared_ifc_set",
					    "s_cscf_capabilities"};
	const char *p = head, *end = head + length;

	while (p < end) {
		const char *start = p;

		while (p < end && is_word(*p))
			p++;
		for (size_t i = 0; p > start && i < sizeof(names) / sizeof(names[0]); i++)
			if (text_equal_nocase(text_of(start, (size_t)(p - start)),
					      text_from(names[i])))
				return true;
		p += p == start;
	}
	return false;
}

static int probe(const char *head, size_t length)
{
	static const char *const dump[] = {"-- MySQL dump ", "-- MariaDB dump ", NULL};
	static const char *const sql[] = {"INSERT INTO ",
					  "INSERT IGNORE ",
					  "REPLACE INTO ",
					  "CREATE TABLE ",
					  "LOCK TABLES ",
					  "DROP TABLE ",
					  "-- Dumping data for table ",
					  NULL};
	bool is_dump;

	if (length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
		head += 3;
		length -= 3;
	}
	is_dump = has_line(head, length, dump);
	if (!is_dump && !has_line(head, length, sql))
		return 0;
	return names_tables(head, length) ? CERTAIN : is_dump ? LIKELY : 0;
}

/* True when the file makes tables and, as far as can be seen, fills none. */
static enum rc is_schema(struct source *source, bool *out, struct diag *diag)
{
	static const char *const create[] = {"CREATE TABLE ", NULL};
	static const char *const rows[] = {"INSERT ", "REPLACE ", "LOCK TABLES ",
					   "-- Dumping data for table ", NULL};
	enum rc rc = source_fill(source, HEAD_BYTES, diag);
	size_t length = source_length(source);

	if (length > HEAD_BYTES)
		length = HEAD_BYTES;
	*out = has_line(source_data(source), length, create) &&
	       !has_line(source_data(source), length, rows);
	if (rc && rc != RC_TRUNCATED)
		return rc;
	/* Releases what it holds until its turn; a pipe cannot, and need not. */
	source_rewind(source, NULL);
	return RC_OK;
}

/* The order of reading, as indexes: files with tables before those with rows. */
static enum rc order_sources(struct source **sources, size_t count, uint32_t *order,
			     struct diag *diag)
{
	bool *schema = calloc(count + 1, sizeof(*schema));
	size_t used = 0;
	enum rc rc = schema ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for the files");

	for (size_t i = 0; !rc && count > 1 && i < count; i++)
		rc = is_schema(sources[i], &schema[i], diag);
	for (int want_schema = 1; !rc && want_schema >= 0; want_schema--)
		for (size_t i = 0; i < count; i++)
			if (schema[i] == (want_schema == 1))
				order[used++] = (uint32_t)i;
	free(schema);
	return rc;
}

static enum rc read_source(struct fhoss_loader *l, struct source *source, uint32_t index,
			   struct diag *diag)
{
	struct sql_reader reader;
	enum rc rc = source_skip_bom(source, diag);

	if (rc && rc != RC_TRUNCATED)
		return rc;
	sql_reader_init(&reader, source, index);
	return fhoss_loader_read(l, &reader, diag);
}

static enum rc run(struct import *i, struct source **sources, size_t count, struct diag *diag)
{
	struct fhoss_loader *l = calloc(1, sizeof(*l));
	uint32_t *order = calloc(count + 1, sizeof(*order));
	uint32_t *files = calloc(count + 1, sizeof(*files));
	enum rc rc = l && order && files ? RC_OK
					 : diag_set(diag, RC_NOMEM, "no memory for reading dumps");

	if (!rc)
		rc = fhoss_loader_init(l, i, import_get_options(i)->memory, diag);
	if (!rc)
		rc = order_sources(sources, count, order, diag);
	if (!rc) {
		l->sources = sources;
		l->files = files;
	}
	for (size_t n = 0; !rc && n < count; n++)
		files[n] = import_file(i, sources[n]);
	for (size_t n = 0; !rc && n < count; n++)
		rc = read_source(l, sources[order[n]], order[n], diag);
	if (!rc)
		rc = fhoss_loader_finish(l, diag);
	if (l)
		fhoss_loader_clear(l);
	free(l);
	free(order);
	free(files);
	return rc;
}

const struct importer fhoss_sql_importer = {
	.name = "fhoss-sql",
	.description = "mysqldump or mariadb-dump of an FHoSS (OpenIMSCore) database",
	.probe = probe,
	.run = run,
	.writer = {.index_sets = true},
	.has_global_sets = true,
	.hss = "fhoss",
};
