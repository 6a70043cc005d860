#include "importers/cx_xml_batch.h"

#include <inttypes.h>
#include <stdlib.h>

/* Matching goes by local names, so the wrappers' namespaces are not carried along. */
#define ROOT "<w>"
#define ROOT_END "</w>"

void cx_xml_batch_init(struct cx_xml_batch *b)
{
	*b = (struct cx_xml_batch){0};
	userdata_list_init(&b->list);
	strbuf_init(&b->buffer);
	strbuf_init(&b->scratch);
	diag_init(&b->diag);
}

void cx_xml_batch_clear(struct cx_xml_batch *b)
{
	if (!b)
		return;
	userdata_list_clear(&b->list);
	strbuf_clear(&b->buffer);
	strbuf_clear(&b->scratch);
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
	strbuf_add_str(&b->buffer, ROOT);
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
	return RC_OK;
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

/* The entries, from the first, whose documents the parser saw just where the framer had cut them.
 */
static uint32_t count_confirmed(struct cx_xml_batch *b)
{
	uint32_t documents = 0, i;

	for (i = 0; i < b->count; i++) {
		const struct cx_xml_entry *entry = &b->entry[i];

		if (entry->reject)
			continue;
		if (documents == b->list.document_count ||
		    b->list.document[documents].end != entry->start + entry->length)
			break;
		documents++;
	}
	if (documents < b->list.document_count) {
		b->list.identity_count = b->list.document[documents].first_identity;
		b->list.profile_count = b->list.document[documents].first_profile;
		b->list.document_count = documents;
	}
	return i;
}

static enum rc parse_one(struct cx_xml_batch *b, struct userdata_parser *parser,
			 const struct cx_xml_entry *entry, struct diag *diag)
{
	uint32_t documents = b->list.document_count;
	enum rc rc;

	strbuf_reset(&b->scratch);
	strbuf_add_str(&b->scratch, ROOT);
	strbuf_add(&b->scratch, b->buffer.data + entry->start, entry->length);
	strbuf_add_str(&b->scratch, ROOT_END);
	if (b->scratch.failed)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	rc = userdata_parse(parser, b->scratch.data, b->scratch.length, false, &b->list, diag);
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
static enum rc replay(struct cx_xml_batch *b, struct userdata_parser *parser,
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
		if (b->list.document_count > documents) {
			b->list.identity_count = b->list.document[documents].first_identity;
			b->list.profile_count = b->list.document[documents].first_profile;
			b->list.document_count = documents;
		}
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

static enum rc replay_from(struct cx_xml_batch *b, struct userdata_parser *parser, uint32_t first)
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

void cx_xml_batch_parse(struct cx_xml_batch *b, struct userdata_parser *parser)
{
	uint32_t confirmed;

	if (!b->count || b->rc != RC_OK)
		return;
	strbuf_add_str(&b->buffer, ROOT_END);
	if (b->buffer.failed) {
		b->rc = diag_set(&b->diag, RC_NOMEM, "%s", "memory is out");
		return;
	}
	b->rc = userdata_parse(parser, b->buffer.data, b->buffer.length, true, &b->list, &b->diag);
	confirmed = count_confirmed(b);
	if (b->rc == RC_NOMEM || (b->rc == RC_OK && confirmed == b->count))
		return;
	b->rc = replay_from(b, parser, confirmed);
}
