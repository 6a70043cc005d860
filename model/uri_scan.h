/* The characters of a URI part as they compare: shared by parsing, canonical form and comparison.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

enum uri_scan_flags {
	URI_SCAN_UNESCAPE = 1,      /* %-escapes of unreserved characters are those characters */
	URI_SCAN_LOWER = 2,         /* ASCII letters in lower case */
	URI_SCAN_NO_SEPARATORS = 4, /* without the visual separators of RFC 3966 */
};

/* Added to what uri_scan_next returns for a byte that stays %-escaped. */
#define URI_SCAN_ESCAPED 0x100

struct uri_scan {
	struct text text;
	size_t at;
	unsigned flags;
};

/* The next character, a byte or a byte with URI_SCAN_ESCAPED; -1 at the end. */
int uri_scan_next(struct uri_scan *s);

/* True when both texts give the same characters; absent equals absent only. */
bool uri_scan_equal(struct text a, struct text b, unsigned flags);

/* What a byte may be, unescaped (RFC 3261 25.1, RFC 3966 3). */
enum uri_class {
	URI_CLASS_UNRESERVED = 1,   /* letters, digits and marks */
	URI_CLASS_USER = 2,         /* with the unreserved: a user part */
	URI_CLASS_PASSWORD = 4,     /* … a password */
	URI_CLASS_PARAMETER = 8,    /* … parameters with their separators */
	URI_CLASS_HEADER = 0x10,    /* … headers with their separators */
	URI_CLASS_SCHEME = 0x20,    /* a scheme, alone */
	URI_CLASS_HOST = 0x40,      /* a host name, and '_' as it occurs */
	URI_CLASS_ADDRESS = 0x80,   /* an IPv6 address */
	URI_CLASS_NUMBER = 0x100,   /* a telephone number, global or local, after its '+' */
	URI_CLASS_SEPARATOR = 0x200 /* the visual separators of a telephone number */
};

extern const unsigned short uri_scan_classes[256];

static inline bool uri_scan_is(char c, unsigned classes)
{
	return uri_scan_classes[(unsigned char)c] & classes;
}

/* The value of the %-escape at position i, or -1 when there is no complete one. */
int uri_scan_escape(struct text t, size_t i);

/* Splits a user part that holds a wildcard into what stands before the first and after the last '!'
 * (TS 23.003 13.4A); false, outputs untouched, when there are not two of them. */
bool uri_scan_wildcard(struct text user, struct text *head, struct text *tail);

/* The flags under which a user part compares. */
unsigned uri_scan_user_flags(struct text user);
