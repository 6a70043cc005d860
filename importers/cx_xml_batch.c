#include "importers/cx_xml_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Matching goes by local names, so the wrappers' namespaces are not carried along. */
#define ROOT "<w>"
#define ROOT_END "</w>"
#define ROOT_BYTES (sizeof(ROOT) - 1)
#define ROOT_END_BYTES (sizeof(ROOT_END) - 1)
/* Between records, and around them: where the end of one root and the start of another find room.
 */
#define GAP "       "
_Static_assert(sizeof(GAP) - 1 == ROOT_BYTES + ROOT_END_BYTES, "a gap holds both tags");

enum rc cx_xml_parser_init(struct cx_xml_parser *p, struct diag *diag)
{
	enum rc rc;

	*p = (struct cx_xml_parser){.run = 1, .templates = userdata_templates_new()};
	rc = userdata_parser_new(&p->parser, diag);
	if (rc == RC_OK && !p->templates)
		rc = diag_set(diag, RC_NOMEM, "%s", "memory is out");
	if (rc != RC_OK)
		cx_xml_parser_clear(p);
	return rc;
}

void cx_xml_parser_clear(struct cx_xml_parser *p)
{
	if (!p)
		return;
	userdata_parser_free(p->parser);
	userdata_templates_free(p->templates);
	*p = (struct cx_xml_parser){.run = 1};
}

void cx_xml_batch_init(struct cx_xml_batch *b)
{
	*b = (struct cx_xml_batch){0};
	userdata_list_init(&b->list);
	strbuf_init(&b->buffer);
	diag_init(&b->diag);
}

void cx_xml_batch_clear(struct cx_xml_batch *b)
{
	if (!b)
		return;
	userdata_list_clear(&b->list);
	strbuf_clear(&b->buffer);
	free(b->entry);
	free(b->replayed);
	cx_xml_batch_init(b);
}

enum rc cx_xml_batch_begin(struct cx_xml_batch *b)
{
	b->count = 0;
	b->rc = RC_OK;
	userdata_list_reset(&b->list);
	strbuf_reset(&b->buffer);
	strbuf_add_str(&b->buffer, GAP);
	return b->buffer.failed ? RC_NOMEM : RC_OK;
}

/* A zeroed entry at the end of a list; NULL when memory is out. */
static struct cx_xml_entry *add_entry(struct cx_xml_entry **list, uint32_t *count,
				      uint32_t *capacity)
{
	if (*count == *capacity) {
		uint32_t wanted = *capacity ? *capacity * 2 : 256;
		struct cx_xml_entry *grown = realloc(*list, wanted * sizeof(*grown));

		if (!grown)
			return NULL;
		*list = grown;
		*capacity = wanted;
	}
	(*list)[*count] = (struct cx_xml_entry){0};
	return &(*list)[(*count)++];
}

enum rc cx_xml_batch_add(struct cx_xml_batch *b, const struct xml_frame_item *item,
			 struct xml_encoding *encoding)
{
	struct cx_xml_entry *entry = add_entry(&b->entry, &b->count, &b->capacity);
	enum rc rc = RC_OK;

	if (!entry)
		return RC_NOMEM;
	entry->offset = item->offset;
	entry->line = item->line;
	entry->start = b->buffer.length;
	if (encoding)
		rc = xml_encoding_add(encoding, item->data, item->length, &b->buffer);
	else
		strbuf_add(&b->buffer, item->data, item->length);
	if (rc == RC_NOMEM || b->buffer.failed)
		return RC_NOMEM;
	if (rc == RC_SYNTAX)
		entry->reject = "bytes that are not of the encoding that the XML declaration names";
	entry->length = b->buffer.length - entry->start;
	strbuf_add_str(&b->buffer, GAP);
	return b->buffer.failed ? RC_NOMEM : RC_OK;
}

