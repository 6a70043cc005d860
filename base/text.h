/* Borrowed pieces of text: pointer and length, not terminated, may hold any byte. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *data; /* NULL = absent, which differs from empty */
	size_t length;
};

#define TEXT_NONE ((struct text){NULL, 0})
#define TEXT_LITERAL(s) ((struct text){"" s, sizeof(s) - 1})

/* The text of a terminated string; NULL gives TEXT_NONE. */
static inline struct text text_from(const char *s)
{
	return (struct text){s, s ? strlen(s) : 0};
}

static inline struct text text_of(const char *data, size_t length)
{
	return (struct text){data, length};
}

/* Byte-exact comparison; absent equals absent only. */
static inline bool text_equal(struct text a, struct text b)
{
	if (!a.data || !b.data)
		return a.data == b.data;
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/* ASCII case-insensitive comparison. */
bool text_equal_nocase(struct text a, struct text b);

/* Byte order, shorter first on a common prefix; absent sorts first. */
int text_compare(struct text a, struct text b);

/* a without leading and trailing ASCII blanks (space, tab, CR, LF). */
struct text text_trim(struct text a);

bool text_starts_with(struct text a, const char *prefix);
bool text_starts_with_nocase(struct text a, const char *prefix);

/* True when a is not empty and consists of ASCII digits only. */
bool text_is_digits(struct text a);

/* What makes a noun of English agree with a count: "s", or nothing for 1. */
static inline const char *text_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* The first position of c, or -1. */
ptrdiff_t text_find(struct text a, char c);

/* The last position of c, or -1. */
ptrdiff_t text_find_last(struct text a, char c);

/* FNV-1a, 64 bits, over the bytes of t: for small tables and stable fingerprints, not against
 * hostile keys. hash goes on from an earlier call; the first gets TEXT_HASH_SEED. */
#define TEXT_HASH_SEED UINT64_C(0xcbf29ce484222325)
uint64_t text_hash(uint64_t hash, struct text t);

/* Copies at most size - 1 bytes and terminates; returns out. For messages and small buffers. */
char *text_copy(struct text a, char *out, size_t size);

/* Replaces each control character of a terminated string by '?', so that it stays one line. */
void text_hide_control(char *s);
