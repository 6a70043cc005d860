/* Digest credentials and challenges (RFC 2617, 7616, 3310; TS 24.229 7.2A.2). The parser is ours,
 * and forgiving: libosip2 refuses a header with a quote missing, and broken credentials are what
 * gets diagnosed. Secrets are recognised by name and never copied. */
#pragma once
#include "trace/sip_message.h"

/* Reads the first scheme and its parameters of value; texts are copied to arena. seed keys the
 * digests of nonces. *rest is what follows: the next challenge of the same header, or nothing.
 * False when memory is out. */
bool sip_digest_read(struct text value, uint64_t seed, struct arena *arena, struct sip_digest *out,
		     struct text *rest);
