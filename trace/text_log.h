/* Reads SIP messages out of text logs as sngrep, ngrep, Kamailio, decoders in UEs and HEP tools
 * print them: time stamps and directions before or around messages, a prefix on each line, long
 * lines wrapped, line ends written as dots or escapes, blank lines missing. No form is bound to a
 * tool: start lines are searched for, and what surrounds them is read by the tables of
 * trace/text_mark.h. Diameter in text logs is not read. Memory is constant. */
#pragma once
#include "trace/capture.h"

struct text_log;

/* visit gets each message as a capture would give it: place is the line of the start line, line
 * ends are CRLF, the body is left out, addresses may be names. It returns false to stop. */
enum rc text_log_new(bool (*visit)(const struct capture_message *m, void *context), void *context,
		     struct text_log **out, struct diag *diag);
/* Takes the next bytes. RC_NOMEM; after the visitor stopped it does nothing. */
enum rc text_log_add(struct text_log *l, struct text bytes, struct diag *diag);
/* Gives out the last message. */
enum rc text_log_finish(struct text_log *l, struct diag *diag);
bool text_log_has_stopped(const struct text_log *l);
void text_log_free(struct text_log *l);
