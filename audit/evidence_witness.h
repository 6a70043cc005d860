/* What an observed registration was made of, as hashes: enough to tell that it is like one judged
 * before, without its texts (audit/evidence_memo.h). Hashes are those of XXH3, of 64 bits. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cx_exchange.h"

#define EVIDENCE_WITNESS_IDENTITIES 16 /* of User-Data; more make no witness */

struct evidence_witness {
	uint64_t id;                 /* of the exchange; 0: none */
	uint64_t impi, impu;         /* hashes of the bytes */
	uint64_t impi_key, impu_key; /* snapshot_lookup_key */
	uint64_t traits; /* all else that prediction and drift look at, but for User-Data */
	uint32_t first;  /* of the identities of User-Data */
	uint8_t count, room;
	uint8_t host;   /* evidence_host_find */
	bool is_usable; /* false: the exchange itself has to be looked at */
};

/* Identities of User-Data, of all witnesses: hashes, with their barring in the lowest two bits. */
#define EVIDENCE_BARRING_BITS UINT64_C(3)
struct evidence_identities {
	uint64_t *list;
	size_t count, capacity;
};
void evidence_identities_clear(struct evidence_identities *l);

/* Of the bytes of an identity; 0 when absent. */
uint64_t evidence_identity_hash(struct text t);

/* Makes *w that of an exchange with an attempt (cx_exchange_attempt), which must be its own. False
 * when memory is out. */
bool evidence_witness_take(struct evidence_witness *w, struct evidence_identities *lists,
			   const struct cx_exchange *e, const struct attempt *attempt);
