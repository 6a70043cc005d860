#include "base/utf8.h"

/* By number of bytes: the mask and value of the first byte, and the least code point of that
 * length. */
static const struct {
	unsigned char mask, lead;
	unsigned least;
} forms[] = {
	{0x80, 0x00, 0x0},
	{0xe0, 0xc0, 0x80},
	{0xf0, 0xe0, 0x800},
	{0xf8, 0xf0, 0x10000},
};

size_t utf8_decode(const char *data, size_t length, unsigned *code_point)
{
	const unsigned char *s = (const unsigned char *)data;
	size_t n = 0;

	if (!length)
		return 0;
	while (n < 4 && (s[0] & forms[n].mask) != forms[n].lead)
		n++;
	if (n == 4 || length < n + 1)
		return 0;
	unsigned value = s[0] & (unsigned char)~forms[n].mask;
	for (size_t i = 1; i <= n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (s[i] & 0x3f);
	}
	if (value < forms[n].least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code_point = value;
	return n + 1;
}

size_t utf8_encode(unsigned code_point, char *out)
{
	size_t n = 0;

	while (n < 3 && code_point >= forms[n + 1].least)
		n++;
	for (size_t i = n; i > 0; i--) {
		out[i] = (char)(0x80 | (code_point & 0x3f));
		code_point >>= 6;
	}
	out[0] = (char)(forms[n].lead | code_point);
	return n + 1;
}
