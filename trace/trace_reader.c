#include "trace/trace_reader.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "trace/clock_offset.h"
#include "trace/cx_pairing.h"
#include "trace/trace_input.h"

/* No CSCF waits so long for an answer on Cx (5 s are usual): what has none by then gets none, and
 * the correlator hears of it while the case is still open. */
#define SILENCE_US INT64_C(10000000)

/* One input while it is read. */
struct reading {
	struct trace_reading *whole;
	unsigned number;
	enum trace_format format;
	struct trace_input_report *report;
	struct trace_feed *feed;
	const struct capture_message *next; /* NULL: at its end */
	struct cx_pairing *pairing;
};

struct trace_reading {
	struct reading *input;
	unsigned count;
	const struct capture_options *options;
	struct correlator *correlator;
	struct sip_reader *sip;
	struct arena arena;
	struct clock_offset *clocks; /* while they are compared */
	enum rc rc;                  /* of the last visit that failed */
	struct diag *diag;
};

static void note_unreadable(struct reading *r, const struct capture_message *m,
			    const struct diag *why)
{
	if (r->report->unreadable++ > 0)
		return;
	r->report->first_unreadable = m->frame;
	text_copy(text_from(why->text), r->report->first_reason, sizeof(r->report->first_reason));
}

static struct text present(const char *s)
{
	return s[0] ? text_from(s) : TEXT_NONE;
}

/* The message with its place and time; RC_SYNTAX when it cannot be read. */
static enum rc read_sip(struct reading *r, const struct capture_message *m, struct sip_message *out,
			struct diag *diag)
{
	enum rc rc;

	arena_reset(&r->whole->arena);
	rc = sip_read(r->whole->sip, m->bytes, &r->whole->arena, out, diag);
	if (rc != RC_OK)
		return rc;
	out->input = r->number;
	out->place = m->frame;
	out->has_frame = r->format == TRACE_CAPTURE;
	out->time_us = m->time_us ? m->time_us + r->report->clock_offset_us : 0;
	out->source = present(m->source);
	out->destination = present(m->destination);
	out->source_port = m->source_port;
	out->destination_port = m->destination_port;
	return RC_OK;
}

static enum rc take_sip(struct reading *r, const struct capture_message *m, struct diag *diag)
{
	struct sip_message sip;
	struct diag why;
	enum rc rc;

	diag_init(&why);
	rc = read_sip(r, m, &sip, &why);
	if (rc == RC_SYNTAX) {
		note_unreadable(r, m, &why);
		return RC_OK;
	}
	if (rc != RC_OK) {
		if (diag)
			*diag = why;
		return rc;
	}
	r->report->sip_messages++;
	return correlator_add_sip(r->whole->correlator, &sip, diag);
}

static void take_exchange(const struct cx_sighting *s, void *context)
{
	struct reading *r = context;
	struct cx_exchange e = *s->exchange;

	if (r->whole->rc != RC_OK)
		return;
	r->report->cx_exchanges++;
	e.time_us += r->report->clock_offset_us;
	r->whole->rc = correlator_add_cx(r->whole->correlator, &e, s->request_frame,
					 s->answer_frame, r->number, r->whole->diag);
}

static enum rc take_message(struct reading *r, const struct capture_message *m, struct diag *diag)
{
	enum rc rc = RC_OK;

	if (r->pairing)
		rc = cx_pairing_expire(r->pairing, m->time_us - SILENCE_US, diag);
	if (rc == RC_OK && r->pairing)
		rc = cx_pairing_add(r->pairing, m, diag);
	if (rc == RC_OK && m->protocol == CAPTURE_SIP)
		rc = take_sip(r, m, diag);
	return rc == RC_OK ? r->whole->rc : rc;
}

static bool compare_clocks(const struct capture_message *m, void *context)
{
	struct reading *r = context;
	struct sip_message sip;

	if (m->protocol == CAPTURE_SIP && read_sip(r, m, &sip, NULL) == RC_OK)
		clock_offset_add(r->whole->clocks, &sip);
	return true;
}

/* Reads all files once to see which messages they share; standard input cannot be read twice. */
static enum rc find_offsets(struct trace_reading *t, struct diag *diag)
{
	struct clock_estimate estimate[CLOCK_INPUTS_MAX];
	enum rc rc = clock_offset_new(t->count, &t->clocks, diag);

	for (unsigned i = 0; rc == RC_OK && i < t->count; i++) {
		struct reading *r = &t->input[i];

		if (strcmp(r->report->path, "-") == 0)
			continue;
		rc = trace_input_read(r->report->path, r->format, t->options, compare_clocks, r,
				      diag);
		if (rc == RC_TRUNCATED)
			rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = clock_offset_estimate(t->clocks, estimate, diag);
	for (unsigned i = 0; rc == RC_OK && i < t->count; i++) {
		t->input[i].report->clock_offset_us = estimate[i].offset_us;
		t->input[i].report->has_clock_offset = estimate[i].is_known;
		if (!estimate[i].is_known)
			correlator_loosen(t->correlator, t->input[i].number);
	}
	clock_offset_free(t->clocks);
	t->clocks = NULL;
	return rc;
}

static enum rc open_input(struct reading *r, struct diag *diag)
{
	enum rc rc = RC_OK;

