#include "tests/codec/cx_message.h"

#include <stdio.h>

#include "codec/diameter.h"

#define TGPP DIAMETER_VENDOR_3GPP
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void cx_message_init(struct cx_message *m)
{
	strbuf_init(&m->bytes);
	m->depth = 0;
}

void cx_message_clear(struct cx_message *m)
{
	strbuf_clear(&m->bytes);
}

static void add_u32(struct cx_message *m, uint32_t value)
{
	const unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
					(unsigned char)(value >> 8), (unsigned char)value};

	strbuf_add(&m->bytes, bytes, sizeof(bytes));
}

/* Lengths are 24 bits behind one byte, in messages (at 0) and in AVPs (at 4) alike. */
static void set_length(struct cx_message *m, size_t at, size_t length)
{
	if (m->bytes.failed)
		return;
	for (size_t i = 0; i < 3; i++)
		m->bytes.data[at + 1 + i] = (char)(length >> (16 - 8 * i));
}

void cx_message_begin(struct cx_message *m, uint32_t command, uint8_t flags, uint32_t application,
		      uint32_t hop_by_hop, uint32_t end_to_end)
{
	strbuf_reset(&m->bytes);
	m->depth = 0;
	add_u32(m, 1u << 24);
	add_u32(m, (uint32_t)flags << 24 | command);
	add_u32(m, application);
	add_u32(m, hop_by_hop);
	add_u32(m, end_to_end);
}

/* Returns where the AVP begins. */
static size_t begin_avp(struct cx_message *m, uint32_t code, uint32_t vendor)
{
	size_t at = m->bytes.length;

	add_u32(m, code);
	add_u32(m, vendor ? 0xc0000000 : 0x40000000);
	if (vendor)
		add_u32(m, vendor);
	return at;
}

static void end_avp(struct cx_message *m, size_t at)
{
	size_t length = m->bytes.length - at;

	set_length(m, at + 4, length);
	strbuf_add(&m->bytes, "\0\0\0", (4 - length % 4) % 4);
}

void cx_message_add(struct cx_message *m, uint32_t code, uint32_t vendor, struct text data)
{
	size_t at = begin_avp(m, code, vendor);

	strbuf_add_text(&m->bytes, data);
	end_avp(m, at);
}

void cx_message_add_str(struct cx_message *m, uint32_t code, uint32_t vendor, const char *data)
{
	cx_message_add(m, code, vendor, text_from(data));
}

void cx_message_add_u32(struct cx_message *m, uint32_t code, uint32_t vendor, uint32_t value)
{
	size_t at = begin_avp(m, code, vendor);

	add_u32(m, value);
	end_avp(m, at);
}

void cx_message_open(struct cx_message *m, uint32_t code, uint32_t vendor)
{
	if (m->depth < CX_MESSAGE_DEPTH_MAX)
		m->open[m->depth++] = begin_avp(m, code, vendor);
}

void cx_message_close(struct cx_message *m)
{
	if (m->depth)
		end_avp(m, m->open[--m->depth]);
}

struct text cx_message_end(struct cx_message *m)
{
	while (m->depth)
		cx_message_close(m);
	set_length(m, 0, m->bytes.length);
	return strbuf_text(&m->bytes);
}

#define SIXTEEN(n) CX_SECRET_MARK "-" n "-xxxxxx"
enum secret {
	RAND_AUTN,
	XRES,
	IM_CONTEXT,
	CK,
	IK,
	HA1,
	RAND_AUTS,
	SECOND_RAND_AUTN,
	FAILED_AVP,
};
const struct text cx_secrets[CX_SECRETS] = {
	[RAND_AUTN] = {SIXTEEN("01") SIXTEEN("02"), 32},
	[XRES] = {CX_SECRET_MARK "03", 8},
	[IM_CONTEXT] = {SIXTEEN("04"), 16},
	[CK] = {SIXTEEN("05"), 16},
	[IK] = {SIXTEEN("06"), 16},
	[HA1] = {SIXTEEN("07") SIXTEEN("08"), 32},
	[RAND_AUTS] = {SIXTEEN("09") SIXTEEN("10"), 30},
	[SECOND_RAND_AUTN] = {SIXTEEN("11") SIXTEEN("12"), 32},
	[FAILED_AVP] = {SIXTEEN("13"), 16},
};

static const uint32_t command_codes[CX_COMMANDS] = {
	[CX_UAR] = 300, [CX_SAR] = 301, [CX_LIR] = 302,
	[CX_MAR] = 303, [CX_RTR] = 304, [CX_PPR] = 305,
};

