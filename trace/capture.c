#include "trace/capture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/exported_pdu.h"
#include "trace/pcapng.h"
#include "trace/sip_segment.h"
#include "trace/tshark.h"

static void name_file(struct diag *diag, const char *path)
{
	if (diag)
		text_copy(text_from(strcmp(path, "-") ? path : "standard input"), diag->file,
			  sizeof(diag->file));
}

/* What tshark would tell less clearly, or not at all: it takes an empty file for a capture. */
static enum rc check_file(const char *path, struct diag *diag)
{
	struct stat st;
	int fd;

	if (!strcmp(path, "-"))
		return RC_OK;
	if (stat(path, &st) != 0)
		return diag_set_errno(diag, RC_NOTFOUND, "cannot open the capture");
	if (S_ISDIR(st.st_mode))
		return diag_set(diag, RC_SYNTAX, "a folder, expected a capture");
	if (!S_ISREG(st.st_mode))
		return RC_OK;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return diag_set_errno(diag, RC_IO, "cannot open the capture");
	close(fd);
	return st.st_size ? RC_OK : diag_set(diag, RC_SYNTAX, "an empty file, expected a capture");
}

/* RC_NOTFOUND at the end of the stream. *stopped: visit had enough. */
static enum rc read_messages(struct pcapng_reader *reader,
			     bool (*visit)(const struct capture_message *m, void *context),
			     void *context, bool *stopped, struct diag *diag)
{
	struct capture_message message;
	struct pcapng_packet packet;
	struct sip_segment segment;
	enum rc rc;

	sip_segment_init(&segment);
	while ((rc = pcapng_next(reader, &packet, diag)) == RC_OK) {
		if (packet.link_type != EXPORTED_PDU_LINK_TYPE ||
		    !exported_pdu_read(packet.bytes, &message))
			continue;
		if (message.protocol == CAPTURE_SIP && !sip_segment_narrow(&segment, &message))
			continue;
		message.time_us = packet.time_us;
		*stopped = !visit(&message, context);
		if (*stopped)
			break;
	}
	if (segment.scratch.failed)
		rc = diag_set(diag, RC_NOMEM, "no memory to read a capture");
	sip_segment_clear(&segment);
	return rc;
}

enum rc capture_read(const char *path, const struct capture_options *options,
		     bool (*visit)(const struct capture_message *m, void *context), void *context,
		     struct diag *diag)
{
	struct pcapng_reader *reader = NULL;
	struct tshark *tshark = NULL;
	bool stopped = false;
	enum rc rc, child;

	name_file(diag, path);
	rc = check_file(path, diag);
	if (rc == RC_OK)
		rc = tshark_start(path, options, &tshark, diag);
	if (rc == RC_OK)
		rc = pcapng_new(tshark_read, tshark, &reader, diag);
	if (rc == RC_OK)
		rc = read_messages(reader, visit, context, &stopped, diag);
	/* Why the stream ended, well or within a block, is what the child knows. */
	if (tshark && (rc == RC_NOTFOUND || rc == RC_TRUNCATED)) {
		child = tshark_finish(tshark, diag);
		if (rc == RC_NOTFOUND || child != RC_OK)
			rc = child;
	}
	pcapng_free(reader);
	tshark_free(tshark);
	return rc;
}
