#include "model/attempt.h"

const char *cx_command_str(enum cx_command c)
{
	static const char *const names[] = {
		[CX_UAR] = "UAR", [CX_MAR] = "MAR", [CX_SAR] = "SAR",
		[CX_LIR] = "LIR", [CX_PPR] = "PPR", [CX_RTR] = "RTR",
	};

	return names[c];
}

const char *authorization_type_str(enum authorization_type t)
{
	static const char *const names[] = {
		[AUTHORIZATION_REGISTRATION] = "registration",
		[AUTHORIZATION_DEREGISTRATION] = "deregistration",
		[AUTHORIZATION_CAPABILITIES] = "capabilities",
	};

	return names[t];
}

const char *attempt_origin_str(enum attempt_origin o)
{
	static const char *const names[] = {
		[ORIGIN_USIM] = "usim",         [ORIGIN_ISIM] = "isim",
		[ORIGIN_OBSERVED] = "observed", [ORIGIN_PROVISIONED] = "provisioned",
		[ORIGIN_GIVEN] = "given",
	};

	return names[o];
}
