#include "tests/cx/lab/milenage.h"

#include <gcrypt.h>
#include <string.h>

static int encrypt(const unsigned char k[16], const unsigned char in[16], unsigned char out[16])
{
	gcry_cipher_hd_t aes;
	gcry_error_t error = gcry_cipher_open(&aes, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_ECB, 0);

	if (error)
		return (int)error;
	error = gcry_cipher_setkey(aes, k, 16);
	if (!error)
		error = gcry_cipher_encrypt(aes, out, 16, in, 16);
	gcry_cipher_close(aes);
	return (int)error;
}

static void exclusive_or(unsigned char *to, const unsigned char *with, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] ^= with[i];
}

int milenage_opc(const unsigned char k[16], const unsigned char op[16], unsigned char opc[16])
{
	int error = encrypt(k, op, opc);

	exclusive_or(opc, op, 16);
	return error;
}

/* OUT2 to OUT5 are E(rot(TEMP xor OPc, r) xor c) xor OPc; r in bytes, c is below 256. */
static int out_block(const struct milenage_key *key, const unsigned char temp[16],
		     const unsigned constant[2], unsigned char out[16])
{
	unsigned char block[16];
	int error;

	for (unsigned i = 0; i < 16; i++) {
		unsigned from = (i + constant[0]) % 16;

		block[i] = (unsigned char)(temp[from] ^ key->opc[from]);
	}
	block[15] ^= (unsigned char)constant[1];
	error = encrypt(key->k, block, out);
	exclusive_or(out, key->opc, 16);
	return error;
}

/* OUT1 is E(TEMP xor rot(IN1 xor OPc, 64) xor c1) xor OPc, with c1 = 0. */
static int out_first(const struct milenage_key *key, const unsigned char temp[16], uint64_t sqn,
		     unsigned char out[16])
{
	unsigned char in[16], block[16];
	int error;

	for (unsigned i = 0; i < 6; i++)
		in[i] = in[i + 8] = (unsigned char)(sqn >> (40 - 8 * i));
	for (unsigned i = 0; i < 2; i++)
		in[i + 6] = in[i + 14] = key->amf[i];
	for (unsigned i = 0; i < 16; i++) {
		unsigned from = (i + 8) % 16;

		block[i] = (unsigned char)(temp[i] ^ in[from] ^ key->opc[from]);
	}
	error = encrypt(key->k, block, out);
	exclusive_or(out, key->opc, 16);
	return error;
}

int milenage(const struct milenage_key *key, const unsigned char rand[16], uint64_t sqn,
	     struct milenage_result *out)
{
	static const unsigned constants[4][2] = {{0, 1}, {4, 2}, {8, 4}, {12, 8}};
	unsigned char temp[16], block[5][16];
	int error;

	memcpy(temp, rand, 16);
	exclusive_or(temp, key->opc, 16);
	error = encrypt(key->k, temp, temp);
	if (!error)
		error = out_first(key, temp, sqn, block[0]);
	for (unsigned i = 0; i < 4 && !error; i++)
		error = out_block(key, temp, constants[i], block[i + 1]);
	if (error)
		return error;
	memcpy(out->mac_a, block[0], 8);
	memcpy(out->mac_s, block[0] + 8, 8);
	memcpy(out->ak, block[1], 6);
	memcpy(out->res, block[1] + 8, 8);
	memcpy(out->ck, block[2], 16);
	memcpy(out->ik, block[3], 16);
	memcpy(out->ak_s, block[4], 6);
	return 0;
}