enum rc cx_xml_batch_add_reject(struct cx_xml_batch *b, const struct xml_frame_item *item,
				const char *reason)
{
	struct cx_xml_entry *entry = add_entry(&b->entry, &b->count, &b->capacity);

	if (!entry)
		return RC_NOMEM;
	entry->offset = item->offset;
	entry->line = item->line;
	entry->reject = reason;
	return RC_OK;
}

/* Drops the documents of the list from that one on. */
static void cut_list(struct userdata_list *list, uint32_t documents)
{
	if (documents >= list->document_count)
		return;
	list->identity_count = list->document[documents].first_identity;
	list->profile_count = list->document[documents].first_profile;
	list->document_count = documents;
}

/* Parses the records from first to last as one document. */
static enum rc parse_together(struct cx_xml_batch *b, struct cx_xml_parser *parser,
			      const struct cx_xml_entry *first, const struct cx_xml_entry *last,
			      struct diag *diag)
{
	char *root = b->buffer.data + first->start - ROOT_BYTES, before[ROOT_BYTES];
	char *root_end = b->buffer.data + last->start + last->length;
	size_t length = (size_t)(root_end - root) + ROOT_END_BYTES;
	enum rc rc;

	/* What stands before a piece that was split off is no gap. */
	memcpy(before, root, ROOT_BYTES);
	memcpy(root, ROOT, ROOT_BYTES);
	memcpy(root_end, ROOT_END, ROOT_END_BYTES);
	rc = userdata_parse(parser->parser, root, length, true, &b->list, diag);
	memcpy(root, before, ROOT_BYTES);
	memcpy(root_end, GAP, ROOT_END_BYTES);
	return rc;
}

/* The end of the entries, from the first, whose documents, from that one on, the parser saw just
 * where the framer had cut them; the further documents are dropped. */
static uint32_t confirm(struct cx_xml_batch *b, uint32_t first, uint32_t end, uint32_t document)
{
	size_t base = b->entry[first].start - ROOT_BYTES;
	uint32_t i;

	for (i = first; i < end; i++) {
		const struct cx_xml_entry *entry = &b->entry[i];
		struct userdata_document *d;

		if (entry->reject)
			continue;
		if (document == b->list.document_count)
			break;
		d = &b->list.document[document];
		if (base + d->end != entry->start + entry->length)
			break;
		d->end = entry->length;
		document++;
	}
	cut_list(&b->list, document);
	return i;
}

static struct text record_text(const struct cx_xml_batch *b, const struct cx_xml_entry *entry)
{
	return text_of(b->buffer.data + entry->start, entry->length);
}

static bool is_known(struct cx_xml_batch *b, struct cx_xml_parser *parser,
		     const struct cx_xml_entry *entry)
{
	return userdata_templates_read(parser->templates, record_text(b, entry), &b->list);
}

/* Parses a run of entries from the first, whose form is not known; *is_whole = all of them were
 * confirmed, up to *end. */
static enum rc parse_run(struct cx_xml_batch *b, struct cx_xml_parser *parser, uint32_t first,
			 uint32_t *end, bool *is_whole)
{
	uint32_t documents = b->list.document_count, last, confirmed;
	enum rc rc;

	*end = parser->run < b->count - first ? first + parser->run : b->count;
	for (last = *end - 1; b->entry[last].reject; last--)
		;
	rc = parse_together(b, parser, &b->entry[first], &b->entry[last], &b->diag);
	if (rc == RC_NOMEM)
		return rc;
	confirmed = confirm(b, first, *end, documents);
	if (confirmed > first)
		userdata_templates_learn(parser->templates, record_text(b, &b->entry[first]),
					 &b->list, documents);
	if (parser->run < CX_XML_BATCH_ENTRIES)
		parser->run *= 2;
	*is_whole = confirmed == *end;
	*end = confirmed;
	return RC_OK;
}

