/* Several messages in one segment of a stream (RFC 3261 18.3). tshark exports such a segment as a
 * whole, once for each message that it found in it. */
#pragma once
#include "base/strbuf.h"
#include "trace/capture.h"

struct sip_segment {
	uint64_t frame, hash; /* of the last one */
	unsigned repeated;
	struct strbuf scratch;
};

void sip_segment_init(struct sip_segment *s);
void sip_segment_clear(struct sip_segment *s);

/* Narrows m, as exported, to the message that it stands for: the first of a segment that is new,
 * the next of one that came before. False when there is none, or no memory. */
bool sip_segment_narrow(struct sip_segment *s, struct capture_message *m);
