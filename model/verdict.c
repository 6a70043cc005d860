#include "model/verdict.h"

#include <inttypes.h>
#include <stdio.h>

#define VENDOR_3GPP 10415u

const char *answer_kind_avp(enum answer_kind k)
{
	static const char *const names[] = {
		[ANSWER_SILENT] = NULL,
		[ANSWER_RESULT_CODE] = "Result-Code",
		[ANSWER_EXPERIMENTAL] = "Experimental-Result-Code",
		[ANSWER_WITHOUT_CODE] = NULL,
		[ANSWER_OTHER_VENDOR] = "Experimental-Result-Code",
	};

	return names[k];
}

/* TS 29.229 6.2 (vendor 10415) and RFC 6733 7.1. 5010 is no longer in TS 29.229. */
static const struct {
	enum answer_kind kind;
	uint32_t code;
	const char *name;
} codes[] = {
	{ANSWER_EXPERIMENTAL, 2001, "DIAMETER_FIRST_REGISTRATION"},
	{ANSWER_EXPERIMENTAL, 2002, "DIAMETER_SUBSEQUENT_REGISTRATION"},
	{ANSWER_EXPERIMENTAL, 2003, "DIAMETER_UNREGISTERED_SERVICE"},
	{ANSWER_EXPERIMENTAL, 2004, "DIAMETER_SUCCESS_SERVER_NAME_NOT_STORED"},
	{ANSWER_EXPERIMENTAL, 2005, "DIAMETER_SERVER_SELECTION"},
	{ANSWER_EXPERIMENTAL, 5001, "DIAMETER_ERROR_USER_UNKNOWN"},
	{ANSWER_EXPERIMENTAL, 5002, "DIAMETER_ERROR_IDENTITIES_DONT_MATCH"},
	{ANSWER_EXPERIMENTAL, 5003, "DIAMETER_ERROR_IDENTITY_NOT_REGISTERED"},
	{ANSWER_EXPERIMENTAL, 5004, "DIAMETER_ERROR_ROAMING_NOT_ALLOWED"},
	{ANSWER_EXPERIMENTAL, 5005, "DIAMETER_ERROR_IDENTITY_ALREADY_REGISTERED"},
	{ANSWER_EXPERIMENTAL, 5006, "DIAMETER_ERROR_AUTH_SCHEME_NOT_SUPPORTED"},
	{ANSWER_EXPERIMENTAL, 5007, "DIAMETER_ERROR_IN_ASSIGNMENT_TYPE"},
	{ANSWER_EXPERIMENTAL, 5008, "DIAMETER_ERROR_TOO_MUCH_DATA"},
	{ANSWER_EXPERIMENTAL, 5009, "DIAMETER_ERROR_NOT_SUPPORTED_USER_DATA"},
	{ANSWER_EXPERIMENTAL, 5010, "DIAMETER_MISSING_USER_ID"},
	{ANSWER_EXPERIMENTAL, 5011, "DIAMETER_ERROR_FEATURE_UNSUPPORTED"},
	{ANSWER_EXPERIMENTAL, 5012, "DIAMETER_ERROR_SERVING_NODE_FEATURE_UNSUPPORTED"},
	{ANSWER_RESULT_CODE, 2001, "DIAMETER_SUCCESS"},
	{ANSWER_RESULT_CODE, 2002, "DIAMETER_LIMITED_SUCCESS"},
	{ANSWER_RESULT_CODE, 3001, "DIAMETER_COMMAND_UNSUPPORTED"},
	{ANSWER_RESULT_CODE, 3002, "DIAMETER_UNABLE_TO_DELIVER"},
	{ANSWER_RESULT_CODE, 3003, "DIAMETER_REALM_NOT_SERVED"},
	{ANSWER_RESULT_CODE, 3004, "DIAMETER_TOO_BUSY"},
	{ANSWER_RESULT_CODE, 3005, "DIAMETER_LOOP_DETECTED"},
	{ANSWER_RESULT_CODE, 3007, "DIAMETER_APPLICATION_UNSUPPORTED"},
	{ANSWER_RESULT_CODE, 4001, "DIAMETER_AUTHENTICATION_REJECTED"},
	{ANSWER_RESULT_CODE, 4002, "DIAMETER_OUT_OF_SPACE"},
	{ANSWER_RESULT_CODE, 4003, "DIAMETER_ELECTION_LOST"},
	{ANSWER_RESULT_CODE, 5001, "DIAMETER_AVP_UNSUPPORTED"},
	{ANSWER_RESULT_CODE, 5002, "DIAMETER_UNKNOWN_SESSION_ID"},
	{ANSWER_RESULT_CODE, 5003, "DIAMETER_AUTHORIZATION_REJECTED"},
	{ANSWER_RESULT_CODE, 5004, "DIAMETER_INVALID_AVP_VALUE"},
	{ANSWER_RESULT_CODE, 5005, "DIAMETER_MISSING_AVP"},
	{ANSWER_RESULT_CODE, 5006, "DIAMETER_RESOURCES_EXCEEDED"},
	{ANSWER_RESULT_CODE, 5008, "DIAMETER_AVP_NOT_ALLOWED"},
	{ANSWER_RESULT_CODE, 5009, "DIAMETER_AVP_OCCURS_TOO_MANY_TIMES"},
	{ANSWER_RESULT_CODE, 5012, "DIAMETER_UNABLE_TO_COMPLY"},
};

const char *cx_code_name(enum answer_kind kind, uint32_t code)
{
	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].kind == kind && codes[i].code == code)
			return codes[i].name;
	return "DIAMETER_UNKNOWN_CODE";
}

uint32_t cx_answer_vendor(const struct cx_answer *a)
{
	if (a->kind == ANSWER_EXPERIMENTAL)
		return VENDOR_3GPP;
	return a->kind == ANSWER_OTHER_VENDOR ? a->vendor : 0;
}

const char *cx_vendor_text(const struct cx_answer *a, char out[CX_VENDOR_TEXT_MAX])
{
	if (a->kind != ANSWER_OTHER_VENDOR)
		return NULL;
	if (!a->vendor)
		return "of an unknown vendor";
	snprintf(out, CX_VENDOR_TEXT_MAX, "of vendor %" PRIu32, a->vendor);
	return out;
}

void cx_answer_set_vendor(struct cx_answer *a, uint32_t vendor)
{
	a->kind = vendor == VENDOR_3GPP ? ANSWER_EXPERIMENTAL : ANSWER_OTHER_VENDOR;
	a->vendor = vendor == VENDOR_3GPP ? 0 : vendor;
}

const char *outcome_str(enum outcome o)
{
	static const char *const names[] = {
		[OUTCOME_REGISTERS] = "registers", [OUTCOME_REFUSED] = "refused",
		[OUTCOME_FAILS] = "fails",         [OUTCOME_ACCEPTED] = "accepted",
		[OUTCOME_UNDECIDED] = "undecided",
	};

	return names[o];
}

const char *certainty_str(enum certainty c)
{
	static const char *const names[] = {
		[CERTAINTY_CERTAIN] = "certain",
		[CERTAINTY_CONDITIONAL] = "conditional",
		[CERTAINTY_UNPROVEN] = "unproven",
	};

	return names[c];
}

const char *sip_node_str(enum sip_node n)
{
	static const char *const names[] = {
		[NODE_NONE] = NULL,       [NODE_UE] = "UE",         [NODE_P_CSCF] = "P-CSCF",
		[NODE_I_CSCF] = "I-CSCF", [NODE_S_CSCF] = "S-CSCF", [NODE_AS] = "AS",
		[NODE_HSS] = "HSS",
	};

	return names[n];
}
