#include "model/uri_scan.h"

static int hexadecimal(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int uri_scan_escape(struct text t, size_t i)
{
	if (t.length - i < 3 || t.data[i] != '%')
		return -1;
	int high = hexadecimal(t.data[i + 1]), low = hexadecimal(t.data[i + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

int uri_scan_next(struct uri_scan *s)
{
	while (s->at < s->text.length) {
		char c = s->text.data[s->at];
		int value = (unsigned char)c;

		if (c == '%' && s->flags & URI_SCAN_UNESCAPE) {
			value = uri_scan_escape(s->text, s->at);
			if (value < 0) {
				value = '%';
			} else {
				s->at += 2;
				/* A bare '!' would delimit a wildcard. */
				if (!uri_scan_is((char)value, URI_CLASS_UNRESERVED) || value == '!')
					value |= URI_SCAN_ESCAPED;
			}
		}
		s->at++;
		if (s->flags & URI_SCAN_NO_SEPARATORS && value < URI_SCAN_ESCAPED &&
		    uri_scan_is((char)value, URI_CLASS_SEPARATOR))
			continue;
		if (s->flags & URI_SCAN_LOWER && value >= 'A' && value <= 'Z')
			value += 'a' - 'A';
		return value;
	}
	return -1;
}

bool uri_scan_equal(struct text a, struct text b, unsigned flags)
{
	struct uri_scan left = {a, 0, flags}, right = {b, 0, flags};
	int c;

	if (!a.data || !b.data)
		return a.data == b.data;
	do {
		c = uri_scan_next(&left);
		if (c != uri_scan_next(&right))
			return false;
	} while (c >= 0);
	return true;
}

bool uri_scan_wildcard(struct text user, struct text *head, struct text *tail)
{
	ptrdiff_t first = text_find(user, '!'), last = text_find_last(user, '!');

	if (first == last)
		return false;
	*head = text_of(user.data, (size_t)first);
	*tail = text_of(user.data + last + 1, user.length - (size_t)last - 1);
	return true;
}

unsigned uri_scan_user_flags(struct text user)
{
	struct text head, tail;

	return uri_scan_wildcard(user, &head, &tail) ? 0 : URI_SCAN_UNESCAPE;
}
