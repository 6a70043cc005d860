/* Stands in for the import core and the snapshot writer: keeps what a format hands out. Defined in
 * the test program, so that the linker takes nothing of importer.c and the store. */
#pragma once
#include <stddef.h>
#include "base/strbuf.h"
#include "importers/importer.h"

struct import_double_reject {
	uint64_t line, offset;
	char subject[64];
	char reason[256];
};

struct import {
	struct import_options options;
	struct hss_directory directory;
	struct ims_subscription *record;
	size_t record_count;
	struct import_double_reject *reject;
	size_t reject_count;
	struct strbuf notes; /* one "text\n" for each call */
	bool is_truncated;
	uint64_t truncated_line, truncated_offset;
	char truncated_what[128];
	uint64_t counted;
};

void import_double_init(struct import *i, unsigned threads);
void import_double_clear(struct import *i);

/* Runs the format over this content, as a file of its own. The rc is that of the format; the
 * process fails when the file cannot be made. */
enum rc import_double_run(struct import *i, const struct importer *format, const char *content,
			  size_t length, struct diag *diag);

/* "impi+impi {1: impu! impu?*} {2: …}" for one record: '!' barred, '?' barring unknown, '*' default
 * of its set. Out is reset before. */
const char *import_double_show(const struct ims_subscription *record, struct strbuf *out);
/* Notes that begin with this text. */
size_t import_double_notes(const struct import *i, const char *text);
