/* Where the two differ, and may (libfdproto 1.2.1, fd_msg_parse_buffer):
 *
 *   message                                    libfdproto             codec/diameter.h
 *   header's length below 20, or odd to 4      reads on               no header
 *   bytes behind the header's length           AVPs of the message    not walked
 *   AVP length below the AVP's header          an AVP without data    damage, the walk ends
 *
 * In the last case it may go on behind the AVP, or take the rest of the message for it. Both refuse
 * a message that is shorter than its header says, and an AVP that leaves it. */
#include "tests/codec/diameter_oracle.h"

#include <stdint.h>
#include <stdlib.h>
#include <freeDiameter/freeDiameter-host.h>
#include <freeDiameter/libfdcore.h>
#include <freeDiameter/libfdproto.h>

#include "base/strbuf.h"
#include "codec/diameter.h"

bool diameter_oracle_start(void)
{
	fd_g_debug_lvl = FD_LOG_FATAL;
	return fd_core_initialize() == 0;
}

void diameter_oracle_stop(void)
{
	fd_core_shutdown();
	fd_core_wait_shutdown_complete();
}

static const unsigned char *bytes_of(struct text t)
{
	return (const unsigned char *)t.data;
}

/* The AVP at that place has room for its header, and a length that is smaller. */
static bool is_below_header(const unsigned char *at, const unsigned char *end)
{
	uint32_t header, length;

	if (end - at < 8)
		return false;
	header = at[4] & AVP_FLAG_VENDOR ? 12 : 8;
	length = (uint32_t)at[5] << 16 | (uint32_t)at[6] << 8 | at[7];
	return (size_t)(end - at) >= header && length < header;
}

/* What libfdproto makes of the AVPs when it writes them again: padding zero and complete. */
static void write_again(struct strbuf *out, const unsigned char *at, struct text data)
{
	size_t header = (size_t)(bytes_of(data) - at);

	strbuf_add(out, at, header + data.length);
	strbuf_add(out, "\0\0\0", (4 - data.length % 4) % 4);
}

static const char *compare_avps(struct text message, struct msg *msg, struct strbuf *again)
{
	struct diameter_walk w = diameter_walk_message(message);
	const unsigned char *at = w.at;
	struct diameter_avp avp;
	struct avp_hdr *theirs;
	struct avp *child;
	int failed = fd_msg_browse(msg, MSG_BRW_FIRST_CHILD, &child, NULL);

	for (; diameter_walk_next(&w, &avp); at = w.at) {
		if (failed || !child || fd_msg_avp_hdr(child, &theirs))
			return "the walker sees more AVPs";
		if (theirs->avp_code != avp.code || theirs->avp_flags != avp.flags ||
		    (avp.flags & AVP_FLAG_VENDOR ? theirs->avp_vendor : 0) != avp.vendor)
			return "code, flags or vendor";
		if (theirs->avp_len != (size_t)(bytes_of(avp.data) - at) + avp.data.length)
			return "length";
		write_again(again, at, avp.data);
		failed = fd_msg_browse(child, MSG_BRW_NEXT, &child, NULL);
	}
	if (w.is_damaged)
		return is_below_header(at, w.end) ? NULL : "the walker alone sees damage";
	return failed || child ? "the walker sees fewer AVPs" : NULL;
}

/* Data is only seen in what libfdproto writes. */
static const char *compare_bytes(struct msg *msg, const struct strbuf *again)
{
	const char *difference = NULL;
	uint8_t *written = NULL;
	size_t length = 0;

	if (fd_msg_bufferize(msg, &written, &length))
		return "libfdproto does not write what it read";
	if (length != DIAMETER_HEADER_BYTES + again->length ||
	    (again->length &&
	     memcmp(written + DIAMETER_HEADER_BYTES, again->data, again->length) != 0))
		difference = "data";
	free(written);
	return difference;
}

static const char *compare(struct text message, struct msg *msg)
{
	struct diameter_walk w = diameter_walk_message(message);
	struct diameter_avp avp;
	struct strbuf again;
	const char *difference;

	strbuf_init(&again);
	difference = compare_avps(message, msg, &again);
	while (diameter_walk_next(&w, &avp))
		continue;
	if (!difference && !w.is_damaged)
		difference = compare_bytes(msg, &again);
	strbuf_clear(&again);
	return difference;
}

const char *diameter_oracle_difference(struct text message)
{
	struct diameter_header header;
	struct diameter_walk w;
	struct diameter_avp avp;
	struct msg *msg = NULL;
	const char *difference;
	uint8_t *copy;

	if (!diameter_header_read(message, &header))
		return NULL;
	if (message.length > header.length)
		message.length = header.length;
	copy = malloc(message.length);
	if (!copy)
		return "memory is out";
	memcpy(copy, message.data, message.length);
	if (fd_msg_parse_buffer(&copy, message.length, &msg) == 0) {
		difference = compare(message, msg);
		fd_msg_free(msg);
		return difference;
	}
	free(copy);
	w = diameter_walk_message(message);
	while (diameter_walk_next(&w, &avp))
		continue;
	return w.is_damaged || message.length < header.length ? NULL : "libfdproto alone refuses";
}
