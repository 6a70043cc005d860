/* observed tail, show and prune. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/exit_code.h"
#include "cli/observed.h"
#include "cli/observed_print.h"
#include "model/identity_reading.h"

#define TAIL_DEFAULT 20
#define FOLLOW_NANOSECONDS 500000000
#define MICROSECONDS 1000000

/* Prints as it visits; with a limit, only collects numbers, newest first. */
struct history {
	struct observed_printer printer;
	uint64_t last_id, count;
	uint64_t *numbers;
	unsigned limit;
};

static bool on_exchange(const struct cx_exchange *e, void *context)
{
	struct history *h = context;

	h->last_id = e->id;
	h->count++;
	return observed_print(&h->printer, e) && !command_interrupted;
}

static bool on_number(const struct cx_exchange *e, void *context)
{
	struct history *h = context;

	h->numbers[h->count++] = e->id;
	return h->count < h->limit && !command_interrupted;
}

static int finish(const struct observed_printer *p, enum rc rc, struct diag *diag)
{
	if (p->is_out_of_memory)
		rc = diag_set(diag, RC_NOMEM, "no memory to print");
	if (rc != RC_OK)
		return command_fail(EXIT_UNUSABLE, diag);
	return command_interrupted ? EXIT_UNUSABLE : EXIT_CLEAN;
}

/* One look at what arrived: opened anew each time, as the file may have been replaced. */
static enum rc follow_once(const struct observed_options *o, struct history *h, struct diag *diag)
{
	const char *folder = options_store(&o->common);
	struct observation_query query = {.after_id = h->last_id};
	struct observations_summary summary;
	struct observations *observations;
	enum rc rc = observations_open(folder, OBSERVATIONS_READ, &observations, diag);

	if (rc != RC_OK)
		return rc == RC_NOTFOUND || rc == RC_BUSY ? RC_OK : rc;
	rc = observations_summarize(observations, &summary, diag);
	if (rc == RC_OK && summary.last_id < h->last_id)
		h->last_id = query.after_id = 0;
	if (rc == RC_OK)
		rc = observations_visit(observations, &query, on_exchange, h, diag);
	observations_close(observations);
	return rc;
}

static int follow(const struct observed_options *o, struct history *h)
{
	struct timespec pause = {0, FOLLOW_NANOSECONDS};
	struct diag diag;
	enum rc rc = RC_OK;

	diag_init(&diag);
	while (rc == RC_OK && !command_interrupted && !h->printer.is_out_of_memory) {
		/* A reader that went away ends this. */
		if (fflush(stdout) != 0)
			return EXIT_UNUSABLE;
		nanosleep(&pause, NULL);
		if (!command_interrupted)
			rc = follow_once(o, h, &diag);
	}
	if (rc == RC_OK && !h->printer.is_out_of_memory)
		return EXIT_CLEAN;
	return finish(&h->printer, rc, &diag);
}

int observed_tail(const struct observed_options *o, int count, char **operands)
{
	unsigned limit = o->limit ? o->limit : TAIL_DEFAULT;
	struct history h = {0};
	struct observation_query query = {0};
	struct observations_summary summary = {0};
	struct observations *observations;
	struct diag diag;
	enum rc rc;
	int code;

	if (count)
		return command_usage("observed tail", "unexpected operand '%s'", operands[0]);
	code = observed_open(o, OBSERVATIONS_READ, &observations);
	if (code)
		return code;
	diag_init(&diag);
	command_catch_signals();
	observed_printer_init(&h.printer, o->common.is_json ? OBSERVED_JSON : OBSERVED_LINE,
			      o->is_masked);
	rc = observations_summarize(observations, &summary, &diag);
	query.after_id = summary.last_id > limit ? summary.last_id - limit : 0;
	if (rc == RC_OK && summary.count)
		rc = observations_visit(observations, &query, on_exchange, &h, &diag);
	observations_close(observations);
	if (rc == RC_OK && !h.count)
		observed_tell_empty();
	code = rc == RC_OK && o->follow ? follow(o, &h) : finish(&h.printer, rc, &diag);
	observed_printer_clear(&h.printer);
	return code;
}

static bool parse_number(const char *text, uint64_t *out)
{
	char *end;

	text += *text == '#';
	errno = 0;
	*out = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno && *out;
}

static enum rc print_number(struct observations *observations, uint64_t number,
			    struct observed_printer *printer, struct diag *diag)
{
	struct cx_exchange e;
	struct arena arena;
	enum rc rc;

	arena_init(&arena);
	rc = observations_get(observations, number, &arena, &e, diag);
	if (rc == RC_OK)
		observed_print(printer, &e);
	arena_clear(&arena);
	return rc;
}

/* The newest of a subscriber, oldest first. */
static enum rc show_newest(struct observations *observations, struct observation_query query,
			   struct history *h, struct diag *diag)
{
	enum rc rc;

