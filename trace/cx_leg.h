/* Tells the legs of one exchange apart: a relay sends a request on with another Hop-by-Hop, but
 * keeps Origin-Host and End-to-End, which no other request has for four minutes (RFC 6733 3). Where
 * both legs were captured the one seen first counts: it is the CSCF's, and has the answer that the
 * CSCF got. A fixed table remembers the newest requests. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "codec/diameter.h"

struct cx_legs;
struct cx_legs *cx_legs_new(void); /* NULL when memory is out */
void cx_legs_free(struct cx_legs *l);

/* Whether a request is the copy that a relay sent on of one that was seen on another leg. leg tells
 * connections apart (cx_leg_of). One that is sent again by its sender, with the T flag, is none. */
bool cx_legs_is_copy(struct cx_legs *l, const struct diameter_header *header, struct text request,
		     uint64_t leg, int64_t time_us);

/* Whether an answer belongs to such a copy. */
bool cx_legs_is_answer_of_copy(const struct cx_legs *l, const struct diameter_header *header,
			       uint64_t leg);

struct cx_leg_end {
	const char *address;
	uint16_t port;
};
/* Of a connection, by the end that sends requests and the other. */
uint64_t cx_leg_of(struct cx_leg_end requester, struct cx_leg_end responder);
