/* Framed records on their way through the parser, some hundred at a time. Records of a form that is
 * known from one before (codec/ims_userdata_template.h) need no parsing; the others are parsed as
 * one document, the more of them together the more of them come in a row, and, only if that fails,
 * one by one, so that damage costs nothing where there is none. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "base/strbuf.h"
#include "codec/ims_userdata.h"
#include "codec/ims_userdata_template.h"
#include "codec/xml_encoding.h"
#include "importers/xml_frame.h"

#define CX_XML_BATCH_BYTES (192u << 10) /* stays in the second-level cache on its way */
#define CX_XML_BATCH_ENTRIES 4096       /* records without content are small */

/* One record, or one piece of input that is refused. */
struct cx_xml_entry {
	uint64_t offset, line; /* of its first byte, in the input */
	size_t start, length;  /* of a record, in the buffer */
	const char *reject;    /* why it is refused; NULL: it is the next document of the list */
};

/* What reads the records; one serves one thread. */
struct cx_xml_parser {
	struct userdata_parser *parser;
	struct userdata_templates *templates;
	uint32_t run; /* records to be parsed together where the next one is of an unknown form */
};

enum rc cx_xml_parser_init(struct cx_xml_parser *p, struct diag *diag);
void cx_xml_parser_clear(struct cx_xml_parser *p);

struct cx_xml_batch {
	struct cx_xml_entry *entry;
	uint32_t count, capacity;
	struct userdata_list list;
	enum rc rc; /* of the machinery, with diag */
	struct diag diag;
	struct strbuf buffer;          /* the records, in UTF-8, with room for a root around each */
	struct cx_xml_entry *replayed; /* the entries as they come out of a replay */
	uint32_t replayed_count, replayed_capacity;
};

void cx_xml_batch_init(struct cx_xml_batch *b);
void cx_xml_batch_clear(struct cx_xml_batch *b);

/* Empties the batch. RC_NOMEM. */
enum rc cx_xml_batch_begin(struct cx_xml_batch *b);
/* Appends a record, which is copied, decoded when encoding is not NULL. RC_NOMEM. */
enum rc cx_xml_batch_add(struct cx_xml_batch *b, const struct xml_frame_item *item,
			 struct xml_encoding *encoding);
/* Appends a refused piece; reason is a static text. RC_NOMEM. */
enum rc cx_xml_batch_add_reject(struct cx_xml_batch *b, const struct xml_frame_item *item,
				const char *reason);

/* Parses all records into b->list; entries that turn out to be damaged become refused ones. Trouble
 * of the machinery is left in b->rc. */
void cx_xml_batch_parse(struct cx_xml_batch *b, struct cx_xml_parser *parser);
