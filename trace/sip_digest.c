#define XXH_INLINE_ALL
#include "trace/sip_digest.h"

#include <xxhash.h>

#include "trace/sip_split.h"

#define AKA_NONCE_BYTES 32 /* RAND and AUTN, RFC 3310 3.2 */

struct digest_text {
	const char *name;
	size_t member;
};
static const struct digest_text digest_texts[] = {
	{"username", offsetof(struct sip_digest, username)},
	{"realm", offsetof(struct sip_digest, realm)},
	{"uri", offsetof(struct sip_digest, uri)},
	{"algorithm", offsetof(struct sip_digest, algorithm)},
	{"qop", offsetof(struct sip_digest, qop)},
	{"integrity-protected", offsetof(struct sip_digest, integrity_protected)},
};
#define DIGEST_TEXTS (sizeof(digest_texts) / sizeof(*digest_texts))

/* Whether it decodes as base64 to RAND and AUTN at least, and is not merely a long hex number. */
static bool is_aka_nonce(struct text nonce)
{
	size_t length = nonce.length;
	bool is_hex = true;

	while (length && nonce.data[length - 1] == '=')
		length--;
	for (size_t i = 0; i < length; i++) {
		char c = nonce.data[i];
		bool is_digit = c >= '0' && c <= '9';
		char letter = (char)(c | 0x20);
		bool is_letter = letter >= 'a' && letter <= 'z';

		if (!is_digit && !is_letter && c != '+' && c != '/')
			return false;
		is_hex &= is_digit || (is_letter && letter <= 'f');
	}
	return !is_hex && length * 3 / 4 >= AKA_NONCE_BYTES;
}

static int64_t hex_number(struct text t)
{
	int64_t n = 0;

	if (t.length == 0 || t.length > 8)
		return -1;
	for (size_t i = 0; i < t.length; i++) {
		char c = t.data[i], letter = (char)(c | 0x20);

		if (c >= '0' && c <= '9')
			n = n * 16 + (c - '0');
		else if (letter >= 'a' && letter <= 'f')
			n = n * 16 + (letter - 'a' + 10);
		else
			return -1;
	}
	return n;
}

static void take_nonce(struct sip_digest *d, struct text value, uint64_t seed)
{
	uint64_t hash = XXH3_64bits_withSeed(value.data, value.length, seed);

	d->nonce = hash ? hash : 1;
	d->is_nonce_empty = value.length == 0;
	d->has_aka_nonce = is_aka_nonce(value);
}

/* What is not a text of the table: presence and shape only. */
static void take_shape(struct sip_digest *d, struct text name, struct text value, uint64_t seed)
{
	if (text_equal_nocase(name, TEXT_LITERAL("nonce"))) {
		take_nonce(d, value, seed);
	} else if (text_equal_nocase(name, TEXT_LITERAL("nc"))) {
		d->nonce_count = hex_number(value);
	} else if (text_equal_nocase(name, TEXT_LITERAL("response"))) {
		d->has_response = true;
		d->is_response_empty = value.length == 0;
	} else if (text_equal_nocase(name, TEXT_LITERAL("auts"))) {
		d->has_auts = true;
		d->is_auts_empty = value.length == 0;
	} else if (text_equal_nocase(name, TEXT_LITERAL("stale"))) {
		d->is_stale = text_equal_nocase(value, TEXT_LITERAL("true"));
	}
}

static bool take_parameter(struct sip_digest *d, struct text item, uint64_t seed,
			   struct arena *arena)
{
	struct text name, value;

	sip_split_parameter(item, &name, &value);
	if (!value.data)
		return true;
	for (size_t i = 0; i < DIGEST_TEXTS; i++) {
		struct text *member = (struct text *)((char *)d + digest_texts[i].member);

		if (!text_equal_nocase(name, text_from(digest_texts[i].name)))
			continue;
		*member = arena_text(arena, value);
		if (!member->data)
			return false;
		d->has_integrity_protected |= member == &d->integrity_protected;
		return true;
	}
	take_shape(d, name, value, seed);
	return true;
}

/* "Digest realm=…" in the midst of a list begins the next challenge: a word, a blank, a name. */
static bool begins_challenge(struct text item)
{
	ptrdiff_t blank = text_find(item, ' ');
	ptrdiff_t equals = text_find(item, '=');

	if (blank < 0 || equals < 0 || blank > equals)
		return false;
	return text_trim(text_of(item.data + blank, (size_t)(equals - blank))).length > 0;
}

bool sip_digest_read(struct text value, uint64_t seed, struct arena *arena, struct sip_digest *out,
		     struct text *rest)
{
	struct text item, left;
	size_t n = 0;

	*out = (struct sip_digest){.nonce_count = -1};
	value = text_trim(value);
	while (n < value.length && value.data[n] != ' ')
		n++;
	out->scheme = arena_text(arena, text_of(value.data, n));
	if (!out->scheme.data)
		return false;
	*rest = text_trim(text_of(value.data + n, value.length - n));
	for (left = *rest; sip_split_next(&left, ',', &item); *rest = left) {
		if (begins_challenge(item))
			return true;
		if (!take_parameter(out, item, seed, arena))
			return false;
	}
	*rest = TEXT_NONE;
	return true;
}
