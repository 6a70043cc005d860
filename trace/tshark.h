/* tshark as a child process that reassembles a capture and writes its messages as a pcapng stream
 * of exported PDUs. The program is $CXAUDIT_TSHARK, else "tshark" of the search path; the user's
 * Wireshark preferences do not count. */
#pragma once
#include <stddef.h>

#include "trace/capture.h"

struct tshark;

/* RC_NOTFOUND: no such program; the text names the package. path "-": our standard input. options
 * is borrowed until tshark_free. */
enum rc tshark_start(const char *path, const struct capture_options *options, struct tshark **out,
		     struct diag *diag);

/* A pcapng_source; RC_INTERRUPTED as soon as options->interrupted is set. */
enum rc tshark_read(void *tshark, void *buffer, size_t size, size_t *got, struct diag *diag);

/* After the end of the stream: waits for the child. RC_TRUNCATED or RC_SYNTAX by what it said of
 * the capture, RC_IO for all else that made it fail. */
enum rc tshark_finish(struct tshark *t, struct diag *diag);

/* Kills the child if it still runs, and waits for it; accepts NULL. */
void tshark_free(struct tshark *t);
