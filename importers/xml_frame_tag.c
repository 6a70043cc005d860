#include "importers/xml_frame_scan.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct text xml_tag_name(const char *data, size_t length)
{
	size_t i = 0;

	while (i < length && !is_blank(data[i]) && data[i] != '/' && data[i] != '>' &&
	       data[i] != '<')
		i++;
	return text_of(data, i);
}

bool xml_tag_is_record(struct text name)
{
	static const char record[] = "IMSSubscription";
	const size_t size = sizeof(record) - 1;

	if (name.length < size || memcmp(name.data + name.length - size, record, size) != 0)
		return false;
	return name.length == size || name.data[name.length - size - 1] == ':';
}

size_t xml_tag_length(const char *data, size_t length, bool *is_broken)
{
	char quote = '\0';

	*is_broken = false;
	for (size_t i = 1; i < length; i++) {
		char c = data[i];

		if (c == '<') {
			*is_broken = true;
			return 0;
		}
		if (quote) {
			if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '>') {
			return i + 1;
		}
	}
	return 0;
}

/* Takes one name="value" off the front of rest; false at the end or when it is not of that form. */
static bool next_attribute(struct text *rest, struct text *name, struct text *value)
{
	size_t i = 0, start;

	while (i < rest->length && is_blank(rest->data[i]))
		i++;
	start = i;
	while (i < rest->length && !is_blank(rest->data[i]) && rest->data[i] != '=')
		i++;
	*name = text_of(rest->data + start, i - start);
	while (i < rest->length && is_blank(rest->data[i]))
		i++;
	if (i >= rest->length || rest->data[i] != '=')
		return false;
	i++;
	while (i < rest->length && is_blank(rest->data[i]))
		i++;
	if (i >= rest->length || (rest->data[i] != '"' && rest->data[i] != '\''))
		return false;
	const char *end = memchr(rest->data + i + 1, rest->data[i], rest->length - i - 1);
	if (!end)
		return false;
	*value = text_of(rest->data + i + 1, (size_t)(end - rest->data) - i - 1);
	*rest = text_of(end + 1, rest->length - (size_t)(end + 1 - rest->data));
	return true;
}

static bool is_plain(struct text value)
{
	for (size_t i = 0; i < value.length; i++)
		if (value.data[i] <= ' ' || value.data[i] > '~')
			return false;
	return value.length > 0 && value.length < XML_FRAME_ENCODING_MAX;
}

struct text xml_tag_encoding(struct text declaration)
{
	struct text rest, name, value;

	if (declaration.length < 7)
		return TEXT_LITERAL("");
	rest = text_of(declaration.data + 5, declaration.length - 7);
	while (next_attribute(&rest, &name, &value)) {
		if (!text_equal(name, TEXT_LITERAL("encoding")))
			continue;
		if (!is_plain(value))
			return TEXT_LITERAL("?");
		/* The bytes could be read as ASCII, so a wide encoding is declared by mistake. */
		if (text_equal_nocase(value, TEXT_LITERAL("UTF-8")) ||
		    text_equal_nocase(value, TEXT_LITERAL("UTF8")) ||
		    text_equal_nocase(value, TEXT_LITERAL("US-ASCII")) ||
		    text_starts_with_nocase(value, "UTF-16") ||
		    text_starts_with_nocase(value, "UTF-32"))
			return TEXT_LITERAL("");
		return value;
	}
	return TEXT_LITERAL("");
}
