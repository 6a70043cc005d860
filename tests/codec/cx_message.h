/* Builds Diameter messages for tests and benches, AVP by AVP or as complete samples of the six Cx
 * command pairs. The samples carry key material wherever Cx has a place for it: made-up bytes that
 * all contain CX_SECRET_MARK, so that a search for it shows any that leaked. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "model/attempt.h"

/* At least once in any 16 consecutive bytes of each secret but the short XRES. */
#define CX_SECRET_MARK "sEcReT"

#define CX_MESSAGE_DEPTH_MAX 8
struct cx_message {
	struct strbuf bytes;
	size_t open[CX_MESSAGE_DEPTH_MAX]; /* where the open groups begin */
	unsigned depth;
};
void cx_message_init(struct cx_message *m);
void cx_message_clear(struct cx_message *m);

/* Begins a message of this command code (300 to 305 for Cx), forgetting the one before. flags:
 * enum diameter_flag. */
void cx_message_begin(struct cx_message *m, uint32_t command, uint8_t flags, uint32_t application,
		      uint32_t hop_by_hop, uint32_t end_to_end);

/* AVPs into the innermost open group; vendor 0 is written without the V flag. */
void cx_message_add(struct cx_message *m, uint32_t code, uint32_t vendor, struct text data);
void cx_message_add_str(struct cx_message *m, uint32_t code, uint32_t vendor, const char *data);
void cx_message_add_u32(struct cx_message *m, uint32_t code, uint32_t vendor, uint32_t value);
void cx_message_open(struct cx_message *m, uint32_t code, uint32_t vendor);
void cx_message_close(struct cx_message *m);

/* The whole message, its length set; open groups are closed. Valid until the next change. */
struct text cx_message_end(struct cx_message *m);

/* What the samples below say. Absent texts are AVPs not sent. */
struct cx_sample {
	enum cx_command command;
	uint32_t hop_by_hop, end_to_end;
	struct text session, origin_host, origin_realm, destination_host, destination_realm;
	struct text answer_origin_host, answer_origin_realm;
	struct text impi, impu, server_name, visited_network, scheme;
	struct text user_data;      /* SAA, PPR */
	bool has_resynchronisation; /* MAR */
	uint32_t assignment_type;   /* SAR */
	bool is_experimental;       /* the result goes into Experimental-Result */
	uint32_t code;
};

/* A registration that succeeds, or what the other commands usually say. Texts are static, but for
 * session, impi and impu, which depend on serial and live in text until it changes. */
#define CX_SAMPLE_TEXT_BYTES 512
void cx_sample_init(struct cx_sample *s, enum cx_command command, uint32_t serial,
		    char text[CX_SAMPLE_TEXT_BYTES]);

/* The messages; out is initialised. */
struct text cx_sample_request(const struct cx_sample *s, struct cx_message *out);
struct text cx_sample_answer(const struct cx_sample *s, struct cx_message *out);

/* An Annex E document of one profile with the IMPU of the sample, a tel identity and initial filter
 * criteria until it has at least size bytes, appended to out. */
void cx_sample_user_data(const struct cx_sample *s, size_t size, struct strbuf *out);

/* Every secret that the samples carry. */
#define CX_SECRETS 9
extern const struct text cx_secrets[CX_SECRETS];
