/* scripted_hss.fdx: an HSS whose answers come from a table, the argument of LoadExtension; it knows
 * no subscriber and no rule. The first row that fits a request answers it; a request that fits none
 * gets 5012. The form of the file is that of lab_table.h:
 *
 *   [settings]
 *   seed = text            what random bytes depend on (default: the time)
 *   secrets = FILE         all secrets of the answers, a line "kind hex" each
 *   requests = FILE        a line for each request received: end-to-end id, flags, length, SHA-256
 *
 *   [UAR]                  or MAR, SAR, LIR
 *   user-name, public-identity, visited-network, scheme = PATTERN     "*", "text", "text*", "-":
 * absent calls = N or N+        calls of this command with this User-Name before result = N
 * Result-Code; or experimental = N       Experimental-Result-Code of 3GPP server-name = URI
 * error-message = TEXT mandatory-capability, optional-capability = N                     may be
 * repeated user-data = XML        or user-data-file = FILE; $impi and $impu are those of the
 * request items = N              SIP-Auth-Data-Items; item-scheme = NAME (default Digest-AKAv1-MD5)
 *   aka-key = FILE         [settings] with K, OP or OPc, AMF in hex, SQN; without it random vectors
 *   delay = MS             silent = yes: no answer at all
 *   malformed = KIND       see lab_malformed.h (a row without result or experimental has neither)
 *
 *   [push PPR]             or push RTR: sent at SIGUSR1
 *   destination-host, destination-realm, user-name, public-identity, user-data, user-data-file
 *   reason-code = N        reason-info = TEXT
 *   repeat = N             so many of them (default 1)
 */
#include <freeDiameter/extension.h>

#include <signal.h>
#include <time.h>

#include "tests/cx/lab/hss_answer.h"
#include "tests/cx/lab/lab_node.h"
#include "tests/cx/lab/lab_wire.h"

#define UNABLE_TO_COMPLY "5012"

static const char *const known_keys[] = {"seed",
					 "secrets",
					 "requests",
					 "user-name",
					 "public-identity",
					 "visited-network",
					 "scheme",
					 "calls",
					 "result",
					 "experimental",
					 "server-name",
					 "error-message",
					 "mandatory-capability",
					 "optional-capability",
					 "user-data",
					 "user-data-file",
					 "items",
					 "item-scheme",
					 "aka-key",
					 "delay",
					 "silent",
					 "malformed",
					 "destination-host",
					 "destination-realm",
					 "reason-code",
					 "reason-info",
					 "repeat",
					 NULL};

static struct hss hss;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what hss_answer must not do twice */
static char default_seed[32];

static const struct lab_row no_row = {
	.name = "no row", .entry = {{"result", UNABLE_TO_COMPLY}}, .count = 1};

static void wait_milliseconds(long milliseconds)
{
	struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};

	if (milliseconds > 0)
		nanosleep(&time, NULL);
}

static int on_request(struct msg **message, struct avp *avp, struct session *session, void *data,
		      enum disp_action *action)
{
	const struct lab_row *row;
	struct byte_writer w = {0};
	uint8_t *request = NULL;
	struct msg_hdr *header;
	size_t length;
	bool is_done;
	int error;

	(void)avp, (void)session, (void)data;
	*action = DISP_ACT_CONT;
	CHECK_FCT(fd_msg_hdr(*message, &header));
	if (!(header->msg_flags & CMD_FLAG_REQUEST))
		return 0;
	CHECK_FCT(fd_msg_bufferize(*message, &request, &length));
	pthread_mutex_lock(&lock);
	row = hss_find_row(&hss, request, length);
	if (!row)
		row = &no_row;
	is_done = lab_row_is(row, "silent") || hss_answer(&hss, row, request, length, &w);
	pthread_mutex_unlock(&lock);
	free(request);
	if (!is_done)
		LOG_E("scripted_hss: a row of %s cannot be answered", row->name);
	wait_milliseconds(lab_row_number(row, "delay", 0));
	if (w.length) {
		error = lab_node_send(&w, *message, NULL, NULL);
	} else {
		byte_writer_clear(&w);
		error = fd_msg_free(*message);
	}
	*message = NULL;
	return error;
}

static void on_received(enum fd_hook_type type, struct msg *message, struct peer_hdr *peer,
			void *other, struct fd_hook_permsgdata *pmd, void *data)
{
	struct fd_cnx_rcvdata *received = other;

	(void)type, (void)message, (void)peer, (void)pmd, (void)data;
	lab_node_note(hss.requests, received->buffer, received->length);
}

static void on_push_answer(void *data, struct msg **answer)
{
	const struct lab_row *row = data;

	LOG_N("scripted_hss: %s answered", row->name);
	fd_msg_free(*answer);
	*answer = NULL;
}

static void send_pushes(void)
{
	static uint32_t end_to_end = 0x70000000;

	for (size_t i = 0; i < hss.table.count; i++) {
		struct lab_row *row = &hss.table.row[i];
		long repeat = lab_row_number(row, "repeat", 1);

		if (strncmp(row->name, "push ", 5) != 0 || !hss_command_code(row->name + 5))
			continue;
		while (repeat-- > 0) {
			struct byte_writer w = {0};

			hss_push(&hss, row, end_to_end++, &w);
			if (lab_node_send(&w, NULL, on_push_answer, row))
				LOG_E("scripted_hss: %s cannot be sent", row->name);
		}
	}
}

static FILE *open_line_file(const char *path)
{
	FILE *file = path ? fopen(path, "a") : NULL;

	if (file)
		setvbuf(file, NULL, _IOLBF, BUFSIZ);
	return file;
}

static int entry(char *path)
{
	struct disp_when when = {0};
	struct fd_hook_hdl *hook;
	char message[256];

	if (!lab_table_read(path, known_keys, &hss.table, message)) {
		LOG_F("scripted_hss: %s", message);
		return EINVAL;
	}
	snprintf(default_seed, sizeof(default_seed), "%lld", (long long)time(NULL));
	hss.seed = lab_row_get(&hss.table.settings, "seed");
	if (!hss.seed)
		hss.seed = default_seed;
	hss.secrets = open_line_file(lab_row_get(&hss.table.settings, "secrets"));
	hss.requests = open_line_file(lab_row_get(&hss.table.settings, "requests"));
	CHECK_FCT(lab_node_start(&when.app));
	CHECK_FCT(fd_disp_register(on_request, DISP_HOW_APPID, &when, NULL, NULL));
	CHECK_FCT(fd_event_trig_regcb(SIGUSR1, "scripted_hss", send_pushes));
	return fd_hook_register(HOOK_MASK(HOOK_DATA_RECEIVED), on_received, NULL, NULL, &hook);
}

void fd_ext_fini(void)
{
	if (hss.secrets)
		fclose(hss.secrets);
	if (hss.requests)
		fclose(hss.requests);
}

EXTENSION_ENTRY("scripted_hss", entry);
