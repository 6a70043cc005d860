/* The packed form of a block of Cx exchanges, as kept in observations.db: values never change.
 *   varint count; difference base time; varint base number; varint base of each session part;
 *   varint texts, each with its length; varint shapes, each with its length;
 *   count exchanges, each with its length.
 * An answer's kind is never ANSWER_OTHER_VENDOR: that is ANSWER_EXPERIMENTAL with a vendor other
 * than 10415, as readers have always found it.
 * A shape is what recurs from exchange to exchange: nodes, codes, types. An exchange names its
 * shape and holds what is its own: time, session, identities. */
#pragma once

#define EXCHANGE_BLOCK_MAX 512            /* exchanges */
#define EXCHANGE_BLOCK_BYTES (64u << 10)  /* a block that has so many takes no more */
#define EXCHANGE_TEXTS_MAX 4096           /* texts, and shapes, of one block */
#define EXCHANGE_TEXTS_BYTES (256u << 10) /* of all texts of one block */
#define EXCHANGE_SESSION_PARTS 3          /* numbers of a Session-Id that are packed as such */
/* What one exchange unpacks to at most, beyond what lies in its block: twice
 * LIMIT_IMPU_PER_SUBSCRIPTION identities of LIMIT_IDENTITY_LENGTH, doubled. */
#define EXCHANGE_COMPOSED_MAX (16u << 20)

/* A text: varint 0 = absent; odd = its length follows in the upper bits, then its bytes; even = its
 * number in the block's texts, doubled. */

/* The first byte of an identity, and of a session. */
enum identity_head {
	IDENTITY_ABSENT,
	IDENTITY_WHOLE,     /* length, bytes */
	IDENTITY_NUMBER,    /* from here on + enum identity_prefix: a number, then the tail */
	IDENTITY_SAME = 12, /* the exchange's first number, then the tail */
	IDENTITY_USER = 22, /* length and bytes of the user, then the tail */
	IDENTITY_END = 32,
};
enum session_head {
	SESSION_ABSENT,
	SESSION_WHOLE, /* length, bytes */
	SESSION_PARTS, /* from here on + how many numbers: text before, numbers, text behind */
};

enum shape_flags {
	SHAPE_RESYNCHRONISATION = 1,
	SHAPE_CAPABILITIES = 2,       /* Server-Capabilities in the answer */
	SHAPE_USER_DATA = 4,          /* profiles follow in the exchange */
	SHAPE_USER_DATA_ANSWERED = 8, /* they are of the answer */
	SHAPE_USER_DATA_FACTS = 16,   /* PrivateID and hash follow in the exchange */
};
