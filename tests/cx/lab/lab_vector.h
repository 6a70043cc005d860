/* SIP-Auth-Data-Items of the scripted HSS, and the side file that tells a test which secrets the
 * messages carried. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "codec/bytes.h"

/* A line "kind hex" in file, which may be NULL. */
void lab_secret_note(FILE *file, const char *kind, const void *bytes, size_t size);

/* At most 32 bytes that depend on seed, message, item and label alone, so that two runs can be
 * compared. */
void lab_random(const char *seed, uint32_t message, const char *label, unsigned char *out,
		size_t size);

struct lab_item {
	FILE *secrets;
	const char *seed;
	uint32_t message;   /* end-to-end identifier */
	uint32_t number;    /* from 1 */
	struct text scheme; /* "SIP Digest" gives a Digest-HA1, others a vector */
	const char
		*key_file; /* [settings] of K, OP or OPc, AMF (all hex), SQN; NULL: random bytes */
	struct text resynchronisation; /* RAND and AUTS that the UE sent, or absent */
};
/* Adds one item; false when the key file cannot be used. Not for two threads at once. */
bool lab_item_add(struct byte_writer *w, const struct lab_item *item);
