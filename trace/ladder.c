#include "trace/ladder.h"

#include <stdlib.h>

#include "audit/exchange_json.h"
#include "base/print.h"
#include "base/time_text.h"
#include "model/identity.h"
#include "trace/correlator_case.h"

#define COLUMNS_MOST 100
#define LANE_COLUMNS 9
#define LANE_AXIS 2 /* column of the bar in a lane */
#define LANES_MAX 9
#define TIME_COLUMNS 14
#define MESSAGE_COLUMNS_LEAST 20

/* Lanes from left to right, as a request travels. */
static const enum trace_node lane_order[LANES_MAX] = {
	TRACE_NODE_UE,     TRACE_NODE_P_CSCF, TRACE_NODE_PROXY,
	TRACE_NODE_I_CSCF, TRACE_NODE_S_CSCF, TRACE_NODE_REGISTRAR,
	TRACE_NODE_AS,     TRACE_NODE_HSS,    TRACE_NODE_UNKNOWN,
};

struct row {
	const struct trace_event *event;
	bool is_answer; /* the second row of an exchange */
	int64_t time_us;
	unsigned order;
};

struct rows {
	struct row *row;
	unsigned count;
};

static bool has_request(const struct trace_event *e)
{
	return e->cx->end != CX_END_ANSWER_ONLY;
}

static bool has_answer(const struct trace_event *e)
{
	return e->cx->end != CX_END_UNANSWERED;
}

static void add_row(struct rows *r, const struct trace_event *e, bool is_answer)
{
	int64_t later = is_answer && e->cx->latency_us > 0 ? e->cx->latency_us : 0;

	r->row[r->count] = (struct row){.event = e,
					.is_answer = is_answer,
					.time_us = e->time_us ? e->time_us + later : 0,
					.order = r->count};
	r->count++;
}

static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->time_us && y->time_us && x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* False when memory is out; the caller frees row. */
static bool rows_of(const struct trace_case *c, struct rows *out)
{
	bool has_times = true;

	*out = (struct rows){
		calloc(c->event_count ? 2 * (size_t)c->event_count : 1, sizeof(struct row)), 0};
	if (!out->row)
		return false;
	for (unsigned i = 0; i < c->event_count; i++) {
		const struct trace_event *e = &c->event[i];

		has_times &= e->time_us != 0;
		if (e->sip || has_request(e))
			add_row(out, e, false);
		if (!e->sip && has_answer(e))
			add_row(out, e, true);
	}
	if (has_times)
		qsort(out->row, out->count, sizeof(*out->row), compare);
	return true;
}

static enum trace_node row_from(const struct row *r)
{
	return r->is_answer ? r->event->to : r->event->from;
}

static enum trace_node row_to(const struct row *r)
{
	return r->is_answer ? r->event->from : r->event->to;
}

static uint64_t row_place(const struct row *r)
{
	return r->is_answer ? r->event->answer_place : r->event->place;
}

static const char *credentials(const struct sip_digest *d)
{
	if (!d->scheme.data)
		return "";
	if (d->has_auts && !d->is_auts_empty)
		return " (AUTS)";
	if (d->has_response && !d->is_response_empty)
		return " (response)";
	return d->nonce && !d->is_nonce_empty ? " (empty response)" : "";
}

static const char *challenge(const struct sip_message *m)
{
	const struct sip_digest *d = m->www_authenticate_count     ? m->www_authenticate
				     : m->proxy_authenticate_count ? m->proxy_authenticate
								   : NULL;

	if (!d)
		return sip_is_challenge(m) ? " (no challenge)" : "";
	return d->has_aka_nonce ? " (AKA challenge)"
	       : d->is_stale    ? " (challenge, stale)"
				: " (challenge)";
}

