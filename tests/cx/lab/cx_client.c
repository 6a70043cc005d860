/* cx_client.fdx: a CSCF that sends what a script, the argument of LoadExtension, says, and answers
 * PPR and RTR with 2001. The form of the file is that of lab_table.h:
 *
 *   [settings]
 *   peer = IDENTITY        waits until this peer is open,
 *   start = FILE           and until this file is there: the peer's side may open a little later
 *   count = N              requests in all; they go round the rows in order
 *   rate = N               a second; 0 = as fast as window allows
 *   window = N             under way at once (default 64)
 *   timeout = MS           a request is given up after it (default 5000)
 *   first = N, range = N   "%" in an identity is a number of 15 digits, first to first + range - 1,
 *                          one more after each round of the rows
 *   id = N                 End-to-End Identifier of the first request; the others follow
 *   result = FILE          written at the end, and with each push after it: lines "key value", see
 *                          client_load.h, and pushed.304, pushed.305
 *   answers = FILE         a line for each answer: end-to-end id, flags, length, SHA-256
 *   secrets = FILE         all secrets of the requests, a line "kind hex" each
 *   linger = yes           stays until it is stopped; otherwise the daemon ends with the script
 *   destination-host, destination-realm = NAME      of all rows that have none of their own
 *
 *   [UAR]                  or MAR, SAR, LIR
 *   user-name, public-identity, visited-network, server-name, destination-host, destination-realm
 *   authorization-type, uar-flags, assignment-type, data-available, items = N
 *   scheme = NAME          resynchronise = yes
 *   malformed = KIND       see lab_malformed.h; a MAR then has no item but to resynchronise
 */
#include <freeDiameter/extension.h>

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "tests/cx/lab/client_load.h"
#include "tests/cx/lab/client_request.h"
#include "tests/cx/lab/lab_node.h"
#include "tests/cx/lab/lab_wire.h"

#define FIRST_ID 0x10000000

static const char *const known_keys[] = {"peer",
					 "start",
					 "count",
					 "rate",
					 "window",
					 "timeout",
					 "first",
					 "range",
					 "id",
					 "result",
					 "answers",
					 "secrets",
					 "linger",
					 "destination-host",
					 "destination-realm",
					 "user-name",
					 "public-identity",
					 "visited-network",
					 "server-name",
					 "authorization-type",
					 "uar-flags",
					 "assignment-type",
					 "data-available",
					 "items",
					 "scheme",
					 "resynchronise",
					 "malformed",
					 NULL};

static struct lab_table script;
static struct load *load;
static FILE *answers, *secrets;
static uint32_t first_id;
static pthread_t sender;
static atomic_bool is_stopping, is_sent;
static atomic_uint pushed[2]; /* RTR, PPR */

static void sleep_us(int64_t us)
{
	struct timespec time = {us / 1000000, us % 1000000 * 1000};

	if (us > 0)
		nanosleep(&time, NULL);
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static uint32_t answer_code(const void *message, size_t length)
{
	struct text avps = lab_message_avps(message, length);
	struct text group = lab_avp_find(avps.data, avps.length, LAB_EXPERIMENTAL_RESULT);

	if (!group.data)
		return lab_u32(lab_avp_find(avps.data, avps.length, LAB_RESULT_CODE));
	return 100000 +
	       lab_u32(lab_avp_find(group.data, group.length, LAB_EXPERIMENTAL_RESULT_CODE));
}

/* Answers are taken here, as bytes: the host hands over only those that it finds valid. */
static void on_received(enum fd_hook_type type, struct msg *message, struct peer_hdr *peer,
			void *other, struct fd_hook_permsgdata *pmd, void *data)
{
	struct fd_cnx_rcvdata *received = other;
	struct lab_header header;

	(void)type, (void)message, (void)peer, (void)pmd, (void)data;
	if (!lab_header_read(received->buffer, received->length, &header))
		return;
	lab_node_note(answers, received->buffer, received->length);
	if (!(header.flags & CMD_FLAG_REQUEST) && load)
		load_end(load, header.end_to_end - first_id,
			 answer_code(received->buffer, received->length));
}

static void write_result(const char *path)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	char partial[512];
	FILE *file;

	if (!path)
		return;
	pthread_mutex_lock(&lock);
	fflush(NULL); /* what else is written is there before the result is */
	snprintf(partial, sizeof(partial), "%s.partial", path);
	file = fopen(partial, "w");
	if (file) {
		load_report(load, file);
		fprintf(file, "pushed.304 %u\npushed.305 %u\n", atomic_load(&pushed[0]),
			atomic_load(&pushed[1]));
		if (fclose(file) == 0)
			rename(partial, path);
	}
	pthread_mutex_unlock(&lock);
}

static void drop_answer(void *data, struct msg **answer)
{
	(void)data;
	fd_msg_free(*answer);
	*answer = NULL;
}

static int on_push(struct msg **message, struct avp *avp, struct session *session, void *data,
		   enum disp_action *action)
{
	struct msg_hdr *header;
	struct lab_header answer;
	struct byte_writer w = {0};
	size_t opened, length;
	uint8_t *request = NULL;
	struct text avps;
	int error;

