#include "audit/step.h"

/* Wrong keys end in a loop of challenges, in silence, or in a 403 of a strict S-CSCF; a UE without
 * IMS APN never sends a REGISTER (cx-semantics 9, rows D25 to D28, D37 to D39). */
#define UNDECIDED(open, otherwise) \
	&(const struct sip_answer)SIP_OPEN(0, NULL, NODE_NONE, open, "no", otherwise)

const struct step outside_steps[] = {
	{.any = {FACT_KEYS_AGREE},
	 .commands = IN_MAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES,
	 .rule = RULE_ROW(25),
	 .sip = UNDECIDED("keys-agree", OUTCOME_REFUSED)},
	{.any = {FACT_RESULT_AGREES},
	 .commands = IN_MAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES,
	 .rule = RULE_ROW(26),
	 .sip = UNDECIDED("result-agrees", OUTCOME_REFUSED)},
	{.any = {FACT_RESYNC_POSSIBLE},
	 .commands = IN_MAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES,
	 .rule = RULE_ROW(28),
	 .sip = UNDECIDED("resync-possible", OUTCOME_REFUSED)},
	{.any = {FACT_EPS_ACTIVE},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES,
	 .rule = RULE_ROW(37),
	 .sip = UNDECIDED("eps-active", OUTCOME_REGISTERS)},
	{.any = {FACT_IMS_APN},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES,
	 .rule = RULE_ROW(38),
	 .sip = UNDECIDED("ims-apn", OUTCOME_REGISTERS)},
	{.any = {FACT_IMS_VOICE_ALLOWED},
	 .commands = IN_SAR,
	 .types = FOR_ALL,
	 .flags = STEP_UNKNOWN_PASSES,
	 .rule = RULE_ROW(39),
	 .sip = UNDECIDED("ims-voice-allowed", OUTCOME_REGISTERS)},
};
const unsigned outside_step_count = sizeof(outside_steps) / sizeof(outside_steps[0]);
