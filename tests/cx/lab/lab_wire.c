#include "tests/cx/lab/lab_wire.h"

#define VENDOR_FLAG 0x80u
#define MANDATORY_FLAG 0x40u

static void put_be32(unsigned char *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t get_be32(const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return be32toh(value);
}

static uint32_t get_be24(const unsigned char *at)
{
	return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static void write_be32(struct byte_writer *w, uint32_t value)
{
	unsigned char bytes[4];

	put_be32(bytes, value);
	byte_writer_bytes(w, bytes, sizeof(bytes));
}

/* Length fields are three bytes behind one that stays. */
static void set_length(struct byte_writer *w, size_t field, size_t length)
{
	if (!w->failed)
		put_be32(w->data + field,
			 (uint32_t)w->data[field] << 24 | (uint32_t)(length & 0xffffff));
}

size_t lab_message_open(struct byte_writer *w, const struct lab_header *header)
{
	size_t opened = w->length;

	write_be32(w, 1u << 24);
	write_be32(w, (uint32_t)header->flags << 24 | header->command);
	write_be32(w, LAB_APPLICATION);
	write_be32(w, header->hop_by_hop);
	write_be32(w, header->end_to_end);
	return opened;
}

void lab_message_close(struct byte_writer *w, size_t opened)
{
	set_length(w, opened, w->length - opened);
}

size_t lab_avp_open(struct byte_writer *w, uint32_t code)
{
	bool is_3gpp = code >= LAB_VISITED_NETWORK;
	size_t opened = w->length;

	write_be32(w, code);
	write_be32(w, (is_3gpp ? VENDOR_FLAG | MANDATORY_FLAG : MANDATORY_FLAG) << 24);
	if (is_3gpp)
		write_be32(w, LAB_VENDOR);
	return opened;
}

void lab_avp_close(struct byte_writer *w, size_t opened)
{
	static const unsigned char zero[3];

	set_length(w, opened + 4, w->length - opened);
	byte_writer_bytes(w, zero, -w->length & 3);
}

void lab_avp_text(struct byte_writer *w, uint32_t code, struct text value)
{
	size_t opened = lab_avp_open(w, code);

	byte_writer_bytes(w, value.data, value.length);
	lab_avp_close(w, opened);
}

void lab_avp_u32(struct byte_writer *w, uint32_t code, uint32_t value)
{
	size_t opened = lab_avp_open(w, code);

	write_be32(w, value);
	lab_avp_close(w, opened);
}

bool lab_header_read(const void *message, size_t length, struct lab_header *out)
{
	const unsigned char *at = message;

	if (length < LAB_HEADER_BYTES || get_be24(at + 1) != length ||
	    get_be32(at + 8) != LAB_APPLICATION)
		return false;
	out->flags = at[4];
	out->command = get_be24(at + 5);
	out->hop_by_hop = get_be32(at + 12);
	out->end_to_end = get_be32(at + 16);
	return true;
}

struct text lab_avp_find(const void *data, size_t length, uint32_t code)
{
	const unsigned char *at = data;

	while (length >= 8) {
		size_t head = at[4] & VENDOR_FLAG ? 12 : 8;
		size_t whole = get_be24(at + 5);
		size_t padded = (whole + 3) & ~(size_t)3;

		if (whole < head || whole > length)
			break;
		if (get_be32(at) == code)
			return text_of((const char *)at + head, whole - head);
		if (padded >= length)
			break;
		at += padded;
		length -= padded;
	}
	return TEXT_NONE;
}

struct text lab_message_avps(const void *message, size_t length)
{
	return text_of((const char *)message + LAB_HEADER_BYTES, length - LAB_HEADER_BYTES);
}

uint32_t lab_u32(struct text value)
{
	return value.length == 4 ? get_be32((const unsigned char *)value.data) : 0;
}
