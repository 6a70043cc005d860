/* One registration that a UE would try (design.md 3, "What a UE presents"). */
#pragma once
#include <stdbool.h>
#include "base/text.h"

/* The Cx commands, named by their requests (TS 29.229 6.1). A registration makes the first three,
 * in this order; an observer sees all. */
enum cx_command { CX_UAR, CX_MAR, CX_SAR, CX_LIR, CX_PPR, CX_RTR };
#define CX_COMMANDS 6
const char *cx_command_str(enum cx_command c); /* "UAR" */

/* Values of User-Authorization-Type, TS 29.229 6.3.24. */
enum authorization_type {
	AUTHORIZATION_REGISTRATION,
	AUTHORIZATION_DEREGISTRATION,
	AUTHORIZATION_CAPABILITIES
};
const char *authorization_type_str(
	enum authorization_type t); /* "registration", "deregistration", "capabilities" */

enum attempt_origin { ORIGIN_USIM, ORIGIN_ISIM, ORIGIN_OBSERVED, ORIGIN_PROVISIONED, ORIGIN_GIVEN };
const char *attempt_origin_str(enum attempt_origin o);

/* What the visited network string rests on (design.md 10.4). */
enum visited_basis { VISITED_GIVEN, VISITED_POLICY, VISITED_HOME_DERIVED };

struct attempt {
	enum attempt_origin origin;
	struct text impi;            /* absent: AVP not sent */
	struct text impu;            /* absent: AVP not sent */
	struct text visited_network; /* absent: AVP not sent; empty: sent empty */
	enum visited_basis visited_basis;
	enum authorization_type type;
	bool is_emergency;       /* UAR-Flags bit 0 */
	struct text scheme;      /* SIP-Authentication-Scheme; absent: not sent */
	enum cx_command from;    /* earlier steps are taken as passed */
	struct text server_name; /* S-CSCF that asks in MAR and SAR; absent: not known */
	struct text imsi;        /* the IMSI it was derived from (usim); absent otherwise */
	bool is_pair_chosen;     /* another IMPU might be presented: verdict is conditional on the
				    choice */
	bool is_mnc_length_uncertain; /* the other MNC length gives another attempt */
};
