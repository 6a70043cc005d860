/* The operator's policy: what exports do not say (design.md 10.2, 10.4, 10.5, 10.8, 10.16). Plain
 * data; the file is read by audit/policy_file.h. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/text.h"
#include "base/tri.h"
#include "model/plmn.h"

enum sim_type { SIM_TYPE_UNKNOWN, SIM_TYPE_USIM, SIM_TYPE_ISIM };

struct policy {
	struct arena arena;
	struct plmn_rule *plmn; /* home PLMNs: their digits fix the MNC length */
	size_t plmn_count;
	enum sim_type sim_type;
	struct text home_visited_network; /* string that the home P-CSCF sends; absent = not
					     configured */
	struct text scheme;               /* asked in MAR; absent = by design.md 10.5 */
	struct text hss;                  /* profile names; absent = default */
	struct text cscf;
	struct text country_code; /* digits, for national numbers; absent = not configured */
	/* assume: declared defaults of facts that exports seldom carry; benign (yes) unless set */
	enum tri assume_roaming_at_home, assume_ims_authorised, assume_key_present;
	struct text *test_range; /* IMSI prefixes whose refusals are intended */
	size_t test_range_count;
	bool suspended_is_intended; /* refusals of suspended subscriptions are intended */
	bool roaming_barred_is_intended;
	struct text *p_cscf; /* addresses, networks or names of the operator's P-CSCFs */
	size_t p_cscf_count;
	struct text *trusted_network; /* "192.0.2.0/24": SIP from there is inside the trust domain
				       */
	size_t trusted_network_count;
	struct text known_good; /* IMPU that registers well, to compare with; absent: none */
};

/* The benign default policy. */
void policy_init(struct policy *p);
void policy_clear(struct policy *p);

/* Whether address (IPv4, IPv6 or a name; a port behind it is ignored) is one of the P-CSCFs or lies
 * in one of the trusted networks. */
bool policy_trusts(const struct policy *policy, struct text address);
/* An address, or an address and a prefix length. */
bool policy_is_network(struct text network);
