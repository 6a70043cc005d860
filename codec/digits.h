/* Decimal numbers of up to 18 digits as "marked" values: ten to the power of their digits plus
 * their value, so that leading zeros count. Eight digits are read at a time: every identity of an
 * import passes here. */
#pragma once
#include <endian.h>
#include <stdint.h>
#include "base/text.h"

#define DIGITS_MAX 18

static const uint64_t digits_power[DIGITS_MAX + 1] = {
	1ull,
	10ull,
	100ull,
	1000ull,
	10000ull,
	100000ull,
	1000000ull,
	10000000ull,
	100000000ull,
	1000000000ull,
	10000000000ull,
	100000000000ull,
	1000000000000ull,
	10000000000000ull,
	100000000000000ull,
	1000000000000000ull,
	10000000000000000ull,
	100000000000000000ull,
	1000000000000000000ull,
};

/* The number of digits at the low end of word (the first character in the lowest byte), and their
 * value. */
static inline unsigned digits_of_word(uint64_t word, uint64_t *value)
{
	uint64_t x = word ^ 0x3030303030303030ull;
	uint64_t others = (((x & 0x7f7f7f7f7f7f7f7full) + 0x7676767676767676ull) | x) &
			  0x8080808080808080ull;
	unsigned count = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;

	if (!count) {
		*value = 0;
		return 0;
	}
	x <<= (8 - count) * 8;
	x = (x & 0x0f0f0f0f0f0f0f0full) * 2561 >> 8;
	x = (x & 0x00ff00ff00ff00ffull) * 6553601 >> 16;
	*value = (x & 0x0000ffff0000ffffull) * 42949672960001ull >> 32;
	return count;
}

/* Reads digits from the start of t, at most DIGITS_MAX; their number. */
static inline unsigned digits_scan(struct text t, uint64_t *marked)
{
	unsigned most = t.length < DIGITS_MAX ? (unsigned)t.length : DIGITS_MAX, count = 0;
	uint64_t result = 1, word, value;

	while (most - count >= 8) {
		memcpy(&word, t.data + count, sizeof(word));
		unsigned n = digits_of_word(le64toh(word), &value);

		result = result * digits_power[n] + value;
		count += n;
		if (n < 8)
			goto out;
	}
	if (t.length >= 8 && count < most) {
		/* The last eight bytes, without those that were read. */
		unsigned skip = 8 - (most - count);

		memcpy(&word, t.data + most - 8, sizeof(word));
		unsigned n = digits_of_word(le64toh(word) >> skip * 8, &value);
		result = result * digits_power[n] + value;
		count += n;
		goto out;
	}
	for (; count < most; count++) {
		unsigned digit = (unsigned)(unsigned char)t.data[count] - '0';

		if (digit > 9)
			break;
		result = result * 10 + digit;
	}
out:
	*marked = result;
	return count;
}

/* Writes the digits of a marked number to out, not terminated. */
static inline void digits_write(uint64_t marked, unsigned digits, char *out)
{
	for (unsigned i = digits; i-- > 0; marked /= 10)
		out[i] = (char)('0' + marked % 10);
}
