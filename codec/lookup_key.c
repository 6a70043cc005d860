#include "codec/lookup_key.h"

#include <endian.h>
#include <stdbool.h>

/* Debian's libxxhash, inlined: the key of every identity of an import is computed here. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "codec/digits.h"
#include "model/collation.h"

#define SYMBOLS_MAX LIMIT_IDENTITY_LENGTH
#define FAST_BYTES_MAX 256
#define INVALID_BYTE 0x110000u /* added to a byte that is not UTF-8 */

static const uint64_t seeds[LOOKUP_SPACES] = {
	[LOOKUP_IDENTITY] = 0x43786175,
	[LOOKUP_IRS] = 0x64697449,
	[LOOKUP_NAME] = 0x52534e41,
};

static uint64_t hash_bytes(enum lookup_space space, const void *data, size_t length)
{
	return XXH3_64bits_withSeed(data, length, seeds[space]);
}

uint64_t lookup_key_number(uint64_t marked)
{
	uint64_t bytes = htole64(marked);

	return hash_bytes(LOOKUP_IDENTITY, &bytes, sizeof(bytes));
}

/* --- any text: on collation weights, one symbol a character --------------------------------- */

struct symbols {
	unsigned at[SYMBOLS_MAX];
	size_t start, end;
};

static bool is_blank(unsigned c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_separator(unsigned c)
{
	return c == '-' || c == '.' || c == '(' || c == ')';
}

static void symbols_read(struct symbols *s, struct text t)
{
	size_t count = 0, i = 0;

	while (i < t.length && count < SYMBOLS_MAX) {
		unsigned code_point;
		size_t n = utf8_decode(t.data + i, t.length - i, &code_point);

		s->at[count++] = n ? collation_weight(code_point)
				   : INVALID_BYTE + (unsigned char)t.data[i];
		i += n ? n : 1;
	}
	s->start = 0;
	s->end = count;
	while (s->end > 0 && is_blank(s->at[s->end - 1]))
		s->end--;
	while (s->start < s->end && is_blank(s->at[s->start]))
		s->start++;
}

static bool starts_with(const unsigned *at, size_t length, const char *prefix)
{
	size_t i = 0;

	while (prefix[i] && i < length && at[i] == (unsigned char)prefix[i])
		i++;
	return !prefix[i];
}

static int hexadecimal(unsigned c)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	return c >= 'A' && c <= 'F' ? (int)(c - 'A') + 10 : -1;
}

/* Undoes %-escapes of ASCII characters in place; the new length. */
static size_t unescape(unsigned *at, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned c = at[i];

		if (c == '%' && length - i >= 3) {
			int high = hexadecimal(at[i + 1]), low = hexadecimal(at[i + 2]);

			if (high >= 0 && high < 8 && low >= 0) {
				c = collation_weight((unsigned)(high << 4 | low));
				i += 2;
			}
		}
		at[used++] = c;
	}
	return used;
}

static size_t cut_at(const unsigned *at, size_t length, const char *stops)
{
	size_t i = 0;

	while (i < length && !(at[i] && at[i] < 0x80 && strchr(stops, (int)at[i])))
		i++;
	return i;
}

static size_t drop_separators(unsigned *at, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++)
		if (!is_separator(at[i]))
			at[used++] = at[i];
	return used;
}

/* Writes the digits of a number-like user and returns their count; 0 when it is none. */
static size_t number_digits(const unsigned *at, size_t length, char *digits)
{
	size_t count = 0, i = 0;

	while (i < length && is_blank(at[i]))
		i++;
	if (i < length && at[i] == '+')
		i++;
	if (starts_with(at + i, length - i, "IMSI-"))
		i += 5;
	for (; i < length; i++) {
		if (at[i] >= '0' && at[i] <= '9')
			digits[count++] = (char)at[i];
		else if (!is_separator(at[i]) && !is_blank(at[i]))
			return 0;
	}
	return count >= LOOKUP_DIGITS_MIN ? count : 0;
}

static uint64_t hash_digits(const char *digits, size_t count)
{
	uint64_t value = 1;

	if (count > LOOKUP_DIGITS_MAX)
		return hash_bytes(LOOKUP_IDENTITY, digits, count);
	for (size_t i = 0; i < count; i++)
		value = value * 10 + (uint64_t)(digits[i] - '0');
	return lookup_key_number(value);
}

static size_t encode(const unsigned *at, size_t length, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (at[i] < INVALID_BYTE) {
			used += utf8_encode(at[i], out + used);
			continue;
		}
		out[used++] = '\xff';
		out[used++] = (char)(at[i] - INVALID_BYTE);
	}
	return used;
}

static uint64_t hash_symbols(enum lookup_space space, const struct symbols *s)
{
	char bytes[SYMBOLS_MAX * UTF8_BYTES_MAX];

	return hash_bytes(space, bytes, encode(s->at + s->start, s->end - s->start, bytes));
}

