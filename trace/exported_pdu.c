#include "trace/exported_pdu.h"

#include <arpa/inet.h>

/* Tags are numbered, sized and filled in network byte order, whatever the file's. */
enum tag {
	TAG_END = 0,
	TAG_DISSECTOR = 12,
	TAG_IPV4_SOURCE = 20,
	TAG_IPV4_DESTINATION = 21,
	TAG_IPV6_SOURCE = 22,
	TAG_IPV6_DESTINATION = 23,
	TAG_SOURCE_PORT = 25,
	TAG_DESTINATION_PORT = 26,
	TAG_FRAME = 30,
};
#define TAG_HEADER 4u

static const struct {
	const char *dissector;
	enum capture_protocol protocol;
} protocols[] = {
	{"sip", CAPTURE_SIP},
	{"sip.tcp", CAPTURE_SIP},
	{"diameter", CAPTURE_DIAMETER},
	{"diameter.tcp", CAPTURE_DIAMETER},
};

static uint32_t u32_of(struct text value)
{
	uint32_t v;

	if (value.length != sizeof(v))
		return 0;
	memcpy(&v, value.data, sizeof(v));
	return ntohl(v);
}

static uint16_t port_of(struct text value)
{
	uint32_t v = u32_of(value);

	return v <= UINT16_MAX ? (uint16_t)v : 0;
}

static void address(int family, struct text value, char *out, size_t size)
{
	if (value.length != (family == AF_INET ? 4 : 16) ||
	    !inet_ntop(family, value.data, out, (socklen_t)size))
		out[0] = '\0';
}

/* Names are padded with zeros. */
static bool protocol_of(struct text value, enum capture_protocol *out)
{
	size_t length = strnlen(value.data, value.length);

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (text_equal(text_of(value.data, length), text_from(protocols[i].dissector))) {
			*out = protocols[i].protocol;
			return true;
		}
	}
	return false;
}

static void tag_read(unsigned tag, struct text value, struct capture_message *m)
{
	switch (tag) {
	case TAG_IPV4_SOURCE:
		address(AF_INET, value, m->source, sizeof(m->source));
		break;
	case TAG_IPV4_DESTINATION:
		address(AF_INET, value, m->destination, sizeof(m->destination));
		break;
	case TAG_IPV6_SOURCE:
		address(AF_INET6, value, m->source, sizeof(m->source));
		break;
	case TAG_IPV6_DESTINATION:
		address(AF_INET6, value, m->destination, sizeof(m->destination));
		break;
	case TAG_SOURCE_PORT:
		m->source_port = port_of(value);
		break;
	case TAG_DESTINATION_PORT:
		m->destination_port = port_of(value);
		break;
	case TAG_FRAME:
		m->frame = u32_of(value);
		break;
	}
}

bool exported_pdu_read(struct text packet, struct capture_message *out)
{
	const unsigned char *p = (const unsigned char *)packet.data;
	size_t at = 0;
	bool is_known = false;

	*out = (struct capture_message){0};
	while (packet.length - at >= TAG_HEADER) {
		unsigned tag = (unsigned)(p[at] << 8 | p[at + 1]);
		size_t length = (size_t)(p[at + 2] << 8 | p[at + 3]);
		struct text value;

		at += TAG_HEADER;
		if (length > packet.length - at)
			return false;
		value = text_of(packet.data + at, length);
		at += length;
		if (tag == TAG_END) {
			out->bytes = text_of(packet.data + at, packet.length - at);
			return is_known;
		}
		if (tag == TAG_DISSECTOR)
			is_known = protocol_of(value, &out->protocol);
		else
			tag_read(tag, value, out);
	}
	return false;
}
