#include "trace/text_log.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "trace/sip_split.h"
#include "trace/sip_start.h"
#include "trace/text_dissection.h"
#include "trace/text_line.h"
#include "trace/text_lines.h"
#include "trace/text_mark.h"

#define MESSAGE_BYTES_MAX 262144u /* further lines of a longer message are dropped */
#define MARK_LINES_MAX 3u         /* between a mark and its message */
#define HEADLINES_MAX 20u         /* the same where no line between is blank */
#define MARK_BYTES_MAX 1024u
#define DAY_US INT64_C(86400000000)

enum log_state {
	LOG_BETWEEN, /* messages */
	LOG_START,   /* the start line was seen, and nothing that proves it to be one */
	LOG_HEADERS,
	LOG_BODY,
};

struct text_log {
	bool (*visit)(const struct capture_message *m, void *context);
	void *context;
	bool has_stopped;

	struct text_lines lines;
	uint64_t line_number;
	struct text_dissection dissection;

	enum log_state state;
	struct strbuf message, prefix;
	size_t last_line; /* where the last line of message begins */
	uint64_t start_line;
	bool is_dotted;            /* CR is written as a dot */
	bool is_spaced, was_empty; /* each second line is empty, as of CR CR LF; the last was */
	bool is_sip_inside;        /* the body is a SIP message, or a part of one */
	int64_t body_left;

	struct text_mark mark;    /* of the message */
	struct text_mark pending; /* the last between messages */
	uint64_t pending_line;
	bool is_pending_parted;       /* a blank line came after it */
	int64_t day_us, last_time_us; /* of stamps without a day */
};

static void take_physical(char *data, size_t length, void *context);

enum rc text_log_new(bool (*visit)(const struct capture_message *m, void *context), void *context,
		     struct text_log **out, struct diag *diag)
{
	struct text_log *l = calloc(1, sizeof(*l));

	if (!l)
		return diag_set(diag, RC_NOMEM, "no memory to read a log");
	l->visit = visit;
	l->context = context;
	text_lines_init(&l->lines, take_physical, l);
	strbuf_init(&l->message);
	strbuf_init(&l->prefix);
	*out = l;
	return RC_OK;
}

void text_log_free(struct text_log *l)
{
	if (!l)
		return;
	text_lines_clear(&l->lines);
	strbuf_clear(&l->message);
	strbuf_clear(&l->prefix);
	free(l);
}

bool text_log_has_stopped(const struct text_log *l)
{
	return l->has_stopped;
}

/* Stamps without a day begin the next one when they go back by more than half of it. */
static int64_t time_of(struct text_log *l, const struct text_mark *m)
{
	int64_t time_us = m->time_us;

	if (!m->has_time)
		return 0;
	if (!m->has_day) {
		if (time_us < l->last_time_us - DAY_US / 2)
			l->day_us += DAY_US;
		l->last_time_us = time_us;
		time_us += l->day_us;
	}
	return time_us ? time_us : 1;
}

static void emit(struct text_log *l)
{
	struct capture_message m = {.protocol = CAPTURE_SIP, .frame = l->start_line};

	if (l->state != LOG_HEADERS)
		return;
	m.time_us = time_of(l, &l->mark);
	memcpy(m.source, l->mark.source, sizeof(m.source));
	memcpy(m.destination, l->mark.destination, sizeof(m.destination));
	m.source_port = l->mark.source_port;
	m.destination_port = l->mark.destination_port;
	strbuf_add_str(&l->message, "\r\n\r\n");
	m.bytes = strbuf_text(&l->message);
	if (!l->message.failed && !l->visit(&m, l->context))
		l->has_stopped = true;
}

static bool is_pending_near(const struct text_log *l)
{
	uint64_t lines = l->line_number - l->pending_line;

	return l->pending_line && lines <= (l->is_pending_parted ? MARK_LINES_MAX : HEADLINES_MAX);
}

static void note_mark(struct text_log *l, struct text line)
{
	struct text_mark mark;

	if (text_trim(line).length == 0)
		l->is_pending_parted = true;
	if (line.length > MARK_BYTES_MAX || !text_mark_read(line, &mark))
		return;
	if (is_pending_near(l))
		text_mark_merge(&mark, &l->pending);
	l->pending = mark;
	l->pending_line = l->line_number;
	l->is_pending_parted = false;
}

