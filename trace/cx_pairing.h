/* Joins the Diameter requests and answers of a capture to exchanges, by End-to-End, Hop-by-Hop and
 * addresses (RFC 6733 3, 6.2), whichever order they come in, and decodes them. An exchange that was
 * captured on both legs of a relay counts once (trace/cx_leg.h). Memory is bounded: the oldest
 * request without an answer is given up first. */
#pragma once
#include "codec/cx_decode.h"
#include "trace/capture.h"

struct cx_pairing;

/* One exchange with where it was seen. */
struct cx_sighting {
	const struct cx_exchange *exchange;
	uint64_t request_frame, answer_frame; /* 0 = not seen */
	const char *requester, *responder;    /* addresses */
};
/* visit gets each exchange when its answer comes, or when it is given up. */
enum rc cx_pairing_new(void (*visit)(const struct cx_sighting *s, void *context), void *context,
		       struct cx_pairing **out, struct diag *diag);
/* Takes one message; what is not Cx is passed over. RC_NOMEM. */
enum rc cx_pairing_add(struct cx_pairing *p, const struct capture_message *m, struct diag *diag);
/* Gives up what waits since before then: for readers that need silence to be told while the capture
 * goes on. */
enum rc cx_pairing_expire(struct cx_pairing *p, int64_t before_us, struct diag *diag);
/* Gives up what still waits. */
enum rc cx_pairing_finish(struct cx_pairing *p, struct diag *diag);
void cx_pairing_free(struct cx_pairing *p);
