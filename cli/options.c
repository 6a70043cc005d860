#define _GNU_SOURCE /* strptime, timegm */
#include "cli/options.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "cli/exit_code.h"

#define ROWS_MAX 40
#define FIRST_VALUE 256 /* getopt values of rows: beyond any letter */

enum { VALUE_HELP = FIRST_VALUE + ROWS_MAX, VALUE_VERSION, VALUE_VERBOSE };

static bool parse_size(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	char *end;
	double n = strtod(text, &end);
	const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;

	if (end == text || !(n >= 0) ||
	    (*end && (!unit || (end[1] && strcmp(end + 1, "iB") && strcmp(end + 1, "B")))))
		return false;
	for (const char *u = units; unit && u <= unit; u++)
		n *= 1024;
	if (n > 9e18)
		return false;
	*out = (uint64_t)n;
	return true;
}

static bool parse_percent(const char *text, double *out)
{
	char *end;
	double n = strtod(text, &end);

	if (*end == '%' && !end[1])
		n /= 100;
	else if (*end)
		return false;
	if (end == text || !(n >= 0 && n <= 1))
		return false;
	*out = n;
	return true;
}

static bool parse_number(const char *text, unsigned *out)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < 1 || n > 1024)
		return false;
	*out = (unsigned)n;
	return true;
}

static bool parse_duration(const char *text, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	char *end;
	long n = strtol(text, &end, 10);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end == text || *end != units[i].unit || end[1])
			continue;
		if (n < 1 || n > INT32_MAX)
			return false;
		*out = n * units[i].seconds;
		return true;
	}
	return false;
}

static bool parse_since(const char *text, int64_t *out)
{
	static const char *const forms[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"};
	int64_t back;

	if (parse_duration(text, &back)) {
		*out = (int64_t)time(NULL) - back;
		return true;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = {.tm_mday = 1};
		const char *end = strptime(text, forms[i], &tm);

		if (!end || (*end && strcmp(end, "Z") != 0))
			continue;
		*out = (int64_t)timegm(&tm);
		/* No time before the first is meant; 0 would be "all". */
		return *out > 0;
	}
	return false;
}

/* Stores one value; the message of what was expected when it does not fit. */
static const char *row_store(const struct option_row *row, const char *value)
{
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)row->target = true;
		return NULL;
	case OPTION_STRING:
		*(const char **)row->target = value;
		return NULL;
	case OPTION_LIST: {
		struct option_list *list = row->target;

		if (list->count == OPTION_LIST_MAX)
			return "at most 16 of them";
		list->value[list->count++] = value;
		return NULL;
	}
	case OPTION_NUMBER:
		return parse_number(value, row->target) ? NULL : "a number from 1 to 1024";
	case OPTION_SIZE:
		return parse_size(value, row->target) ? NULL : "a size such as 512M or 2G";
	case OPTION_PERCENT:
		return parse_percent(value, row->target) ? NULL : "a share such as 1% or 0.01";
	case OPTION_DURATION:
		return parse_duration(value, row->target) ? NULL : "a time such as 15m, 24h or 30d";
	case OPTION_SINCE:
		return parse_since(value, row->target)
			       ? NULL
			       : "a time back such as 24h or 30d, or a UTC date such as 2026-11-01";
	}
	return NULL;
}

static void help_row(char letter, const char *name, const char *argument, const char *help)
{
	char left[64];
	int n = snprintf(left, sizeof(left), "  %c%c%s--%s%s%s", letter ? '-' : ' ',
			 letter ? letter : ' ', letter ? ", " : "  ", name, argument ? " " : "",
			 argument ? argument : "");

	if (n > 32)
		printf("%s\n%34s%s\n", left, "", help);
	else
		printf("%-34s%s\n", left, help);
}

