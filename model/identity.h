/* IMSI, MSISDN, IMPI and IMPU: validity, canonical form, comparison, derivation, masking
 * (cx-semantics 1). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/strbuf.h"
#include "base/text.h"
#include "model/uri.h"

/* IMPU kinds; the first four are IdentityType of TS 29.228 Annex E, which is also FHoSS' impu.type
 * for 0 to 2. */
enum impu_kind {
	IMPU_KIND_UNKNOWN, /* not exported */
	IMPU_DISTINCT,     /* distinct public user identity */
	IMPU_DISTINCT_PSI,
	IMPU_WILDCARDED_PSI,
	IMPU_WILDCARDED_IMPU,
};

/* 5 to 15 digits. */
bool identity_is_imsi(struct text t);

/* IMPI: user and realm split at the last '@'; realm absent when there is no '@'. */
struct impi_parts {
	struct text user;
	struct text realm;
};
struct impi_parts identity_split_impi(struct text impi);

/* Appends the canonical IMPI: user as written, realm lower case (RFC 4282 2.1, TS 23.003 13.3). */
void identity_add_canonical_impi(struct text impi, struct strbuf *out);

/* Appends the canonical IMPU (uri_add_canonical); what is no URI is appended as written. */
void identity_add_canonical_impu(struct text impu, struct strbuf *out);

/* Canonical equality (cx-semantics 1.3); byte-equal texts are always equal. */
bool identity_impi_equal(struct text a, struct text b);
bool identity_impu_equal(struct text a, struct text b);

/* The IMSI inside an IMPI of 3GPP shape "<IMSI>@ims.mnc<3>.mcc<3>.3gppnetwork.org" whose domain
 * fits the IMSI for MNC length 2 or 3: true, and *imsi points into impi. */
bool identity_imsi_of_impi(struct text impi, struct text *imsi);

/* What a UE without ISIM presents (TS 23.003 13.3, 13.4B): "<IMSI>@<home>" and "sip:<IMSI>@<home>".
 * mnc_length 2 or 3. False when imsi is not 6 to 15 digits. */
bool identity_add_derived_impi(struct text imsi, unsigned mnc_length, struct strbuf *out);
bool identity_add_derived_impu(struct text imsi, unsigned mnc_length, struct strbuf *out);

/* True when an IMPU literally holds a pattern between the outermost '!' of its user part
 * (TS 23.003 13.4A, 13.5). */
bool identity_is_wildcarded(struct text impu);

/* Matches a distinct IMPU against a wildcarded one (POSIX ERE between '!', the rest compares in
 * canonical form). Patterns over 256 bytes, refused by regcomp, with back-references or with
 * repetitions whose bounds multiply to more than 4096 (matching could take for ever) give
 * RC_SYNTAX, as does a text that holds no pattern. *matches is set on RC_OK. */
enum rc identity_wildcard_match(struct text wildcarded, struct text impu, bool *matches);

/* The digits of a user part, tel number, MSISDN or IMSI without '+' (also "%2B"), visual separators
 * and an "imsi-" prefix; false when something else or no digit is in it, or when the digits do not
 * fit. Terminated. */
bool identity_number(struct text t, char *out, size_t size);

/* A masked copy for logs: keeps the scheme, the first three and last two characters of the user (of
 * users below eight characters only the first) and the host; parameters, headers and password are
 * left out. */
void identity_add_masked(struct text identity, struct strbuf *out);
/* A copy of free text in which words with an '@' (also "%40"), and numbers of five or more digits,
 * dashes between them or not, are "***". */
void identity_add_masked_words(struct text words, struct strbuf *out);
