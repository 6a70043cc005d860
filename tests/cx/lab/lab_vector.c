#include "tests/cx/lab/lab_vector.h"

#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cx/lab/lab_table.h"
#include "tests/cx/lab/lab_wire.h"
#include "tests/cx/lab/milenage.h"

#define KEYS_MAX 64
#define SQN_STEP 32u /* one index of TS 33.102 C.3.2 */

struct subscriber_key {
	char path[256];
	struct milenage_key key;
	uint64_t sqn;
};
static struct subscriber_key keys[KEYS_MAX];
static size_t key_count;

void lab_secret_note(FILE *file, const char *kind, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	if (!file)
		return;
	flockfile(file);
	fprintf(file, "%s ", kind);
	for (size_t i = 0; i < size; i++)
		fprintf(file, "%02x", at[i]);
	fputc('\n', file);
	funlockfile(file);
}

void lab_random(const char *seed, uint32_t message, const char *label, unsigned char *out,
		size_t size)
{
	unsigned char hash[32];
	char text[256];
	int length = snprintf(text, sizeof(text), "%s/%u/%s", seed, message, label);

	gcry_md_hash_buffer(GCRY_MD_SHA256, hash, text, (size_t)length);
	memcpy(out, hash, size);
}

static bool read_hex(const char *hex, unsigned char *out, size_t size)
{
	if (!hex || strlen(hex) != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		out[i] = (unsigned char)byte;
	}
	return true;
}

static bool read_key(const char *path, struct subscriber_key *out)
{
	static const char *const known[] = {"K", "OP", "OPc", "AMF", "SQN", NULL};
	struct lab_table table;
	char message[256];
	unsigned char op[16];
	bool is_usable;

	if (!lab_table_read(path, known, &table, message)) {
		fprintf(stderr, "%s\n", message);
		return false;
	}
	is_usable = read_hex(lab_row_get(&table.settings, "K"), out->key.k, 16) &&
		    read_hex(lab_row_get(&table.settings, "AMF"), out->key.amf, 2);
	if (is_usable && !read_hex(lab_row_get(&table.settings, "OPc"), out->key.opc, 16))
		is_usable = read_hex(lab_row_get(&table.settings, "OP"), op, 16) &&
			    milenage_opc(out->key.k, op, out->key.opc) == 0;
	out->sqn = (uint64_t)lab_row_number(&table.settings, "SQN", SQN_STEP);
	snprintf(out->path, sizeof(out->path), "%s", path);
	lab_table_clear(&table);
	return is_usable;
}

static struct subscriber_key *find_key(const char *path)
{
	for (size_t i = 0; i < key_count; i++)
		if (strcmp(keys[i].path, path) == 0)
			return &keys[i];
	if (key_count == KEYS_MAX || !read_key(path, &keys[key_count]))
		return NULL;
	return &keys[key_count++];
}

/* Takes the UE's sequence number out of AUTS (TS 33.102 6.3.3); a MAC-S that does not fit changes
 * nothing. */
static void resynchronise(struct subscriber_key *key, struct text rand_auts)
{
	const unsigned char *random = (const unsigned char *)rand_auts.data;
	const unsigned char *auts = random + 16;
	struct milenage_key dummy = key->key;
	struct milenage_result result;
	uint64_t sqn = 0;

	if (rand_auts.length != 30)
		return;
	memset(dummy.amf, 0, sizeof(dummy.amf)); /* AMF* of TS 33.102 6.3.3 */
	if (milenage(&dummy, random, 0, &result))
		return;
	for (unsigned i = 0; i < 6; i++)
		sqn = sqn << 8 | (unsigned)(auts[i] ^ result.ak_s[i]);
	if (milenage(&dummy, random, sqn, &result) == 0 && memcmp(result.mac_s, auts + 6, 8) == 0)
		key->sqn = sqn + SQN_STEP;
}

struct vector {
	unsigned char rand_autn[32], res[8], ck[16], ik[16];
};

static bool compute_vector(const struct lab_item *item, struct vector *v)
{
	struct subscriber_key *key = find_key(item->key_file);
	struct milenage_result result;

	if (!key)
		return false;
	if (item->resynchronisation.data && item->number == 1)
		resynchronise(key, item->resynchronisation);
	/* sipp takes RES for a text and fails on zero bytes. */
	do {
		v->rand_autn[0]++;
		if (milenage(&key->key, v->rand_autn, key->sqn, &result))
			return false;
	} while (memchr(result.res, 0, sizeof(result.res)));
	for (unsigned i = 0; i < 6; i++)
		v->rand_autn[16 + i] = (unsigned char)(key->sqn >> (40 - 8 * i) ^ result.ak[i]);
	memcpy(v->rand_autn + 22, key->key.amf, 2);
	memcpy(v->rand_autn + 24, result.mac_a, 8);
	memcpy(v->res, result.res, 8);
	memcpy(v->ck, result.ck, 16);
	memcpy(v->ik, result.ik, 16);
	key->sqn += SQN_STEP;
	return true;
}

static void random_label(const struct lab_item *item, const char *label, unsigned char *out,
			 size_t size)
{
	char text[32];

	snprintf(text, sizeof(text), "%u/%s", item->number, label);
	lab_random(item->seed, item->message, text, out, size);
}

static void add_secret(struct byte_writer *w, const struct lab_item *item, uint32_t code,
		       const char *kind, struct text value)
{
	lab_secret_note(item->secrets, kind, value.data, value.length);
	lab_avp_text(w, code, value);
}

static bool add_vector(struct byte_writer *w, const struct lab_item *item)
{
	struct vector v;

	random_label(item, "rand-autn", v.rand_autn, sizeof(v.rand_autn));
	random_label(item, "res", v.res, sizeof(v.res));
	random_label(item, "ck", v.ck, sizeof(v.ck));
	random_label(item, "ik", v.ik, sizeof(v.ik));
	if (item->key_file && !compute_vector(item, &v))
		return false;
	add_secret(w, item, LAB_AUTHENTICATE, "rand-autn", text_of((char *)v.rand_autn, 32));
	add_secret(w, item, LAB_AUTHORIZATION, "res", text_of((char *)v.res, 8));
	add_secret(w, item, LAB_CONFIDENTIALITY_KEY, "ck", text_of((char *)v.ck, 16));
	add_secret(w, item, LAB_INTEGRITY_KEY, "ik", text_of((char *)v.ik, 16));
	return true;
}

static void add_digest(struct byte_writer *w, const struct lab_item *item)
{
	unsigned char hash[16];
	char hex[33];
	size_t group = lab_avp_open(w, LAB_DIGEST_AUTHENTICATE);

	random_label(item, "ha1", hash, sizeof(hash));
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	lab_avp_text(w, LAB_DIGEST_REALM, TEXT_LITERAL("ims.mnc001.mcc001.3gppnetwork.org"));
	lab_avp_text(w, LAB_DIGEST_ALGORITHM, TEXT_LITERAL("MD5"));
	add_secret(w, item, LAB_DIGEST_HA1, "ha1", text_from(hex));
	lab_avp_close(w, group);
}

bool lab_item_add(struct byte_writer *w, const struct lab_item *item)
{
	size_t group = lab_avp_open(w, LAB_AUTH_DATA_ITEM);
	bool is_done = true;

	lab_avp_u32(w, LAB_ITEM_NUMBER, item->number);
	lab_avp_text(w, LAB_SCHEME, item->scheme);
	if (text_equal(item->scheme, TEXT_LITERAL("SIP Digest")))
		add_digest(w, item);
	else
		is_done = add_vector(w, item);
	lab_avp_close(w, group);
	return is_done;
}
