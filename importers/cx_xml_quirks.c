#include "importers/cx_xml_quirks.h"

#include <string.h>

static void add_unknown(struct cx_xml_quirks *q, const char *name)
{
	for (size_t i = 0; i < CX_XML_UNKNOWN_NAMES; i++) {
		if (q->unknown[i].documents && strcmp(q->unknown[i].name, name) != 0)
			continue;
		text_copy(text_from(name), q->unknown[i].name, sizeof(q->unknown[i].name));
		q->unknown[i].documents++;
		return;
	}
	q->other_unknown++;
}

void cx_xml_quirks_add(struct cx_xml_quirks *q, const struct userdata_document *document)
{
	if (!document->quirks)
		return;
	if (document->quirks & USERDATA_QUIRK_UNKNOWN_ELEMENT)
		add_unknown(q, document->unknown_name);
	for (unsigned i = 0; i < USERDATA_QUIRK_COUNT; i++)
		q->quirk[i] += document->quirks >> i & 1;
}

void cx_xml_quirks_note(const struct cx_xml_quirks *q, struct import *import)
{
	/* The first quirk is told by names. */
	for (unsigned i = 1; i < USERDATA_QUIRK_COUNT; i++)
		for (uint64_t n = 0; n < q->quirk[i]; n++)
			import_note(import, "document: %s",
				    userdata_quirk_str((enum userdata_quirk)(1u << i)));
	for (size_t i = 0; i < CX_XML_UNKNOWN_NAMES; i++)
		for (uint64_t n = 0; n < q->unknown[i].documents; n++)
			import_note(import, "document: %s: <%s>",
				    userdata_quirk_str(USERDATA_QUIRK_UNKNOWN_ELEMENT),
				    q->unknown[i].name);
	for (uint64_t n = 0; n < q->other_unknown; n++)
		import_note(import, "document: %s: others",
			    userdata_quirk_str(USERDATA_QUIRK_UNKNOWN_ELEMENT));
}
