#include "model/collation.h"

#include "base/utf8.h"
#include "model/collation_weights.h"

#define BEYOND_BMP 0xfffd
#define INVALID 0x110000u /* added to a byte that is not UTF-8 */

unsigned collation_weight(unsigned code_point)
{
	if (code_point > 0xffff)
		return BEYOND_BMP;
	const unsigned short *page = collation_weight_pages[code_point >> 8];
	return page ? page[code_point & 0xff] : code_point;
}

/* The character at position *at, which moves on; the text must not be at its end. */
static unsigned next_character(struct text t, size_t *at)
{
	unsigned char byte = (unsigned char)t.data[*at];
	unsigned code_point = byte;
	size_t n = byte < 0x80 ? 1 : utf8_decode(t.data + *at, t.length - *at, &code_point);

	*at += n ? n : 1;
	return n ? code_point : INVALID + byte;
}

static unsigned weight_of(unsigned character)
{
	return character >= INVALID ? character : collation_weight(character);
}

static struct text without_padding(struct text t)
{
	while (t.length && t.data[t.length - 1] == ' ')
		t.length--;
	return t;
}

bool collation_equal(struct text a, struct text b)
{
	size_t i = 0, j = 0;

	if (!a.data || !b.data)
		return false;
	a = without_padding(a);
	b = without_padding(b);
	while (i < a.length && j < b.length) {
		if (a.data[i] == b.data[j] && (unsigned char)a.data[i] < 0x80) {
			i++;
			j++;
			continue;
		}
		if (weight_of(next_character(a, &i)) != weight_of(next_character(b, &j)))
			return false;
	}
	return i == a.length && j == b.length;
}

bool collation_like_has_wildcard(struct text pattern)
{
	return text_find(pattern, '%') >= 0 || text_find(pattern, '_') >= 0 ||
	       text_find(pattern, '\\') >= 0;
}

/* Matches one character of value against one element of the pattern that is not '%'. */
static bool match_one(struct text value, size_t *i, struct text pattern, size_t *j)
{
	unsigned wanted = next_character(pattern, j);

	if (wanted == '_') {
		next_character(value, i);
		return true;
	}
	if (wanted == '\\' && *j < pattern.length)
		wanted = next_character(pattern, j);
	return weight_of(wanted) == weight_of(next_character(value, i));
}

bool collation_like(struct text value, struct text pattern)
{
	size_t i = 0, j = 0, retry_i = 0, retry_j = 0;
	bool can_retry = false;

	if (!value.data || !pattern.data)
		return false;
	while (i < value.length) {
		if (j < pattern.length && pattern.data[j] == '%') {
			retry_i = i;
			retry_j = ++j;
			can_retry = true;
			continue;
		}
		if (j < pattern.length && match_one(value, &i, pattern, &j))
			continue;
		if (!can_retry)
			return false;
		next_character(value, &retry_i);
		i = retry_i;
		j = retry_j;
	}
	while (j < pattern.length && pattern.data[j] == '%')
		j++;
	return j == pattern.length;
}

void collation_add_fold(struct text t, struct strbuf *out)
{
	char chunk[128];
	size_t used = 0, at = 0;

	t = without_padding(t);
	while (at < t.length) {
		unsigned weight = weight_of(next_character(t, &at));

		if (used + UTF8_BYTES_MAX > sizeof(chunk)) {
			strbuf_add(out, chunk, used);
			used = 0;
		}
		if (weight >= INVALID)
			chunk[used++] = (char)(weight - INVALID);
		else
			used += utf8_encode(weight, chunk + used);
	}
	strbuf_add(out, chunk, used);
}
