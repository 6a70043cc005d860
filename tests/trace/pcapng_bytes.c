#include "tests/trace/pcapng_bytes.h"

#include <arpa/inet.h>
#include <string.h>

void pcapng_bytes_init(struct pcapng_bytes *b, bool is_swapped)
{
	memset(b, 0, sizeof(*b));
	strbuf_init(&b->out);
	b->is_swapped = is_swapped;
}

void pcapng_bytes_clear(struct pcapng_bytes *b)
{
	strbuf_clear(&b->out);
}

void pcapng_bytes_u16(struct pcapng_bytes *b, uint16_t v)
{
	v = b->is_swapped ? __builtin_bswap16(v) : v;
	strbuf_add(&b->out, &v, sizeof(v));
}

void pcapng_bytes_u32(struct pcapng_bytes *b, uint32_t v)
{
	v = b->is_swapped ? __builtin_bswap32(v) : v;
	strbuf_add(&b->out, &v, sizeof(v));
}

static void pad(struct strbuf *b)
{
	while (b->length % 4)
		strbuf_add_char(b, '\0');
}

void pcapng_bytes_open(struct pcapng_bytes *b, uint32_t type)
{
	b->block = b->out.length;
	pcapng_bytes_u32(b, type);
	pcapng_bytes_u32(b, 0);
}

void pcapng_bytes_close(struct pcapng_bytes *b)
{
	uint32_t length;

	pad(&b->out);
	length = (uint32_t)(b->out.length + 4 - b->block);
	pcapng_bytes_u32(b, length);
	memcpy(b->out.data + b->block + 4, b->out.data + b->out.length - 4, 4);
}

void pcapng_bytes_section(struct pcapng_bytes *b)
{
	pcapng_bytes_open(b, 0x0a0d0d0a);
	pcapng_bytes_u32(b, 0x1a2b3c4d);
	pcapng_bytes_u16(b, 1);
	pcapng_bytes_u16(b, 0);
	pcapng_bytes_u32(b, UINT32_MAX);
	pcapng_bytes_u32(b, UINT32_MAX);
	pcapng_bytes_close(b);
}

static void add_u64(struct pcapng_bytes *b, uint64_t v)
{
	v = b->is_swapped ? __builtin_bswap64(v) : v;
	strbuf_add(&b->out, &v, sizeof(v));
}

void pcapng_bytes_interface(struct pcapng_bytes *b, uint16_t link_type, uint8_t resolution,
			    int64_t offset)
{
	pcapng_bytes_open(b, 1);
	pcapng_bytes_u16(b, link_type);
	pcapng_bytes_u16(b, 0);
	pcapng_bytes_u32(b, 262144);
	pcapng_bytes_u16(b, 2); /* if_name */
	pcapng_bytes_u16(b, 5);
	strbuf_add(&b->out, "lo:\0\0\0\0", 8);
	pcapng_bytes_u16(b, 9);
	pcapng_bytes_u16(b, 1);
	strbuf_add_char(&b->out, (char)resolution);
	pad(&b->out);
	if (offset) {
		pcapng_bytes_u16(b, 14);
		pcapng_bytes_u16(b, 8);
		add_u64(b, (uint64_t)offset);
	}
	pcapng_bytes_u32(b, 0);
	pcapng_bytes_close(b);
}

void pcapng_bytes_packet(struct pcapng_bytes *b, uint32_t interface, uint64_t ticks,
			 struct text data)
{
	pcapng_bytes_open(b, 6);
	pcapng_bytes_u32(b, interface);
	pcapng_bytes_u32(b, (uint32_t)(ticks >> 32));
	pcapng_bytes_u32(b, (uint32_t)ticks);
	pcapng_bytes_u32(b, (uint32_t)data.length);
	pcapng_bytes_u32(b, (uint32_t)data.length);
	strbuf_add_text(&b->out, data);
	pcapng_bytes_close(b);
}

void exported_tag(struct strbuf *b, uint16_t tag, struct text value)
{
	uint16_t head[2] = {htons(tag), htons((uint16_t)((value.length + 3) / 4 * 4))};

	strbuf_add(b, head, sizeof(head));
	strbuf_add_text(b, value);
	pad(b);
}

void exported_tag_u32(struct strbuf *b, uint16_t tag, uint32_t value)
{
	value = htonl(value);
	exported_tag(b, tag, text_of((const char *)&value, sizeof(value)));
}
