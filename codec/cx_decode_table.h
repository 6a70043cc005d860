/* Which AVP of which group, side and command gives which member of struct cx_exchange: the whole of
 * what the decoder looks into (TS 29.229 6.1, 6.3; RFC 6733 4.5, 7). An AVP that no row names, key
 * material among them, is passed over by its length. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "model/attempt.h"

enum cx_side { CX_SIDE_REQUEST = 1, CX_SIDE_ANSWER = 2, CX_SIDE_EITHER = 3 };
#define CX_SIDES 2

/* What becomes of an AVP. Of AVPs that may occur once, the first counts. */
enum cx_keep {
	CX_KEEP_TEXT,         /* struct text, at most LIMIT_IDENTITY_LENGTH bytes */
	CX_KEEP_MESSAGE,      /* struct text, cut and without control characters */
	CX_KEEP_NUMBER,       /* int32_t from 0 */
	CX_KEEP_FLAGS,        /* int64_t that holds an Unsigned32 */
	CX_KEEP_VENDOR,       /* uint32_t */
	CX_KEEP_PRESENCE,     /* bool: the content stays unread */
	CX_KEEP_RESULT,       /* Result-Code: goes before Experimental-Result */
	CX_KEEP_EXPERIMENTAL, /* Experimental-Result-Code */
	CX_KEEP_USER_DATA,    /* an Annex E document */
	CX_KEEP_GROUP,        /* looked into */
	CX_KEEP_CAPABILITIES, /* looked into; bool: its presence */
	CX_KEEP_ITEM,         /* counted in an int32_t; the first is looked into */
	CX_KEEP_FIRST_LIST,   /* from here on: lists, all occurrences in order */
	CX_KEEP_IMPU = CX_KEEP_FIRST_LIST,
	CX_KEEP_SERVER_NAME,
	CX_KEEP_MANDATORY,
	CX_KEEP_OPTIONAL,
};

struct cx_rule {
	uint32_t code, vendor;
	uint32_t group;   /* code of the grouped AVP that it stands in; 0 = the message */
	uint8_t side;     /* enum cx_side */
	uint8_t commands; /* bits 1 << enum cx_command */
	uint8_t keep;     /* enum cx_keep */
	size_t member;    /* its offset in struct cx_exchange */
};

/* Sorted by code; in the message itself a code has one row for each side and command. Behind the
 * last is one of code 0. At most 64, codes at most CX_RULE_CODE_MAX. */
extern const struct cx_rule cx_rules[];
#define CX_RULES_MAX 64
#define CX_RULE_CODE_MAX 640

/* Numbers of rows by code; where there is none, that of the last, whose code is 0. */
struct cx_rule_index {
	uint8_t rule[CX_SIDES][CX_COMMANDS][CX_RULE_CODE_MAX + 1]; /* in the message itself */
	uint8_t first[CX_RULE_CODE_MAX + 1];                       /* of a code, for groups */
};
void cx_rule_index_init(struct cx_rule_index *index);
