#define _GNU_SOURCE
#include "importers/cx_xml.h"

#include <string.h>

#include "importers/cx_xml_join.h"
#include "importers/cx_xml_pipeline.h"
#include "importers/cx_xml_quirks.h"

struct cx_xml {
	struct import *import;
	struct cx_xml_join join;
	struct cx_xml_quirks quirks;
	struct source *source;
	uint32_t file;
};

/* Certain when a start tag of the record is in sight; faint for any other XML, whose records may
 * come late. */
static int probe(const char *head, size_t length)
{
	size_t i = 0;
	bool is_xml;

	while (i < length && memchr(" \t\r\n\xef\xbb\xbf", head[i], 7))
		i++;
	is_xml = i < length && head[i] == '<';
	if (xml_frame_find_record(head, length) < length)
		return is_xml ? 95 : 60;
	if (is_xml)
		return length - i > 5 && memcmp(head + i, "<?xml", 5) == 0 ? 20 : 10;
	/* UTF-16 is refused by the reader, with a word on what to do. */
	return memmem(head, length, "<\0?\0x\0m\0l", 9) || memmem(head, length, "\0<\0?\0x\0m", 8)
		       ? 20
		       : 0;
}

/* Why a document is no record; NULL when it is one. */
static const char *refusal_of(const struct userdata_document *document)
{
	struct text impi = document->private_id;

	if (!document->refusal && impi.length && memmem(impi.data, impi.length, "{{", 2))
		return "PrivateID holds a placeholder: this is a template, not an export";
	return document->refusal;
}

static enum rc emit_document(struct cx_xml *x, const struct cx_xml_batch *b,
			     const struct userdata_document *document,
			     const struct cx_xml_entry *entry, struct diag *diag)
{
	struct provenance provenance = {x->file, entry->offset, entry->line};
	char subject[LIMIT_IDENTITY_LENGTH + 1];
	const char *refusal = refusal_of(document);

	if (!refusal) {
		enum rc rc = cx_xml_join_add(&x->join, &b->list, document, &provenance, diag);

		if (rc == RC_OK)
			cx_xml_quirks_add(&x->quirks, document, x->source, entry->line);
		if (rc != RC_LIMIT)
			return rc;
		refusal = "more identities than one subscription may have";
	}
	text_copy(document->private_id, subject, sizeof(subject));
	return import_reject(x->import, x->source, entry->line, entry->offset,
			     *subject ? subject : NULL, diag, "%s", refusal);
}

static enum rc emit(void *context, struct source *source, struct cx_xml_batch *b, struct diag *diag)
{
	struct cx_xml *x = context;
	const struct userdata_document *document = b->list.document;
	enum rc rc = RC_OK;
	uint64_t read = 0;

	x->source = source;
	x->file = import_file(x->import, source);
	for (uint32_t i = 0; rc == RC_OK && i < b->count; i++) {
		const struct cx_xml_entry *entry = &b->entry[i];

		if (entry->reject) {
			rc = import_reject(x->import, source, entry->line, entry->offset, NULL,
					   diag, "%s", entry->reject);
			continue;
		}
		read += !refusal_of(document);
		rc = emit_document(x, b, document++, entry, diag);
	}
	import_count(x->import, read);
	/* What is pending has its texts in the batch, which is filled anew. */
	return rc == RC_OK ? cx_xml_join_keep(&x->join, diag) : rc;
}

static enum rc run(struct import *import, struct source **sources, size_t count, struct diag *diag)
{
	struct cx_xml x = {.import = import};
	struct cx_xml_pipeline *pipeline = NULL;
	enum rc rc = cx_xml_pipeline_new(import_get_options(import)->threads, &pipeline, diag);

	if (rc != RC_OK)
		return rc;
	cx_xml_join_init(&x.join, import);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = cx_xml_pipeline_run(pipeline, import, sources[i], emit, &x, diag);
	if (rc == RC_OK)
		rc = cx_xml_join_flush(&x.join, diag);
	if (rc == RC_OK)
		rc = cx_xml_join_finish(&x.join, diag);
	cx_xml_quirks_note(&x.quirks, import);
	cx_xml_join_clear(&x.join);
	cx_xml_pipeline_free(pipeline);
	return rc;
}

const struct importer cx_xml_importer = {
	.name = "cx-xml",
	.description = "IMSSubscription documents (TS 29.228 Annex E), one or many to a file",
	.probe = probe,
	.run = run,
};
