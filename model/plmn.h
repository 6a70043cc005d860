/* PLMN, MNC length and the home network domain (TS 23.003 12.1, 13.2; cx-semantics 1.1, 1.2). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

enum mnc_source {
	MNC_SOURCE_NONE,      /* no rule applies: 2 is assumed, both are possible */
	MNC_SOURCE_TABLE,     /* by MCC; certain where both sources of the table agree */
	MNC_SOURCE_EXCEPTION, /* by an exception on the first six digits */
	MNC_SOURCE_EXPORT,    /* majority of the domains in the export (set by the caller) */
	MNC_SOURCE_POLICY,    /* operator configuration: authoritative */
};

/* A configured PLMN: its digits fix the MNC length (5 digits = MCC + 2, 6 = MCC + 3). */
struct plmn_rule {
	char digits[7];
	enum mnc_source source; /* MNC_SOURCE_POLICY or MNC_SOURCE_EXPORT */
};

struct mnc_length {
	unsigned length; /* 2 or 3: the likelier one */
	bool is_certain; /* false: the other one must be computed too */
	enum mnc_source source;
};

/* The MNC length of an IMSI (at least 6 digits): rules first (longest match; POLICY before EXPORT),
 * then exceptions, then the MCC table. An EXPORT rule is returned as certain = false only when the
 * table disagrees for sure. */
struct mnc_length plmn_mnc_length(struct text imsi, const struct plmn_rule *rules, size_t count);

#define PLMN_DOMAIN_MAX 48
/* "ims.mnc<3>.mcc<3>.3gppnetwork.org" for an IMSI of at least 3 + mnc_length digits; false when it
 * is shorter or not of digits. out has PLMN_DOMAIN_MAX bytes. */
bool plmn_home_domain(struct text imsi, unsigned mnc_length, char *out);

/* Parts of a domain of the form [prefix.]mnc<digits>.mcc<digits>.3gppnetwork.org, any case. */
struct plmn_domain {
	struct text
		label; /* what stands before "mnc": "ims", "epc", "nai.epc", "ims.nid…", or empty */
	struct text mnc; /* digits as written: may be 1 to 3 or more */
	struct text mcc;
	bool is_ims; /* label is "ims" (any case) and mnc, mcc have three digits */
};
/* False when the domain is not of that shape; out untouched. */
bool plmn_domain_parse(struct text domain, struct plmn_domain *out);
