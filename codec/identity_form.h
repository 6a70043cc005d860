/* An identity taken apart the way it is packed: what recurs (scheme, domain) from what is its own
 * (number or user). Parts concatenated give the identity back byte for byte. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"

/* Stored in snapshots: values never change. */
enum identity_prefix {
	PREFIX_NONE = 0,
	PREFIX_SIP = 1,
	PREFIX_SIP_PLUS = 2,
	PREFIX_TEL = 3,
	PREFIX_TEL_PLUS = 4,
	PREFIX_SIPS = 5,
	PREFIX_SIPS_PLUS = 6,
	PREFIX_PLUS = 7,
	PREFIX_IMSI = 8,
	PREFIX_COUNT = 9,
};

/* "", "sip:", "sip:+" … */
struct text identity_prefix_text(enum identity_prefix prefix);

struct identity_form {
	enum identity_prefix prefix;
	unsigned digits;  /* 5 to 18: a number; 0: user holds the text instead */
	uint64_t marked;  /* the number as in codec/digits.h */
	struct text user; /* as written, the number's digits too */
	struct text tail; /* from '@' (or, after a number, ';') on; absent when there is none */
};

/* As a number where it looks like one; the caller checks identity_form_fits_number of the tail, and
 * takes identity_form_split_user when it does not. */
void identity_form_split(struct text identity, struct identity_form *out);

/* The two steps of it: what follows the prefix, then the number at its start, which is false when
 * there is none. */
struct text identity_form_prefix(struct text identity, enum identity_prefix *prefix);
bool identity_form_take_number(struct text rest, struct identity_form *form);

/* True when a number of so many digits at the start of rest would be taken. */
static inline bool identity_form_ends_number(struct text rest, size_t digits,
					     enum identity_prefix prefix)
{
	return rest.length == digits || rest.data[digits] == '@' ||
	       (rest.data[digits] == ';' && prefix != PREFIX_NONE && prefix != PREFIX_PLUS &&
		prefix != PREFIX_IMSI);
}

/* As prefix, user and domain, whatever the user is. */
void identity_form_split_user(struct text identity, struct identity_form *out);

/* False for tails with which lookup_key does not see the digits before as a number. */
bool identity_form_fits_number(struct text tail);

/* True when the user compares alike under every matching rule: lower-case letters, digits, '.',
 * '-', and no number (codec/lookup_key.h). */
bool identity_form_user_is_plain(struct text user);

/* True for "@" and a lower-case host name without port or parameters. */
bool identity_form_tail_is_plain(struct text tail);
