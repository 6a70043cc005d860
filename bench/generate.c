/* Makes HSS exports of any size, with known defects, for the benchmarks and for a test of the
 * audit's counts. Everything is made up; the same options give the same bytes. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/generate_format.h"
#include "bench/generate_truth.h"

#define SUBSCRIBERS_MAX UINT64_C(400000000)

static const struct export_format formats[] = {
	{"xml", "IMSSubscription documents under one root", CARRIER_XML, false, xml_write},
	{"csv", "a row for each IMPI and IMPU", CARRIER_CSV, false, csv_write},
	{"csv-quoted", "as a spreadsheet writes it", CARRIER_CSV, false, csv_quoted_write},
	{"csv-wide", "with twelve columns that say nothing", CARRIER_CSV, false, csv_wide_write},
	{"csv-scattered", "rows of a subscriber far apart", CARRIER_CSV, false,
	 csv_scattered_write},
	{"fhoss", "mysqldump of FHoSS", CARRIER_FHOSS, false, fhoss_write},
	{"tsv", "folder: the six large tables of FHoSS", CARRIER_FHOSS, true, tsv_write},
	{"tables", "folder: normalised tables", CARRIER_CSV, true, tables_write},
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static int usage(FILE *f, int status)
{
	fputs("Usage: generate [OPTION]... FORMAT\n"
	      "  -n, --subscribers N   how many (default 1000)\n"
	      "  -s, --seed N          another population (default 1)\n"
	      "  -d, --defects SHARE   subscribers with a defect or a trap (default 0.05)\n"
	      "  -p, --plmn DIGITS     MCC and MNC, 00101 (default) or 999 and two digits\n"
	      "  -l, --literal         no identity derives from another\n"
	      "      --shuffle         subscribers in no order\n"
	      "  -o, --output PATH     file or folder (default: standard output)\n"
	      "  -t, --truth FILE      what an audit has to find, as JSON\n"
	      "Formats:\n",
	      f);
	for (size_t i = 0; i < FORMATS; i++)
		fprintf(f, "  %-15s %s\n", formats[i].name, formats[i].description);
	return status;
}

void export_subscriber(const struct export *e, uint64_t place, struct subscriber *out)
{
	uint64_t count = e->population->subscribers;

	/* A prime beyond any count: each place once, neighbours far apart. */
	if (e->is_shuffled)
		place = (uint64_t)((__uint128_t)place * 2147483647 % count);
	population_make(e->population, place, out);
}

static bool is_synthetic(const char *plmn)
{
	if (strlen(plmn) != 5 || strspn(plmn, "0123456789") != 5)
		return false;
	return strcmp(plmn, "00101") == 0 || strncmp(plmn, "999", 3) == 0;
}

struct arguments {
	struct population population;
	struct export export;
	const struct export_format *format;
	const char *truth;
};

/* False when an option has no sense. */
static bool take_option(struct arguments *a, int option)
{
	struct population *p = &a->population;
	char *end = optarg;

	switch (option) {
	case 'n':
		p->subscribers = strtoull(optarg, &end, 10);
		return !*end && p->subscribers && p->subscribers <= SUBSCRIBERS_MAX;
	case 's':
		p->seed = strtoull(optarg, &end, 10);
		return !*end;
	case 'd':
		p->share = strtod(optarg, &end);
		return !*end && p->share >= 0 && p->share <= 1;
	case 'p':
		if (!is_synthetic(optarg))
			return false;
		memcpy(p->plmn, optarg, sizeof(p->plmn));
		return true;
	case 'l':
		return p->is_literal = true;
	case 'S':
		return a->export.is_shuffled = true;
	case 'o':
		a->export.path = optarg;
		return true;
	case 't':
		a->truth = optarg;
		return true;
	default:
		return false;
	}
}

static int run(struct arguments *a)
{
	struct population *p = &a->population;

	p->carrier = a->format->carrier;
	population_init(p);
	a->export.population = p;
	if (a->format->is_folder && (!strcmp(a->export.path, "-") ||
				     (mkdir(a->export.path, 0700) != 0 && errno != EEXIST))) {
		fprintf(stderr, "generate: %s needs a folder: --output DIR\n", a->format->name);
		return EXIT_FAILURE;
	}
	if (!a->format->write(&a->export)) {
		fprintf(stderr, "generate: %s: %s\n", a->export.path, strerror(errno));
		return EXIT_FAILURE;
	}
	if (a->truth && !truth_write(p, a->format->name, a->truth)) {
		fprintf(stderr, "generate: %s: %s\n", a->truth, strerror(errno));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"subscribers", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'},
		{"defects", required_argument, NULL, 'd'},
		{"plmn", required_argument, NULL, 'p'},
		{"literal", no_argument, NULL, 'l'},
		{"shuffle", no_argument, NULL, 'S'},
		{"output", required_argument, NULL, 'o'},
		{"truth", required_argument, NULL, 't'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct arguments a = {
		.population = {.subscribers = 1000, .seed = 1, .share = 0.05, .plmn = "00101"},
		.export = {.path = "-"},
	};
	int option;

	while ((option = getopt_long(argc, argv, "n:s:d:p:lo:t:h", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, EXIT_SUCCESS);
		if (!take_option(&a, option))
			return usage(stderr, 2);
	}
	for (size_t i = 0; optind == argc - 1 && i < FORMATS; i++)
		if (!strcmp(argv[optind], formats[i].name))
			a.format = &formats[i];
	return a.format ? run(&a) : usage(stderr, 2);
}