void cx_sample_init(struct cx_sample *s, enum cx_command command, uint32_t serial,
		    char text[CX_SAMPLE_TEXT_BYTES])
{
	const size_t part = CX_SAMPLE_TEXT_BYTES / 4;
	char *session = text, *impi = text + part, *impu = text + 2 * part;

	snprintf(session, part, "scscf.example.org;%u;%u", serial, (unsigned)command);
	snprintf(impi, part, "00101%010u@ims.mnc001.mcc001.3gppnetwork.org", serial);
	snprintf(impu, part, "sip:+999%07u@ims.mnc001.mcc001.3gppnetwork.org", serial % 10000000);
	*s = (struct cx_sample){
		.command = command,
		.hop_by_hop = 0x10000000 + serial,
		.end_to_end = 0x20000000 + serial,
		.session = text_from(session),
		.origin_host = TEXT_LITERAL("scscf.example.org"),
		.origin_realm = TEXT_LITERAL("example.org"),
		.destination_host = TEXT_LITERAL("hss.example.org"),
		.destination_realm = TEXT_LITERAL("example.org"),
		.answer_origin_host = TEXT_LITERAL("hss.example.org"),
		.answer_origin_realm = TEXT_LITERAL("example.org"),
		.impi = text_from(impi),
		.impu = text_from(impu),
		.server_name = TEXT_LITERAL("sip:scscf.example.org:6060"),
		.visited_network = TEXT_LITERAL("ims.mnc001.mcc001.3gppnetwork.org"),
		.scheme = TEXT_LITERAL("Digest-AKAv1-MD5"),
		.assignment_type = 1,
		.is_experimental = command == CX_UAR,
		.code = 2001,
	};
	if (command == CX_PPR || command == CX_RTR) {
		struct text host = s->origin_host;

		s->origin_host = s->destination_host;
		s->destination_host = s->answer_origin_host = host;
	}
	if (command == CX_LIR)
		s->impi = TEXT_NONE;
}

static void add_text(struct cx_message *m, uint32_t code, uint32_t vendor, struct text t)
{
	if (t.data)
		cx_message_add(m, code, vendor, t);
}

static void add_application(struct cx_message *m)
{
	cx_message_open(m, 260, 0);
	cx_message_add_u32(m, 266, 0, TGPP);
	cx_message_add_u32(m, 258, 0, DIAMETER_APPLICATION_CX);
	cx_message_close(m);
	cx_message_add_u32(m, 277, 0, 1);
}

static void add_mar(const struct cx_sample *s, struct cx_message *m)
{
	cx_message_add_u32(m, 607, TGPP, 1);
	cx_message_open(m, 612, TGPP);
	add_text(m, 608, TGPP, s->scheme);
	if (s->has_resynchronisation)
		cx_message_add(m, 610, TGPP, cx_secrets[RAND_AUTS]);
	cx_message_close(m);
	add_text(m, 602, TGPP, s->server_name);
}

static void add_rtr(struct cx_message *m)
{
	cx_message_open(m, 615, TGPP);
	cx_message_add_u32(m, 616, TGPP, 0);
	cx_message_add_str(m, 617, TGPP, "subscription ended");
	cx_message_close(m);
}

struct text cx_sample_request(const struct cx_sample *s, struct cx_message *m)
{
	cx_message_begin(m, command_codes[s->command],
			 DIAMETER_FLAG_REQUEST | DIAMETER_FLAG_PROXIABLE, DIAMETER_APPLICATION_CX,
			 s->hop_by_hop, s->end_to_end);
	add_text(m, 263, 0, s->session);
	add_application(m);
	add_text(m, 264, 0, s->origin_host);
	add_text(m, 296, 0, s->origin_realm);
	add_text(m, 293, 0, s->destination_host);
	add_text(m, 283, 0, s->destination_realm);
	add_text(m, 1, 0, s->impi);
	if (s->command != CX_PPR)
		add_text(m, 601, TGPP, s->impu);
	switch (s->command) {
	case CX_UAR:
		add_text(m, 600, TGPP, s->visited_network);
		cx_message_add_u32(m, 623, TGPP, 0);
		break;
	case CX_MAR:
		add_mar(s, m);
		break;
	case CX_SAR:
		add_text(m, 602, TGPP, s->server_name);
		cx_message_add_u32(m, 614, TGPP, s->assignment_type);
		cx_message_add_u32(m, 624, TGPP, 0);
		break;
	case CX_LIR:
		break;
	case CX_PPR:
		add_text(m, 606, TGPP, s->user_data);
		break;
	case CX_RTR:
		add_rtr(m);
		break;
	}
	return cx_message_end(m);
}

