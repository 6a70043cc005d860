/* UTF-8 (RFC 3629), strictly: no overlong forms, no surrogates, nothing above U+10FFFF. */
#pragma once
#include <stddef.h>

#define UTF8_BYTES_MAX 4

/* Decodes the character at the start of data; returns its bytes, 0 when there is no valid one. */
size_t utf8_decode(const char *data, size_t length, unsigned *code_point);

/* Writes a code point, at most UTF8_BYTES_MAX bytes, not terminated; returns the bytes written. */
size_t utf8_encode(unsigned code_point, char *out);
