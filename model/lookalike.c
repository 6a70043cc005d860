#include "model/lookalike.h"

#include "base/utf8.h"

static bool is_blank(unsigned c)
{
	return c <= 0x20 || c == 0x7f || c == 0xa0 || c == 0x200b || c == 0xfeff;
}

/* A look is never longer in UTF-8 than what it stands for. */
static const struct {
	unsigned c, look;
} looks[] = {
	{'O', '0'},    {'o', '0'},    {'l', '1'},    {'I', '1'},    {0x0430, 'a'}, {0x0435, 'e'},
	{0x043e, '0'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0445, 'x'}, {0x0443, 'y'}, {0x0456, 'i'},
	{0x0455, 's'}, {0x0458, 'j'}, {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x041a, 'K'},
	{0x041c, 'M'}, {0x041d, 'H'}, {0x041e, '0'}, {0x0420, 'P'}, {0x0421, 'C'}, {0x0422, 'T'},
	{0x0425, 'X'}, {0x03bf, '0'}, {0x039f, '0'}, {0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'},
	{0x2013, '-'}, {0x2014, '-'}, {0x2212, '-'},
};

static unsigned look_of(unsigned c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - 0x21;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (looks[i].c == c)
			return looks[i].look;
	return c;
}

/* Bytes that are not UTF-8 stay. */
static struct text transform(struct text t, bool drop_blanks, bool by_look, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < t.length;) {
		unsigned c = 0;
		size_t n = utf8_decode(t.data + i, t.length - i, &c);

		if (!n) {
			out[used++] = t.data[i++];
			continue;
		}
		i += n;
		if (!drop_blanks || !is_blank(c))
			used += utf8_encode(by_look ? look_of(c) : c, out + used);
	}
	return text_of(out, used);
}

struct text lookalike_without_blanks(struct text t, char *out)
{
	return transform(t, true, false, out);
}

struct text lookalike_fold(struct text t, char *out)
{
	return transform(t, false, true, out);
}
