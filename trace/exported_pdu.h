/* The packets that Wireshark exports (link type 252, its epan/exported_pdu.h): tags that tell
 * dissector, addresses, ports and frame, then the message itself. */
#pragma once
#include "trace/capture.h"

#define EXPORTED_PDU_LINK_TYPE 252u

/* Fills all of *out but time_us; its bytes point into the packet. False when it is no SIP and no
 * Diameter message, or when the tags are damaged. */
bool exported_pdu_read(struct text packet, struct capture_message *out);
