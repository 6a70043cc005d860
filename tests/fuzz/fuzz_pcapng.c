/* A stream of exported PDUs of any bytes: what the reader gives lies within it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trace/exported_pdu.h"
#include "trace/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static enum rc source_read(void *context, void *buffer, size_t size, size_t *got, struct diag *diag)
{
	struct text *rest = context;
	size_t n = size < rest->length ? size : rest->length;

	(void)diag;
	if (n)
		memcpy(buffer, rest->data, n);
	*rest = text_of(rest->data + n, rest->length - n);
	*got = n;
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = text_of((const char *)data, size);
	struct pcapng_packet packet;
	struct capture_message message;
	struct pcapng_reader *reader;
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	require(pcapng_new(source_read, &rest, &reader, &diag) == RC_OK);
	while ((rc = pcapng_next(reader, &packet, &diag)) == RC_OK) {
		require(packet.bytes.length <= size);
		if (exported_pdu_read(packet.bytes, &message)) {
			require(message.bytes.data >= packet.bytes.data);
			require(message.bytes.data + message.bytes.length ==
				packet.bytes.data + packet.bytes.length);
			require(strlen(message.source) < sizeof(message.source));
		}
	}
	require(rc == RC_NOTFOUND || diag.rc == rc);
	pcapng_free(reader);
	return 0;
}
