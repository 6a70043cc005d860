/* Counts what is peculiar in documents, and tells it to the import at its end. */
#pragma once
#include <stdint.h>
#include "codec/ims_userdata.h"
#include "importers/importer.h"

#define CX_XML_UNKNOWN_NAMES 16

struct cx_xml_quirks {
	uint64_t quirk[USERDATA_QUIRK_COUNT];
	struct {
		char name[40];
		uint64_t documents;
	} unknown[CX_XML_UNKNOWN_NAMES]; /* elements that Annex E does not define */
	uint64_t other_unknown;
};

void cx_xml_quirks_add(struct cx_xml_quirks *q, const struct userdata_document *document);
void cx_xml_quirks_note(const struct cx_xml_quirks *q, struct import *import);
