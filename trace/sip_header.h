/* Via and CSeq, whose grammar libosip2 reads, and From, To and Contact, where it is too strict for
 * what has to be diagnosed: it refuses "<sip:a>;tag=1" and "; tag = 1" (RFC 3261 20, 25). */
#pragma once
#include "trace/sip_message.h"

struct sip_via {
	struct text sent_by; /* host, or host:port */
	struct text branch;  /* absent: none */
};
/* value is terminated. Texts are copied to arena. False when it is no Via, or memory is out. */
bool sip_header_via(struct text value, struct arena *arena, struct sip_via *out);

/* Sequence number and method. False when it is no CSeq, or memory is out. */
bool sip_header_cseq(struct text value, struct arena *arena, uint32_t *number, struct text *method);

struct sip_address {
	struct text uri; /* as written, without <> */
	struct text tag; /* absent: none */
	int64_t expires; /* -1: absent */
};
/* From, To, or the first of a Contact; the URI is taken as it stands. False when memory is out. */
bool sip_header_address(struct text value, struct arena *arena, struct sip_address *out);

/* The URI of a name-addr or addr-spec: between the brackets, or up to the first parameter without
 * them (RFC 3261 20.10); absent when there is none. */
struct text sip_header_uri(struct text value);
