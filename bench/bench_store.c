/* Times the packed store on synthetic records: put, commit, scan, unpack, collisions, look-ups. CPU
 * seconds of this process; usage: bench_store [RECORDS [FOLDER [literal]]]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "codec/lookup_key.h"
#include "store/snapshot.h"
#include "store/snapshot_writer.h"

#define BATCH 1000

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void stop(const char *what, const struct diag *diag)
{
	char line[DIAG_TEXT_MAX + DIAG_FILE_MAX];

	fprintf(stderr, "bench_store: %s: %s\n", what, diag_format(diag, line, sizeof(line)));
	exit(EXIT_FAILURE);
}

#define DOMAIN "@ims.mnc001.mcc001.3gppnetwork.org"

static struct text decimal(struct ims_subscription *s, const char *before, int width,
			   uint64_t number, const char *after)
{
	return text_from(arena_printf(&s->arena, "%s%0*llu%s", before, width,
				      (unsigned long long)number, after));
}

static struct text hexadecimal(struct ims_subscription *s, const char *before, uint64_t number,
			       const char *after)
{
	return text_from(
		arena_printf(&s->arena, "%s%016llx%s", before, (unsigned long long)number, after));
}

static uint64_t scatter(uint64_t serial)
{
	return serial * 2654435761u % 4294967296u;
}

static void add_impu(struct ims_subscription *s, struct text identity, bool is_barred)
{
	struct impu *impu = subscription_add_impu(s, identity);

	impu->kind = IMPU_DISTINCT;
	impu->barred = tri_from_bool(is_barred);
	impu->irs_state = IRS_NAMED;
	impu->irs = TEXT_LITERAL("1");
	impu->service_profile = (struct link){LINK_ID, 1};
	subscription_associate(s, 0, s->impu_count - 1);
}

/* 1 IMSI, 1 MSISDN, 1 IMPI, 3 IMPUs in one set; literal: nothing follows from anything else. */
static void make_record(struct ims_subscription *s, uint64_t serial, int is_literal)
{
	uint64_t msisdn = scatter(serial) % 100000000, user = scatter(serial) << 13;
	bool is_barred = serial % 20 != 0;
	struct impi *impi;

	subscription_reset(s);
	s->has_imsi_column = s->has_associations = TRI_YES;
	s->provenance.offset = serial * 700;
	subscription_add_imsi(s, decimal(s, "00101", 10, serial, ""));
	subscription_add_msisdn(s, decimal(s, "4930", 8, msisdn, ""));
	impi = subscription_add_impi(s, is_literal ? hexadecimal(s, "private.", user, DOMAIN)
						   : decimal(s, "00101", 10, serial, DOMAIN));
	impi->has_schemes = true;
	impi->schemes = SCHEME_AKAV1;
	if (is_literal) {
		add_impu(s, hexadecimal(s, "sip:first.", user + 1, "@example.org"), is_barred);
		add_impu(s, hexadecimal(s, "sip:second.", user + 2, "@example.net"), false);
		add_impu(s, hexadecimal(s, "sip:third.", user + 3, ".x@example.com"), false);
		return;
	}
	add_impu(s, decimal(s, "sip:00101", 10, serial, DOMAIN), is_barred);
	add_impu(s, decimal(s, "sip:+4930", 8, msisdn, DOMAIN), false);
	add_impu(s, decimal(s, "tel:+4930", 8, msisdn, ""), false);
}

static double write_all(const char *path, uint64_t records, int is_literal)
{
	static struct ims_subscription batch[BATCH];
	struct snapshot_writer_options options = {0};
	struct snapshot_info info = {.source = "bench", .format = "bench"};
	struct snapshot_writer *w;
	struct diag diag;
	double put = 0, begin, commit;

	diag_init(&diag);
	if (snapshot_writer_open(path, &options, &w, &diag))
		stop("open", &diag);
	for (uint64_t serial = 0; serial < records; serial += BATCH) {
		uint64_t count = records - serial < BATCH ? records - serial : BATCH;

		for (uint64_t i = 0; i < count; i++)
			make_record(&batch[i], serial + i, is_literal);
		begin = cpu();
		for (uint64_t i = 0; i < count; i++)
			if (snapshot_writer_put(w, &batch[i], NULL, &diag))
				stop("put", &diag);
		put += cpu() - begin;
	}
	begin = cpu();
	if (snapshot_writer_commit(w, &info, &diag))
		stop("commit", &diag);
	commit = cpu() - begin;
	for (int i = 0; i < BATCH; i++)
		subscription_clear(&batch[i]);
	printf("put         %8.3f s  %8.3f us/record\n", put, put / (double)records * 1e6);
	printf("commit      %8.3f s  %8.3f us/record\n", commit, commit / (double)records * 1e6);
	return put + commit;
}

