#include "cx/hooks.h"

#include <freeDiameter/extension.h>

#include "base/log.h"
#include "codec/diameter.h"
#include "cx/own_realm.h"

/* What the host keeps for us beside each message. */
struct fd_hook_permsgdata {
	struct pending_entry entry;
};

static struct intake *intake;
static bool is_masked; /* identities in the log */
static struct fd_hook_data_hdl *beside_messages;
static struct fd_hook_hdl *message_hooks, *forward_hook, *connect_hook, *trouble_hooks;

static struct pending_entry *entry_of(struct fd_hook_permsgdata *data)
{
	return data ? &data->entry : NULL;
}

/* A message is freed. */
static void on_freed(struct fd_hook_permsgdata *data)
{
	intake_gone(intake, &data->entry);
}

/* Its header; NULL when it is not of Cx. */
static const struct msg_hdr *cx_header(struct msg *message)
{
	struct msg_hdr *h;

	return fd_msg_hdr(message, &h) == 0 && h->msg_appl == DIAMETER_APPLICATION_CX ? h : NULL;
}

static bool is_cx_answer(struct msg *message)
{
	const struct msg_hdr *h = cx_header(message);

	return h && !(h->msg_flags & CMD_FLAG_REQUEST);
}

/* An answer leaves. Those from the wire were taken when they came; what still waits is answered by
 * this node. */
static void on_sent(struct msg *answer)
{
	struct pending_entry *request = entry_of(fd_hook_get_request_pmd(beside_messages, answer));
	uint8_t *bytes;
	size_t length;

	if (!pending_is_waiting(request) || fd_msg_bufferize(answer, &bytes, &length) != 0)
		return;
	intake_answered_here(intake, request, text_of((const char *)bytes, length));
	explicit_bzero(bytes, length);
	free(bytes);
}

static const char *name_of(const struct peer_hdr *peer)
{
	return peer ? peer->info.pi_diamid : "<unknown>";
}

/* The host's own debug lines, which it leaves to the extension that has a hook; it formats them,
 * under a lock, even when nobody wants them. name may be NULL. */
static void log_debug(const char *what, const char *name, struct msg *message)
{
	const char *quote = name ? "'" : "";
	char *summary = NULL;
	size_t length = 0;

	if (fd_g_debug_lvl > FD_LOG_DEBUG ||
	    !fd_msg_dump_summary(&summary, &length, NULL, message, NULL, 0, 1))
		return;
	fd_log(FD_LOG_DEBUG, "%s%s%s%s: %s", what, quote, name ? name : "", quote, summary);
	free(summary);
}

/* As the host tells trouble with a message, with what it has parsed of it; to find the way of a
 * message it parses User-Name. */
static void log_trouble(const char *what, const char *why, struct msg *message)
{
	const struct msg_hdr *h = is_masked ? cx_header(message) : NULL;
	char *tree = NULL;
	size_t length = 0;

	if (h) {
		LOG_E("%s: '%s' for a Cx message, command %u, end-to-end 0x%08x (its identities "
		      "are not shown)",
		      what, why, h->msg_code, h->msg_eteid);
		return;
	}
	LOG_E("%s: '%s' for the following message:", what, why);
	if (fd_msg_dump_treeview(&tree, &length, NULL, message, NULL, 0, 1))
		LOG_SPLIT(FD_LOG_ERROR, "   ", tree, NULL);
	free(tree);
}

/* Stands in for the host's own line about messages that it cannot read, which shows all their bytes
 * and with them keys. */
static void log_parsing_error(struct msg *message, struct peer_hdr *peer, void *other)
{
	if (!message) {
		const struct fd_cnx_rcvdata *data = other;

		LOG_E("Parsing error: cannot parse %zuB buffer from '%s' (not shown: it may hold "
		      "keys)",
		      data->length, name_of(peer));
		return;
	}
	log_trouble("Parsing error", other, message);
}

