#include "codec/xml_sax.h"

#include <limits.h>
#include <string.h>
#include <libxml/dict.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

/* Names in a dictionary: Annex E has 50 of them, vendors' wrappers some more. */
#define DICTIONARY_NAMES_MAX 4096

struct error_text {
	int code;
	const char *text;
};

/* libxml2's own messages quote names and bytes of the input, so they are never shown. */
static const struct error_text error_texts[] = {
	{XML_ERR_DOCUMENT_EMPTY, "there is no element"},
	{XML_ERR_DOCUMENT_END, "something follows the end of the document"},
	{XML_ERR_INVALID_HEX_CHARREF, "invalid hexadecimal character reference"},
	{XML_ERR_INVALID_DEC_CHARREF, "invalid decimal character reference"},
	{XML_ERR_INVALID_CHARREF, "invalid character reference"},
	{XML_ERR_INVALID_CHAR, "control character or other byte that XML does not allow"},
	{XML_ERR_INVALID_ENCODING, "bytes that are not UTF-8"},
	{XML_ERR_UNKNOWN_ENCODING, "unknown character encoding"},
	{XML_ERR_UNSUPPORTED_ENCODING, "unsupported character encoding"},
	{XML_ERR_NAME_REQUIRED, "'&' that is not escaped, or '<' without a name"},
	{XML_ERR_ENTITYREF_SEMICOL_MISSING, "'&' that is not escaped"},
	{XML_ERR_UNDECLARED_ENTITY, "reference to an entity that XML does not predefine"},
	{XML_WAR_UNDECLARED_ENTITY, "reference to an entity that XML does not predefine"},
	{XML_ERR_LT_IN_ATTRIBUTE, "'<' in an attribute value"},
	{XML_ERR_ATTRIBUTE_NOT_STARTED, "attribute value without quotes"},
	{XML_ERR_ATTRIBUTE_NOT_FINISHED, "attribute value without its closing quote"},
	{XML_ERR_ATTRIBUTE_WITHOUT_VALUE, "attribute without a value"},
	{XML_ERR_ATTRIBUTE_REDEFINED, "attribute given twice"},
	{XML_ERR_COMMENT_NOT_FINISHED, "comment without its end"},
	{XML_ERR_HYPHEN_IN_COMMENT, "'--' inside a comment"},
	{XML_ERR_PI_NOT_FINISHED, "processing instruction without its end"},
	{XML_ERR_CDATA_NOT_FINISHED, "CDATA section without its end"},
	{XML_ERR_MISPLACED_CDATA_END, "']]>' outside a CDATA section"},
	{XML_ERR_RESERVED_XML_NAME, "XML declaration inside the document"},
	{XML_ERR_SPACE_REQUIRED, "blank missing in a tag"},
	{XML_ERR_GT_REQUIRED, "tag without its '>'"},
	{XML_ERR_LTSLASH_REQUIRED, "end tag expected"},
	{XML_ERR_TAG_NAME_MISMATCH, "end tag that does not match its start tag"},
	{XML_ERR_TAG_NOT_FINISHED, "element without its end tag"},
	{XML_ERR_NAME_TOO_LONG, "name that is too long"},
	{XML_ERR_INTERNAL_ERROR, "nested too deep or too long"},
	{XML_ERR_NO_MEMORY, "memory is out"},
};

static const char *error_text(const xmlError *error)
{
	static const char utf8[] = "Input is not proper UTF-8";

	/* One code serves two errors, told apart by the message alone. */
	if (error->code == XML_ERR_INVALID_CHAR && error->message &&
	    strncmp(error->message, utf8, sizeof(utf8) - 1) == 0)
		return "bytes that are not UTF-8";
	for (size_t i = 0; i < sizeof(error_texts) / sizeof(error_texts[0]); i++)
		if (error_texts[i].code == error->code)
			return error_texts[i].text;
	return "not well-formed";
}

static void set_trouble(struct xml_sax *x, enum rc rc, const char *reason)
{
	if (x->rc != RC_OK)
		return;
	x->rc = rc;
	x->reason = reason;
	x->position = xml_sax_position(x);
	if (x->context && x->context->input && x->context->input->line > 0)
		x->line = (unsigned)x->context->input->line;
}

void xml_sax_stop(struct xml_sax *x, enum rc rc, const char *reason)
{
	set_trouble(x, rc, reason);
	xmlStopParser(x->context);
}