static void help_print(const struct option_set *set)
{
	printf("Usage: cxaudit %s %s\n%s\n\nOptions:\n", set->command, set->usage, set->about);
	for (const struct option_row *r = set->rows; r->name; r++)
		help_row(r->letter, r->name, r->argument, r->help);
	help_row('v', "verbose", NULL, "say more on stderr; twice for details");
	help_row('h', "help", NULL, "show this");
	help_row(0, "version", NULL, "show the version");
	if (set->after)
		printf("\n%s\n", set->after);
}

static size_t tables_fill(const struct option_set *set, struct option *table, char *letters)
{
	size_t count = 0;

	*letters++ = ':';
	for (const struct option_row *r = set->rows; r->name && count < ROWS_MAX; r++, count++) {
		table[count] = (struct option){
			r->name, r->kind == OPTION_FLAG ? no_argument : required_argument, NULL,
			FIRST_VALUE + (int)count};
		if (!r->letter)
			continue;
		*letters++ = r->letter;
		if (r->kind != OPTION_FLAG)
			*letters++ = ':';
	}
	table[count] = (struct option){"help", no_argument, NULL, VALUE_HELP};
	table[count + 1] = (struct option){"version", no_argument, NULL, VALUE_VERSION};
	table[count + 2] = (struct option){"verbose", no_argument, NULL, VALUE_VERBOSE};
	memset(&table[count + 3], 0, sizeof(table[0]));
	strcpy(letters, "hv");
	return count;
}

static const struct option_row *row_of(const struct option_set *set, int value)
{
	if (value >= FIRST_VALUE)
		return &set->rows[value - FIRST_VALUE];
	for (const struct option_row *r = set->rows; r->name; r++)
		if (r->letter == value)
			return r;
	return NULL;
}

/* getopt leaves the letter in optopt; a long name stands in the word before optind. */
static int usage_unknown(const struct option_set *set, char **argv)
{
	if (optopt > 0 && optopt < FIRST_VALUE)
		return command_usage(set->command, "unknown option '-%c'", optopt);
	return command_usage(set->command, "unknown option '%s'", argv[optind - 1]);
}

static int usage_value(const struct option_set *set, char **argv)
{
	if (optopt > 0 && optopt < FIRST_VALUE)
		return command_usage(set->command, "option '-%c' needs a value", optopt);
	return command_usage(set->command, "option '%s' needs a value", argv[optind - 1]);
}

int options_parse(const struct option_set *set, int argc, char **argv, int *first)
{
	struct option table[ROWS_MAX + 4];
	char letters[2 * ROWS_MAX + 4];
	int value, verbose = 0;

	tables_fill(set, table, letters);
	opterr = 0;
	optind = 1;
	while ((value = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		const struct option_row *row;
		const char *expected;

		if (value == 'h' || value == VALUE_HELP) {
			help_print(set);
			return EXIT_CLEAN + 1;
		}
		if (value == VALUE_VERSION) {
			puts("cxaudit " PACKAGE_VERSION);
			return EXIT_CLEAN + 1;
		}
		if (value == 'v' || value == VALUE_VERBOSE) {
			log_set_level(++verbose > 1 ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
			continue;
		}
		if (value == ':')
			return usage_value(set, argv) + 1;
		if (value == '?')
			return usage_unknown(set, argv) + 1;
		row = row_of(set, value);
		expected = row_store(row, optarg);
		if (expected)
			return command_usage(set->command, "--%s: found '%s', expected %s",
					     row->name, optarg, expected) +
			       1;
	}
	*first = optind;
	return 0;
}

const char *options_store(const struct common_options *o)
{
	static char path[4096];
	const char *env = getenv("CXAUDIT_STORE"), *data = getenv("XDG_DATA_HOME"),
		   *home = getenv("HOME");

	if (o->store)
		return o->store;
	if (env && *env)
		return env;
	if (data && *data)
		snprintf(path, sizeof(path), "%s/cxaudit", data);
	else if (home && *home)
		snprintf(path, sizeof(path), "%s/.local/share/cxaudit", home);
	else
		return NULL;
	return path;
}