static bool count_ordinal(uint32_t ordinal, void *context)
{
	(void)ordinal;
	++*(uint64_t *)context;
	return true;
}

static bool count_run(const uint32_t *ordinals, size_t count, void *context)
{
	(void)ordinals;
	(void)count;
	++*(uint64_t *)context;
	return true;
}

static void scan_all(struct snapshot *s, struct snapshot_cursor *c, bool unpacks)
{
	struct ims_subscription record;
	struct snapshot_view view;
	struct diag diag;
	uint64_t sum = 0, count = 0;
	bool more = true;
	double begin = cpu();

	diag_init(&diag);
	subscription_init(&record);
	if (snapshot_scan(c, 0, snapshot_ordinals(s), &diag))
		stop("scan", &diag);
	while (!snapshot_next(c, &view, &more, &diag) && more) {
		sum += view.plmn + view.shape;
		count++;
		if (unpacks && snapshot_unpack(c, &view, &record, &diag))
			stop("unpack", &diag);
	}
	double seconds = cpu() - begin;
	printf("%-11s %8.3f s  %8.3f M records/s (%llu, %llu)\n", unpacks ? "unpack" : "scan",
	       seconds, (double)count / seconds * 1e-6, (unsigned long long)count,
	       (unsigned long long)sum);
	subscription_clear(&record);
}

static void read_all(const char *path, uint64_t records)
{
	struct snapshot_cursor *c = NULL;
	struct snapshot *s = NULL;
	struct diag diag;
	uint64_t runs = 0, found = 0;
	char imsi[32];

	diag_init(&diag);
	double begin = cpu();
	if (snapshot_open(path, &s, &diag) || snapshot_cursor_open(s, &c, &diag))
		stop("open", &diag);
	printf("open        %8.3f ms\n", (cpu() - begin) * 1e3);
	scan_all(s, c, false);
	scan_all(s, c, true);
	begin = cpu();
	if (snapshot_collisions(c, LOOKUP_IDENTITY, 0, 1, count_run, &runs, &diag))
		stop("collisions", &diag);
	double seconds = cpu() - begin;
	printf("collisions  %8.3f s  %8.3f M records/s (%llu runs)\n", seconds,
	       (double)records / seconds * 1e-6, (unsigned long long)runs);
	begin = cpu();
	for (uint64_t i = 0; i < 10000; i++) {
		snprintf(imsi, sizeof(imsi), "00101%010llu",
			 (unsigned long long)(scatter(i) % records));
		if (snapshot_find(c, LOOKUP_IDENTITY, text_from(imsi), count_ordinal, &found,
				  &diag))
			stop("find", &diag);
	}
	printf("find        %8.3f us each (%llu found)\n", (cpu() - begin) * 1e2,
	       (unsigned long long)found);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

int main(int argc, char **argv)
{
	uint64_t records = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	const char *folder = argc > 2 ? argv[2] : ".";
	int is_literal = argc > 3 && strcmp(argv[3], "literal") == 0;
	struct rusage usage;
	struct stat st;
	char path[4096];

	if (!records || snprintf(path, sizeof(path), "%s/bench_store.%ld.db", folder,
				 (long)getpid()) >= (int)sizeof(path))
		return EXIT_FAILURE;
	write_all(path, records, is_literal);
	getrusage(RUSAGE_SELF, &usage);
	if (stat(path, &st) == 0)
		printf("file        %8.1f bytes/record\n", (double)st.st_size / (double)records);
	printf("peak memory %8.1f MB\n", (double)usage.ru_maxrss / 1024);
	read_all(path, records);
	unlink(path);
	return EXIT_SUCCESS;
}
