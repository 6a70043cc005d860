#include "importers/sql_value.h"

#include <inttypes.h>
#include <stdio.h>

#define EXPONENT_MAX 1000 /* larger ones overflow anyway */

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* What stands for the character after a backslash (MySQL manual, String Literals). */
static char unescape(char c)
{
	static const char table[256] = {
		['b'] = '\b', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['Z'] = 26};
	char found = table[(unsigned char)c];

	if (c == '0')
		return '\0';
	return found ? found : c;
}

static size_t decode_string(const struct sql_value *v, char *out)
{
	const char *in = v->data, *end = v->data + v->length;
	size_t length = 0;

	while (in < end) {
		char c = *in++;

		if (c == v->quote && in < end) {
			in++;
		} else if (c == '\\' && !v->plain_backslash && in < end) {
			c = *in++;
			/* Patterns of LIKE keep their backslash. */
			if (c == '%' || c == '_')
				out[length++] = '\\';
			else
				c = unescape(c);
		}
		out[length++] = c;
	}
	return length;
}

/* Big-endian, padded with zero bits at the front. */
static size_t decode_digits(const struct sql_value *v, char *out)
{
	unsigned bits = v->kind == SQL_HEX ? 4 : 1, per_byte = 8 / bits;
	size_t length = (v->length + per_byte - 1) / per_byte;
	size_t at = length * per_byte - v->length;

	memset(out, 0, length);
	for (uint32_t i = 0; i < v->length; i++, at++) {
		unsigned char *byte = (unsigned char *)&out[at / per_byte];

		*byte = (unsigned char)((unsigned)*byte << bits |
					(unsigned)digit_value(v->data[i]));
	}
	return length;
}

bool sql_value_text(const struct sql_value *v, struct arena *arena, struct text *out)
{
	if (v->kind == SQL_NULL) {
		*out = TEXT_NONE;
		return true;
	}
	if (v->kind == SQL_NUMBER || (v->kind == SQL_STRING && !v->has_escapes)) {
		*out = text_of(v->data, v->length);
		return true;
	}
	char *copy = arena_alloc(arena, (size_t)v->length + 1);
	if (!copy)
		return false;
	out->length = v->kind == SQL_STRING ? decode_string(v, copy) : decode_digits(v, copy);
	out->data = copy;
	return true;
}

bool sql_value_is_empty(const struct sql_value *v)
{
	return v->kind == SQL_NULL || v->length == 0;
}

static bool digits_integer(const struct sql_value *v, int64_t *out)
{
	unsigned bits = v->kind == SQL_HEX ? 4 : 1;
	uint64_t n = 0;

	if (!v->length)
		return false;
	for (uint32_t i = 0; i < v->length; i++) {
		if (n >> (63 - bits))
			return false;
		n = n << bits | (unsigned)digit_value(v->data[i]);
	}
	*out = (int64_t)n;
	return true;
}

/* Moves the decimal point of n by scale places; false when digits would be lost. */
static bool scale_integer(int64_t n, int scale, int64_t *out)
{
	for (; scale > 0 && n; scale--)
		if (__builtin_mul_overflow(n, 10, &n))
			return false;
	for (; scale < 0 && n; scale++) {
		if (n % 10)
			return false;
		n /= 10;
	}
	*out = n;
	return true;
}

/* Decimal and scientific forms, which dumps give to ids only by accident. */
static bool real_integer(const char *p, const char *end, int64_t *out)
{
	bool is_negative = false, has_point = false, has_digits = false;
	int scale = 0, exponent = 0, sign = 1;
	int64_t n = 0;

	if (p < end && (*p == '-' || *p == '+'))
		is_negative = *p++ == '-';
	for (; p < end && ((*p >= '0' && *p <= '9') || *p == '.'); p++) {
		if (*p == '.') {
			if (has_point)
				return false;
			has_point = true;
			continue;
		}
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n))
			return false;
		has_digits = true;
		scale -= has_point;
	}
	if (has_digits && p < end && (*p == 'e' || *p == 'E')) {
		if (++p < end && (*p == '-' || *p == '+'))
			sign = *p++ == '-' ? -1 : 1;
		has_digits = p < end;
		for (; p < end && *p >= '0' && *p <= '9' && exponent < EXPONENT_MAX; p++)
			exponent = exponent * 10 + (*p - '0');
	}
	if (!has_digits || p < end || !scale_integer(n, scale + sign * exponent, &n))
		return false;
	*out = is_negative ? -n : n;
	return true;
}

bool sql_value_integer(const struct sql_value *v, int64_t *out)
{
	const char *p = v->data, *end;
	bool is_negative = false;
	uint64_t n = 0;

	if (v->has_integer) {
		*out = v->integer;
		return true;
	}
	if (v->kind == SQL_HEX || v->kind == SQL_BITS)
		return digits_integer(v, out);
	if (v->kind == SQL_NULL)
		return false;
	end = p + v->length;
	if (p < end && (*p == '-' || *p == '+'))
		is_negative = *p++ == '-';
	if (p == end || end - p > 18)
		return real_integer(v->data, end, out);
	for (; p < end; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (digit > 9)
			return real_integer(v->data, end, out);
		n = n * 10 + digit;
	}
	*out = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

char *sql_value_describe(const struct sql_value *v, char *out, size_t size)
{
	static const char *const names[][2] = {
		[SQL_STRING] = {"a string", "bytes"},
		[SQL_HEX] = {"a hexadecimal literal", "digits"},
		[SQL_BITS] = {"a bit literal", "digits"},
	};

	if (v->kind == SQL_NULL || v->kind == SQL_NUMBER)
		snprintf(out, size, "%s", v->kind == SQL_NULL ? "NULL" : "a number");
	else
		snprintf(out, size, "%s of %" PRIu32 " %s", names[v->kind][0], v->length,
			 names[v->kind][1]);
	return out;
}
