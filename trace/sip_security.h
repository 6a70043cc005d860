/* Security-Client, -Server and -Verify (RFC 3329 2.2; TS 33.203 Annex H). */
#pragma once
#include "trace/sip_message.h"

/* Adds the mechanisms of one header to list, up to SIP_SECURITY_MAX; false when memory is out. */
bool sip_security_read(struct text value, struct arena *arena, struct sip_security *list,
		       unsigned *count);
