/* The subscribers of a made-up HSS: each is a pure function of seed and index, so that every table
 * of an export can be written in a pass of its own, and the same population in several formats.
 *
 * A healthy subscriber is provisioned as VoLTE wants it: an IMPI and a temporary IMPU derived from
 * the IMSI, the latter barred; sip:+MSISDN and tel:+MSISDN not barred, all in one implicit set.
 * In a literal population nothing derives from anything: names of letters in several domains. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define IMPI_MAX 2
#define IMPU_MAX 4
#define IDENTITY_ROOM 96
#define DOMAIN_ROOM 48
#define LITERAL_DOMAINS 8
#define KINDS_MAX 32

struct identity {
	unsigned length;
	char text[IDENTITY_ROOM]; /* not terminated */
};

struct public_identity {
	struct identity identity;
	unsigned set;   /* 1 or 2: implicit set within the subscription */
	unsigned impis; /* bit i: associated with impi[i] */
	bool is_barred, is_default;
	bool is_granted;   /* may register at home */
	bool may_register; /* as a public identity as such */
};

struct subscriber {
	uint64_t index;
	const struct defect *defect; /* NULL: healthy */
	struct identity imsi, msisdn;
	struct identity impi[IMPI_MAX];
	struct public_identity impu[IMPU_MAX];
	unsigned impi_count, impu_count;
	unsigned network; /* its home among the visited networks, from 0 */
};

/* What the format at hand can say (bits). */
enum carrier {
	CARRIER_XML = 1,   /* IMSSubscription documents: no IMSI, everything is associated */
	CARRIER_CSV = 2,   /* a row for each IMPI and IMPU: IMSI, MSISDN, unassociated IMPUs */
	CARRIER_FHOSS = 4, /* no IMSI nor MSISDN; grants, can_register; unassociated IMPUs belong to
			      nobody */
	CARRIER_ALL = 7,
};

struct population {
	uint64_t subscribers, seed;
	double share; /* of subscribers with a defect, 0 to 1 */
	bool is_literal;
	enum carrier carrier;
	char plmn[6]; /* five digits: MCC and a MNC of two */
	char home[DOMAIN_ROOM];
	const struct defect *kind[KINDS_MAX]; /* those that the carrier can express */
	unsigned kind_count;
};

extern const char *const literal_domains[LITERAL_DOMAINS];

/* The other fields are set; fills home and the kinds. */
void population_init(struct population *p);
void population_make(const struct population *p, uint64_t index, struct subscriber *out);
/* The defect of one subscriber, NULL for a healthy one. Defects between two subscriptions are held
 * by one of the second half; population_partner then gives the one of the first half that suffers
 * with it, which has no other defect. */
const struct defect *population_defect(const struct population *p, uint64_t index);
uint64_t population_partner(const struct population *p, uint64_t index);

/* --- for the defects ---------------------------------------------------------------------------
 */
void identity_set(struct identity *i, const char *scheme, const char *user, unsigned user_length,
		  const char *domain);
/* Its identities as if nothing were wrong with it. */
void population_make_healthy(const struct population *p, uint64_t index, struct subscriber *out);
