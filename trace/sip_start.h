/* Start lines (RFC 3261 7.1, 7.2). */
#pragma once
#include "trace/sip_message.h"

enum sip_method sip_start_method(struct text name); /* SIP_OTHER: none of ours */

/* Sets is_request, method, method_name and request_uri, or status and reason_phrase. RC_SYNTAX when
 * it is no start line of SIP/2.0, RC_NOMEM. */
enum rc sip_start_read(struct text line, struct arena *arena, struct sip_message *out,
		       struct diag *diag);

/* Where in line a start line begins that goes on to its end, but for trailing blanks and one dot
 * (ngrep's CR); -1 when there is none. */
ptrdiff_t sip_start_find(struct text line);
