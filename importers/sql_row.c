#include "importers/sql_row.h"

#include <stdarg.h>
#include <stdio.h>

#define PLAIN_DIGITS 18 /* fit into 64 bits */

enum char_class { CLASS_BLANK = 1, CLASS_DIGIT = 2, CLASS_WORD = 4, CLASS_HEX = 8, CLASS_BIT = 16 };

static const unsigned char class_of[256] = {
	[' '] = CLASS_BLANK,
	['\t' ... '\r'] = CLASS_BLANK,
	['0' ... '1'] = CLASS_DIGIT | CLASS_WORD | CLASS_HEX | CLASS_BIT,
	['2' ... '9'] = CLASS_DIGIT | CLASS_WORD | CLASS_HEX,
	['A' ... 'F'] = CLASS_WORD | CLASS_HEX,
	['G' ... 'Z'] = CLASS_WORD,
	['a' ... 'f'] = CLASS_WORD | CLASS_HEX,
	['g' ... 'z'] = CLASS_WORD,
	['_'] = CLASS_WORD,
	['$'] = CLASS_WORD,
	[0x80 ... 0xff] = CLASS_WORD,
};

static bool is_class(char c, enum char_class wanted)
{
	return (class_of[(unsigned char)c] & wanted) != 0;
}

/* A comment at p: behind it. p itself when there is none, NULL when the bytes end inside. */
static const char *skip_comment(const char *p, const char *end)
{
	const char *found;

	if (*p == '#' || (*p == '-' && end - p > 2 && p[1] == '-' && is_class(p[2], CLASS_BLANK))) {
		found = memchr(p, '\n', (size_t)(end - p));
		return found ? found + 1 : NULL;
	}
	if (*p == '-')
		return end - p > 2 ? p : NULL;
	if (*p != '/')
		return p;
	if (end - p < 2)
		return NULL;
	if (p[1] != '*')
		return p;
	for (p += 2; (found = memchr(p, '*', (size_t)(end - p))); p = found + 1)
		if (end - found > 1 && found[1] == '/')
			return found + 2;
	return NULL;
}

const char *sql_skip_gap(const char *p, const char *end)
{
	for (;;) {
		const char *start;

		while (p < end && is_class(*p, CLASS_BLANK))
			p++;
		if (p == end)
			return NULL;
		start = p;
		p = skip_comment(p, end);
		if (!p || p == start)
			return p;
	}
}

/* The first quote or backslash at or behind p, else end: eight bytes at a time. */
static const char *find_special(const char *p, const char *end, char quote)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	const uint64_t quotes = ones * (unsigned char)quote, backslashes = ones * '\\';

	while (end - p >= 8) {
		uint64_t word, q, b;

		memcpy(&word, p, 8);
		q = word ^ quotes;
		b = word ^ backslashes;
		if ((((q - ones) & ~q) | ((b - ones) & ~b)) & highs)
			break;
		p += 8;
	}
	while (p < end && *p != quote && *p != '\\')
		p++;
	return p;
}

/* p stands behind the opening quote; the result is the closing one, NULL when there is none. */
static const char *scan_quoted(const char *p, const char *end, struct sql_value *v)
{
	for (;;) {
		p = find_special(p, end, v->quote);
		if (end - p < 2)
			return NULL;
		if (*p == '\\') {
			v->has_escapes |= !v->plain_backslash;
			p += v->plain_backslash ? 1 : 2;
		} else if (p[1] == v->quote) {
			v->has_escapes = true;
			p += 2;
		} else {
			return p;
		}
	}
}

const char *sql_skip_quoted(const char *p, const char *end, bool plain_backslash)
{
	struct sql_value v = {.quote = *p, .plain_backslash = plain_backslash || *p == '`'};
	const char *close = scan_quoted(p + 1, end, &v);

	return close ? close + 1 : NULL;
}

__attribute__((format(printf, 3, 4))) static enum sql_row_result fail(struct sql_row *row,
								      enum sql_row_result result,
								      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(row->reason, sizeof(row->reason), format, arguments);
	va_end(arguments);
	return result;
}

/* What scripts compute instead of writing it down; any other word may be a piece of a value. */
static const char *const known_words[] = {
	"concat",         "unhex",          "hex",       "now",         "uuid",
	"last_insert_id", "default",        "md5",       "aes_encrypt", "current_timestamp",
	"from_unixtime",  "unix_timestamp", "cast",      "convert",     "ifnull",
	"select",         "replace",        "substring", "char",        "rand",
};

