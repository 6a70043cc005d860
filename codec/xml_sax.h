/* libxml2's SAX parser over one buffer in memory, made safe and reusable: no network, no DOCTYPE,
 * no entity but the five predefined ones, and errors told in fixed words, so that no content (which
 * may be secret) gets into a message.
 *
 * A user embeds struct xml_sax as its first member: the handlers get a pointer to it as their
 * context. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxml/parser.h>
#include "base/diag.h"

struct xml_sax {
	xmlSAXHandler handler;
	xmlParserCtxtPtr context;
	enum rc rc;         /* first trouble of the running parse */
	const char *reason; /* static text */
	unsigned line;      /* of the trouble, from 1 */
	size_t position;    /* of the trouble, in bytes */
};

/* Prepares a parser with these handlers. Elements come with their names as written, prefix
 * included: as no namespace is looked up, the first version of the interface does, and it is the
 * faster one. */
void xml_sax_init(struct xml_sax *x, startElementSAXFunc start, endElementSAXFunc end,
		  charactersSAXFunc characters);
void xml_sax_clear(struct xml_sax *x);

/* To be called before each xml_sax_parse. The parser's dictionary of names is renewed when foreign
 * names have swollen it; *is_new (true at the first call) says that names must be interned again.
 * RC_NOMEM. */
enum rc xml_sax_begin(struct xml_sax *x, bool *is_new);

/* The pointer under which handlers see this name; NULL when memory is out. Valid until the next
 * renewal. */
const xmlChar *xml_sax_intern(struct xml_sax *x, const char *name);

/* Parses one document. RC_SYNTAX (not well-formed), RC_UNSUPPORTED (DOCTYPE), RC_NOMEM or what
 * xml_sax_stop was given; diag's line and offset count within data. */
enum rc xml_sax_parse(struct xml_sax *x, const char *data, size_t length, struct diag *diag);

/* For handlers: ends the parse with that code; reason is a static text. */
void xml_sax_stop(struct xml_sax *x, enum rc rc, const char *reason);

/* For handlers: bytes parsed so far; after an end tag, the position behind its '>'. Meaningful for
 * UTF-8 input. */
static inline size_t xml_sax_position(const struct xml_sax *x)
{
	const xmlParserInput *input = x->context ? x->context->input : NULL;

	return input ? input->consumed + (size_t)(input->cur - input->base) : 0;
}

/* For handlers: where a text that a handler got lies in the data that is parsed; SIZE_MAX when it
 * is not a plain part of it (references, foreign encodings). */
static inline size_t xml_sax_locate(const struct xml_sax *x, const xmlChar *data)
{
	const xmlParserInput *input = x->context->input;

	if (!input || !input->buf || input->buf->encoder || data < input->base ||
	    data >= input->end)
		return SIZE_MAX;
	return input->consumed + (size_t)(data - input->base);
}
