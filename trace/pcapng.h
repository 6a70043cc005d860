/* Reads the packets of a pcapng stream (draft-ietf-opsawg-pcapng) as tshark writes it to a pipe:
 * sections of either byte order, interfaces with their resolution of time, enhanced packets. All
 * other blocks are passed over. Memory is bounded by the largest block, PCAPNG_BLOCK_MAX. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/text.h"

#define PCAPNG_BLOCK_MAX (1u << 20) /* tshark cuts packets at 256 KiB */
#define PCAPNG_INTERFACES_MAX 64u

/* Fills at most size bytes; *got is 0 at the end only. */
typedef enum rc (*pcapng_source)(void *context, void *buffer, size_t size, size_t *got,
				 struct diag *diag);

struct pcapng_packet {
	uint16_t link_type; /* 252 = WIRESHARK_UPPER_PDU */
	int64_t time_us;    /* since 1970; 0 = beyond what the type holds */
	struct text bytes;  /* until the next call */
};

struct pcapng_reader;
enum rc pcapng_new(pcapng_source source, void *context, struct pcapng_reader **out,
		   struct diag *diag);
void pcapng_free(struct pcapng_reader *r);

/* RC_NOTFOUND, without a message, at the end. RC_SYNTAX (not pcapng, or damaged), RC_TRUNCATED
 * (ends within a block), RC_LIMIT, RC_NOMEM, or what the source failed with; *diag names the byte.
 */
enum rc pcapng_next(struct pcapng_reader *r, struct pcapng_packet *out, struct diag *diag);
