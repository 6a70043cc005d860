/* The framer on any bytes: the size of the window changes nothing, records lie where they are said
 * to lie, and the parser agrees or refuses. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct userdata_parser *parser;
	struct cx_xml_batch b;
	uint32_t documents = 0;
	uint64_t sum;
	char *text = malloc(size + 1);

	if (!parser)
		require(userdata_parser_new(&parser, NULL) == RC_OK);
	memcpy(text, data, size);
	cx_xml_batch_init(&b);
	require(cx_xml_batch_begin(&b) == RC_OK);
	sum = frame(text, size, size, &b);
	require(cx_xml_batch_begin(&b) == RC_OK);
	require(frame(text, size, 0, &b) == sum);
	cx_xml_batch_parse(&b, parser);
	require(b.rc == RC_OK);
	for (uint32_t i = 0; i < b.count; i++)
		documents += !b.entry[i].reject;
	require(documents == b.list.document_count);
	cx_xml_batch_clear(&b);
	free(text);
	return 0;
}