/* An AKA vector, with the digest of a second one where only SIP Digest has a place. */
static void add_items(const struct cx_sample *s, struct cx_message *m)
{
	cx_message_add_u32(m, 607, TGPP, 2);
	cx_message_open(m, 612, TGPP);
	cx_message_add_u32(m, 613, TGPP, 1);
	add_text(m, 608, TGPP, s->scheme);
	cx_message_add(m, 609, TGPP, cx_secrets[RAND_AUTN]);
	cx_message_add(m, 610, TGPP, cx_secrets[XRES]);
	cx_message_add(m, 611, TGPP, cx_secrets[IM_CONTEXT]);
	cx_message_add(m, 625, TGPP, cx_secrets[CK]);
	cx_message_add(m, 626, TGPP, cx_secrets[IK]);
	cx_message_close(m);
	cx_message_open(m, 612, TGPP);
	cx_message_add_u32(m, 613, TGPP, 2);
	cx_message_add_str(m, 608, TGPP, "SIP Digest");
	cx_message_add(m, 609, TGPP, cx_secrets[SECOND_RAND_AUTN]);
	cx_message_open(m, 635, TGPP);
	cx_message_add_str(m, 104, 0, "example.org");
	cx_message_add(m, 121, 0, cx_secrets[HA1]);
	cx_message_close(m);
	cx_message_close(m);
}

static void add_result(const struct cx_sample *s, struct cx_message *m)
{
	if (!s->is_experimental) {
		cx_message_add_u32(m, 268, 0, s->code);
		return;
	}
	cx_message_open(m, 297, 0);
	cx_message_add_u32(m, 266, 0, TGPP);
	cx_message_add_u32(m, 298, 0, s->code);
	cx_message_close(m);
}

struct text cx_sample_answer(const struct cx_sample *s, struct cx_message *m)
{
	bool is_success = s->code < 3000;

	cx_message_begin(m, command_codes[s->command], DIAMETER_FLAG_PROXIABLE,
			 DIAMETER_APPLICATION_CX, s->hop_by_hop, s->end_to_end);
	add_text(m, 263, 0, s->session);
	add_application(m);
	add_result(s, m);
	add_text(m, 264, 0, s->answer_origin_host);
	add_text(m, 296, 0, s->answer_origin_realm);
	if (s->command == CX_MAR || s->command == CX_SAR)
		add_text(m, 1, 0, s->impi);
	if (is_success && s->command == CX_MAR)
		add_items(s, m);
	if (is_success && s->command == CX_SAR)
		add_text(m, 606, TGPP, s->user_data);
	if (is_success && (s->command == CX_UAR || s->command == CX_LIR))
		add_text(m, 602, TGPP, s->server_name);
	if (!is_success) {
		cx_message_open(m, 279, 0);
		cx_message_add(m, 610, TGPP, cx_secrets[FAILED_AVP]);
		cx_message_close(m);
	}
	return cx_message_end(m);
}

void cx_sample_user_data(const struct cx_sample *s, size_t size, struct strbuf *out)
{
	static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IMSSubscription>";
	static const char tail[] = "</ServiceProfile></IMSSubscription>";
	size_t first = out->length;

	strbuf_printf(out, "%s<PrivateID>%.*s</PrivateID><ServiceProfile>", head,
		      (int)s->impi.length, s->impi.data ? s->impi.data : "");
	strbuf_printf(out, "<PublicIdentity><Identity>%.*s</Identity></PublicIdentity>",
		      (int)s->impu.length, s->impu.data);
	strbuf_add_str(out, "<PublicIdentity><BarringIndication>1</BarringIndication>"
			    "<Identity>tel:+9990000001</Identity></PublicIdentity>");
	for (unsigned i = 0; out->length - first + sizeof(tail) - 1 < size && !out->failed; i++)
		strbuf_printf(out,
			      "<InitialFilterCriteria><Priority>%u</Priority><TriggerPoint>"
			      "<ConditionTypeCNF>0</ConditionTypeCNF><SPT><ConditionNegated>0"
			      "</ConditionNegated><Group>0</Group><Method>REGISTER</Method></SPT>"
			      "</TriggerPoint><ApplicationServer><ServerName>sip:as%u.example.org"
			      "</ServerName><DefaultHandling>0</DefaultHandling>"
			      "</ApplicationServer></InitialFilterCriteria>",
			      i, i);
	strbuf_add_str(out, tail);
}
