/* The flow of a case as a ladder: a column for each node that took part, a row for each message,
 * a Cx exchange being two. Rows hold no identities and no credentials. */
#pragma once
#include <stdio.h>

#include "base/json_writer.h"
#include "trace/trace_case.h"

/* At most 100 columns with indent blanks before each row; nothing for a case without events. Times
 * are UTC. */
void ladder_write_text(FILE *out, unsigned indent, const struct trace_case *c);

/* A list of {"time", "from", "to", "message", "place", "input", "repeated"}. */
void ladder_write_json(struct json_writer *j, const struct trace_case *c);

/* What a message is, in short: "REGISTER", "401 Unauthorized (AKA challenge)", "UAR". The caller
 * clears out. */
void ladder_add_sip(const struct sip_message *m, struct strbuf *out);
/* Request, or answer: "UAA 5001 experimental", "UAA 2001". */
void ladder_add_cx(const struct cx_exchange *e, bool is_answer, struct strbuf *out);
