#include "trace/sip_split.h"

/* A longer string or bracket is taken for one that is not closed: else many of these in a header
 * would each be looked for to its end. */
#define UNIT_MOST 1024u

/* Whether the quote at i opens the value of a next parameter, so that an earlier one was not
 * closed. Base64 may end with '=' before its closing quote. */
static bool opens_value(struct text t, size_t i)
{
	return t.data[i - 1] == '=' && i + 1 < t.length && !strchr(" ,;\t>", t.data[i + 1]);
}

/* The position behind what begins at i: a quoted string, <…>, or one byte. */
static size_t skip_unit(struct text t, size_t i)
{
	char close = t.data[i] == '"' ? '"' : t.data[i] == '<' ? '>' : 0;
	size_t end = t.length - i < UNIT_MOST ? t.length : i + UNIT_MOST;

	if (!close)
		return i + 1;
	for (size_t k = i + 1; k < end; k++) {
		if (close == '"' && t.data[k] == '\\')
			k++;
		else if (t.data[k] == close)
			return close == '"' && opens_value(t, k) ? i + 1 : k + 1;
	}
	return i + 1;
}

bool sip_split_next(struct text *rest, char separator, struct text *item)
{
	size_t end = 0;

	if (!rest->data || rest->length == 0)
		return false;
	while (end < rest->length && rest->data[end] != separator)
		end = skip_unit(*rest, end);
	if (end > rest->length)
		end = rest->length;
	*item = text_trim(text_of(rest->data, end));
	if (end < rest->length)
		end++;
	*rest = text_of(rest->data + end, rest->length - end);
	return true;
}

struct text sip_unquote(struct text t)
{
	if (t.length && t.data[0] == '"')
		t = text_of(t.data + 1, t.length - 1);
	if (t.length && t.data[t.length - 1] == '"')
		t.length--;
	return t;
}

void sip_split_parameter(struct text item, struct text *name, struct text *value)
{
	ptrdiff_t equals = text_find(item, '=');

	*value = TEXT_NONE;
	*name = item;
	if (equals < 0)
		return;
	size_t at = (size_t)equals;
	*name = text_trim(text_of(item.data, at));
	*value = sip_unquote(text_trim(text_of(item.data + at + 1, item.length - at - 1)));
}

int64_t sip_number(struct text t)
{
	int64_t n = 0;
	size_t i = 0;

	t = text_trim(t);
	if (t.length && t.data[0] == '"')
		i++;
	if (i >= t.length || t.data[i] < '0' || t.data[i] > '9')
		return -1;
	for (; i < t.length && t.data[i] >= '0' && t.data[i] <= '9'; i++) {
		n = n * 10 + (t.data[i] - '0');
		if (n > INT64_C(1) << 53)
			return -1;
	}
	return n;
}
