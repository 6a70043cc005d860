/* One IMS subscription as one source provisions it: the record that importers fill, the store packs
 * and the resolver reads (TS 23.228 4.3.3; cx-semantics 1.4; export-formats 4). What the source did
 * not say is unknown, never "no".
 *
 * All texts are borrowed: they must stay valid until the consumer of the record returns, or live in
 * the record's arena. A streaming reader uses one record and resets it between subscriptions. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/text.h"
#include "base/tri.h"
#include "model/identity.h"

enum reg_state {
	REG_STATE_UNKNOWN, /* not exported */
	REG_STATE_NOT_REGISTERED,
	REG_STATE_REGISTERED,
	REG_STATE_UNREGISTERED, /* services kept: "unregistered" of TS 29.228 */
	REG_STATE_AUTH_PENDING,
};

/* A reference to something in the snapshot's directory, or its documented absence. */
enum link_state {
	LINK_UNKNOWN, /* not exported */
	LINK_NONE,    /* exported and empty (NULL, -1, '') */
	LINK_ID,      /* id is the source's number; it may dangle */
};
struct link {
	enum link_state state;
	uint32_t id;
};

/* Authentication schemes: FHoSS' bit mask, which covers TS 29.229 6.3.9 and the usual dialects. */
enum auth_scheme {
	SCHEME_AKAV1 = 1,
	SCHEME_AKAV2 = 2,
	SCHEME_MD5 = 4,
	SCHEME_DIGEST = 8,
	SCHEME_HTTP_DIGEST_MD5 = 16,
	SCHEME_EARLY_IMS = 32,
	SCHEME_NASS_BUNDLED = 64,
	SCHEME_SIP_DIGEST = 128,
};

struct impi {
	struct text identity; /* as the source wrote it, byte for byte */
	uint64_t row;         /* row number in the source's own table, 0 = it has none */
	bool has_schemes;     /* schemes is exported */
	uint32_t schemes;     /* enum auth_scheme bits */
	bool has_default_scheme;
	uint32_t default_scheme;  /* as exported: normally one bit */
	enum tri has_key;         /* AKA key or password present */
	enum tri has_sqn;         /* sequence number present */
	enum tri sqn_readable;    /* it is one, as far as its form tells: FHoSS wants hex digits */
	enum tri barred;          /* user (IMPI) barring, where the HSS knows such a level */
	enum tri roaming_allowed; /* per IMPI, where the HSS knows such a level */
};

enum irs_state {
	IRS_UNKNOWN, /* implicit sets are not exported */
	IRS_OWN,     /* a set of its own */
	IRS_NAMED, /* label names the set, within the subscription or globally by the source's rule
		    */
};

struct impu {
	struct text identity; /* as the source wrote it, byte for byte */
	uint64_t row; /* row number in the source; the same row may occur in several records */
	enum impu_kind kind;
	enum tri barred;       /* session barring: BarringIndication */
	enum tri may_register; /* FHoSS can_register, Huawei REGAUTH */
	enum tri is_default;   /* exported default mark of its set */
	enum irs_state irs_state;
	struct text irs;             /* label, when IRS_NAMED */
	struct link service_profile; /* into hss_directory.service_profile */
	enum reg_state state;
	enum tri psi_active;
	struct text wildcard;  /* pattern of a wildcarded PSI or IMPU; empty = exported and empty */
	enum tri has_charging; /* charging information assigned */
	bool has_grants;       /* visited networks are exported per IMPU */
	uint32_t *grants; /* source ids of granted visited networks, doubled rows kept; record's
			     arena */
	uint32_t grant_count;
};

struct association {
	uint32_t impi;        /* index into impi[] */
	uint32_t impu;        /* index into impu[] */
	uint32_t rows;        /* rows of the source that say so: normally 1 */
	enum reg_state state; /* per-pair state where exported */
};

enum record_kind {
	RECORD_SUBSCRIPTION,
	RECORD_ORPHAN_IMPI, /* IMPI whose subscription does not exist (and its associated IMPUs) */
	RECORD_ORPHAN_IMPU, /* IMPU that no IMPI is associated with */
	/* An association of which an end does not exist: name says which row and which end. */
	RECORD_DANGLING_ASSOCIATION,
	RECORD_KINDS
};

struct provenance {
	uint32_t file;   /* index into the snapshot's list of files */
	uint64_t offset; /* first byte in the uncompressed input */
	uint64_t line;   /* 1-based, 0 = not known; not stored */
};

struct ims_subscription {
	struct arena arena; /* for texts and lists that belong to the record */
	enum record_kind kind;
	struct text name;  /* the source's name of the subscription, absent when it has none */
	uint64_t row;      /* the source's id of the subscription, 0 = none */
	struct text *imsi; /* digits as exported */
	uint32_t imsi_count;
	struct text *msisdn; /* digits as exported, "+" kept */
	uint32_t msisdn_count;
	enum tri has_imsi_column; /* yes: imsi_count 0 means "has none"; unknown: IMSIs are not
				     exported */
	enum tri ims_authorised;  /* IMS service allowed: not suspended, not barred as a whole */
	struct link scscf;        /* LINK_ID: scscf_name holds it (id unused) */
	struct text scscf_name;
	struct link capability_set; /* into hss_directory.capability_set */
	struct link preferred_set;  /* into hss_directory.preferred_set */
	enum tri has_associations;  /* unknown: associations are not exported */
	struct impi *impi;
	uint32_t impi_count;
	struct impu *impu;
	uint32_t impu_count;
	struct association *association;
	uint32_t association_count;
	struct provenance provenance;
	uint32_t capacity[5]; /* of the lists above, in their order; private */
};

void subscription_init(struct ims_subscription *s);
/* Empties the record, keeps its memory. */
void subscription_reset(struct ims_subscription *s);
void subscription_clear(struct ims_subscription *s);

/* Append; the new element is zeroed (everything unknown) but for what is given. The pointer is
 * valid until the next append to the same list. NULL when memory is out or the cap of base/limits.h
 * is reached. */
struct text *subscription_add_imsi(struct ims_subscription *s, struct text imsi);
struct text *subscription_add_msisdn(struct ims_subscription *s, struct text msisdn);
struct impi *subscription_add_impi(struct ims_subscription *s, struct text identity);
struct impu *subscription_add_impu(struct ims_subscription *s, struct text identity);
/* Adds the pair, or counts one more row when it is there already. */
struct association *subscription_associate(struct ims_subscription *s, uint32_t impi,
					   uint32_t impu);
/* The same without looking for the pair, which the caller knows to be new. */
struct association *subscription_add_association(struct ims_subscription *s, uint32_t impi,
						 uint32_t impu);
/* NULL when the pair is not associated. */
const struct association *subscription_association(const struct ims_subscription *s, uint32_t impi,
						   uint32_t impu);
/* Records one visited-network grant of an IMPU (grants live in the record's arena); false when
 * memory is out. */
bool subscription_grant(struct ims_subscription *s, struct impu *impu, uint32_t visited_network);
/* True when both IMPUs of this record are members of one implicit registration set, by the rule
 * "labels are per subscription" (design.md 10.9); unknown where sets are not exported and the IMPUs
 * differ. */
enum tri subscription_same_irs(const struct ims_subscription *s, uint32_t impu_a, uint32_t impu_b);
/* True for IMPUs of which the export does not tell whose they are. */
bool subscription_is_owner_unknown(const struct ims_subscription *s);
/* A deep copy into *out (initialised); texts go to its arena. RC_NOMEM leaves *out empty. */
enum rc subscription_copy(struct ims_subscription *out, const struct ims_subscription *s);
