#include "audit/cscf_profile.h"

/* TS 24.229 5.3.1.2, 5.3.1.3 (I-CSCF) and 5.4.1 (S-CSCF). The status for a negative MAA or SAA is
 * not laid down: 403 for an experimental code in MAA, 500 otherwise, both conditional. */
#define EXPERIMENTAL (1 << ANSWER_EXPERIMENTAL)
#define RESULT_CODE (1 << ANSWER_RESULT_CODE)
#define SERVER_ERROR "Server Internal Error"

static const struct cscf_answer answers[] = {
	{CX_UAR, EXPERIMENTAL, .sip = SIP(403, "Forbidden", NODE_I_CSCF)},
	{CX_UAR, RESULT_CODE, 5003, .sip = SIP(403, "Forbidden", NODE_I_CSCF)},
	{CX_UAR, ANY_KIND, .sip = SIP(480, "Temporarily Unavailable", NODE_I_CSCF)},
	{CX_MAR, EXPERIMENTAL,
	 .sip = SIP_OPEN(403, "Forbidden", NODE_S_CSCF, "s-cscf-status-for-maa", "403",
			 OUTCOME_FAILS)},
	{CX_MAR, ANY_KIND,
	 .sip = SIP_OPEN(500, SERVER_ERROR, NODE_S_CSCF, "s-cscf-status-for-maa", "500",
			 OUTCOME_REFUSED)},
	{CX_SAR, EXPERIMENTAL,
	 .sip = SIP_OPEN(500, SERVER_ERROR, NODE_S_CSCF, "s-cscf-status-for-saa", "500",
			 OUTCOME_REFUSED)},
	{CX_SAR, ANY_KIND,
	 .sip = SIP_OPEN(500, SERVER_ERROR, NODE_S_CSCF, "s-cscf-status-for-saa", "500",
			 OUTCOME_FAILS)},
};

static const struct step after[] = {
	/* a directory may lag behind what DNS reaches, hence conditional */
	{.any = {FACT_SCSCF_REACHABLE},
	 .commands = IN_UAR,
	 .types = FOR_REGISTRATION,
	 .flags = STEP_UNKNOWN_PASSES,
	 .strength = STEP_LIKELY,
	 .rule = RULE_ROW(34),
	 .sip = &(const struct sip_answer)SIP(504, "Server Time-out", NODE_I_CSCF)},
	{.any = {FACT_CAPABILITIES_SERVED},
	 .commands = IN_UAR,
	 .types = FOR_REGISTRATION,
	 .flags = STEP_UNKNOWN_PASSES | STEP_FIRST_ONLY,
	 .rule = RULE_ROW(33),
	 .sip = &(const struct sip_answer)SIP(600, "Busy Everywhere", NODE_I_CSCF)},
	{.any = {FACT_USER_DATA_VALID},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_OF_IMPU,
	 .rule = RULE_ROW(20),
	 .sip = &(const struct sip_answer)SIP_OPEN(500, SERVER_ERROR, NODE_S_CSCF,
						   "s-cscf-status-for-saa", "500", OUTCOME_FAILS)},
};

const struct cscf_profile cscf_profile_3gpp = {
	.name = "3gpp",
	.answer = answers,
	.answer_count = sizeof(answers) / sizeof(answers[0]),
	.after = after,
	.after_count = sizeof(after) / sizeof(after[0]),
};
