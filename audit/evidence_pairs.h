/* The registrations that UEs really presented on Cx, each once: IMPI, IMPU, visited network, type,
 * emergency, scheme and Cx command, with how often, when, and what the HSS answered last. The texts
 * stay in observations.db: a pair keeps the number of its telling exchange, and a witness of it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "audit/evidence_witness.h"
#include "audit/rule_table.h"
#include "base/diag.h"
#include "model/cx_exchange.h"

#define EVIDENCE_PAIRS_MAX (3u << 20) /* 500 MB; more are counted, not judged */
#define EVIDENCE_NO_ORDINAL UINT32_MAX
#define EVIDENCE_HOSTS 255

enum evidence_match {
	EVIDENCE_UNJUDGED,    /* no telling answer, or beyond EVIDENCE_PAIRS_MAX */
	EVIDENCE_CONFIRMED,   /* passes as predicted, or fails with the predicted code */
	EVIDENCE_OTHER_CODE,  /* predicted to fail and fails, with another code */
	EVIDENCE_MISSED,      /* predicted to pass, fails */
	EVIDENCE_FALSE_ALARM, /* predicted to fail, passes */
	EVIDENCE_ELSEWHERE,   /* of another source: none of this one's business */
};

/* What a source has of what was presented. */
enum evidence_holding {
	EVIDENCE_UNRESOLVED,
	EVIDENCE_NOT_HELD,
	EVIDENCE_IMPU_HELD, /* not the IMPI */
	EVIDENCE_IMPI_HELD,
};

struct evidence_code {
	uint8_t kind; /* enum answer_kind */
	uint32_t code;
};

struct evidence_pair {
	uint64_t key[2]; /* of what was presented, and the command */
	uint64_t id;     /* of the newest telling exchange; 0 = none */
	uint64_t nature; /* incident_nature of it where it is a failure; else 0 */
	int64_t telling_us, last_us;
	uint64_t days; /* bit n: seen on day n since the first of all; the last bit: or later */
	uint32_t count, failures, silences;
	uint32_t ordinal; /* of the subscription; EVIDENCE_NO_ORDINAL: no export knows it */
	struct evidence_code observed, predicted;
	uint16_t rule; /* index in rule_table() of the predicted cause; EVIDENCE_NO_RULE */
	uint8_t match; /* enum evidence_match */
	uint8_t certainty;
	uint8_t command;
	uint8_t holding; /* enum evidence_holding: ordinal is told unless unresolved */
	struct evidence_witness witness;
};
#define EVIDENCE_NO_RULE UINT16_MAX

struct evidence_pairs {
	struct evidence_pair *pair; /* in the order of their first exchanges */
	size_t used, capacity;
	uint32_t *slot; /* open addressing over pair: number + 1; 0: free */
	size_t slots;
	struct evidence_identities identities; /* of the witnesses */
	uint64_t host[EVIDENCE_HOSTS];         /* hashes of HSSs, by number - 1 */
	unsigned host_count;
	int64_t first_us, last_us;
	uint64_t beyond; /* exchanges of pairs that found no room */
};

void evidence_pairs_init(struct evidence_pairs *p);
void evidence_pairs_clear(struct evidence_pairs *p);

/* Whether an answer tells about provisioning: it came from the HSS, with a result, and is neither a
 * matter of routing (3xxx) nor transient (4xxx). */
bool evidence_is_telling(const struct cx_exchange *e);

/* Counts an exchange; false when memory is out. What is no registration of a UE
 * (cx_exchange_attempt) is passed over. */
bool evidence_pairs_add(struct evidence_pairs *p, const struct cx_exchange *e);

/* The pair of an exchange, or NULL. */
struct evidence_pair *evidence_pairs_find(const struct evidence_pairs *p,
					  const struct cx_exchange *e);

/* The number of the HSS that answered, or that was asked where none did; 0: not told, or not among
 * the first EVIDENCE_HOSTS. */
unsigned evidence_host_find(const struct evidence_pairs *p, const struct cx_exchange *e);

/* Whether this code is a failure: none at all, or 3000 and above. */
bool evidence_code_is_failure(struct evidence_code code);

#define EVIDENCE_DAYS 64
/* Distinct days on which it was seen: bits of days. */
unsigned evidence_days_count(uint64_t days);
/* Whether there may have been more: days from the last of EVIDENCE_DAYS on count as one. */
bool evidence_days_are_capped(uint64_t days);
