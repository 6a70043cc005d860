/* Traces written down in short, for tests of what comes after reading: one line a message,
 *     "0.004 192.0.2.1>198.51.100.1 2 REGISTER 1 | Header: value | …"
 * is time in seconds, addresses, number of Vias, method, CSeq; a response has its status before the
 * method. Vias, From, To, Call-ID ("c1") and branch are filled in unless given. */
#pragma once
#include "trace/correlator.h"

/* Feeds the lines to c as messages of input; fails the test when a line is wrong. */
void trace_script_add(struct correlator *c, const char *const *lines, unsigned count,
		      unsigned input);

/* A Cx exchange of the identities that scripts use; answer 0: none came. */
struct cx_exchange trace_script_cx(enum cx_command command, double seconds, uint32_t answer);