	if (r->format == TRACE_CAPTURE)
		rc = cx_pairing_new(take_exchange, r, &r->pairing, diag);
	if (rc == RC_OK)
		rc = trace_feed_new(r->report->path, r->format, r->whole->options, &r->feed, diag);
	return rc == RC_OK ? trace_feed_next(r->feed, &r->next, diag) : rc;
}

/* An input in which nothing was found. */
static enum rc tell_nothing(const struct trace_input_report *r, struct diag *diag)
{
	struct stat st;

	if (diag)
		diag_init(diag);
	if (r->unreadable)
		return diag_set(diag, RC_SYNTAX, "%s: no SIP message in this %s can be read: %s",
				r->path, r->format, r->first_reason);
	if (stat(r->path, &st) == 0 && S_ISREG(st.st_mode) && !st.st_size)
		return diag_set(diag, RC_SYNTAX, "%s: is empty", r->path);
	return diag_set(diag, RC_SYNTAX,
			"%s: neither SIP nor Cx in this %s%s, expected a capture or a text log of "
			"SIP",
			r->path, r->format, r->is_truncated ? ", which is cut at its end" : "");
}

/* An input that is at its end: what it held and how it ended. */
static enum rc close_input(struct reading *r, struct diag *diag)
{
	enum rc rc = trace_feed_end(r->feed, diag);

	if (rc == RC_TRUNCATED) {
		r->report->is_truncated = true;
		rc = RC_OK;
	}
	if (rc == RC_OK && r->pairing)
		rc = cx_pairing_finish(r->pairing, diag);
	if (rc == RC_OK)
		rc = r->whole->rc;
	if (rc == RC_OK && !r->report->sip_messages && !r->report->cx_exchanges)
		rc = tell_nothing(r->report, diag);
	return rc;
}

/* The input whose next message is the earliest; one of unknown time comes at once. */
static struct reading *earliest(struct trace_reading *t)
{
	struct reading *best = NULL;
	int64_t best_us = 0;

	for (unsigned i = 0; i < t->count; i++) {
		struct reading *r = &t->input[i];

		if (!r->next)
			continue;
		int64_t time_us = r->next->time_us ? r->next->time_us + r->report->clock_offset_us
						   : INT64_MIN;

		if (!best || time_us < best_us) {
			best = r;
			best_us = time_us;
		}
	}
	return best;
}

static enum rc merge(struct trace_reading *t, struct diag *diag)
{
	enum rc rc = RC_OK;
	struct reading *r;

	for (unsigned i = 0; rc == RC_OK && i < t->count; i++) {
		rc = open_input(&t->input[i], diag);
		if (rc == RC_OK && !t->input[i].next)
			rc = close_input(&t->input[i], diag);
	}
	while (rc == RC_OK && (r = earliest(t))) {
		rc = take_message(r, r->next, diag);
		if (rc == RC_OK)
			rc = trace_feed_next(r->feed, &r->next, diag);
		if (rc == RC_OK && !r->next)
			rc = close_input(r, diag);
	}
	return rc;
}

static enum rc begin(struct trace_reading *t, const char *const *paths, unsigned count,
		     struct trace_input_report *report, struct diag *diag)
{
	enum rc rc = sip_reader_new(&t->sip, diag);

	t->input = calloc(count, sizeof(*t->input));
	if (rc == RC_OK && !t->input)
		rc = diag_set(diag, RC_NOMEM, "no memory to read %u inputs", count);
	for (unsigned i = 0; rc == RC_OK && i < count; i++) {
		struct reading *r = &t->input[i];

		report[i] = (struct trace_input_report){.path = paths[i]};
		*r = (struct reading){.whole = t, .number = i, .report = &report[i]};
		rc = trace_input_format(paths[i], &r->format, diag);
		report[i].format = trace_format_str(r->format);
		t->count = i + 1;
	}
	return rc;
}

enum rc trace_read(const char *const *paths, unsigned count, const struct capture_options *options,
		   struct correlator *correlator, struct trace_input_report *report,
		   struct diag *diag)
{
	struct trace_reading t = {
		.options = options, .correlator = correlator, .rc = RC_OK, .diag = diag};
	enum rc rc;

	arena_init(&t.arena);
	rc = begin(&t, paths, count, report, diag);
	if (rc == RC_OK && count > 1)
		rc = find_offsets(&t, diag);
	if (rc == RC_OK)
		rc = merge(&t, diag);
	if (rc == RC_OK)
		rc = correlator_finish(correlator, diag);
	for (unsigned i = 0; i < t.count; i++) {
		trace_feed_free(t.input[i].feed);
		cx_pairing_free(t.input[i].pairing);
	}
	free(t.input);
	sip_reader_free(t.sip);
	arena_clear(&t.arena);
	return rc;
}