	(void)avp, (void)session, (void)data;
	*action = DISP_ACT_CONT;
	CHECK_FCT(fd_msg_hdr(*message, &header));
	if (!(header->msg_flags & CMD_FLAG_REQUEST))
		return 0;
	CHECK_FCT(fd_msg_bufferize(*message, &request, &length));
	avps = lab_message_avps(request, length);
	answer = (struct lab_header){0x40, header->msg_code, header->msg_hbhid, header->msg_eteid};
	opened = lab_message_open(&w, &answer);
	lab_avp_text(&w, LAB_SESSION_ID, lab_avp_find(avps.data, avps.length, LAB_SESSION_ID));
	lab_node_add_application(&w);
	lab_node_add_origin(&w);
	lab_avp_u32(&w, LAB_RESULT_CODE, 2001);
	lab_message_close(&w, opened);
	free(request);
	if (answer.command == 304 || answer.command == 305)
		atomic_fetch_add(&pushed[answer.command - 304], 1);
	if (atomic_load(&is_sent))
		write_result(lab_row_get(&script.settings, "result"));
	error = lab_node_send(&w, *message, NULL, NULL);
	*message = NULL;
	return error;
}

static bool peer_is_open(const char *identity)
{
	struct peer_hdr *peer = NULL;
	char name[256];

	snprintf(name, sizeof(name), "%s", identity ? identity : "");
	return fd_peer_getbyid(name, strlen(name), 1, &peer) == 0 && peer &&
	       fd_peer_get_state(peer) == STATE_OPEN;
}

static bool may_start(void)
{
	const char *path = lab_row_get(&script.settings, "start");

	return !path || access(path, F_OK) == 0;
}

static void send_all(void)
{
	const struct lab_row *settings = &script.settings;
	size_t count = (size_t)lab_row_number(settings, "count", 0);
	size_t first = (size_t)lab_row_number(settings, "first", 1);
	size_t range = (size_t)lab_row_number(settings, "range", 1);
	long rate = lab_row_number(settings, "rate", 0);
	int64_t begun = now_us();

	for (size_t i = 0; i < count && !atomic_load(&is_stopping); i++) {
		struct request request = {
			.settings = settings,
			.row = &script.row[i % script.count],
			.end_to_end = first_id + (uint32_t)i,
			.subscriber = first + i / script.count % range,
			.secrets = secrets,
		};
		struct byte_writer w = {0};

		if (rate > 0)
			sleep_us(begun + (int64_t)i * 1000000 / rate - now_us());
		request_write(&request, &w);
		load_begin(load, i);
		if (lab_node_send(&w, NULL, drop_answer, NULL))
			LOG_E("cx_client: a request cannot be sent");
	}
	load_wait(load);
}

static void *run(void *data)
{
	const char *peer = lab_row_get(&script.settings, "peer");

	(void)data;
	fd_log_threadname("cx_client");
	while (!(peer_is_open(peer) && may_start()) && !atomic_load(&is_stopping))
		sleep_us(5000);
	send_all();
	atomic_store(&is_sent, true);
	write_result(lab_row_get(&script.settings, "result"));
	if (lab_row_is(&script.settings, "linger"))
		return NULL;
	fd_core_shutdown();
	return NULL;
}

static int entry(char *path)
{
	const struct lab_row *settings = &script.settings;
	struct disp_when when = {0};
	struct fd_hook_hdl *hook;
	char message[256];

	if (!lab_table_read(path, known_keys, &script, message)) {
		LOG_F("cx_client: %s", message);
		return EINVAL;
	}
	for (size_t i = 0; i < script.count; i++) {
		if (!request_command(&script.row[i])) {
			LOG_F("cx_client: %s: no such command: %s", path, script.row[i].name);
			return EINVAL;
		}
	}
	first_id = (uint32_t)lab_row_number(settings, "id", FIRST_ID);
	load = load_new((size_t)lab_row_number(settings, "count", 0),
			(size_t)lab_row_number(settings, "window", 64),
			lab_row_number(settings, "timeout", 5000));
	if (!load || (!script.count && lab_row_number(settings, "count", 0)))
		return EINVAL;
	answers = lab_row_get(settings, "answers") ? fopen(lab_row_get(settings, "answers"), "w")
						   : NULL;
	secrets = lab_row_get(settings, "secrets") ? fopen(lab_row_get(settings, "secrets"), "w")
						   : NULL;
	CHECK_FCT(lab_node_start(&when.app));
	CHECK_FCT(fd_disp_register(on_push, DISP_HOW_APPID, &when, NULL, NULL));
	CHECK_FCT(fd_hook_register(HOOK_MASK(HOOK_DATA_RECEIVED), on_received, NULL, NULL, &hook));
	return pthread_create(&sender, NULL, run, NULL);
}

void fd_ext_fini(void)
{
	atomic_store(&is_stopping, true);
	pthread_join(sender, NULL);
	if (answers)
		fclose(answers);
	if (secrets)
		fclose(secrets);
}

EXTENSION_ENTRY("cx_client", entry);