void ladder_add_sip(const struct sip_message *m, struct strbuf *out)
{
	const struct sip_digest *sent = m->authorization.scheme.data ? &m->authorization
								     : &m->proxy_authorization;

	if (!m->is_request) {
		strbuf_printf(out, "%d ", m->status);
		identity_add_masked_words(m->reason_phrase, out);
		strbuf_add_str(out, challenge(m));
		return;
	}
	strbuf_add_text(out, m->method_name);
	if (m->method == SIP_REGISTER && m->expires == 0)
		strbuf_add_str(out, " (Expires 0)");
	strbuf_add_str(out, credentials(sent));
}

void ladder_add_cx(const struct cx_exchange *e, bool is_answer, struct strbuf *out)
{
	const char *name = cx_command_str(e->command);
	char room[CX_VENDOR_TEXT_MAX];
	const char *vendor = cx_vendor_text(&e->answer, room);

	if (!is_answer) {
		strbuf_add_str(out, name);
		if (e->has_resynchronisation)
			strbuf_add_str(out, " (AUTS)");
		if (e->end == CX_END_UNANSWERED)
			strbuf_add_str(out, " (no answer)");
		return;
	}
	strbuf_printf(out, "%.2sA", name);
	if (e->answer.kind == ANSWER_WITHOUT_CODE || e->answer.kind == ANSWER_SILENT)
		strbuf_add_str(out, " (no result code)");
	else
		strbuf_printf(out, " %s%u", e->answer.kind == ANSWER_RESULT_CODE ? "" : "exp ",
			      e->answer.code);
	if (vendor)
		strbuf_printf(out, " %s", vendor);
	if (e->end == CX_END_RELAY_ANSWERED)
		strbuf_add_str(out, " (by a relay)");
}

static void add_message(const struct row *r, struct strbuf *out)
{
	if (r->event->sip)
		ladder_add_sip(r->event->sip, out);
	else
		ladder_add_cx(r->event->cx, r->is_answer, out);
}

struct lanes {
	enum trace_node node[LANES_MAX];
	unsigned count;
};

static struct lanes lanes_of(const struct rows *rows)
{
	struct lanes l = {.count = 0};

	for (size_t n = 0; n < LANES_MAX; n++) {
		bool is_seen = false;

		for (unsigned i = 0; i < rows->count; i++)
			is_seen |= row_from(&rows->row[i]) == lane_order[n] ||
				   row_to(&rows->row[i]) == lane_order[n];
		if (is_seen)
			l.node[l.count++] = lane_order[n];
	}
	return l;
}

static size_t axis_of(const struct lanes *l, enum trace_node n)
{
	for (unsigned i = 0; i < l->count; i++)
		if (l->node[i] == n)
			return (size_t)i * LANE_COLUMNS + LANE_AXIS;
	return LANE_AXIS;
}

/* The bars with the arrow of one row; out has room for all lanes. */
static void draw(const struct lanes *l, const struct row *r, char *out)
{
	size_t from = axis_of(l, row_from(r)), to = axis_of(l, row_to(r));
	size_t left = from < to ? from : to, right = from < to ? to : from;

	memset(out, ' ', l->count * (size_t)LANE_COLUMNS);
	out[l->count * (size_t)LANE_COLUMNS] = '\0';
	for (unsigned i = 0; i < l->count; i++)
		out[i * LANE_COLUMNS + LANE_AXIS] = '|';
	if (from == to) {
		out[from] = '*';
		return;
	}
	for (size_t i = left + 1; i < right; i++)
		out[i] = '-';
	out[from < to ? right - 1 : left + 1] = from < to ? '>' : '<';
}

static void write_time(FILE *out, int64_t time_us)
{
	char clock[TIME_TEXT_MAX] = "";

	fprintf(out, "%-12s", time_us > 0 ? time_text(TIME_CLOCK, time_us, clock) : clock);
}

