/* The framer on any bytes: the size of the window changes nothing, records lie where they are said
 * to lie, the parser agrees or refuses, and forms that are known from the first pass change
 * nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "importers/cx_xml_batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* One number for all that the framer tells. */
static uint64_t frame(const char *data, size_t size, size_t step, struct cx_xml_batch *b)
{
	struct xml_frame f;
	struct xml_frame_item item;
	enum xml_frame_event event;
	size_t at = 0, window = step < size ? step : size, calls = 0;
	uint64_t sum = 14695981039346656037u;

	xml_frame_init(&f, 0);
	do {
		event = xml_frame_next(&f, data + at, window, at + window == size, &item);
		require(item.consume <= window);
		require(++calls <= 4 * size + 16);
		if (event != XML_FRAME_MORE) {
			sum = (sum ^ (uint64_t)event) * 1099511628211u;
			sum = (sum ^ item.offset) * 1099511628211u;
			sum = (sum ^ item.line) * 1099511628211u;
			sum = (sum ^ item.length) * 1099511628211u;
			require(item.offset <= size && item.line <= size + 1);
		}
		if (event == XML_FRAME_RECORD) {
			require(item.data == data + item.offset);
			require(item.data[0] == '<' && item.data[item.length - 1] == '>');
			require(cx_xml_batch_add(b, &item, NULL) == RC_OK);
		}
		at += item.consume;
		window -= item.consume;
		if (event == XML_FRAME_MORE) {
			require(item.need > window);
			window = item.need + step < size - at ? item.need + step : size - at;
		}
	} while (event != XML_FRAME_END);
	require(at == size);
	return sum;
}

static void require_same(struct text a, struct text b)
{
	require(a.length == b.length && (!a.length || memcmp(a.data, b.data, a.length) == 0));
}

static void require_same_list(const struct userdata_list *a, const struct userdata_list *b)
{
	require(a->document_count == b->document_count);
	require(a->identity_count == b->identity_count && a->profile_count == b->profile_count);
	for (uint32_t i = 0; i < a->document_count; i++) {
		const struct userdata_document *x = &a->document[i], *y = &b->document[i];

		require_same(x->private_id, y->private_id);
		require_same(x->imsi, y->imsi);
		require(x->refusal == y->refusal && x->quirks == y->quirks);
		require(x->first_identity == y->first_identity);
		require(x->identity_count == y->identity_count);
		require(x->first_profile == y->first_profile);
		require(x->profile_count == y->profile_count);
	}
	for (uint32_t i = 0; i < a->identity_count; i++) {
		const struct userdata_identity *x = &a->identity[i], *y = &b->identity[i];

		require_same(x->identity, y->identity);
		require_same(x->wildcard, y->wildcard);
		require(x->barred == y->barred && x->kind == y->kind && x->profile == y->profile);
	}
	for (uint32_t i = 0; i < a->profile_count; i++)
		require(a->profile[i].content == b->profile[i].content &&
			a->profile[i].faults == b->profile[i].faults &&
			a->profile[i].ifc_count == b->profile[i].ifc_count);
}

/* Reads all records once more, with the forms that the first pass has learnt. */
static void read_again(const char *text, size_t size, const struct cx_xml_batch *first,
		       struct cx_xml_parser *parser)
{
	struct cx_xml_batch b;

	cx_xml_batch_init(&b);
	require(cx_xml_batch_begin(&b) == RC_OK);
	frame(text, size, size, &b);
	cx_xml_batch_parse(&b, parser);
	require(b.rc == RC_OK && b.count == first->count);
	for (uint32_t i = 0; i < b.count; i++) {
		const struct cx_xml_entry *x = &b.entry[i], *y = &first->entry[i];

		require(x->offset == y->offset && x->line == y->line && x->start == y->start &&
			x->length == y->length && !x->reject == !y->reject);
		require(!x->reject || strcmp(x->reject, y->reject) == 0);
	}
	require_same_list(&b.list, &first->list);
	cx_xml_batch_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cx_xml_parser parser;
	struct cx_xml_batch b;
	uint32_t documents = 0;
	uint64_t sum;
	char *text = malloc(size + 1);

	require(cx_xml_parser_init(&parser, NULL) == RC_OK);
	memcpy(text, data, size);
	cx_xml_batch_init(&b);
	require(cx_xml_batch_begin(&b) == RC_OK);
	sum = frame(text, size, size, &b);
	require(cx_xml_batch_begin(&b) == RC_OK);
	require(frame(text, size, 0, &b) == sum);
	cx_xml_batch_parse(&b, &parser);
	require(b.rc == RC_OK);
	for (uint32_t i = 0; i < b.count; i++)
		documents += !b.entry[i].reject;
	require(documents == b.list.document_count);
	read_again(text, size, &b, &parser);
	cx_xml_batch_clear(&b);
	cx_xml_parser_clear(&parser);
	free(text);
	return 0;
}
