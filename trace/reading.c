#include "trace/reading.h"

#define ANY 0, 999
#define FAILED 300, 699
#define CX_SAYS(command, kind, low, high)      \
	{                                      \
		true, command, kind, low, high \
	}
#define NO_CX     \
	{         \
		0 \
	}

/* When a row of either table applies. */
struct condition_row {
	enum cause_method method;
	int status_low, status_high;
	struct cause_answer cx;
	short need[CAUSE_NEEDS_MAX + 1];
};

static const struct {
	struct condition_row when;
	struct folk_reading reading;
} folk_rows[] = {
	{{CAUSE_REGISTER, ANY, NO_CX, {CASE_IMPU_BARRED, CASE_SET_USABLE}},
	 {"the IMPU is barred, therefore 403",
	  "a barred IMPU registers when its implicit registration set holds one that is not: the "
	  "normal case of the identity derived from the IMSI, which must stay barred",
	  "TS 29.228 6.1.1.1, TS 23.003 13.4B", "false"}},
	{{CAUSE_REGISTER, FAILED, NO_CX, {CASE_IMPU_BARRED, -CASE_SET_USABLE}},
	 {"the S-CSCF refuses a barred IMPU",
	  "the HSS decides in the UAR, by the whole implicit set, and the I-CSCF sends the 403; "
	  "neither MAR nor SAR nor the S-CSCF tests barring on REGISTER",
	  "TS 29.228 6.1.1.1", "who"}},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_RESULT_CODE, 5003, 5003), {0}},
	 {"5003 means that the identity is not registered",
	  "5003 is two codes: in Result-Code, as here, AUTHORIZATION_REJECTED; in "
	  "Experimental-Result-Code IDENTITY_NOT_REGISTERED",
	  "TS 29.229 6.2, RFC 6733 7.1", "false"}},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_RESULT_CODE, 3000, 3999), {0}},
	 {"403, so the subscriber is refused",
	  "Diameter could not deliver the question; by the standard that is 480, and some CSCFs "
	  "make it 403",
	  "TS 24.229 5.3.1.3", "false"}},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_EXPERIMENTAL, 5001, 5001), {0}},
	 {"an unknown user gives 404",
	  "404 belongs to calls (LIA); a REGISTER of an unknown user is refused with 403",
	  "TS 24.229 5.3.1.2", "none"}},
	{{CAUSE_REGISTER, ANY, NO_CX, {CASE_IMPI_ODD}},
	 {"the IMPI is imsi-<IMSI>@ims.mnc…, or any spelling that holds the IMSI",
	  "without an ISIM the IMPI is the unaltered IMSI, '@' and the home domain with an MNC of "
	  "three digits, and nothing before it",
	  "TS 23.003 13.3", "false"}},
	{{CAUSE_REGISTER, 403, 403, NO_CX, {CASE_ANSWERED, CASE_CHALLENGED}},
	 {"403 replaces the 401 when the HSS refuses",
	  "that is so for a refused UAR and for most refused MARs, before any 401; a 403 after an "
	  "answered 401 comes from the S-CSCF's check of the response, or from the P-CSCF",
	  "TS 24.229 5.4.1.2.3A", "when"}},
	{{CAUSE_REGISTER, 0, 401, NO_CX, {CASE_EMPTY_RESPONSE}},
	 {"wrong keys give 403",
	  "with a wrong K or OPc the UE itself rejects the challenge: an empty response, a loop of "
	  "401, or silence",
	  "TS 33.203 6.1.1", "when"}},
	{{CAUSE_REGISTER, 0, 401, NO_CX, {CASE_CHALLENGE_LOOP, -CASE_EMPTY_RESPONSE}},
	 {"wrong keys give 403", "different keys normally show as a loop of 401 or as silence",
	  "TS 33.203 6.1.1", "when"}},
	{{CAUSE_REGISTER, FAILED, NO_CX, {CASE_SECURITY_FAULT}},
	 {"a failing security association gives 403",
	  "the standard answers a broken agreement with 421 or 494, and ESP that fails its check "
	  "with silence; 403 is for a username that does not belong to the association, and for "
	  "some makes",
	  "RFC 3329 2.3, TS 33.203 7.3", "when"}},
	{{CAUSE_REGISTER, 0, 0, NO_CX, {CASE_RETRY_UNANSWERED, CASE_SECURITY_AGREED}},
	 {"a failing security association gives 403",
	  "ESP that fails its check is dropped in silence", "TS 33.203 7.3.1.1", "when"}},
	{{CAUSE_REGISTER, 403, 403, NO_CX, {-CASE_P_CSCF_LISTED}},
	 {"an unauthorised P-CSCF address gives 403",
	  "so it does at the I-CSCF, and it hits everybody behind that P-CSCF alike: a fault of "
	  "the network, not of the subscriber",
	  "TS 24.229 5.3.1.2", "none"}},
	{{CAUSE_REGISTER, ANY, NO_CX, {CASE_PROXY_CHALLENGED}},
	 {"407 is a normal challenge",
	  "a REGISTER is challenged with 401 by the registrar; IMS with AKA never sends 407",
	  "RFC 3261 22.2, TS 33.203 N", "false"}},
	{{CAUSE_SESSION, FAILED, NO_CX, {CASE_PROXY_CHALLENGED}},
	 {"407 is a normal challenge",
	  "it is one only when a retry with the right Proxy-Authorization follows and succeeds; a "
	  "second 407 without stale=true refuses the credentials",
	  "RFC 3261 22.3", "when"}},
	{{CAUSE_BOTH, FAILED, NO_CX, {CASE_PHRASE_CONTRADICTS}},
	 {"the reason phrase names the cause",
	  "judge by command, AVP, vendor and code; phrases are reused", "TS 29.229 6.2", "false"}},
	{{CAUSE_SESSION, 403, 403, NO_CX, {CASE_IMPU_BARRED, CASE_SET_USABLE}},
	 {"the IMPU is barred, so unbar it",
	  "the identity derived from the IMSI is barred on purpose; requests use the first URI of "
	  "P-Associated-URI",
	  "TS 24.229 5.4.3.2, TS 23.003 13.4B", "false"}},
};

