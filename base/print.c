#include "base/print.h"

#include <stdbool.h>

#include "base/utf8.h"

/* Marks that turn the direction of writing or end the line for some terminals. */
static bool is_mark(unsigned c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
	       c == 0x200f || c == 0x2028 || c == 0x2029;
}

/* The bytes of the character at data[i]; *is_safe: it may be printed as it is. */
static size_t next_character(struct text t, size_t i, bool *is_safe)
{
	unsigned c;
	size_t length = utf8_decode(t.data + i, t.length - i, &c);

	*is_safe = length && c >= ' ' && (c < 0x7f || c > 0x9f) && !is_mark(c);
	return length ? length : 1;
}

void print_text(FILE *out, struct text t)
{
	for (size_t i = 0; i < t.length;) {
		bool is_safe;
		size_t length = next_character(t, i, &is_safe);

		if (is_safe)
			fwrite(t.data + i, 1, length, out);
		for (size_t k = 0; !is_safe && k < length; k++)
			fprintf(out, "\\x%02x", (unsigned char)t.data[i + k]);
		i += length;
	}
}

unsigned print_width(struct text t)
{
	unsigned width = 0;

	for (size_t i = 0; i < t.length;) {
		bool is_safe;
		size_t length = next_character(t, i, &is_safe);

		width += is_safe ? 1 : 4 * (unsigned)length;
		i += length;
	}
	return width;
}

void print_wrapped(FILE *out, unsigned indent, unsigned width, struct text t)
{
	unsigned column = indent;

	while (t.length) {
		ptrdiff_t blank = text_find(t, ' ');
		struct text word = text_of(t.data, blank < 0 ? t.length : (size_t)blank);
		unsigned wide = print_width(word);

		if (column > indent && column + 1 + wide > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		print_text(out, word);
		column += wide;
		blank = blank < 0 ? (ptrdiff_t)t.length : blank + 1;
		t = text_of(t.data + blank, t.length - (size_t)blank);
	}
	fputc('\n', out);
}