static uint64_t hash_identity(struct symbols *s)
{
	static const char *const schemes[] = {"SIP:", "SIPS:", "TEL:"};
	char bytes[SYMBOLS_MAX * UTF8_BYTES_MAX + 1];
	bool is_uri = false, is_tel = false;

	if (s->end - s->start > 2 && s->at[s->start] == '<' && s->at[s->end - 1] == '>') {
		s->start++;
		s->end--;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]) && !is_uri; i++) {
		if (!starts_with(s->at + s->start, s->end - s->start, schemes[i]))
			continue;
		is_uri = true;
		is_tel = schemes[i][0] == 'T';
		s->start += strlen(schemes[i]);
	}
	unsigned *user = s->at + s->start, *host = NULL;
	size_t user_length = s->end - s->start, host_length = 0;
	for (size_t i = user_length; i-- > 0 && !host;) {
		if (user[i] != '@')
			continue;
		host = user + i + 1;
		host_length = user_length - i - 1;
		user_length = i;
	}
	if (is_uri) {
		user_length = cut_at(user, user_length, ";:?");
		host_length = host ? cut_at(host, host_length, ";?") : 0;
	}
	user_length = unescape(user, user_length);
	size_t count = number_digits(user, user_length, bytes);
	if (count)
		return hash_digits(bytes, count);
	if (is_tel)
		user_length = drop_separators(user, user_length);
	size_t used = encode(user, user_length, bytes);
	if (host) {
		bytes[used++] = '@';
		used += encode(host, host_length, bytes + used);
	}
	return hash_bytes(LOOKUP_IDENTITY, bytes, used);
}

/* --- the same for plain ASCII, which nearly all identities are ------------------------------ */

/* Upper case of what stands for itself; 0 for what has a meaning of its own. '@' is looked for, and
 * '-', '.' and '+' matter only where a user begins with them, "imsi-" or a digit. */
static const unsigned char plain[256] = {
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',
	['7'] = '7', ['8'] = '8', ['9'] = '9', ['a'] = 'A', ['b'] = 'B', ['c'] = 'C', ['d'] = 'D',
	['e'] = 'E', ['f'] = 'F', ['g'] = 'G', ['h'] = 'H', ['i'] = 'I', ['j'] = 'J', ['k'] = 'K',
	['l'] = 'L', ['m'] = 'M', ['n'] = 'N', ['o'] = 'O', ['p'] = 'P', ['q'] = 'Q', ['r'] = 'R',
	['s'] = 'S', ['t'] = 'T', ['u'] = 'U', ['v'] = 'V', ['w'] = 'W', ['x'] = 'X', ['y'] = 'Y',
	['z'] = 'Z', ['A'] = 'A', ['B'] = 'B', ['C'] = 'C', ['D'] = 'D', ['E'] = 'E', ['F'] = 'F',
	['G'] = 'G', ['H'] = 'H', ['I'] = 'I', ['J'] = 'J', ['K'] = 'K', ['L'] = 'L', ['M'] = 'M',
	['N'] = 'N', ['O'] = 'O', ['P'] = 'P', ['Q'] = 'Q', ['R'] = 'R', ['S'] = 'S', ['T'] = 'T',
	['U'] = 'U', ['V'] = 'V', ['W'] = 'W', ['X'] = 'X', ['Y'] = 'Y', ['Z'] = 'Z', ['-'] = '-',
	['.'] = '.', ['_'] = '_', ['@'] = '@',
};

/* Takes "sip:" or "tel:", as written by nearly everybody, off the front; 's', 't' or 0. */
static char take_scheme(struct text *t)
{
	if (t->length < 4 || t->data[3] != ':')
		return 0;
	if (memcmp(t->data, "sip", 3) != 0 && memcmp(t->data, "tel", 3) != 0)
		return 0;
	*t = text_of(t->data + 4, t->length - 4);
	return t->data[-4];
}

/* "[sip:|tel:][+]<5 to 18 digits>[@host]" */
static bool number_fast(struct text t, uint64_t *key)
{
	uint64_t marked;

	if (t.length && t.data[0] == '+')
		t = text_of(t.data + 1, t.length - 1);
	unsigned i = digits_scan(t, &marked);
	if (i < LOOKUP_DIGITS_MIN)
		return false;
	if (i < t.length && (t.data[i] != '@' || memchr(t.data + i + 1, '@', t.length - i - 1)))
		return false;
	*key = lookup_key_number(marked);
	return true;
}

/* "[sip:]user@host", the user beginning with a letter other than the "i" of "imsi-". */
static bool name_fast(struct text t, uint64_t *key)
{
	unsigned char bytes[FAST_BYTES_MAX];
	size_t at_signs = 0;

	if (!t.length || t.length > FAST_BYTES_MAX)
		return false;
	for (size_t i = 0; i < t.length; i++) {
		bytes[i] = plain[(unsigned char)t.data[i]];
		if (!bytes[i])
			return false;
		at_signs += bytes[i] == '@';
	}
	if (bytes[0] < 'A' || bytes[0] > 'Z' || bytes[0] == 'I' || at_signs > 1)
		return false;
	*key = hash_bytes(LOOKUP_IDENTITY, bytes, t.length);
	return true;
}

uint64_t lookup_key(enum lookup_space space, struct text t)
{
	struct symbols symbols;
	uint64_t key;

	if (space == LOOKUP_IDENTITY && t.length <= SYMBOLS_MAX) {
		struct text rest = t;
		char scheme = take_scheme(&rest);

		if (number_fast(rest, &key) || (scheme != 't' && name_fast(rest, &key)))
			return key;
	}
	symbols_read(&symbols, t);
	return space == LOOKUP_IDENTITY ? hash_identity(&symbols) : hash_symbols(space, &symbols);
}
