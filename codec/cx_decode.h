/* Cx messages as bytes to struct cx_exchange (TS 29.229 6; cx-semantics 8): the one decoder of the
 * live observer and of captures. A table says which AVP of which group gives which member; all
 * others, and above all key material (609, 610, 611, 625, 626, Digest-HA1), are passed over by
 * their lengths. Vendors count: 601 without Vendor-Id 10415 is no Public-Identity. Of an AVP that
 * may occur once the first counts; with both results in an answer, Result-Code does. An
 * Experimental-Result whose Vendor-Id is not 10415, or cannot be read, is ANSWER_OTHER_VENDOR. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"
#include "codec/diameter.h"
#include "model/cx_exchange.h"

/* The command of a Cx header; false when it is no command of TS 29.229 6.1, or another application.
 */
bool cx_command_of_header(const struct diameter_header *header, enum cx_command *out);

/* Keeps the XML parser, and the forms of the User-Data that it read, as most subscribers have the
 * same. One decoder serves one thread. */
struct cx_decoder;
enum rc cx_decoder_new(struct cx_decoder **out, struct diag *diag);
void cx_decoder_free(struct cx_decoder *d);

/* Fills *out from the raw messages; answer is absent where there was none, request where it was not
 * seen, not both. Sets everything but id, time_us, latency_us and end. Damaged messages give what
 * could be read, and out->damage: a number in other than four bytes is left absent, a text is cut
 * to LIMIT_IDENTITY_LENGTH, an answer without a Cx header is one without a code. Session-Id,
 * User-Name and wildcarded identity are taken from the answer where the request has none. What
 * *out holds is copied into arena; with arena NULL it points into the messages and the decoder, and
 * is valid until either changes. RC_NOMEM; RC_SYNTAX when neither has a Cx header, RC_USAGE when
 * they are of different commands. */
enum rc cx_decode(struct cx_decoder *d, struct text request, struct text answer,
		  struct arena *arena, struct cx_exchange *out, struct diag *diag);
