/* Judges a case: who sent the final answer, why, whether provisioning is to blame, and how sure
 * that is (cx-semantics 6, 9; field-cases). A table of causes, each with the evidence that speaks
 * for and against it; provisioning and observations are joined when there are any. */
#pragma once
#include "audit/policy.h"
#include "base/tri.h"
#include "model/verdict.h"
#include "trace/trace_case.h"

enum cause_class {
	CAUSE_NONE, /* succeeded, or nothing to explain */
	CAUSE_UNKNOWN,
	CAUSE_IMPI_UNKNOWN, /* IMPI or IMPU not known, or not associated */
	CAUSE_NOT_ASSOCIATED,
	CAUSE_BARRED,            /* by the rule of the implicit set */
	CAUSE_NOT_AUTHORISED,    /* suspended, not authorised for IMS */
	CAUSE_ROAMING,           /* visited network not allowed */
	CAUSE_P_CSCF_SECURITY,   /* security agreement, IPsec association */
	CAUSE_P_CSCF_TOPOLOGY,   /* P-CSCF not authorised, outside the trust domain */
	CAUSE_POLICY,            /* Rx, N5 or local policy at the P-CSCF: no Cx at all */
	CAUSE_KEYS,              /* 401 loop, empty response */
	CAUSE_WRONG_RESPONSE,    /* credentials refused: password, algorithm */
	CAUSE_RESYNCHRONISATION, /* loop of AUTS */
	CAUSE_SCHEME,            /* authentication scheme not supported */
	CAUSE_SCSCF_SELECTION,   /* capabilities, dead or unknown S-CSCF */
	CAUSE_HSS_UNREACHABLE,   /* silence, 3002 and its like */
	CAUSE_USER_DATA,         /* SAR failed, profile unusable */
	CAUSE_CLIENT_IDENTITY,   /* what the UE presents is not what it should */
	CAUSE_BARRED_CALLER,
	CAUSE_BARRED_CALLEE,
	CAUSE_CALL_BARRING_SERVICE,
	CAUSE_AS_REFUSAL,
	CAUSE_NOT_REGISTERED,
	CAUSE_WRONG_DEFAULT_IMPU,
	CAUSE_FOREIGN_PROXY,     /* 407 on REGISTER */
	CAUSE_PROXY_CREDENTIALS, /* 407: retry missing or wrong */
	CAUSE_NORMAL_CHALLENGE,
	CAUSE_UNREACHABLE,      /* no answer at all */
	CAUSE_BUSY_OR_DECLINED, /* 486, 600, 603 by the called party */
	CAUSE_REQUEST_FAULT,    /* 400, 420, 421, 423, 494: the request itself */
};
/* The slug of the JSON: "impi-unknown", "p-cscf-security", … */
const char *cause_class_str(enum cause_class c);

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
const char *confidence_str(enum confidence c);
