#include "importers/cx_xml_quirks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void count(struct cx_xml_quirk *quirk, const struct source *source, uint64_t line)
{
	if (quirk->documents++ == 0) {
		quirk->source = source;
		quirk->line = line;
	}
}

static struct cx_xml_quirk *find_unknown(struct cx_xml_quirks *q, const char *name)
{
	for (size_t i = 0; i < CX_XML_UNKNOWN_NAMES; i++) {
		if (q->unknown[i].quirk.documents && strcmp(q->unknown[i].name, name) != 0)
			continue;
		text_copy(text_from(name), q->unknown[i].name, sizeof(q->unknown[i].name));
		return &q->unknown[i].quirk;
	}
	return &q->other_unknown;
}

void cx_xml_quirks_add(struct cx_xml_quirks *q, const struct userdata_document *document,
		       const struct source *source, uint64_t line)
{
	if (!document->quirks)
		return;
	if (document->quirks & USERDATA_QUIRK_UNKNOWN_ELEMENT)
		count(find_unknown(q, document->unknown_name), source, line);
	for (unsigned i = 0; i < USERDATA_QUIRK_COUNT; i++)
		if (document->quirks >> i & 1)
			count(&q->quirk[i], source, line);
}

static void note(const struct cx_xml_quirk *quirk, unsigned bit, const char *name,
		 struct import *import)
{
	for (uint64_t n = 0; n < quirk->documents; n++)
		import_note(import, "document: %s%s%s, first at %s:%" PRIu64,
			    userdata_quirk_str((enum userdata_quirk)(1u << bit)), *name ? ": " : "",
			    name, quirk->source ? source_name(quirk->source) : "the input",
			    quirk->line);
}

void cx_xml_quirks_note(const struct cx_xml_quirks *q, struct import *import)
{
	/* The first quirk, an unknown element, is told by names. */
	for (unsigned i = 1; i < USERDATA_QUIRK_COUNT; i++)
		note(&q->quirk[i], i, "", import);
	for (size_t i = 0; i < CX_XML_UNKNOWN_NAMES; i++) {
		char name[sizeof(q->unknown[i].name) + 2];

		snprintf(name, sizeof(name), "<%s>", q->unknown[i].name);
		note(&q->unknown[i].quirk, 0, name, import);
	}
	note(&q->other_unknown, 0, "others", import);
}
