#include "audit/cscf_profile.h"

/* Kamailio's ims_icscf, ims_auth and ims_registrar_scscf with the published lab configuration, as
 * measured. The S-CSCF's own 500 after the SAR never reaches the UE: the I-CSCF looks for another
 * S-CSCF and answers itself. */
#define EXPERIMENTAL (1 << ANSWER_EXPERIMENTAL)
#define RESULT_CODE (1 << ANSWER_RESULT_CODE)
#define WITHOUT_CODE (1 << ANSWER_WITHOUT_CODE)
#define SILENT (1 << ANSWER_SILENT)
#define UNKNOWN_EXPERIMENTAL "Forbidden - HSS responded with unknown Experimental Result Code"
#define UNKNOWN_RESULT "Forbidden - HSS responded with unknown Result Code"
#define NO_PRIVATE "Bad Request - Private ID in Authorization / username token missing"
#define NEXT_SCSCF "Server error on UAR select next S-CSCF"

static const struct cscf_answer answers[] = {
	/* without these the I-CSCF does not even ask the HSS */
	{CX_UAR, ANY_KIND, .fact = FACT_IMPI_SENT, .sip = SIP(400, NO_PRIVATE, NODE_I_CSCF)},
	{CX_UAR, ANY_KIND, .fact = FACT_IMPU_SENT,
	 .sip = SIP(400, "Bad Request - Public ID in To header missing", NODE_I_CSCF)},
	{CX_UAR, ANY_KIND, .fact = FACT_VISITED_NETWORK_SENT,
	 .sip = SIP(400, "Bad Request - P-Visited-Network-ID header missing", NODE_I_CSCF)},
	{CX_UAR, EXPERIMENTAL, 5001, .sip = SIP(403, "Forbidden - HSS User Unknown", NODE_I_CSCF)},
	{CX_UAR, EXPERIMENTAL, 5002,
	 .sip = SIP(403, "Forbidden - HSS Identities don't match", NODE_I_CSCF)},
	{CX_UAR, EXPERIMENTAL, 5003,
	 .sip = SIP(403, "Forbidden - HSS Identity not registered", NODE_I_CSCF)},
	{CX_UAR, EXPERIMENTAL, 5004,
	 .sip = SIP(403, "Forbidden - HSS Roaming not allowed", NODE_I_CSCF)},
	{CX_UAR, RESULT_CODE, 5003,
	 .sip = SIP(403, "Forbidden - HSS Authorization Rejected", NODE_I_CSCF)},
	{CX_UAR, RESULT_CODE, 5012,
	 .sip = SIP(500, "Forbidden - HSS Unable to comply", NODE_I_CSCF)},
	{CX_UAR, RESULT_CODE, .sip = SIP(403, UNKNOWN_RESULT, NODE_I_CSCF)},
	{CX_UAR, EXPERIMENTAL | WITHOUT_CODE, .sip = SIP(500, UNKNOWN_EXPERIMENTAL, NODE_I_CSCF)},
	{CX_UAR, SILENT, .sip = SIP(408, "Request Timeout", NODE_I_CSCF)},

	{CX_MAR, SILENT, .sip = SIP(500, "MAR failed", NODE_S_CSCF)},
	{CX_MAR, RESULT_CODE, 5012, .needs_identities = true,
	 .sip = SIP(403, "Forbidden - HSS Unable to comply", NODE_S_CSCF)},
	/* said of any MAA without User-Name, whatever its code */
	{CX_MAR, ANY_KIND,
	 .sip = SIP(403, "Forbidden - Private identity not found (Authorization: username)",
		    NODE_S_CSCF)},
	{CX_SAR, ANY_KIND, .sip = SIP(500, NEXT_SCSCF, NODE_I_CSCF)},
};

static const struct step after[] = {
	/* dead: 500 after 32 s; the name may be alive although no directory lists it */
	{.any = {FACT_SCSCF_REACHABLE},
	 .commands = IN_UAR,
	 .types = FOR_REGISTRATION,
	 .flags = STEP_UNKNOWN_PASSES,
	 .strength = STEP_LIKELY,
	 .rule = RULE_ROW(34),
	 .sip = &(const struct sip_answer)SIP(500, NEXT_SCSCF, NODE_I_CSCF)},
	{.any = {FACT_CAPABILITIES_SERVED},
	 .commands = IN_UAR,
	 .types = FOR_REGISTRATION,
	 .flags = STEP_UNKNOWN_PASSES | STEP_FIRST_ONLY,
	 .rule = RULE_ROW(33),
	 .sip = &(const struct sip_answer)SIP(600, "Busy everywhere - Empty list of S-CSCFs",
					      NODE_I_CSCF)},
	{.any = {FACT_USER_DATA_VALID},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_OF_IMPU,
	 .rule = RULE_ROW(20),
	 .sip = &(const struct sip_answer)SIP(500, NEXT_SCSCF, NODE_I_CSCF)},
	{.any = {FACT_IMPU_IN_USER_DATA},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES | STEP_OF_IMPU | STEP_OF_SPELLING,
	 .rule = RULE_ROW(46),
	 .sip = &(const struct sip_answer)SIP(500, NEXT_SCSCF, NODE_I_CSCF)},
};

const struct cscf_profile cscf_profile_kamailio = {
	.name = "kamailio",
	.answer = answers,
	.answer_count = sizeof(answers) / sizeof(answers[0]),
	.after = after,
	.after_count = sizeof(after) / sizeof(after[0]),
};
