/* Reads captures (pcap, pcapng, whatever tshark reads) as a stream of whole SIP and Diameter
 * messages. tshark, a child process, reassembles IP fragments, TCP and SCTP and hands each message
 * over as raw bytes (its "export PDU", design.md 9); our memory stays constant. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/text.h"

enum capture_protocol { CAPTURE_SIP, CAPTURE_DIAMETER };

struct capture_message {
	enum capture_protocol protocol;
	uint64_t frame;                   /* number of the frame that completed it, from 1 */
	int64_t time_us;                  /* since 1970 */
	char source[48], destination[48]; /* addresses, in their usual text form; "" = not known */
	uint16_t source_port, destination_port; /* 0 = not known */
	struct text bytes;                      /* borrowed for the call */
};

#define CAPTURE_PORTS_MAX 16
struct capture_options {
	/* Besides the standard ports and those whose first bytes give the protocol away. */
	uint16_t diameter_port[CAPTURE_PORTS_MAX], sip_port[CAPTURE_PORTS_MAX];
	unsigned diameter_port_count, sip_port_count;
	const volatile int *interrupted; /* may be NULL */
};

/* Visits the messages of one capture in its order; visit returns false to stop. RC_NOTFOUND (no
 * such file; or no tshark: the text names the package), RC_SYNTAX (not a capture, or a damaged
 * one), RC_TRUNCATED (cut in the middle of a packet: all whole messages were visited),
 * RC_INTERRUPTED, RC_IO (tshark failed). "-" is standard input. */
enum rc capture_read(const char *path, const struct capture_options *options,
		     bool (*visit)(const struct capture_message *m, void *context), void *context,
		     struct diag *diag);