static enum rc parse_one(struct cx_xml_batch *b, struct cx_xml_parser *parser,
			 const struct cx_xml_entry *entry, struct diag *diag)
{
	uint32_t documents = b->list.document_count;
	enum rc rc;

	if (is_known(b, parser, entry))
		return RC_OK;
	rc = parse_together(b, parser, entry, entry, diag);
	if (rc == RC_OK && b->list.document_count != documents + 1)
		return diag_set(diag, RC_SYNTAX, "%s", "more than one element");
	return rc;
}

/* Splits the entry at the start tag of another record inside it; the second part is left in *rest.
 */
static bool split(const struct cx_xml_batch *b, const struct cx_xml_entry *entry,
		  struct cx_xml_entry *rest)
{
	const char *data = b->buffer.data + entry->start;
	size_t at;

	if (!entry->length)
		return false;
	at = 1 + xml_frame_find_record(data + 1, entry->length - 1);
	if (at == entry->length)
		return false;
	*rest = *entry;
	rest->start += at;
	rest->length -= at;
	rest->offset += at;
	rest->line += xml_frame_count_lines(data, at);
	return true;
}

/* Parses an entry alone; what comes of it, a document or refused pieces, goes to the replayed
 * entries. */
static enum rc replay(struct cx_xml_batch *b, struct cx_xml_parser *parser,
		      struct cx_xml_entry entry, struct diag *diag)
{
	for (;;) {
		struct cx_xml_entry rest, *out;
		uint32_t documents = b->list.document_count;
		enum rc rc = entry.reject ? RC_OK : parse_one(b, parser, &entry, diag);
		bool is_split;

		if (rc == RC_NOMEM)
			return rc;
		out = add_entry(&b->replayed, &b->replayed_count, &b->replayed_capacity);
		if (!out)
			return diag_set(diag, RC_NOMEM, "%s", "memory is out");
		*out = entry;
		if (rc == RC_OK)
			return RC_OK;
		cut_list(&b->list, documents);
		is_split = split(b, &entry, &rest);
		out->reject = is_split ? "IMSSubscription is not closed before the next one begins"
				       : arena_printf(&b->list.arena,
						      "IMSSubscription is not well-formed: %s"
						      " (line %" PRIu64 ")",
						      diag->text, entry.line + diag->line - 1);
		if (!out->reject)
			return diag_set(diag, RC_NOMEM, "%s", "memory is out");
		if (!is_split)
			return RC_OK;
		entry = rest;
	}
}

static enum rc replay_from(struct cx_xml_batch *b, struct cx_xml_parser *parser, uint32_t first)
{
	struct cx_xml_entry *entries = b->entry;
	uint32_t capacity = b->capacity;

	b->replayed_count = 0;
	for (uint32_t i = 0; i < b->count; i++) {
		struct diag diag;

		diag_init(&diag);
		if (i >= first) {
			if (replay(b, parser, b->entry[i], &diag) != RC_OK) {
				b->diag = diag;
				return RC_NOMEM;
			}
			continue;
		}
		struct cx_xml_entry *out =
			add_entry(&b->replayed, &b->replayed_count, &b->replayed_capacity);
		if (!out)
			return diag_set(&b->diag, RC_NOMEM, "%s", "memory is out");
		*out = b->entry[i];
	}
	b->entry = b->replayed;
	b->count = b->replayed_count;
	b->capacity = b->replayed_capacity;
	b->replayed = entries;
	b->replayed_capacity = capacity;
	return RC_OK;
}

void cx_xml_batch_parse(struct cx_xml_batch *b, struct cx_xml_parser *parser)
{
	bool is_whole = true;
	uint32_t i = 0;

	while (b->rc == RC_OK && is_whole && i < b->count) {
		if (b->entry[i].reject) {
			i++;
		} else if (is_known(b, parser, &b->entry[i])) {
			parser->run = 1;
			i++;
		} else {
			b->rc = parse_run(b, parser, i, &i, &is_whole);
		}
	}
	if (!is_whole)
		b->rc = replay_from(b, parser, i);
}