static void begin_message(struct text_log *l, struct text line, size_t at)
{
	text_mark_read(text_of(line.data, at), &l->mark);
	if (is_pending_near(l))
		text_mark_merge(&l->mark, &l->pending);
	l->pending_line = 0;
	strbuf_reset(&l->prefix);
	strbuf_add(&l->prefix, line.data, at);
	strbuf_reset(&l->message);
	strbuf_add_text(&l->message, text_trim(text_of(line.data + at, line.length - at)));
	l->start_line = l->line_number;
	l->last_line = 0;
	l->is_dotted = l->is_sip_inside = l->is_spaced = l->was_empty = false;
	l->body_left = 0;
	l->state = LOG_START;
}

static void add_line(struct text_log *l, struct text content)
{
	struct text name, value;

	if (l->message.length + content.length > MESSAGE_BYTES_MAX)
		return;
	strbuf_add_str(&l->message, "\r\n");
	l->last_line = l->message.length;
	strbuf_add_text(&l->message, content);
	ptrdiff_t colon = text_find(content, ':');

	if (colon <= 0)
		return;
	name = text_trim(text_of(content.data, (size_t)colon));
	value = text_trim(text_of(content.data + colon + 1, content.length - (size_t)colon - 1));
	if (text_equal_nocase(name, TEXT_LITERAL("Content-Length")) ||
	    text_equal_nocase(name, TEXT_LITERAL("l")))
		l->body_left = sip_number(value);
	else if (text_equal_nocase(name, TEXT_LITERAL("Content-Type")) ||
		 text_equal_nocase(name, TEXT_LITERAL("c")))
		l->is_sip_inside = text_starts_with_nocase(value, "message/sip");
}

/* The rest of a line that was folded or wrapped. */
static void continue_line(struct text_log *l, struct text content)
{
	struct text rest = text_trim(content);
	struct text line =
		text_of(l->message.data + l->last_line, l->message.length - l->last_line);
	bool is_indented = rest.length && rest.data != content.data;

	if (l->message.length + rest.length > MESSAGE_BYTES_MAX)
		return;
	if (is_indented && text_line_is_fold(line, rest))
		strbuf_add_char(&l->message, ' ');
	strbuf_add_text(&l->message, rest);
}

static bool ends_with_dot(struct text t)
{
	return t.length && t.data[t.length - 1] == '.';
}

static void end_headers(struct text_log *l)
{
	emit(l);
	l->state = l->body_left > 0 ? LOG_BODY : LOG_BETWEEN;
}

static void end_message(struct text_log *l, struct text line)
{
	emit(l);
	l->state = LOG_BETWEEN;
	note_mark(l, line);
}

/* A line of the headers without what stood before it. */
static void take_header(struct text_log *l, struct text line, struct text content)
{
	if (l->is_dotted && ends_with_dot(content))
		content.length--;
	if (text_trim(content).length == 0)
		end_headers(l);
	else if (content.data[0] == ' ' || content.data[0] == '\t')
		continue_line(l, content);
	else if (text_line_is_header(content))
		add_line(l, content);
	else if (l->prefix.length == 0 && text_mark_is_line(content))
		end_message(l, line);
	else
		continue_line(l, content);
}

/* The line after the start line shows the prefix of the others; one that is no header shows that
 * there was no message. */
static void take_second(struct text_log *l, struct text line)
{
	ptrdiff_t at = text_line_find_header(line);

	if (at < 0)
		at = text_line_match_prefix(strbuf_text(&l->prefix), line);
	if (at < 0 || !text_line_is_header(text_of(line.data + at, line.length - (size_t)at)))
		at = text_line_is_header(line) ? 0 : -1;
	if (at < 0) {
		l->state = LOG_BETWEEN;
		note_mark(l, line);
		return;
	}
	strbuf_reset(&l->prefix);
	strbuf_add(&l->prefix, line.data, (size_t)at);
	if (ends_with_dot(line) && ends_with_dot(strbuf_text(&l->message))) {
		l->is_dotted = true;
		l->message.length--;
	}
	l->state = LOG_HEADERS;
	take_header(l, line, text_of(line.data + at, line.length - (size_t)at));
}