static enum sql_row_result refuse_word(const char *p, const char *end, struct sql_row *row)
{
	const char *after = p;
	struct text word;

	while (after < end && is_class(*after, CLASS_WORD))
		after++;
	word = text_of(p, (size_t)(after - p));
	after = sql_skip_gap(after, end);
	if (!after)
		return SQL_ROW_MORE;
	for (size_t i = 0; i < sizeof(known_words) / sizeof(known_words[0]); i++)
		if (text_equal_nocase(word, text_from(known_words[i])))
			return fail(row, SQL_ROW_NOT_LITERAL, "%s%s", known_words[i],
				    *after == '(' ? "(...)" : "");
	if (*after == '(')
		return fail(row, SQL_ROW_NOT_LITERAL, "a function");
	return fail(row, SQL_ROW_DAMAGED, "a word of %zu bytes without quotes", word.length);
}

static enum sql_row_result refuse(const char *p, const char *end, struct sql_row *row)
{
	static const struct {
		char first;
		enum sql_row_result result;
		const char *what;
	} table[] = {
		{'@', SQL_ROW_NOT_LITERAL, "a variable"},
		{'?', SQL_ROW_NOT_LITERAL, "the placeholder '?'"},
		{':', SQL_ROW_NOT_LITERAL, "a placeholder"},
		{'$', SQL_ROW_NOT_LITERAL, "a placeholder"},
		{'%', SQL_ROW_NOT_LITERAL, "a placeholder"},
		{'{', SQL_ROW_NOT_LITERAL, "a placeholder"},
		{'(', SQL_ROW_NOT_LITERAL, "an expression in parentheses"},
		{',', SQL_ROW_DAMAGED, "no value"},
		{')', SQL_ROW_DAMAGED, "no value"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (*p == table[i].first)
			return fail(row, table[i].result, "%s", table[i].what);
	if (is_class(*p, CLASS_WORD))
		return refuse_word(p, end, row);
	return fail(row, SQL_ROW_DAMAGED, "a character that begins no literal");
}

static enum sql_row_result parse_string(const char **at, const char *end, struct sql_value *v)
{
	const char *p = *at, *close;

	v->kind = SQL_STRING;
	v->quote = *p;
	close = scan_quoted(p + 1, end, v);
	if (!close || close - p > INT32_MAX)
		return SQL_ROW_MORE;
	v->data = p + 1;
	v->length = (uint32_t)(close - p - 1);
	*at = close + 1;
	return SQL_ROW_OK;
}

static const char *skip_class(const char *p, const char *end, enum char_class wanted)
{
	while (p < end && is_class(*p, wanted))
		p++;
	return p;
}

/* Digits from p, as in 0x12 and x'12': CLASS_HEX or CLASS_BIT. */
static void set_digits(struct sql_value *v, const char *p, const char *after,
		       enum char_class digits)
{
	v->kind = digits == CLASS_HEX ? SQL_HEX : SQL_BITS;
	v->data = p;
	v->length = (uint32_t)(after - p);
}

static enum sql_row_result parse_number(const char **at, const char *end, struct sql_row *row,
					struct sql_value *v)
{
	const char *p = *at, *start = p;
	enum char_class digits = CLASS_DIGIT;

	if (end - p >= 2 && *p == '0' && (p[1] == 'x' || p[1] == 'b'))
		digits = p[1] == 'x' ? CLASS_HEX : CLASS_BIT;
	if (digits != CLASS_DIGIT) {
		p = skip_class(p + 2, end, digits);
		set_digits(v, start + 2, p, digits);
	} else {
		p += *p == '-' || *p == '+';
		p = skip_class(p, end, CLASS_DIGIT);
		if (p < end && *p == '.')
			p = skip_class(p + 1, end, CLASS_DIGIT);
		if (end - p > 1 && (*p == 'e' || *p == 'E'))
			p = skip_class(p + 1 + (p[1] == '-' || p[1] == '+'), end, CLASS_DIGIT);
		v->kind = SQL_NUMBER;
		v->data = start;
		v->length = (uint32_t)(p - start);
	}
	*at = p;
	if (p >= end)
		return SQL_ROW_MORE;
	if (is_class(*p, CLASS_WORD) || p == start || !is_class(p[-1], CLASS_WORD | CLASS_DIGIT))
		return fail(row, SQL_ROW_DAMAGED, "a number that does not end as one");
	return SQL_ROW_OK;
}

/* NULL, TRUE, FALSE, x'..', b'..', n'..', _utf8mb4'..', _binary 0x.. */
static enum sql_row_result parse_word(const char **at, const char *end, struct sql_row *row,
				      struct sql_value *v)
{
	const char *p = *at, *after = p;
	enum sql_row_result result;
	struct text word;

	while (after < end && is_class(*after, CLASS_WORD))
		after++;
	if (after == end)
		return SQL_ROW_MORE;
	word = text_of(p, (size_t)(after - p));
	if (word.length == 4 && text_equal_nocase(word, TEXT_LITERAL("null"))) {
		v->kind = SQL_NULL;
		*at = after;
		return SQL_ROW_OK;
	}
	if (text_equal_nocase(word, TEXT_LITERAL("true")) ||
	    text_equal_nocase(word, TEXT_LITERAL("false"))) {
		v->kind = SQL_NUMBER;
		v->data = word.length == 4 ? "1" : "0";
		v->length = 1;
		*at = after;
		return SQL_ROW_OK;
	}
	if (*p == '_' && word.length > 1) {
		after = sql_skip_gap(after, end);
		if (!after || end - after < 3)
			return SQL_ROW_MORE;
		*at = after;
		if (*after == '0' && after[1] == 'x')
			return parse_number(at, end, row, v);
		word.length = 1;
	}
	if (*after != '\'' || word.length != 1 || !memchr("_xXbBnN", *p, 7))
		return refuse_word(p, end, row);
	*at = after;
	result = parse_string(at, end, v);
	if (result == SQL_ROW_OK && memchr("xXbB", *p, 4)) {
		enum char_class digits = (*p | 0x20) == 'x' ? CLASS_HEX : CLASS_BIT;

		set_digits(v, v->data, v->data + v->length, digits);
		if (skip_class(v->data, *at - 1, digits) != *at - 1)
			return fail(row, SQL_ROW_DAMAGED, "a literal with a wrong digit");
	}
	return result;
}

/* The common number: some digits and the ',' or ')' behind them. False when it is none of these. */
static bool parse_plain(const char **at, const char *end, struct sql_value *v)
{
	const char *p = *at;
	int64_t n = 0;

	while (p < end && *p >= '0' && *p <= '9' && p - *at < PLAIN_DIGITS)
		n = n * 10 + (*p++ - '0');
	if (p == end || (*p != ',' && *p != ')') || p == *at)
		return false;
	v->kind = SQL_NUMBER;
	v->data = *at;
	v->length = (uint32_t)(p - *at);
	v->has_integer = true;
	v->integer = n;
	*at = p;
	return true;
}

static enum sql_row_result parse_value(const char **at, const char *end, struct sql_row *row)
{
	struct sql_value *v = &row->value[row->count];
	char c = **at;

	v->has_escapes = false;
	v->plain_backslash = row->plain_backslash;
	v->has_integer = false;
	v->data = NULL;
	v->length = 0;
	if (parse_plain(at, end, v))
		return SQL_ROW_OK;
	if (c == '\'' || c == '"')
		return parse_string(at, end, v);
	if (is_class(c, CLASS_DIGIT) || c == '-' || c == '+' || c == '.')
		return parse_number(at, end, row, v);
	if (is_class(c, CLASS_WORD) && c != '$')
		return parse_word(at, end, row, v);
	return refuse(*at, end, row);
}

static bool may_be_gap(const char *p, const char *end)
{
	return is_class(*p, CLASS_BLANK) || *p == '/' || *p == '#' ||
	       (*p == '-' && (end - p < 2 || p[1] == '-'));
}

enum sql_row_result sql_row_parse(const char *p, const char *end, struct sql_row *row)
{
	row->count = 0;
	row->reason[0] = '\0';
	row->end = p++;
	for (;;) {
		enum sql_row_result result;

		if (p == end || may_be_gap(p, end))
			p = sql_skip_gap(p, end);
		if (!p)
			return SQL_ROW_MORE;
		row->end = p;
		result = parse_value(&p, end, row);
		if (result != SQL_ROW_OK)
			return result;
		row->count++;
		if (p < end && *p != ',' && *p != ')')
			p = sql_skip_gap(p, end);
		if (!p || p == end)
			return SQL_ROW_MORE;
		row->end = p + 1;
		if (*p == ')')
			return SQL_ROW_OK;
		if (*p++ != ',')
			return fail(row, SQL_ROW_DAMAGED,
				    "something behind value %u where ',' or ')' is expected",
				    row->count);
		if (row->count == SQL_COLUMNS_MAX)
			return fail(row, SQL_ROW_NOT_LITERAL, "more than %d values",
				    SQL_COLUMNS_MAX);
	}
}
