#include "codec/diameter.h"

#include <endian.h>
#include <string.h>

#define PROTOCOL_VERSION 1
#define AVP_HEADER_BYTES 8u
#define AVP_HEADER_BYTES_WITH_VENDOR 12u
#define AVP_FLAG_VENDOR 0x80

static uint32_t read_u24(const unsigned char *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static uint32_t read_u32(const unsigned char *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return be32toh(value);
}

bool diameter_header_read(struct text bytes, struct diameter_header *out)
{
	const unsigned char *p = (const unsigned char *)bytes.data;

	if (bytes.length < DIAMETER_HEADER_BYTES || p[0] != PROTOCOL_VERSION)
		return false;
	*out = (struct diameter_header){
		.length = read_u24(p + 1),
		.flags = p[4],
		.command = read_u24(p + 5),
		.application = read_u32(p + 8),
		.hop_by_hop = read_u32(p + 12),
		.end_to_end = read_u32(p + 16),
	};
	return out->length >= DIAMETER_HEADER_BYTES && out->length % 4 == 0;
}

struct diameter_walk diameter_walk_message(struct text message)
{
	struct diameter_header header;

	if (!diameter_header_read(message, &header))
		return diameter_walk_group(TEXT_NONE);
	if (message.length > header.length)
		message.length = header.length;
	return diameter_walk_group(text_of(message.data + DIAMETER_HEADER_BYTES,
					   message.length - DIAMETER_HEADER_BYTES));
}

struct diameter_walk diameter_walk_group(struct text data)
{
	static const unsigned char nothing[1];
	const unsigned char *at = data.length ? (const unsigned char *)data.data : nothing;

	return (struct diameter_walk){at, at + data.length, false};
}

static bool damaged(struct diameter_walk *w)
{
	w->is_damaged = true;
	w->at = w->end;
	return false;
}

bool diameter_walk_next(struct diameter_walk *w, struct diameter_avp *out)
{
	size_t left = (size_t)(w->end - w->at);
	uint32_t header, length, padded, flags;

	if (!left)
		return false;
	if (left < AVP_HEADER_BYTES)
		return damaged(w);
	length = read_u32(w->at + 4);
	flags = length >> 24;
	length &= 0xffffff;
	header = flags & AVP_FLAG_VENDOR ? AVP_HEADER_BYTES_WITH_VENDOR : AVP_HEADER_BYTES;
	if (length < header || length > left)
		return damaged(w);
	*out = (struct diameter_avp){
		.code = read_u32(w->at),
		.vendor = header == AVP_HEADER_BYTES ? 0 : read_u32(w->at + AVP_HEADER_BYTES),
		.flags = (uint8_t)flags,
		.data = text_of((const char *)w->at + header, length - header),
	};
	padded = (length + 3) & ~3u;
	w->at += padded < left ? padded : left;
	return true;
}

bool diameter_avp_u32(const struct diameter_avp *avp, uint32_t *out)
{
	if (avp->data.length != sizeof(*out))
		return false;
	*out = read_u32((const unsigned char *)avp->data.data);
	return true;
}