	h->numbers = calloc(h->limit, sizeof(*h->numbers));
	if (!h->numbers)
		return diag_set(diag, RC_NOMEM, "no memory for %u numbers", h->limit);
	query.newest_first = true;
	rc = observations_visit(observations, &query, on_number, h, diag);
	for (uint64_t i = h->count; rc == RC_OK && i-- > 0;) {
		rc = print_number(observations, h->numbers[i], &h->printer, diag);
		/* Pruned meanwhile. */
		if (rc == RC_NOTFOUND)
			rc = RC_OK;
	}
	free(h->numbers);
	return rc;
}

/* By the likeliest reading of what was typed that was observed at all. */
static enum rc show_identity(struct observations *observations, const struct observed_options *o,
			     struct text typed, struct history *h, struct diag *diag)
{
	struct observation_query query = observed_query(o);
	struct identity_readings readings;
	struct arena arena;
	enum rc rc = RC_OK;

	arena_init(&arena);
	if (!identity_read(typed, TEXT_NONE, &arena, &readings)) {
		readings.count = 0;
		rc = diag_set(diag, RC_NOMEM, "no memory for an identity");
	}
	for (unsigned i = 0; i < readings.count && rc == RC_OK && !h->count; i++) {
		query.identity = readings.reading[i];
		rc = h->limit ? show_newest(observations, query, h, diag)
			      : observations_visit(observations, &query, on_exchange, h, diag);
	}
	arena_clear(&arena);
	return rc;
}

static enum rc show_one(struct observations *observations, const struct observed_options *o,
			const char *operand, struct history *h, struct diag *diag)
{
	enum observed_form form = h->printer.form;
	uint64_t number;
	enum rc rc;

	h->count = 0;
	if (o->by_number || operand[0] == '#') {
		if (!parse_number(operand, &number))
			return diag_set(diag, RC_USAGE,
					"found '%s', expected the number of an exchange", operand);
		h->printer.form = o->common.is_json ? OBSERVED_JSON : OBSERVED_DETAIL;
		rc = print_number(observations, number, &h->printer, diag);
		h->printer.form = form;
		h->count = 1;
	} else {
		rc = show_identity(observations, o, text_from(operand), h, diag);
	}
	if (rc == RC_NOTFOUND || (rc == RC_OK && !h->count && !command_interrupted)) {
		fprintf(stderr, "cxaudit: %s was not observed\n", operand);
		rc = RC_OK;
	}
	return rc;
}

int observed_show(const struct observed_options *o, int count, char **operands)
{
	struct history h = {.limit = o->limit};
	struct observations *observations;
	struct diag diag;
	enum rc rc = RC_OK;
	int code;

	if (!count)
		return command_usage("observed show",
				     "an identity is missing, or '#NUMBER', in quotes");
	code = observed_open(o, OBSERVATIONS_READ, &observations);
	if (code)
		return code;
	diag_init(&diag);
	command_catch_signals();
	observed_printer_init(&h.printer, o->common.is_json ? OBSERVED_JSON : OBSERVED_HISTORY,
			      o->is_masked);
	for (int i = 0; i < count && rc == RC_OK && !command_interrupted; i++)
		rc = show_one(observations, o, operands[i], &h, &diag);
	observations_close(observations);
	code = rc == RC_USAGE ? command_fail(EXIT_USAGE, &diag) : finish(&h.printer, rc, &diag);
	observed_printer_clear(&h.printer);
	return code;
}

int observed_prune(const struct observed_options *o, int count, char **operands)
{
	struct observations_retention retention = {.bytes_most = o->max_size};
	struct observations_summary summary = {0};
	struct observations *observations;
	struct diag diag;
	uint64_t removed = 0;
	enum rc rc;
	int code;

	if (count)
		return command_usage("observed prune", "unexpected operand '%s'", operands[0]);
	if (!o->older_than && !o->max_size)
		return command_usage("observed prune", "give --older-than, --max-size or both");
	if (o->older_than)
		retention.before_us = ((int64_t)time(NULL) - o->older_than) * MICROSECONDS;
	/* Writing would make what is not there. */
	code = observed_open(o, OBSERVATIONS_READ, &observations);
	if (code)
		return code;
	observations_close(observations);
	code = observed_open(o, OBSERVATIONS_WRITE, &observations);
	if (code)
		return code;
	diag_init(&diag);
	rc = observations_prune(observations, &retention, &removed, &diag);
	if (rc == RC_OK)
		rc = observations_summarize(observations, &summary, &diag);
	observations_close(observations);
	if (rc != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	printf("%llu exchange%s forgotten, %llu kept, %.1f MB\n", (unsigned long long)removed,
	       text_plural(removed), (unsigned long long)summary.count,
	       (double)summary.bytes / 1e6);
	return EXIT_CLEAN;
}
