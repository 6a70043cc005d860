/* The way of one source: cut into batches, parsed, joined, handed out in the order of the input.
 * The calling thread cuts and hands out, and parses too when there is nothing else to do; further
 * threads only parse. */
#pragma once
#include "importers/cx_xml_batch.h"
#include "importers/importer.h"

/* What is done with a parsed batch, on the calling thread, in order. */
typedef enum rc (*cx_xml_emit)(void *context, struct source *source, struct cx_xml_batch *b,
			       struct diag *diag);

struct cx_xml_pipeline;

/* threads: 1 or more, the calling one included; when a thread cannot be started there are fewer.
 * RC_NOMEM. */
enum rc cx_xml_pipeline_new(unsigned threads, struct cx_xml_pipeline **out, struct diag *diag);
void cx_xml_pipeline_free(struct cx_xml_pipeline *p);

/* Reads the source to its end; the first failure ends it. */
enum rc cx_xml_pipeline_run(struct cx_xml_pipeline *p, struct import *import, struct source *source,
			    cx_xml_emit emit, void *context, struct diag *diag);
