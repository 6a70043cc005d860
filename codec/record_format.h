/* The packed form of a record, shared by record_pack and record_unpack. Stored in snapshots: a
 * change of anything here is a new SNAPSHOT_FORMAT_VERSION.
 *
 * A block holds records in input order:
 *   varint count, file, base[BASE_COUNT]; then each record as varint length and that many bytes;
 *   length 0 is a dead record.
 * A record is
 *   varint shape << 3 | enum record_flags
 *   difference lead          the first IMSI, or what stands for it, marked (codec/digits.h)
 *   text shape               when shape is 0: the dictionary of shapes was full
 *   difference offset, varint file
 *   values in the order in which the shape mentions them
 * Differences are to the value of the same kind that precedes in the record, for the first to the
 * base of the block, so that each record of a block can be read alone.
 *
 * A shape is all that many subscribers share:
 *   byte  kind:2 has_imsi_column:2 ims_authorised:2 has_associations:2
 *   byte  scscf.state:2 capability_set.state:2 preferred_set.state:2 has_row:1 has_scscf_name:1
 *   varint text id of the S-CSCF name, 0: it is a value          when has_scscf_name
 *   varint capability set, varint preferred set                  where LINK_ID
 *   varint count of IMSIs, a number byte each; without any, the digits of the lead or 0
 *   varint count of MSISDNs, a number byte each
 *   name as a label
 *   varint count of IMPIs, each: identity, u16 attributes, varint schemes, varint default scheme
 *   varint count of IMPUs, each: identity, u16 u16 attributes, label, varint service profile,
 *          varint count of grants and as many varints
 *   associations: byte mode, then by mode
 *
 * number byte: 1 to 18 digits, | NUMBER_PLUS; NUMBER_LITERAL: a text value; NUMBER_ABSENT
 * identity:    byte body:3 has_tail:1 prefix:4; varint index of a number or user of this record, or
 * a number byte of a new one; varint id of the tail label:       byte form; LABEL_PREFIXED: varint
 * text id, varint index of a number */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define RECORD_BLOCK_MAX 256 /* records in a block */

enum record_flags {
	RECORD_IS_LOCAL = 1,
	RECORD_HAS_LEAD = 2,
	RECORD_HAS_FILE = 4, /* another one than the block's */
};
#define RECORD_FLAG_BITS 3

enum record_base {
	BASE_OFFSET,
	BASE_IMSI,
	BASE_MSISDN,
	BASE_ROW,
	BASE_IMPI_ROW,
	BASE_IMPU_ROW,
	BASE_LABEL,
	BASE_COUNT
};

/* Numbers, users and labels of one record that identities and IMPUs may refer to; further ones are
 * written each time. */
#define RECORD_NUMBERS_MAX 32
#define RECORD_USERS_MAX 64
#define RECORD_LABELS_MAX 64

#define NUMBER_LITERAL 0
#define NUMBER_ABSENT 0x1f
#define NUMBER_PLUS 0x20

enum identity_body {
	BODY_NUMBER,     /* refers to a number of this record */
	BODY_NEW_IMSI,   /* a number that is not in its lists, near other IMSIs */
	BODY_NEW_MSISDN, /* the same, near other MSISDNs */
	BODY_USER,       /* refers to a user of this record */
	BODY_NEW_USER,   /* a text */
	BODY_NEW_PLAIN,  /* a text that compares alike under every rule */
	BODY_ABSENT,     /* no identity at all */
	BODY_COUNT
};

enum label_form {
	LABEL_ABSENT,
	LABEL_EMPTY,
	LABEL_ZERO,   /* "0": no set under some rules (design.md 10.10), hence part of the shape */
	LABEL_NUMBER, /* decimal without leading zeros */
	LABEL_PREFIXED, /* a recurring text, then a number of the record */
	LABEL_LITERAL,
	LABEL_LITERAL_ZERO, /* "00" and the like */
	LABEL_KNOWN,        /* 7 and above: a label of this record, by its index */
};

enum impi_bits {
	IMPI_HAS_SCHEMES = 1,
	IMPI_HAS_DEFAULT_SCHEME = 2,
	IMPI_KEY_SHIFT = 2,
	IMPI_SQN_SHIFT = 4,
	IMPI_BARRED_SHIFT = 6,
	IMPI_ROAMING_SHIFT = 8,
	IMPI_HAS_ROW = 1 << 10,
	IMPI_SQN_READABLE_SHIFT = 11,
};

enum impu_bits {
	IMPU_KIND_SHIFT = 0, /* 3 bits */
	IMPU_BARRED_SHIFT = 3,
	IMPU_MAY_REGISTER_SHIFT = 5,
	IMPU_DEFAULT_SHIFT = 7,
	IMPU_IRS_SHIFT = 9,
	IMPU_PROFILE_SHIFT = 11,
	IMPU_STATE_SHIFT = 13, /* 3 bits */
	IMPU_PSI_SHIFT = 16,
	IMPU_CHARGING_SHIFT = 18,
	IMPU_WILDCARD_SHIFT = 20, /* 0 absent, 1 empty, 2 a text */
	IMPU_HAS_GRANTS = 1 << 22,
	IMPU_HAS_ROW = 1 << 23,
	IMPU_HAS_LABEL = 1 << 24,
};

enum association_mode {
	ASSOCIATION_NONE,
	ASSOCIATION_FULL_BY_IMPI, /* every pair once, IMPI by IMPI; byte state */
	ASSOCIATION_FULL_BY_IMPU, /* every pair once, IMPU by IMPU; byte state */
	ASSOCIATION_LIST,         /* varint count, each: varint impi, impu, rows, state */
	ASSOCIATION_MODES
};
