/* bench_queue RATE SECONDS STORE: hands so many exchanges a second to the observer's intake, as the
 * host's hooks do, and its writer stores them. Prints lines "key value": exchanges, seconds,
 * stored, dropped, queue_depth_max, writer_cpu (seconds), writer_percent (of a core). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cx/intake.h"
#include "cx/writer.h"
#include "tests/cx/lab/lab_wire.h"

#define SUBSCRIBERS 200000u
#define SLICE_US 1000
#define QUEUE_SIZE 65536
#define BATCH_SIZE 1000
#define BATCH_INTERVAL_US 100000
#define REALM "ims.mnc001.mcc001.3gppnetwork.org"
#define SECONDS_TO_STOP 10

static int64_t now_us(void)
{
	return moment_now().steady_us;
}

/* CPU seconds of the writer's thread so far. */
static double writer_cpu(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;
	double found = 0;

	while (tasks && (task = readdir(tasks))) {
		char path[64], text[512] = "", *end;
		unsigned long user, system;
		FILE *file;

		snprintf(path, sizeof(path), "/proc/self/task/%.20s/stat", task->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
		end = strrchr(text, ')');
		if (end && strstr(text, "(" WRITER_THREAD_NAME ")") &&
		    sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			   &system) == 2)
			found += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	}
	if (tasks)
		closedir(tasks);
	return found;
}

/* What a registration brings: UAR, MAR, SAR, and now and then a LIR. */
static const struct {
	uint32_t command;
	uint32_t experimental; /* or 0: Result-Code 2001 */
} mix[] = {{300, 2001}, {303, 0}, {301, 0}, {300, 2002}, {302, 0}, {300, 5001}};
#define MIX (sizeof(mix) / sizeof(mix[0]))

static void write_common(struct byte_writer *w, size_t number, const char *from)
{
	char session[128];

	snprintf(session, sizeof(session), "scscf." REALM ";%zu;%zu", number / 1000, number);
	lab_avp_text(w, LAB_SESSION_ID, text_from(session));
	lab_avp_text(w, LAB_ORIGIN_HOST, text_from(from));
	lab_avp_text(w, LAB_ORIGIN_REALM, TEXT_LITERAL(REALM));
	lab_avp_u32(w, LAB_AUTH_SESSION_STATE, 1);
}

static void write_request(struct byte_writer *w, size_t number)
{
	const struct lab_header header = {0xc0, mix[number % MIX].command, (uint32_t)number,
					  (uint32_t)number};
	unsigned subscriber = (unsigned)(number / MIX % SUBSCRIBERS);
	size_t opened = lab_message_open(w, &header);
	char impi[96], impu[96];

	snprintf(impi, sizeof(impi), "00101%010u@" REALM, subscriber);
	snprintf(impu, sizeof(impu), "sip:+999%07u@" REALM, subscriber);
	write_common(w, number, "scscf." REALM);
	lab_avp_text(w, LAB_DESTINATION_REALM, TEXT_LITERAL(REALM));
	lab_avp_text(w, LAB_USER_NAME, text_from(impi));
	lab_avp_text(w, LAB_PUBLIC_IDENTITY, text_from(impu));
	if (header.command == 300)
		lab_avp_text(w, LAB_VISITED_NETWORK, TEXT_LITERAL(REALM));
	else
		lab_avp_text(w, LAB_SERVER_NAME, TEXT_LITERAL("sip:scscf." REALM ":5060"));
	lab_message_close(w, opened);
}

static void write_user_data(struct byte_writer *w, size_t number)
{
	unsigned subscriber = (unsigned)(number / MIX % SUBSCRIBERS);
	char document[600];

	snprintf(document, sizeof(document),
		 "<IMSSubscription><PrivateID>00101%010u@" REALM "</PrivateID><ServiceProfile>"
		 "<PublicIdentity><Identity>sip:+999%07u@" REALM "</Identity></PublicIdentity>"
		 "<PublicIdentity><Identity>tel:+999%07u</Identity></PublicIdentity>"
		 "</ServiceProfile></IMSSubscription>",
		 subscriber, subscriber, subscriber);
	lab_avp_text(w, LAB_USER_DATA, text_from(document));
}