__attribute__((format(printf, 2, 3))) static void on_error(void *context, const char *format, ...)
{
	struct xml_sax *x = context;
	const xmlError *error = &x->context->lastError;

	(void)format;
	if (error->level == XML_ERR_FATAL)
		set_trouble(x, error->code == XML_ERR_NO_MEMORY ? RC_NOMEM : RC_SYNTAX,
			    error_text(error));
}

/* Troubles of an encoding pass the handlers by, and libxml2 would print them on standard error,
 * with bytes of the document. */
__attribute__((format(printf, 2, 3))) static void keep_silent(void *context, const char *format,
							      ...)
{
	(void)context;
	(void)format;
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external,
		       const xmlChar *system)
{
	(void)name, (void)external, (void)system;
	xml_sax_stop(context, RC_UNSUPPORTED,
		     "DOCTYPE declaration; documents with one are refused");
}

void xml_sax_init(struct xml_sax *x, startElementSAXFunc start, endElementSAXFunc end,
		  charactersSAXFunc characters)
{
	/* Neither 0 nor XML_SAX2_MAGIC: version 1. */
	*x = (struct xml_sax){.handler.initialized = 1};
	xmlInitParser();
	x->handler.startElement = start;
	x->handler.endElement = end;
	x->handler.characters = characters;
	/* The same function in all three places: libxml2 then skips its tests for blank text. */
	x->handler.ignorableWhitespace = characters;
	x->handler.cdataBlock = characters;
	x->handler.internalSubset = on_doctype;
	x->handler.error = on_error;
}

void xml_sax_clear(struct xml_sax *x)
{
	if (!x || !x->context)
		return;
	/* The handler belongs to us, not to the context. */
	x->context->sax = NULL;
	xmlFreeParserCtxt(x->context);
	x->context = NULL;
}

enum rc xml_sax_begin(struct xml_sax *x, bool *is_new)
{
	*is_new = !x->context || xmlDictSize(x->context->dict) > DICTIONARY_NAMES_MAX;
	if (!*is_new)
		return RC_OK;
	xml_sax_clear(x);
	x->context = xmlNewParserCtxt();
	if (!x->context)
		return RC_NOMEM;
	xmlFree(x->context->sax);
	x->context->sax = &x->handler;
	x->context->userData = x;
	xmlCtxtUseOptions(x->context, XML_PARSE_NONET);
	return RC_OK;
}

const xmlChar *xml_sax_intern(struct xml_sax *x, const char *name)
{
	return xmlDictLookup(x->context->dict, BAD_CAST name, -1);
}

/* libxml2 parses a copy: its "static" input buffers of 2.9.14 lose their place near the end of the
 * data. */
static enum rc push_input(struct xml_sax *x, const char *data, size_t length)
{
	xmlParserInputBufferPtr buffer;
	xmlParserInputPtr input;

	buffer = xmlParserInputBufferCreateMem(data, (int)length, XML_CHAR_ENCODING_NONE);
	if (!buffer)
		return RC_NOMEM;
	input = xmlNewIOInputStream(x->context, buffer, XML_CHAR_ENCODING_NONE);
	if (!input) {
		xmlFreeParserInputBuffer(buffer);
		return RC_NOMEM;
	}
	if (inputPush(x->context, input) < 0) {
		xmlFreeInputStream(input);
		return RC_NOMEM;
	}
	return RC_OK;
}

enum rc xml_sax_parse(struct xml_sax *x, const char *data, size_t length, struct diag *diag)
{
	xmlGenericErrorFunc printer;
	void *printer_context;

	if (length > INT_MAX)
		return diag_set(diag, RC_LIMIT, "document of %zu bytes, at most %d", length,
				INT_MAX);
	x->rc = RC_OK;
	x->reason = NULL;
	x->line = 1;
	x->position = 0;
	xmlCtxtReset(x->context);
	if (push_input(x, data, length) != RC_OK)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	/* These two belong to the thread; the program may have set its own. */
	printer = xmlGenericError;
	printer_context = xmlGenericErrorContext;
	xmlSetGenericErrorFunc(NULL, keep_silent);
	xmlParseDocument(x->context);
	xmlSetGenericErrorFunc(printer_context, printer);
	if (x->rc == RC_OK && !x->context->wellFormed)
		set_trouble(x, RC_SYNTAX, "not well-formed");
	xmlCtxtReset(x->context);
	if (x->rc == RC_OK)
		return RC_OK;
	if (diag)
		diag_at(diag, NULL, x->line, x->position);
	return diag_set(diag, x->rc, "%s", x->reason);
}
