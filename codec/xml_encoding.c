#include "codec/xml_encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct xml_encoding {
	iconv_t iconv;
};

/* They keep ASCII only as long as no escape sequence has switched it off. */
static const char *const stateful[] = {"ISO-2022", "ISO2022", "UTF-7", "UTF7", "HZ", "CSISO2022"};

static bool keeps_ascii(struct xml_encoding *e)
{
	static const char sample[] = "<?xml a='b'/>&amp;![CDATA[]]\"-+@:;.~0123456789AZaz\t\r\n";
	struct strbuf out;
	bool is_same;

	strbuf_init(&out);
	is_same = xml_encoding_add(e, sample, sizeof(sample) - 1, &out) == RC_OK &&
		  text_equal(strbuf_text(&out), TEXT_LITERAL("<?xml a='b'/>&amp;![CDATA[]]\"-+@:;."
							     "~0123456789AZaz\t\r\n"));
	strbuf_clear(&out);
	return is_same;
}

/* EncName of XML 1.0, 4.3.3. iconv reads options, and the locale's own encoding, into other texts.
 */
static bool is_name(const char *name)
{
	static const char all[] = "0123456789._-"
				  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return strcspn(name, all + 13) == 0 && *name && !name[strspn(name, all)];
}

enum rc xml_encoding_open(const char *name, struct xml_encoding **out)
{
	struct xml_encoding *e;

	if (!is_name(name))
		return RC_UNSUPPORTED;
	for (size_t i = 0; i < sizeof(stateful) / sizeof(stateful[0]); i++)
		if (text_starts_with_nocase(text_from(name), stateful[i]))
			return RC_UNSUPPORTED;
	e = malloc(sizeof(*e));
	if (!e)
		return RC_NOMEM;
	e->iconv = iconv_open("UTF-8", name);
	/* iconv marks failure by a pointer of -1. */
	if (e->iconv == (iconv_t)-1) {
		free(e);
		return RC_UNSUPPORTED;
	}
	if (!keeps_ascii(e)) {
		xml_encoding_close(e);
		return RC_UNSUPPORTED;
	}
	*out = e;
	return RC_OK;
}

void xml_encoding_close(struct xml_encoding *e)
{
	if (!e)
		return;
	iconv_close(e->iconv);
	free(e);
}

enum rc xml_encoding_add(struct xml_encoding *e, const char *data, size_t length,
			 struct strbuf *out)
{
	char piece[4096], *in = (char *)data;
	size_t before = out->length;

	iconv(e->iconv, NULL, NULL, NULL, NULL);
	while (length) {
		char *to = piece;
		size_t room = sizeof(piece);
		size_t result = iconv(e->iconv, &in, &length, &to, &room);

		strbuf_add(out, piece, (size_t)(to - piece));
		if (out->failed)
			return RC_NOMEM;
		if (result == (size_t)-1 && errno != E2BIG) {
			out->length = before;
			return RC_SYNTAX;
		}
	}
	return RC_OK;
}