/* "#12" is a frame, "L12" a line; with several inputs "2#12" is one of the second. */
static int format_place(const struct trace_case *c, const struct row *r, char *out, size_t size)
{
	bool has_inputs = false;
	uint64_t place = row_place(r);
	char kind = r->event->sip && !r->event->sip->has_frame ? 'L' : '#';
	char input[16] = "";

	for (unsigned i = 0; i < c->event_count; i++)
		has_inputs |= c->event[i].input != c->event[0].input;
	if (has_inputs)
		snprintf(input, sizeof(input), "%u", r->event->input + 1);
	if (place == 0)
		return snprintf(out, size, "-");
	return snprintf(out, size, "%s%c%llu", input, kind, (unsigned long long)place);
}

static void write_message(FILE *out, const struct row *r, struct strbuf *text, size_t room)
{
	char times[24] = "";

	strbuf_reset(text);
	add_message(r, text);
	if (r->event->repeated)
		snprintf(times, sizeof(times), " (%u times)", r->event->repeated + 1);
	room -= strlen(times) < room ? strlen(times) : room;
	size_t length = text->length;

	while (length > 0 && print_width(text_of(text->data, length)) > room)
		length--;
	print_text(out, text_of(text->data, length));
	fputs(times, out);
}

void ladder_write_text(FILE *out, unsigned indent, const struct trace_case *c)
{
	char bars[LANES_MAX * LANE_COLUMNS + 1], place[48];
	struct rows rows;
	struct strbuf text;

	if (c->event_count == 0 || !rows_of(c, &rows))
		return;
	struct lanes lanes = lanes_of(&rows);

	strbuf_init(&text);
	fprintf(out, "%*s%-*s", (int)indent, "", TIME_COLUMNS, "");
	for (unsigned i = 0; i < lanes.count; i++)
		if (i + 1 < lanes.count)
			fprintf(out, "%-*s", LANE_COLUMNS, trace_node_str(lanes.node[i]));
		else
			fprintf(out, "%s\n", trace_node_str(lanes.node[i]));
	for (unsigned i = 0; i < rows.count; i++) {
		size_t used = indent + TIME_COLUMNS + lanes.count * (size_t)LANE_COLUMNS + 1;
		int place_columns = format_place(c, &rows.row[i], place, sizeof(place));

		used += (size_t)place_columns + 1;
		fprintf(out, "%*s", (int)indent, "");
		write_time(out, rows.row[i].time_us);
		draw(&lanes, &rows.row[i], bars);
		fprintf(out, "  %s %s ", bars, place);
		write_message(out, &rows.row[i], &text,
			      used + MESSAGE_COLUMNS_LEAST < COLUMNS_MOST ? COLUMNS_MOST - used
									  : MESSAGE_COLUMNS_LEAST);
		fputc('\n', out);
	}
	if (c->is_trimmed)
		fprintf(out, "%*s(messages in the middle are left out)\n", (int)indent, "");
	strbuf_clear(&text);
	free(rows.row);
}

void ladder_write_json(struct json_writer *j, const struct trace_case *c)
{
	struct rows rows;
	struct strbuf text;

	json_write_array_begin(j);
	if (!rows_of(c, &rows))
		j->out->failed = true;
	strbuf_init(&text);
	for (unsigned i = 0; i < rows.count; i++) {
		const struct row *r = &rows.row[i];

		strbuf_reset(&text);
		add_message(r, &text);
		json_write_object_begin(j);
		if (r->time_us)
			json_write_member_microseconds(j, "time", r->time_us);
		else
			json_write_member_null(j, "time");
		json_write_member_str(j, "from", trace_node_str(row_from(r)));
		json_write_member_str(j, "to", trace_node_str(row_to(r)));
		json_write_member_text(j, "message", strbuf_text(&text));
		json_write_member_uint(j, "place", row_place(r));
		json_write_member_uint(j, "input", r->event->input);
		json_write_member_uint(j, "repeated", r->event->repeated);
		json_write_object_end(j);
	}
	json_write_array_end(j);
	strbuf_clear(&text);
	free(rows.row);
}
