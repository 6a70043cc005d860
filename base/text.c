#include "base/text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Not strncasecmp: that one follows the locale. */
static bool bytes_equal_nocase(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool text_equal_nocase(struct text a, struct text b)
{
	if (!a.data || !b.data)
		return a.data == b.data;
	return a.length == b.length && bytes_equal_nocase(a.data, b.data, a.length);
}

int text_compare(struct text a, struct text b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;

	if (!a.data || !b.data)
		return (a.data != NULL) - (b.data != NULL);
	int order = memcmp(a.data, b.data, shorter);
	return order ? order : (a.length > b.length) - (a.length < b.length);
}

struct text text_trim(struct text a)
{
	while (a.length && is_blank(a.data[a.length - 1]))
		a.length--;
	while (a.length && is_blank(a.data[0])) {
		a.data++;
		a.length--;
	}
	return a;
}

bool text_starts_with(struct text a, const char *prefix)
{
	size_t length = strlen(prefix);

	return a.data && a.length >= length && memcmp(a.data, prefix, length) == 0;
}

bool text_starts_with_nocase(struct text a, const char *prefix)
{
	size_t length = strlen(prefix);

	return a.data && a.length >= length && bytes_equal_nocase(a.data, prefix, length);
}

bool text_is_digits(struct text a)
{
	for (size_t i = 0; i < a.length; i++)
		if (a.data[i] < '0' || a.data[i] > '9')
			return false;
	return a.length > 0;
}

ptrdiff_t text_find(struct text a, char c)
{
	const char *found = a.length ? memchr(a.data, c, a.length) : NULL;

	return found ? found - a.data : -1;
}

ptrdiff_t text_find_last(struct text a, char c)
{
	for (size_t i = a.length; i > 0; i--)
		if (a.data[i - 1] == c)
			return (ptrdiff_t)i - 1;
	return -1;
}

uint64_t text_hash(uint64_t hash, struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		hash = (hash ^ (unsigned char)t.data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

char *text_copy(struct text a, char *out, size_t size)
{
	size_t length = a.length;

	if (!size)
		return out;
	if (length > size - 1)
		length = size - 1;
	if (length)
		memcpy(out, a.data, length);
	out[length] = '\0';
	return out;
}

void text_hide_control(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}
