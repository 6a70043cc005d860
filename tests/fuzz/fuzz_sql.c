/* The whole way of a dump: statements, rows, tables, joins, records. The first byte says how much
 * of the input the window shows at first. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "importers/fhoss_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stands in for the import core. */
struct import {
	struct hss_directory directory;
	uint64_t length;
};

static void expect(bool truth)
{
	if (!truth)
		abort();
}

enum rc import_put(struct import *i, const struct ims_subscription *record, struct diag *diag)
{
	(void)diag;
	expect(record->provenance.offset < i->length);
	for (uint32_t n = 0; n < record->association_count; n++) {
		expect(record->association[n].impi < record->impi_count);
		expect(record->association[n].impu < record->impu_count);
		expect(record->association[n].rows > 0);
	}
	for (uint32_t n = 0; n < record->impu_count; n++) {
		expect(record->impu[n].identity.data != NULL);
		expect(!record->impu[n].grant_count || record->impu[n].has_grants);
	}
	if (record->kind == RECORD_ORPHAN_IMPI)
		expect(record->impi_count == 1);
	if (record->kind == RECORD_ORPHAN_IMPU)
		expect(record->impu_count == 1 && !record->association_count);
	return RC_OK;
}

void import_count(struct import *i, uint64_t records)
{
	expect(records <= i->length);
}

enum rc import_tick(struct import *i, struct diag *diag)
{
	(void)i, (void)diag;
	return RC_OK;
}

enum rc import_reject(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
		      const char *subject, struct diag *diag, const char *format, ...)
{
	char reason[1024];
	va_list arguments;

	(void)s, (void)subject, (void)diag;
	va_start(arguments, format);
	expect(vsnprintf(reason, sizeof(reason), format, arguments) > 0);
	va_end(arguments);
	expect(offset <= i->length && line <= i->length + 1);
	return RC_OK;
}

void import_mark_truncated(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
			   const char *what)
{
	(void)s, (void)line, (void)what;
	expect(offset <= i->length);
}

struct hss_directory *import_directory(struct import *i)
{
	return &i->directory;
}

void import_note(struct import *i, const char *format, ...)
{
	char note[1024];
	va_list arguments;

	(void)i;
	va_start(arguments, format);
	expect(vsnprintf(note, sizeof(note), format, arguments) > 0);
	va_end(arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import import = {.length = size};
	struct fhoss_loader *l = calloc(1, sizeof(*l));
	struct sql_reader reader;
	struct diag diag;

	if (!l || !size) {
		free(l);
		return 0;
	}
	diag_init(&diag);
	hss_directory_init(&import.directory);
	expect(fhoss_loader_init(l, &import, 1, &diag) == RC_OK);
	sql_reader_init_memory(&reader, (const char *)data + 1, size - 1, *data);
	expect(fhoss_loader_read(l, &reader, &diag) == RC_OK);
	fhoss_loader_finish(l, &diag);
	fhoss_loader_clear(l);
	hss_directory_clear(&import.directory);
	free(l);
	return 0;
}
