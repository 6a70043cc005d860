/* One Cx exchange as it was seen on the wire: a request of TS 29.229 6.1 and what became of it.
 * Plain record: texts and lists live in the arena, or the buffer, that its filler names. It has no
 * place for key material: of SIP-Auth-Data-Items only their number, scheme and kind are kept. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "model/attempt.h"
#include "model/verdict.h"

enum cx_end {
	CX_END_ANSWERED,       /* by the other side */
	CX_END_RELAY_ANSWERED, /* by the relay itself: 3002 and the like */
	CX_END_UNANSWERED,  /* nothing came within the time-out, or before the connection ended */
	CX_END_ANSWER_ONLY, /* the request was not seen: the capture begins later */
};
const char *cx_end_str(enum cx_end e); /* "answered", "relay-answered", … */

/* Something could not be read; the rest of the message was. */
enum cx_damage {
	CX_DAMAGE_HEADER = 1,    /* length or version of the message */
	CX_DAMAGE_AVP = 2,       /* an AVP's length leaves its message or group */
	CX_DAMAGE_VALUE = 4,     /* a value has not the form of its type */
	CX_DAMAGE_USER_DATA = 8, /* User-Data is no Annex E document, or an unusable one */
	CX_DAMAGE_LIMIT = 16,    /* more identities, or longer ones, than base/limits.h allows */
};

#define CX_NUMBER_ABSENT (-1)

struct cx_exchange {
	uint64_t id;     /* number in the store, from 1; 0 = not stored */
	int64_t time_us; /* of the request, microseconds since 1970; of the answer when it is all */
	int64_t latency_us; /* CX_NUMBER_ABSENT when there is no answer, or no request */
	enum cx_command command;
	enum cx_end end;
	uint32_t damage; /* enum cx_damage */

	/* request */
	struct text origin_host, origin_realm, destination_host, destination_realm;
	struct text session; /* Session-Id */
	struct text impi;    /* User-Name; of the answer where the request has none */
	struct text *impu;   /* Public-Identity, in order */
	uint32_t impu_count;
	struct text visited_network;   /* UAR; absent: AVP not sent */
	struct text server_name;       /* Server-Name of the request (MAR, SAR) */
	struct text scheme;            /* SIP-Authentication-Scheme asked for (MAR) */
	int32_t authorization_type;    /* UAR: enum authorization_type as sent */
	int64_t uar_flags;             /* UAR-Flags */
	int32_t item_count;            /* SIP-Number-Auth-Items asked for (MAR) */
	bool has_resynchronisation;    /* MAR with SIP-Authorization: RAND and AUTS */
	int32_t assignment_type;       /* SAR: Server-Assignment-Type */
	int32_t user_data_available;   /* SAR: User-Data-Already-Available */
	int32_t originating_request;   /* LIR */
	int32_t deregistration_reason; /* RTR: Reason-Code */
	struct text deregistration_info;
	struct text
		wildcarded_impu; /* Wildcarded-IMPU or Wildcarded-Public-Identity, either side */

	/* answer; kind is ANSWER_SILENT where there is none. Its user_data is that of the SAA. */
	struct cx_answer answer;
	struct text answer_origin_host, answer_origin_realm;
	struct text answer_scheme; /* of the first SIP-Auth-Data-Item of a MAA */
	int32_t answer_item_count; /* SIP-Auth-Data-Items in a MAA */
	struct text error_message; /* Error-Message, cut, without control characters */

	/* User-Data of SAA or PPR; NULL when none was sent */
	struct user_data_profile *user_data;
	uint32_t user_data_count;
	struct text user_data_impi; /* its PrivateID */
	uint64_t user_data_hash; /* of all profiles in order, identities and contents; 0 = none */
};

/* An exchange without content: all absent. */
void cx_exchange_init(struct cx_exchange *e);

/* Whether the request asks for an emergency registration: bit 0 of UAR-Flags (TS 29.229 6.3.53). */
bool cx_exchange_is_emergency(const struct cx_exchange *e);

/* The registration that the UE tried, as an attempt of origin "observed": of a UAR, MAR or SAR with
 * IMPI and IMPU. False when it is none: another command, an identity missing, a SAR that registers
 * nobody. Texts are borrowed. */
bool cx_exchange_attempt(const struct cx_exchange *e, struct attempt *attempt);

/* Whether the answer is a failure: no answer, no result code, or a code of 3000 and above. */
bool cx_exchange_is_failure(const struct cx_exchange *e);

/* A copy whose texts and lists live in arena; false when memory is out. */
bool cx_exchange_copy(const struct cx_exchange *e, struct arena *arena, struct cx_exchange *out);
