#include "importers/cx_xml_reader.h"

#include <string.h>

enum rc cx_xml_reader_open(struct cx_xml_reader *r, struct import *import, struct source *source,
			   struct diag *diag)
{
	enum rc rc;

	*r = (struct cx_xml_reader){.import = import, .source = source};
	rc = source_skip_bom(source, diag);
	xml_frame_init(&r->frame, source_offset(source));
	if (rc != RC_TRUNCATED)
		return rc;
	/* Nothing at all could be read: the first fill says so again. */
	return RC_OK;
}

void cx_xml_reader_close(struct cx_xml_reader *r)
{
	if (!r)
		return;
	xml_encoding_close(r->encoding);
	r->encoding = NULL;
}

static enum rc fill(struct cx_xml_reader *r, size_t need, struct diag *diag)
{
	enum rc rc = source_fill(r->source, need, diag);

	if (rc != RC_TRUNCATED)
		return rc;
	if (!r->is_cut)
		import_mark_truncated(r->import, r->source, 0,
				      source_offset(r->source) + source_length(r->source),
				      "the compressed data end too early or are damaged");
	r->is_cut = true;
	return RC_OK;
}

/* The decoder for the document that the next record belongs to. */
static enum rc choose_encoding(struct cx_xml_reader *r)
{
	const char *name = r->frame.encoding;
	enum rc rc = RC_OK;

	if (strcmp(name, r->encoding_name) == 0)
		return RC_OK;
	xml_encoding_close(r->encoding);
	r->encoding = NULL;
	text_copy(text_from(name), r->encoding_name, sizeof(r->encoding_name));
	if (*name)
		rc = xml_encoding_open(name, &r->encoding);
	r->is_encoding_refused = rc == RC_UNSUPPORTED;
	if (r->is_encoding_refused)
		import_note(r->import, "encoding \"%s\" is not supported", name);
	return rc == RC_NOMEM ? rc : RC_OK;
}

static enum rc add_record(struct cx_xml_reader *r, struct cx_xml_batch *b,
			  const struct xml_frame_item *item)
{
	enum rc rc = choose_encoding(r);

	if (rc != RC_OK)
		return rc;
	if (r->is_encoding_refused)
		return cx_xml_batch_add_reject(
			b, item, "the encoding that the XML declaration names is not supported");
	return cx_xml_batch_add(b, item, r->encoding);
}

/* One step of the framer. */
static enum rc step(struct cx_xml_reader *r, struct cx_xml_batch *b, struct diag *diag)
{
	struct source *s = r->source;
	struct xml_frame_item item;
	enum xml_frame_event event = xml_frame_next(&r->frame, source_data(s), source_length(s),
						    source_at_end(s), &item);
	enum rc rc = RC_OK;

	switch (event) {
	case XML_FRAME_RECORD:
		rc = add_record(r, b, &item);
		break;
	case XML_FRAME_REJECT:
		rc = cx_xml_batch_add_reject(b, &item, item.reason);
		break;
	case XML_FRAME_NOTE:
		import_note(r->import, "%s", item.reason);
		break;
	case XML_FRAME_TRUNCATED:
		import_mark_truncated(r->import, s, item.line, item.offset, item.reason);
		break;
	case XML_FRAME_MORE:
	case XML_FRAME_END:
		break;
	}
	if (rc != RC_OK)
		return diag_set(diag, rc, "%s", "memory is out");
	source_consume(s, item.consume);
	r->is_done = event == XML_FRAME_END;
	return event == XML_FRAME_MORE ? fill(r, item.need, diag) : RC_OK;
}

enum rc cx_xml_reader_fill(struct cx_xml_reader *r, struct cx_xml_batch *b, struct diag *diag)
{
	enum rc rc = cx_xml_batch_begin(b);

	if (rc != RC_OK)
		return diag_set(diag, rc, "%s", "memory is out");
	while (rc == RC_OK && !r->is_done && b->buffer.length < CX_XML_BATCH_BYTES &&
	       b->count < CX_XML_BATCH_ENTRIES)
		rc = step(r, b, diag);
	return rc;
}
