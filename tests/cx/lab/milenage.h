/* MILENAGE (TS 35.206), so that the lab's authentication vectors are those of a real AuC. */
#pragma once
#include <stdint.h>

struct milenage_key {
	unsigned char k[16], opc[16], amf[2];
};

struct milenage_result {
	unsigned char mac_a[8], mac_s[8], res[8], ck[16], ik[16], ak[6], ak_s[6];
};

/* opc of op, TS 35.206 4.1. Zero, or the error of libgcrypt. */
int milenage_opc(const unsigned char k[16], const unsigned char op[16], unsigned char opc[16]);
/* All of f1 to f5*, for a sequence number of 48 bits. */
int milenage(const struct milenage_key *key, const unsigned char rand[16], uint64_t sqn,
	     struct milenage_result *out);