static void take_next(struct text_log *l, struct text line)
{
	ptrdiff_t at = text_line_match_prefix(strbuf_text(&l->prefix), line);

	if (at >= 0)
		take_header(l, line, text_of(line.data + at, line.length - (size_t)at));
	else if (text_trim(line).length == 0)
		end_headers(l);
	else if (text_mark_is_line(line))
		end_message(l, line);
	else
		take_header(l, line, line);
}

static void take_body(struct text_log *l, struct text line)
{
	l->body_left -= (int64_t)line.length + 1;
	if (text_mark_is_line(line)) {
		l->state = LOG_BETWEEN;
		note_mark(l, line);
	} else if (l->body_left <= 0) {
		l->state = LOG_BETWEEN;
	}
}

/* An empty line behind a start line ends nothing, as headers must follow: every second line is
 * empty then and as little of the message. */
static bool is_spacing(struct text_log *l, struct text line)
{
	bool is_empty = text_trim(line).length == 0, was_empty = l->was_empty;

	l->was_empty = is_empty;
	if (!is_empty || l->state == LOG_BETWEEN || l->state == LOG_BODY)
		return false;
	l->is_spaced |= l->state == LOG_START;
	return l->is_spaced && !was_empty;
}

static void take_line(struct text_log *l, struct text line)
{
	ptrdiff_t at = sip_start_find(line);

	if (at >= 0 && l->state == LOG_BODY && l->is_sip_inside && !is_pending_near(l)) {
		l->is_sip_inside = false;
		at = -1;
	}
	if (at >= 0) {
		emit(l);
		/* a headline with the start line in it, then the message */
		if (l->state == LOG_START) {
			l->pending = l->mark;
			l->pending_line = l->start_line;
		}
		begin_message(l, line, (size_t)at);
		return;
	}
	if (is_spacing(l, line))
		return;
	switch (l->state) {
	case LOG_BETWEEN:
		note_mark(l, line);
		break;
	case LOG_START:
		take_second(l, line);
		break;
	case LOG_HEADERS:
		take_next(l, line);
		break;
	case LOG_BODY:
		take_body(l, line);
		break;
	}
}

/* A line that holds a whole message, its line ends escaped. */
static void take_escaped(struct text_log *l, struct text line, const char *escape)
{
	size_t length = strlen(escape), at = 0;

	for (size_t i = 0; i + length <= line.length && !l->has_stopped;) {
		if (memcmp(line.data + i, escape, length) != 0) {
			i++;
			continue;
		}
		take_line(l, text_of(line.data + at, i - at));
		i += length;
		at = i;
	}
	take_line(l, text_of(line.data + at, line.length - at));
	emit(l);
	l->state = LOG_BETWEEN;
}

static void take_physical(char *data, size_t length, void *context)
{
	struct text_log *l = context;
	struct text line = text_of(data, length), content;
	struct text_mark mark;
	const char *escape;

	l->line_number++;
	switch (text_dissection_take(&l->dissection, line, &content)) {
	case DISSECTION_DETAIL:
		return;
	case DISSECTION_START:
		take_line(l, content);
		mark = l->dissection.mark;
		text_mark_merge(&mark, &l->mark);
		l->mark = mark;
		return;
	case DISSECTION_HEADER:
		take_line(l, content);
		return;
	case DISSECTION_END:
		end_headers(l);
		break;
	case DISSECTION_NO:
		break;
	}
	escape = text_line_escape(line);
	if (escape && escape[0] == '\\')
		line.length = text_line_unquote(data, length);
	if (escape)
		take_escaped(l, line, escape);
	else
		take_line(l, line);
}

enum rc text_log_add(struct text_log *l, struct text bytes, struct diag *diag)
{
	if (!text_lines_add(&l->lines, bytes, &l->has_stopped) || l->message.failed ||
	    l->prefix.failed)
		return diag_set(diag, RC_NOMEM, "no memory to read a log");
	return RC_OK;
}

enum rc text_log_finish(struct text_log *l, struct diag *diag)
{
	bool is_good = text_lines_finish(&l->lines, &l->has_stopped);

	if (!l->has_stopped)
		emit(l);
	l->state = LOG_BETWEEN;
	if (!is_good || l->message.failed)
		return diag_set(diag, RC_NOMEM, "no memory to read a log");
	return RC_OK;
}
