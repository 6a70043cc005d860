/* The coarse key under which an identity is found: equal identities under any matching rule of any
 * HSS profile have equal keys, so a lookup hashes the key and verifies on the record (design.md 3).
 *
 * An identity whose user part (or the whole of it) is a number of 5 or more digits, after "sip:",
 * "tel:", "+", "imsi-", visual separators, blanks and %-escapes are taken away, is keyed by these
 * digits alone: IMSI, IMPI, temporary IMPU share one key, and MSISDN, tel: and sip:+… share one.
 * Anything else is keyed by the folded user and host. Texts longer than LIMIT_IDENTITY_LENGTH are
 * keyed by what they begin with. */
#pragma once
#include <stdint.h>
#include "base/text.h"

enum lookup_space {
	LOOKUP_IDENTITY, /* IMSI, MSISDN, IMPI, IMPU */
	LOOKUP_IRS,      /* implicit-set label, where labels are global (FHoSS) */
	LOOKUP_NAME,     /* the source's name of a subscription */
};
#define LOOKUP_SPACES 3

#define LOOKUP_DIGITS_MIN 5  /* fewer are keyed as any other text */
#define LOOKUP_DIGITS_MAX 18 /* more do not fit lookup_key_number */

/* 64-bit key, well mixed in its upper bits. */
uint64_t lookup_key(enum lookup_space space, struct text t);

/* The LOOKUP_IDENTITY key of a number of LOOKUP_DIGITS_MIN to LOOKUP_DIGITS_MAX digits, given as a
 * marked value (codec/digits.h). */
uint64_t lookup_key_number(uint64_t marked);
