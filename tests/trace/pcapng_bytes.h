/* Builds pcapng streams of exported PDUs, in either byte order, as tshark writes them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

struct pcapng_bytes {
	struct strbuf out;
	bool is_swapped; /* the other byte order than this machine's */
	size_t block;    /* where the open one begins */
};
void pcapng_bytes_init(struct pcapng_bytes *b, bool is_swapped);
void pcapng_bytes_clear(struct pcapng_bytes *b);

void pcapng_bytes_u16(struct pcapng_bytes *b, uint16_t v);
void pcapng_bytes_u32(struct pcapng_bytes *b, uint32_t v);

/* A block of any type: what is added between stands in its body, padded to four bytes. */
void pcapng_bytes_open(struct pcapng_bytes *b, uint32_t type);
void pcapng_bytes_close(struct pcapng_bytes *b);

void pcapng_bytes_section(struct pcapng_bytes *b);
/* resolution: the value of if_tsresol; offset: if_tsoffset, left out when 0. */
void pcapng_bytes_interface(struct pcapng_bytes *b, uint16_t link_type, uint8_t resolution,
			    int64_t offset);
void pcapng_bytes_packet(struct pcapng_bytes *b, uint32_t interface, uint64_t ticks,
			 struct text data);

/* The tags of an exported PDU (network byte order), then the message. */
void exported_tag(struct strbuf *b, uint16_t tag, struct text value);
void exported_tag_u32(struct strbuf *b, uint16_t tag, uint32_t value);