static void write_item(struct byte_writer *w)
{
	static const char bytes[32];
	size_t group = lab_avp_open(w, LAB_AUTH_DATA_ITEM);

	lab_avp_u32(w, LAB_ITEM_NUMBER, 1);
	lab_avp_text(w, LAB_SCHEME, TEXT_LITERAL("Digest-AKAv1-MD5"));
	lab_avp_text(w, LAB_AUTHENTICATE, text_of(bytes, 32));
	lab_avp_text(w, LAB_AUTHORIZATION, text_of(bytes, 8));
	lab_avp_text(w, LAB_CONFIDENTIALITY_KEY, text_of(bytes, 16));
	lab_avp_text(w, LAB_INTEGRITY_KEY, text_of(bytes, 16));
	lab_avp_close(w, group);
}

static void write_answer(struct byte_writer *w, size_t number)
{
	const struct lab_header header = {0x40, mix[number % MIX].command, (uint32_t)number,
					  (uint32_t)number};
	size_t opened = lab_message_open(w, &header);

	write_common(w, number, "hss." REALM);
	if (mix[number % MIX].experimental) {
		size_t group = lab_avp_open(w, LAB_EXPERIMENTAL_RESULT);

		lab_avp_u32(w, LAB_VENDOR_ID, LAB_VENDOR);
		lab_avp_u32(w, LAB_EXPERIMENTAL_RESULT_CODE, mix[number % MIX].experimental);
		lab_avp_close(w, group);
	} else {
		lab_avp_u32(w, LAB_RESULT_CODE, 2001);
	}
	if (header.command == 301)
		write_user_data(w, number);
	if (header.command == 303)
		write_item(w);
	lab_message_close(w, opened);
}

static void put_exchange(struct intake *intake, struct byte_writer *w, size_t number)
{
	struct pending_entry request = {0}, answer = {0};

	w->length = 0;
	write_request(w, number);
	intake_received(intake, &request, text_of((const char *)w->data, w->length));
	w->length = 0;
	write_answer(w, number);
	intake_received(intake, &answer, text_of((const char *)w->data, w->length));
	intake_answered(intake, &request, &answer);
}

/* Returns how many exchanges were put. */
static size_t put_all(struct intake *intake, size_t rate, size_t seconds)
{
	struct byte_writer w = {0};
	size_t done = 0, count = rate * seconds;
	int64_t begun = now_us();

	while (done < count) {
		size_t due = (size_t)(now_us() - begun + SLICE_US) * rate / 1000000;

		for (; done < due && done < count; done++)
			put_exchange(intake, &w, done);
		usleep(SLICE_US);
	}
	byte_writer_clear(&w);
	return done;
}

static void print_results(struct intake *intake, size_t count, double seconds, double cpu)
{
	struct observation_status status = {0};

	counters_status(&intake->counters, &intake->queue, &status);
	printf("exchanges %zu\nseconds %.2f\nstored %llu\ndropped %llu\nqueue_depth_max %llu\n",
	       count, seconds, (unsigned long long)status.stored,
	       (unsigned long long)status.dropped, (unsigned long long)status.queue_depth_max);
	printf("writer_cpu %.2f\nwriter_percent %.2f\n", cpu, 100 * cpu / seconds);
}

/* Waits until the queue is empty, so that all of the writer's work is measured. */
static void wait_empty(struct intake *intake)
{
	while (queue_depth(&intake->queue))
		usleep(SLICE_US);
	usleep(3 * BATCH_INTERVAL_US);
}

int main(int argc, char **argv)
{
	const struct intake_options intake_options = {QUEUE_SIZE, BATCH_SIZE, 128u << 20, 0x3f};
	struct writer_options writer_options = {
		.feed =
			{
				.observer = TEXT_LITERAL("bench.example.org"),
				.batch_size = BATCH_SIZE,
				.batch_most = BATCH_SIZE + QUEUE_SIZE,
				.batch_interval_us = BATCH_INTERVAL_US,
			},
		.unanswered_after_us = 30000000,
	};
	struct intake intake;
	struct writer *writer;
	struct diag diag;
	int64_t begun;

	if (argc != 4) {
		fprintf(stderr, "usage: bench_queue RATE SECONDS STORE\n");
		return 2;
	}
	writer_options.feed.folder = argv[3];
	diag_init(&diag);
	if (intake_init(&intake, &intake_options) != RC_OK ||
	    writer_start(&writer_options, &intake, &writer, &diag) != RC_OK)
		return 3;
	begun = now_us();
	size_t count = put_all(&intake, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
	double seconds = (double)(now_us() - begun) / 1e6;

	wait_empty(&intake);
	double cpu = writer_cpu();

	if (!writer_stop(writer, SECONDS_TO_STOP))
		return 3;
	print_results(&intake, count, seconds, cpu);
	intake_clear(&intake);
	return 0;
}
