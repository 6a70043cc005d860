/* Diameter messages of the lab as bytes, built and read by hand: the lab shares no code with what
 * it tests but the byte writer. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "codec/bytes.h"

#define LAB_APPLICATION 16777216u /* Cx, TS 29.229 6 */
#define LAB_VENDOR 10415u
#define LAB_HEADER_BYTES 20u

enum lab_avp {
	LAB_USER_NAME = 1,
	LAB_AUTH_APPLICATION_ID = 258,
	LAB_VENDOR_SPECIFIC_APPLICATION_ID = 260,
	LAB_SESSION_ID = 263,
	LAB_ORIGIN_HOST = 264,
	LAB_VENDOR_ID = 266,
	LAB_RESULT_CODE = 268,
	LAB_AUTH_SESSION_STATE = 277,
	LAB_ERROR_MESSAGE = 281,
	LAB_DESTINATION_REALM = 283,
	LAB_DESTINATION_HOST = 293,
	LAB_ORIGIN_REALM = 296,
	LAB_EXPERIMENTAL_RESULT = 297,
	LAB_EXPERIMENTAL_RESULT_CODE = 298,
	LAB_DIGEST_REALM = 104,
	LAB_DIGEST_ALGORITHM = 111,
	LAB_DIGEST_HA1 = 121,
	/* vendor 10415 from here on */
	LAB_VISITED_NETWORK = 600,
	LAB_PUBLIC_IDENTITY = 601,
	LAB_SERVER_NAME = 602,
	LAB_SERVER_CAPABILITIES = 603,
	LAB_MANDATORY_CAPABILITY = 604,
	LAB_OPTIONAL_CAPABILITY = 605,
	LAB_USER_DATA = 606,
	LAB_NUMBER_AUTH_ITEMS = 607,
	LAB_SCHEME = 608,
	LAB_AUTHENTICATE = 609,
	LAB_AUTHORIZATION = 610,
	LAB_AUTH_DATA_ITEM = 612,
	LAB_ITEM_NUMBER = 613,
	LAB_ASSIGNMENT_TYPE = 614,
	LAB_DEREGISTRATION_REASON = 615,
	LAB_REASON_CODE = 616,
	LAB_REASON_INFO = 617,
	LAB_AUTHORIZATION_TYPE = 623,
	LAB_DATA_AVAILABLE = 624,
	LAB_CONFIDENTIALITY_KEY = 625,
	LAB_INTEGRITY_KEY = 626,
	LAB_DIGEST_AUTHENTICATE = 635,
	LAB_UAR_FLAGS = 637,
};

struct lab_header {
	uint8_t flags;
	uint32_t command, hop_by_hop, end_to_end;
};

/* A message is opened, filled with AVPs and closed; so is a grouped AVP. The number is given back
 * to the call that closes. */
size_t lab_message_open(struct byte_writer *w, const struct lab_header *header);
void lab_message_close(struct byte_writer *w, size_t opened);
/* AVPs of LAB_VISITED_NETWORK and above are 3GPP's, the others IETF's. */
size_t lab_avp_open(struct byte_writer *w, uint32_t code);
void lab_avp_close(struct byte_writer *w, size_t opened);
void lab_avp_text(struct byte_writer *w, uint32_t code, struct text value);
void lab_avp_u32(struct byte_writer *w, uint32_t code, uint32_t value);

/* False when it is no whole Cx message. */
bool lab_header_read(const void *message, size_t length, struct lab_header *out);
/* The first AVP of that code, in the AVPs at data; TEXT_NONE when there is none. */
struct text lab_avp_find(const void *data, size_t length, uint32_t code);
/* The AVPs of a whole message, for lab_avp_find. */
struct text lab_message_avps(const void *message, size_t length);
uint32_t lab_u32(struct text value); /* 0 when it is not four bytes */
