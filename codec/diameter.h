/* Diameter messages as bytes (RFC 6733 3, 4): a bounded walker over header and AVPs that needs no
 * dictionary, allocates nothing and never reads outside its buffer. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define DIAMETER_HEADER_BYTES 20u
#define DIAMETER_APPLICATION_CX 16777216u /* TS 29.229 6 */
#define DIAMETER_VENDOR_3GPP 10415u

enum diameter_flag {
	DIAMETER_FLAG_REQUEST = 0x80,
	DIAMETER_FLAG_PROXIABLE = 0x40,
	DIAMETER_FLAG_ERROR = 0x20,
	DIAMETER_FLAG_RETRANSMITTED = 0x10,
};

struct diameter_header {
	uint32_t length; /* of the whole message */
	uint8_t flags;   /* enum diameter_flag */
	uint32_t command, application, hop_by_hop, end_to_end;
};

/* Reads the header of the message that begins at bytes; false when the version is not 1, the length
 * is below 20 or no multiple of 4, or fewer than 20 bytes are there. The length may exceed bytes:
 * the caller compares. */
bool diameter_header_read(struct text bytes, struct diameter_header *out);

struct diameter_avp {
	uint32_t code;
	uint32_t vendor; /* 0: IETF */
	uint8_t flags;
	struct text data; /* in the message */
};

/* What is left of a message or of a grouped AVP. */
struct diameter_walk {
	const unsigned char *at, *end;
	bool is_damaged; /* an AVP's length was below its header or left the group: the walk ended
			  */
};

/* The AVPs of a whole message (cut to the length of its header), or of a grouped AVP's data. */
struct diameter_walk diameter_walk_message(struct text message);
struct diameter_walk diameter_walk_group(struct text data);

/* The next AVP; false at the end, or at damage. Missing padding at the very end is tolerated. */
bool diameter_walk_next(struct diameter_walk *w, struct diameter_avp *out);

/* Unsigned32, Integer32 or Enumerated; false when data is not four bytes. */
bool diameter_avp_u32(const struct diameter_avp *avp, uint32_t *out);
