#include "codec/cx_decode_table.h"

#include <string.h>

#include "codec/diameter.h"
#include "model/cx_exchange.h"

#define UAR (1u << CX_UAR)
#define MAR (1u << CX_MAR)
#define SAR (1u << CX_SAR)
#define LIR (1u << CX_LIR)
#define PPR (1u << CX_PPR)
#define RTR (1u << CX_RTR)
#define ALL (UAR | MAR | SAR | LIR | PPR | RTR)

#define IETF 0
#define TGPP DIAMETER_VENDOR_3GPP
#define MESSAGE 0
#define EXPERIMENTAL_RESULT 297
#define SERVER_CAPABILITIES 603
#define SIP_AUTH_DATA_ITEM 612
#define DEREGISTRATION_REASON 615

#define REQUEST CX_SIDE_REQUEST
#define ANSWER CX_SIDE_ANSWER
#define EITHER CX_SIDE_EITHER
#define KEEP(what, member) CX_KEEP_##what, offsetof(struct cx_exchange, member)
/* A list, or a group, has its place in the exchange by itself. */
#define KEEP_ALL(what) CX_KEEP_##what, 0

/* Session-Id, User-Name and wildcarded identities of the answer count where the request has none.
 * In a group with several of the same, as in the message, the first one counts. */
const struct cx_rule cx_rules[] = {
	{1, IETF, MESSAGE, EITHER, ALL, KEEP(TEXT, impi)},
	{263, IETF, MESSAGE, EITHER, ALL, KEEP(TEXT, session)},
	{264, IETF, MESSAGE, REQUEST, ALL, KEEP(TEXT, origin_host)},
	{264, IETF, MESSAGE, ANSWER, ALL, KEEP(TEXT, answer_origin_host)},
	{266, IETF, EXPERIMENTAL_RESULT, ANSWER, ALL, KEEP(VENDOR, answer.vendor)},
	{268, IETF, MESSAGE, ANSWER, ALL, KEEP_ALL(RESULT)},
	{281, IETF, MESSAGE, ANSWER, ALL, KEEP(MESSAGE, error_message)},
	{283, IETF, MESSAGE, REQUEST, ALL, KEEP(TEXT, destination_realm)},
	{293, IETF, MESSAGE, REQUEST, ALL, KEEP(TEXT, destination_host)},
	{296, IETF, MESSAGE, REQUEST, ALL, KEEP(TEXT, origin_realm)},
	{296, IETF, MESSAGE, ANSWER, ALL, KEEP(TEXT, answer_origin_realm)},
	{297, IETF, MESSAGE, ANSWER, ALL, KEEP_ALL(GROUP)},
	{298, IETF, EXPERIMENTAL_RESULT, ANSWER, ALL, KEEP_ALL(EXPERIMENTAL)},
	{600, TGPP, MESSAGE, REQUEST, UAR, KEEP(TEXT, visited_network)},
	{601, TGPP, MESSAGE, REQUEST, ALL, KEEP_ALL(IMPU)},
	{602, TGPP, MESSAGE, REQUEST, MAR | SAR, KEEP(TEXT, server_name)},
	{602, TGPP, MESSAGE, ANSWER, UAR | SAR | LIR, KEEP(TEXT, answer.server_name)},
	{602, TGPP, SERVER_CAPABILITIES, ANSWER, UAR | LIR, KEEP_ALL(SERVER_NAME)},
	{603, TGPP, MESSAGE, ANSWER, UAR | LIR, KEEP_ALL(CAPABILITIES)},
	{604, TGPP, SERVER_CAPABILITIES, ANSWER, UAR | LIR, KEEP_ALL(MANDATORY)},
	{605, TGPP, SERVER_CAPABILITIES, ANSWER, UAR | LIR, KEEP_ALL(OPTIONAL)},
	{606, TGPP, MESSAGE, REQUEST, PPR, KEEP_ALL(USER_DATA)},
	{606, TGPP, MESSAGE, ANSWER, SAR, KEEP_ALL(USER_DATA)},
	{607, TGPP, MESSAGE, REQUEST, MAR, KEEP(NUMBER, item_count)},
	{608, TGPP, SIP_AUTH_DATA_ITEM, REQUEST, MAR, KEEP(TEXT, scheme)},
	{608, TGPP, SIP_AUTH_DATA_ITEM, ANSWER, MAR, KEEP(TEXT, answer_scheme)},
	{610, TGPP, SIP_AUTH_DATA_ITEM, REQUEST, MAR, KEEP(PRESENCE, has_resynchronisation)},
	{612, TGPP, MESSAGE, REQUEST, MAR, KEEP_ALL(GROUP)},
	{612, TGPP, MESSAGE, ANSWER, MAR, KEEP(ITEM, answer_item_count)},
	{614, TGPP, MESSAGE, REQUEST, SAR, KEEP(NUMBER, assignment_type)},
	{615, TGPP, MESSAGE, REQUEST, RTR, KEEP_ALL(GROUP)},
	{616, TGPP, DEREGISTRATION_REASON, REQUEST, RTR, KEEP(NUMBER, deregistration_reason)},
	{617, TGPP, DEREGISTRATION_REASON, REQUEST, RTR, KEEP(TEXT, deregistration_info)},
	{623, TGPP, MESSAGE, REQUEST, UAR, KEEP(NUMBER, authorization_type)},
	{624, TGPP, MESSAGE, REQUEST, SAR, KEEP(NUMBER, user_data_available)},
	{633, TGPP, MESSAGE, REQUEST, LIR, KEEP(NUMBER, originating_request)},
	{634, TGPP, MESSAGE, EITHER, ALL, KEEP(TEXT, wildcarded_impu)},
	{636, TGPP, MESSAGE, EITHER, ALL, KEEP(TEXT, wildcarded_impu)},
	{637, TGPP, MESSAGE, REQUEST, UAR, KEEP(FLAGS, uar_flags)},
	{0},
};
_Static_assert(sizeof(cx_rules) / sizeof(*cx_rules) <= CX_RULES_MAX + 1, "a bit each");

void cx_rule_index_init(struct cx_rule_index *index)
{
	uint8_t rules = 0;

	while (cx_rules[rules].code)
		rules++;
	memset(index->first, rules, sizeof(index->first));
	memset(index->rule, rules, sizeof(index->rule));
	while (rules-- > 0) {
		const struct cx_rule *r = &cx_rules[rules];

		index->first[r->code] = rules;
		for (int side = 0; side < CX_SIDES; side++)
			for (int command = 0; command < CX_COMMANDS; command++)
				if (!r->group && (r->side & 1 << side) &&
				    (r->commands & 1u << command))
					index->rule[side][command][r->code] = rules;
	}
}
