#include "audit/cscf_profile.h"

/* Clearwater: homestead turns Cx answers into HTTP ones, sprout those into SIP. */
#define EXPERIMENTAL (1 << ANSWER_EXPERIMENTAL)
#define RESULT_CODE (1 << ANSWER_RESULT_CODE)
#define SILENT (1 << ANSWER_SILENT)
#define SERVER_ERROR "Server Internal Error"

static const struct cscf_answer answers[] = {
	{CX_UAR, EXPERIMENTAL, 5001, 5002, .sip = SIP(403, "Forbidden", NODE_I_CSCF)},
	{CX_UAR, EXPERIMENTAL, 5004, .sip = SIP(403, "Forbidden", NODE_I_CSCF)},
	{CX_UAR, RESULT_CODE, 5003, .sip = SIP(403, "Forbidden", NODE_I_CSCF)},
	{CX_UAR, ANY_KIND, .sip = SIP(480, "Temporarily Unavailable", NODE_I_CSCF)},
	{CX_MAR, SILENT, .sip = SIP(504, "Server Timeout", NODE_S_CSCF)},
	{CX_MAR, RESULT_CODE, 3002, 3004, .sip = SIP(504, "Server Timeout", NODE_S_CSCF)},
	{CX_MAR, ANY_KIND, .sip = SIP(403, "Forbidden", NODE_S_CSCF)},
	{CX_SAR, EXPERIMENTAL, 5001, .sip = SIP(403, "Forbidden", NODE_S_CSCF)},
	{CX_SAR, SILENT, .sip = SIP(504, "Server Timeout", NODE_S_CSCF)},
	{CX_SAR, ANY_KIND, .sip = SIP(500, SERVER_ERROR, NODE_S_CSCF)},
};

static const struct step after[] = {
	{.any = {FACT_SCSCF_REACHABLE},
	 .commands = IN_UAR,
	 .types = FOR_REGISTRATION,
	 .flags = STEP_UNKNOWN_PASSES,
	 .strength = STEP_LIKELY,
	 .rule = RULE_ROW(34),
	 .sip = &(const struct sip_answer)SIP(504, "Server Timeout", NODE_I_CSCF)},
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
	 .sip = &(const struct sip_answer)SIP(500, SERVER_ERROR, NODE_S_CSCF)},
	{.any = {FACT_IMPU_IN_USER_DATA},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES | STEP_OF_IMPU | STEP_OF_SPELLING,
	 .rule = RULE_ROW(46),
	 .sip = &(const struct sip_answer)SIP(500, SERVER_ERROR, NODE_S_CSCF)},
	/* sprout refuses a set that is barred as a whole when the HSS has let it pass */
	{.any = {FACT_IMPU_UNBARRED, FACT_SET_HAS_UNBARRED, FACT_SET_HAS_UNBARRED_WILDCARD},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_NOT_IN_EMERGENCY | STEP_OF_IMPU,
	 .rule = RULE_ROW(06),
	 .sip = &(const struct sip_answer)SIP(400, "Bad Request", NODE_S_CSCF)},
};

const struct cscf_profile cscf_profile_clearwater = {
	.name = "clearwater",
	.answer = answers,
	.answer_count = sizeof(answers) / sizeof(answers[0]),
	.after = after,
	.after_count = sizeof(after) / sizeof(after[0]),
};
