/* Why an identity that the UE presents is not the stored one: the usual spellings of the same
 * identity (cx-semantics 7, D40 to D46) and a measure of distance. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/strbuf.h"
#include "base/text.h"

enum difference {
	DIFFERENCE_NONE,      /* byte-equal */
	DIFFERENCE_CANONICAL, /* equal after canonicalisation: host case, escapes, parameters */
	DIFFERENCE_BLANK,     /* blanks or control characters around or inside */
	DIFFERENCE_USER_CASE,
	DIFFERENCE_PARAMETER,   /* ;user=phone and other parameters, port */
	DIFFERENCE_IMSI_PREFIX, /* "imsi-", "sip:" or "tel:" before an IMPI */
	DIFFERENCE_EAP_PREFIX,  /* a leading 0, 1 or 6 before the IMSI (TS 23.003 14, 19) */
	DIFFERENCE_TRUNCATED,   /* the stored IMSI lacks digits in one place */
	DIFFERENCE_PADDED_IMSI, /* the IMSI itself was padded with the MNC's zero */
	DIFFERENCE_MNC_PADDING, /* mnc15, mnc150 for mnc015; or the other MNC length */
	DIFFERENCE_REALM_LABEL, /* epc., nai.epc., wlan. instead of ims. */
	DIFFERENCE_REALM,       /* same user, another realm */
	DIFFERENCE_DIGITS,      /* mistyped: at most two digits differ or are transposed */
	DIFFERENCE_LOOKALIKE,   /* visually equal characters (0/O, 1/l, Cyrillic a …) */
	DIFFERENCE_PLUS,        /* only one of them has the '+' before the number */
	DIFFERENCE_SCHEME,      /* the URI scheme is missing or another */
	DIFFERENCE_ESCAPE,      /* a reserved character is %-escaped: sip:%2B49… */
	DIFFERENCE_OTHER,
};

/* How stored differs from expected; the first kind that explains the whole difference,
 * DIFFERENCE_OTHER otherwise and for texts over LIMIT_IDENTITY_LENGTH. The host always compares in
 * any case. Allocates nothing. */
enum difference identity_difference(struct text expected, struct text stored);

/* "the MNC is not padded to three digits" and the like: one clause, lower case, no stop. */
const char *difference_str(enum difference d);

/* Calls visit for each spelling under which a faulty export may hold the identity (an IMPI or IMPU
 * derived from an IMSI; nothing is visited for others), most likely first: imsi- prefix, EAP
 * prefix, 14 digits, unpadded and right-padded MNC, other MNC length, epc. label, upper case … The
 * text is valid during the call only. Stops when visit returns false. */
void identity_visit_misspellings(struct text expected, bool (*visit)(struct text t, void *context),
				 void *context);
