/* Times observations.db: exchanges of registrations appended at full speed, then paced while a
 * reader asks for one identity each millisecond. Prints "key value" lines; usage:
 * bench_observations [EXCHANGES [FOLDER [SECONDS [RATE]]]]. FOLDER must not exist; it is removed.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "store/observations.h"

#define REALM "ims.mnc001.mcc001.3gppnetwork.org"
#define SUBSCRIBERS 1000000u
#define PREPARED 100000 /* exchanges that are made beforehand */
#define FLUSH_EACH 1000
#define SAMPLES_MAX 1000000

static void stop(const char *what, const struct diag *diag)
{
	fprintf(stderr, "bench_observations: %s: %s\n", what, diag->text);
	exit(EXIT_FAILURE);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct text numbered(struct arena *arena, const char *before, unsigned serial,
			    const char *after)
{
	return text_from(arena_printf(arena, "%s%010u%s", before, serial, after));
}

static void add_user_data(struct cx_exchange *e, unsigned serial, struct arena *arena)
{
	struct user_data_profile *p = arena_alloc(arena, sizeof(*p));

	*p = (struct user_data_profile){.count = 3, .content = 7, .ifc_count = 2};
	p->identity = arena_alloc(arena, 3 * sizeof(*p->identity));
	p->identity[0] = (struct user_data_identity){e->impu[0], 1};
	p->identity[1] = (struct user_data_identity){numbered(arena, "tel:+999", serial, ""), 0};
	p->identity[2] =
		(struct user_data_identity){numbered(arena, "sip:+999", serial, "@" REALM), 0};
	e->user_data = e->answer.user_data = p;
	e->user_data_count = e->answer.user_data_count = 1;
	e->user_data_impi = e->impi;
	e->user_data_hash = serial * 0x9e3779b97f4a7c15u;
}

/* UAR, MAR, UAR, SAR in turn, as a registration makes them; one in fifty is refused. */
static void make_exchange(struct cx_exchange *e, unsigned number, struct arena *arena)
{
	static const enum cx_command commands[] = {CX_UAR, CX_MAR, CX_UAR, CX_SAR};
	unsigned serial = number / 4 * 2654435761u % SUBSCRIBERS;

	cx_exchange_init(e);
	e->command = commands[number % 4];
	e->end = CX_END_ANSWERED;
	e->latency_us = 900 + number * 7919 % 3000;
	e->origin_host = e->command == CX_UAR ? TEXT_LITERAL("icscf." REALM)
					      : TEXT_LITERAL("scscf1." REALM);
	e->origin_realm = e->destination_realm = e->answer_origin_realm = TEXT_LITERAL(REALM);
	e->destination_host = e->answer_origin_host = TEXT_LITERAL("hss." REALM);
	e->session =
		text_from(arena_printf(arena, "%s;1700000000;%u", e->origin_host.data, number));
	e->impi = numbered(arena, "00101", serial, "@" REALM);
	e->impu = arena_alloc(arena, sizeof(*e->impu));
	e->impu_count = 1;
	e->impu[0] = numbered(arena, "sip:00101", serial, "@" REALM);
	e->answer.kind = number % 50 == 0 ? ANSWER_EXPERIMENTAL : ANSWER_RESULT_CODE;
	e->answer.code = number % 50 == 0 ? 5001 : 2001;
	if (e->command == CX_UAR) {
		e->visited_network = TEXT_LITERAL(REALM);
		e->authorization_type = 0;
		e->answer.server_name = TEXT_LITERAL("sip:scscf1." REALM ":6060");
		return;
	}
	e->server_name = TEXT_LITERAL("sip:scscf1." REALM ":6060");
	if (e->command == CX_MAR) {
		e->item_count = e->answer_item_count = 1;
		e->scheme = e->answer_scheme = TEXT_LITERAL("Digest-AKAv1-MD5");
	} else {
		e->assignment_type = 1;
		e->user_data_available = 0;
		add_user_data(e, serial, arena);
	}
}

struct bench {
	struct observations *o;
	struct cx_exchange *prepared;
	unsigned next;
	double worst_flush;
	uint64_t refused; /* flushes */
};

/* Strings are made beforehand but for what makes an exchange one of its own. */
static void append(struct bench *b, unsigned count)
{
	struct diag diag;

	for (unsigned i = 0; i < count; i++, b->next++) {
		struct cx_exchange *e = &b->prepared[b->next % PREPARED];

		e->time_us = INT64_C(1700000000000000) + (int64_t)b->next * 20;
		if (observations_append(b->o, e, &diag))
			stop("append", &diag);
	}
}

static void flush(struct bench *b)
{
	struct observation_status status = {.observer = TEXT_LITERAL("bench"), .seen = b->next};
	struct diag diag;
	double begin = seconds(CLOCK_MONOTONIC), taken;

	if (observations_flush(b->o, &status, &diag))
		b->refused++;
	taken = seconds(CLOCK_MONOTONIC) - begin;
	b->worst_flush = taken > b->worst_flush ? taken : b->worst_flush;
}

static void at_full_speed(struct bench *b, unsigned count)
{
	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct observations_summary summary;
	struct diag diag;

	while (b->next < count) {
		append(b, FLUSH_EACH);
		flush(b);
	}
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	if (observations_summarize(b->o, &summary, &diag))
		stop("summarize", &diag);
	printf("exchanges %llu\n", (unsigned long long)summary.count);
	printf("records_per_second %.0f\n", b->next / wall);
	printf("writer_us_per_record %.3f\n", cpu / b->next * 1e6);
	printf("bytes_per_exchange %.1f\n", (double)summary.bytes / (double)summary.count);
	printf("worst_flush_ms %.1f\n", b->worst_flush * 1e3);
}

/* --- paced, with a reader -------------------------------------------------------------------- */

struct reading {
	const char *folder;
	atomic_bool is_over;
	double *sample; /* seconds of each look-up */
	unsigned count;
	uint64_t found;
};

static bool count_exchange(const struct cx_exchange *e, void *context)
{
	(void)e;
	++*(uint64_t *)context;
	return true;
}

static void *read_along(void *context)
{
	struct reading *r = context;
	struct observations *o;
	struct diag diag;
	char imsi[32];

	if (observations_open(r->folder, OBSERVATIONS_READ, &o, &diag))
		stop("reader", &diag);
	while (!atomic_load(&r->is_over) && r->count < SAMPLES_MAX) {
		struct observation_query query = {.newest_first = true};
		double begin;

		snprintf(imsi, sizeof(imsi), "00101%010u",
			 r->count % (PREPARED / 4) * 2654435761u % SUBSCRIBERS);
		query.identity = text_from(imsi);
		begin = seconds(CLOCK_MONOTONIC);
		if (observations_visit(o, &query, count_exchange, &r->found, &diag))
			stop("look-up", &diag);
		r->sample[r->count++] = seconds(CLOCK_MONOTONIC) - begin;
		usleep(1000);
	}
	observations_close(o);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void paced(struct bench *b, const char *folder, unsigned duration, unsigned rate)
{
	struct reading r = {.folder = folder, .sample = calloc(SAMPLES_MAX, sizeof(double))};
	double begin = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_THREAD_CPUTIME_ID), late = 0;
	unsigned batches = duration * rate / FLUSH_EACH;
	pthread_t thread;

	if (!r.sample || pthread_create(&thread, NULL, read_along, &r))
		exit(EXIT_FAILURE);
	b->worst_flush = 0;
	for (unsigned i = 0; i < batches; i++) {
		double due = begin + (double)i * FLUSH_EACH / rate, now;

		while ((now = seconds(CLOCK_MONOTONIC)) < due)
			usleep((useconds_t)((due - now) * 1e6) + 1);
		late = now - due > late ? now - due : late;
		append(b, FLUSH_EACH);
		flush(b);
	}
	cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
	double wall = seconds(CLOCK_MONOTONIC) - begin;
	atomic_store(&r.is_over, true);
	pthread_join(thread, NULL);
	qsort(r.sample, r.count, sizeof(double), compare);
	printf("paced_records_per_second %.0f\n", (double)batches * FLUSH_EACH / wall);
	printf("paced_writer_core_percent %.1f\n", cpu / wall * 100);
	printf("paced_worst_flush_ms %.1f\n", b->worst_flush * 1e3);
	printf("paced_most_late_ms %.1f\n", late * 1e3);
	printf("paced_flushes_refused %llu\n", (unsigned long long)b->refused);
	printf("lookups %u\n", r.count);
	printf("lookup_exchanges %.1f\n", (double)r.found / (r.count ? r.count : 1));
	printf("lookup_p50_ms %.3f\n", r.sample[r.count / 2] * 1e3);
	printf("lookup_p99_ms %.3f\n", r.sample[r.count - r.count / 100 - 1] * 1e3);
	free(r.sample);
}

static void remove_folder(const char *folder)
{
	static const char *const names[] = {"observations.db", "observations.db-wal",
					    "observations.db-shm", "observations.lock"};
	char path[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (snprintf(path, sizeof(path), "%s/%s", folder, names[i]) < (int)sizeof(path))
			unlink(path);
	rmdir(folder);
}

int main(int argc, char **argv)
{
	unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1000000;
	const char *folder = argc > 2 ? argv[2] : "bench_observations.store";
	unsigned duration = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 10;
	unsigned rate = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 50000;
	struct bench b = {.prepared = calloc(PREPARED, sizeof(*b.prepared))};
	struct arena arena;
	struct diag diag;

	if (!b.prepared || !rate || !count || access(folder, F_OK) == 0)
		return EXIT_FAILURE;
	arena_init(&arena);
	for (unsigned i = 0; i < PREPARED; i++)
		make_exchange(&b.prepared[i], i, &arena);
	if (observations_open(folder, OBSERVATIONS_WRITE, &b.o, &diag))
		stop("open", &diag);
	at_full_speed(&b, count);
	if (duration)
		paced(&b, folder, duration, rate);
	observations_close(b.o);
	remove_folder(folder);
	arena_clear(&arena);
	free(b.prepared);
	return EXIT_SUCCESS;
}