static void on_message(enum fd_hook_type type, struct msg *message, struct peer_hdr *peer,
		       void *other, struct fd_hook_permsgdata *data, void *context)
{
	(void)context;
	switch (type) {
	case HOOK_DATA_RECEIVED: {
		const struct fd_cnx_rcvdata *received = other;

		intake_received(intake, entry_of(data),
				text_of((const char *)received->buffer, received->length));
		break;
	}
	case HOOK_MESSAGE_RECEIVED:
		log_debug("RCV from ", name_of(peer), message);
		if (is_cx_answer(message))
			intake_answered(intake,
					entry_of(fd_hook_get_request_pmd(beside_messages, message)),
					entry_of(data));
		break;
	case HOOK_MESSAGE_SENT:
		log_debug("SENT to ", name_of(peer), message);
		if (is_cx_answer(message))
			on_sent(message);
		break;
	case HOOK_MESSAGE_PARSING_ERROR:
		/* The host drops a buffer that it cannot read without a word to on_freed. */
		if (!message)
			intake_gone(intake, entry_of(data));
		log_parsing_error(message, peer, other);
		break;
	default:
		break;
	}
}

static void on_forward(enum fd_hook_type type, struct msg *message, struct peer_hdr *peer,
		       void *other, struct fd_hook_permsgdata *data, void *context)
{
	(void)type;
	(void)peer;
	(void)other;
	(void)data;
	(void)context;
	log_debug("FORWARDING", NULL, message);
}

/* Stands in for the host's own lines about messages that it cannot deliver. */
static void on_trouble(enum fd_hook_type type, struct msg *message, struct peer_hdr *peer,
		       void *other, struct fd_hook_permsgdata *data, void *context)
{
	(void)peer;
	(void)data;
	(void)context;
	log_trouble(type == HOOK_MESSAGE_DROPPED ? "Message discarded" : "Routing error", other,
		    message);
}

/* Says what the host says when nobody has this hook, and looks at the peer's realm. */
static void on_connected(enum fd_hook_type type, struct msg *message, struct peer_hdr *peer,
			 void *other, struct fd_hook_permsgdata *data, void *context)
{
	char protocol[40] = "-";
	char *capabilities = NULL;
	size_t length = 0;
	DiamId_t source = NULL;

	(void)type;
	(void)other;
	(void)data;
	(void)context;
	if (fd_msg_source_get(message, &source, NULL) == 0 && !source)
		fd_msg_answ_getq(message, &message); /* our CEA: the peer's CER tells more */
	if (peer)
		fd_peer_cnx_proto_info(peer, protocol, sizeof(protocol));
	LOG_N("Connected to '%s' (%s), remote capabilities: ", name_of(peer), protocol);
	if (fd_msg_dump_full(&capabilities, &length, NULL, message, NULL, 0, 1))
		LOG_SPLIT(FD_LOG_NOTICE, "   ", capabilities, NULL);
	free(capabilities);
	if (peer)
		own_realm_watch(peer);
}

enum rc hooks_register(struct intake *i, const struct hooks_options *options, struct diag *diag)
{
	intake = i;
	is_masked = options->mask_identities;
	int error = fd_hook_data_register(sizeof(struct fd_hook_permsgdata), NULL, on_freed,
					  &beside_messages);

	if (!error)
		error = fd_hook_register(HOOK_MASK(HOOK_DATA_RECEIVED, HOOK_MESSAGE_RECEIVED,
						   HOOK_MESSAGE_SENT, HOOK_MESSAGE_PARSING_ERROR),
					 on_message, NULL, beside_messages, &message_hooks);
	if (!error)
		error = fd_hook_register(HOOK_MASK(HOOK_MESSAGE_ROUTING_FORWARD), on_forward, NULL,
					 NULL, &forward_hook);
	if (!error && is_masked)
		error = fd_hook_register(HOOK_MASK(HOOK_MESSAGE_ROUTING_ERROR,
						   HOOK_MESSAGE_DROPPED),
					 on_trouble, NULL, NULL, &trouble_hooks);
	if (!error && options->watch_realms)
		error = fd_hook_register(HOOK_MASK(HOOK_PEER_CONNECT_SUCCESS), on_connected, NULL,
					 NULL, &connect_hook);
	if (error) {
		hooks_unregister();
		errno = error;
		return diag_set_errno(diag, RC_IO, "freeDiameter takes no hooks");
	}
	return RC_OK;
}

void hooks_unregister(void)
{
	struct fd_hook_hdl **const hooks[] = {&message_hooks, &forward_hook, &connect_hook,
					      &trouble_hooks};

	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++) {
		if (*hooks[i])
			fd_hook_unregister(*hooks[i]);
		*hooks[i] = NULL;
	}
}
