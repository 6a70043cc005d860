/* How far the clocks of several captures are apart, by messages that more than one of them saw: as
 * NTP does (RFC 5905 8), the way of requests and that of responses bound the offset from both
 * sides. Memory is constant: when there are many messages, a sample of the same ones is kept of
 * each input. */
#pragma once
#include "base/diag.h"
#include "trace/sip_message.h"

#define CLOCK_INPUTS_MAX 64

struct clock_offset;
enum rc clock_offset_new(unsigned inputs, struct clock_offset **out, struct diag *diag);
void clock_offset_free(struct clock_offset *c);

/* Takes a message of m->input; those without time tell nothing. */
void clock_offset_add(struct clock_offset *c, const struct sip_message *m);

struct clock_estimate {
	int64_t offset_us; /* to be added to the times of the input; 0 for the first */
	bool is_known;     /* it shares messages with the first, directly or through others */
};
/* Fills out, an element for each input. RC_NOMEM. */
enum rc clock_offset_estimate(const struct clock_offset *c, struct clock_estimate *out,
			      struct diag *diag);