static const struct {
	struct condition_row when;
	const char *text;
} ruled_out_rows[] = {
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_EXPERIMENTAL, 5001, 5001), {0}},
	 "keys, OP/OPc and sequence numbers: OPc cannot cause UAA 5001, no vector was asked for "
	 "yet"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_EXPERIMENTAL, 5001, 5001), {0}},
	 "barring, roaming and suspension: the HSS looks at them only once both identities are "
	 "known"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_EXPERIMENTAL, 5002, 5009), {0}},
	 "an unknown IMPI or IMPU: the HSS tests that first and passed it"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_EXPERIMENTAL, 5002, 5009), {0}},
	 "keys and IPsec: no vector was asked for yet"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_RESULT_CODE, 5003, 5003), {0}},
	 "unknown identities and a missing association: the HSS tests them first and passed them"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_RESULT_CODE, 5003, 5003), {0}},
	 "keys and IPsec: no vector was asked for yet"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_UAR, ANSWER_RESULT_CODE, 3000, 3999), {0}},
	 "the subscriber's data: the HSS never saw the question"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_SAR, ANSWER_RESULT_CODE, 0, 5999), {0}},
	 "the UAR, the MAR and the keys: a failing SAR follows a rightly answered challenge"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_SAR, ANSWER_EXPERIMENTAL, 0, 5999), {0}},
	 "the UAR, the MAR and the keys: a failing SAR follows a rightly answered challenge"},
	{{CAUSE_REGISTER, FAILED, CX_SAYS(CX_SAR, ANSWER_OTHER_VENDOR, 0, UINT32_MAX), {0}},
	 "the UAR, the MAR and the keys: a failing SAR follows a rightly answered challenge"},
	{{CAUSE_REGISTER, 0, 699, NO_CX, {CASE_UAA_PASSED}},
	 "an unknown identity, a missing association, a barred implicit set and roaming: the HSS "
	 "accepted the UAR"},
	{{CAUSE_REGISTER, 0, 699, NO_CX, {CASE_MAA_PASSED}},
	 "a missing key and an unsupported scheme: the HSS gave vectors"},
	{{CAUSE_REGISTER, 300, 699, NO_CX, {CASE_SAR_SEEN}},
	 "wrong keys and a wrong response: the S-CSCF sends the SAR once the response is right"},
	{{CAUSE_REGISTER, 402, 699, NO_CX, {CASE_CHALLENGED}},
	 "a refused UAR and a refused MAR: both come before the 401 that was seen"},
	{{CAUSE_REGISTER, 0, 401, NO_CX, {CASE_CHALLENGED}},
	 "unknown identities, barring and roaming: the HSS accepted the UAR before the 401"},
	{{CAUSE_REGISTER, FAILED, NO_CX, {CASE_CX_ABSENT, -CASE_CHALLENGED}},
	 "the HSS and its data: it was not asked"},
	{{CAUSE_REGISTER, 403, 403, NO_CX, {-CASE_CHALLENGED}},
	 "the service profile (SAR) and a wrong response: both come after a 401, and none was "
	 "seen"},
	{{CAUSE_SESSION, 403, 403, NO_CX, {CASE_CALLER_REGISTERED}},
	 "a missing registration: the caller was seen to register"},
};

static bool applies(const struct case_facts *f, const struct condition_row *when)
{
	struct cause_row row = {
		.method = when->method,
		.status_low = when->status_low,
		.status_high = when->status_high,
		.cx = when->cx,
	};

	memcpy(row.need, when->need, sizeof(row.need));
	return cause_applies(f, &row);
}

void reading_fill(const struct case_facts *f, struct diagnosis *out)
{
	if (case_fact_is(f, CASE_PLAIN_SIP))
		return;
	for (size_t i = 0; i < sizeof(folk_rows) / sizeof(folk_rows[0]); i++)
		if (out->folk_count < FOLK_READINGS_MAX && applies(f, &folk_rows[i].when))
			out->folk[out->folk_count++] = folk_rows[i].reading;
	if (out->cause == CAUSE_NONE || out->cause == CAUSE_NORMAL_CHALLENGE)
		return;
	for (size_t i = 0; i < sizeof(ruled_out_rows) / sizeof(ruled_out_rows[0]); i++)
		if (out->ruled_out_count < RULED_OUT_MAX && applies(f, &ruled_out_rows[i].when))
			out->ruled_out[out->ruled_out_count++] = ruled_out_rows[i].text;
}
