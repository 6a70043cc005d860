/* Reads one source into batches of framed records. What the framer refuses takes its place among
 * the records; dirt and truncation are told to the import. */
#pragma once
#include <stdbool.h>
#include "importers/cx_xml_batch.h"
#include "importers/importer.h"

struct cx_xml_reader {
	struct import *import;
	struct source *source;
	struct xml_frame frame;
	bool is_cut; /* compressed data ended early */
	bool is_done;
	char encoding_name[XML_FRAME_ENCODING_MAX];
	struct xml_encoding *encoding; /* NULL for UTF-8 */
	bool is_encoding_refused;
};

/* RC_UNSUPPORTED for UTF-16 and UTF-32; RC_IO and what else source_fill gives. */
enum rc cx_xml_reader_open(struct cx_xml_reader *r, struct import *import, struct source *source,
			   struct diag *diag);
void cx_xml_reader_close(struct cx_xml_reader *r);

/* Fills the batch, which is empty only when is_done gets true. */
enum rc cx_xml_reader_fill(struct cx_xml_reader *r, struct cx_xml_batch *b, struct diag *diag);
