/* Counts what is peculiar in documents, and tells it to the import at its end, with the place of
 * the first document that has it. */
#pragma once
#include <stdint.h>
#include "codec/ims_userdata.h"
#include "importers/importer.h"

#define CX_XML_UNKNOWN_NAMES 16

struct cx_xml_quirk {
	uint64_t documents;
	const struct source *source; /* of the first, and its first line */
	uint64_t line;
};

struct cx_xml_quirks {
	struct cx_xml_quirk quirk[USERDATA_QUIRK_COUNT];
	struct {
		char name[40];
		struct cx_xml_quirk quirk;
	} unknown[CX_XML_UNKNOWN_NAMES]; /* elements that Annex E does not define */
	struct cx_xml_quirk other_unknown;
};

/* The source must stay until the notes are told. */
void cx_xml_quirks_add(struct cx_xml_quirks *q, const struct userdata_document *document,
		       const struct source *source, uint64_t line);
void cx_xml_quirks_note(const struct cx_xml_quirks *q, struct import *import);
