/* Joins SIP messages and Cx exchanges of one or more inputs to cases (trace/trace_case.h): by
 * Call-ID, CSeq and method, branch and To-tag along the hops, identities and time for Cx. A
 * registration goes on over a new Call-ID of the same IMPU and Contact within its window. Memory is
 * bounded: cases end by their final answer and time, the oldest go first when there are too many.
 */
#pragma once
#include "trace/trace_case.h"

struct correlator;

struct correlator_limits {
	unsigned cases_most;  /* open at a time; 0 = 65536 */
	unsigned events_most; /* kept of one case; 0 = 256 */
	int64_t idle_us;   /* a case without news for so long has ended; 0 = 64 s (64*T1 twice) */
	size_t bytes_most; /* of all open cases together; 0 = 256 MB */
};

/* visit gets each case when it ends; the case is released afterwards. One attempt is one case: a
 * REGISTER after a final answer that is no challenge begins the next one. Responses without their
 * request make a case only in the first idle_us of the trace. Requests inside a dialog make none,
 * but for the ACK, CANCEL, PRACK and UPDATE of an INVITE. */
enum rc correlator_new(const struct correlator_limits *limits,
		       void (*visit)(const struct trace_case *c, void *context), void *context,
		       struct correlator **out, struct diag *diag);
/* Copies what it keeps. Messages come in the order of time within one input; inputs may be added
 * one after the other, or merged by time by the caller (trace/trace_reader.h). RC_NOMEM. */
enum rc correlator_add_sip(struct correlator *c, const struct sip_message *m, struct diag *diag);
/* The clock of this input could not be compared with that of the others: silence on Cx there proves
 * nothing elsewhere. */
void correlator_loosen(struct correlator *c, unsigned input);
enum rc correlator_add_cx(struct correlator *c, const struct cx_exchange *e, uint64_t request_place,
			  uint64_t answer_place, unsigned input, struct diag *diag);
/* Ends all cases. */
enum rc correlator_finish(struct correlator *c, struct diag *diag);
void correlator_free(struct correlator *c);
