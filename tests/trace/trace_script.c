#include "tests/trace/trace_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/strbuf.h"

#define START_US INT64_C(1795341600000000)

static struct text impu = {"sip:001010000000001@example.org", 31};

struct line {
	double seconds;
	char source[48], destination[48], word[32], method[32];
	unsigned vias, cseq;
	int status;
};

static void add_defaults(struct strbuf *out, const struct line *l, const char *rest)
{
	for (unsigned k = l->vias; k > 0; k--)
		if (!strstr(rest, "Via:"))
			strbuf_printf(out, "Via: SIP/2.0/UDP 203.0.113.%u;branch=z9hG4bK%u-%u\r\n",
				      k, l->cseq, k);
	if (!strstr(rest, "From:"))
		strbuf_add_str(out, "From: <sip:001010000000001@example.org>;tag=f\r\n");
	if (!strstr(rest, "To:"))
		strbuf_printf(out, "To: <sip:001010000000001@example.org>%s\r\n",
			      l->status > 100 ? ";tag=t" : "");
	if (!strstr(rest, "Call-ID:"))
		strbuf_add_str(out, "Call-ID: c1\r\n");
	strbuf_printf(out, "CSeq: %u %s\r\n", l->cseq, l->method);
}

/* "Called: sip:…" in a line is its Request-URI, any other "Called:" just one of its own. */
static struct text request_uri(const char *rest)
{
	const char *called = strstr(rest, "Called: ");

	if (!called)
		return TEXT_LITERAL("sip:example.org");
	called += strlen("Called: ");
	return strncmp(called, "sip:", 4) ? TEXT_LITERAL("sip:called@example.org")
					  : text_of(called, strcspn(called, " |"));
}

static void build(const char *script, struct line *l, struct strbuf *out)
{
	struct text uri;
	int used = 0;

	*l = (struct line){0};
	assert_true(sscanf(script, "%lf %47[^>]>%47s %u %31s%n", &l->seconds, l->source,
			   l->destination, &l->vias, l->word, &used) == 5);
	script += used;
	if (sscanf(l->word, "%d", &l->status) == 1) {
		assert_true(sscanf(script, "%31s%n", l->method, &used) == 1);
		script += used;
	} else {
		snprintf(l->method, sizeof(l->method), "%s", l->word);
	}
	assert_true(sscanf(script, "%u%n", &l->cseq, &used) == 1);
	script += used;
	uri = request_uri(script);
	if (l->status)
		strbuf_printf(out, "SIP/2.0 %d Phrase\r\n", l->status);
	else
		strbuf_printf(out, "%s %.*s SIP/2.0\r\n", l->method, (int)uri.length, uri.data);
	add_defaults(out, l, script);
	while ((script = strchr(script, '|'))) {
		size_t length = strcspn(++script, "|");

		strbuf_add_text(out, text_trim(text_of(script, length)));
		strbuf_add_str(out, "\r\n");
	}
	strbuf_add_str(out, "\r\n");
}

void trace_script_add(struct correlator *c, const char *const *lines, unsigned count,
		      unsigned input)
{
	struct sip_reader *reader;
	struct strbuf bytes;
	struct arena arena;

	assert_int_equal(sip_reader_new(&reader, NULL), RC_OK);
	strbuf_init(&bytes);
	arena_init(&arena);
	for (unsigned i = 0; i < count; i++) {
		struct sip_message m;
		struct line l;

		strbuf_reset(&bytes);
		arena_reset(&arena);
		build(lines[i], &l, &bytes);
		assert_int_equal(sip_read(reader, strbuf_text(&bytes), &arena, &m, NULL), RC_OK);
		m.input = input;
		m.place = i + 1;
		m.has_frame = true;
		m.time_us = l.seconds < 0 ? 0 : START_US + (int64_t)(l.seconds * 1e6 + 0.5);
		m.source = l.source[0] == '?' ? TEXT_NONE : text_from(l.source);
		m.destination = l.destination[0] == '?' ? TEXT_NONE : text_from(l.destination);
		assert_int_equal(correlator_add_sip(c, &m, NULL), RC_OK);
	}
	arena_clear(&arena);
	strbuf_clear(&bytes);
	sip_reader_free(reader);
}

struct cx_exchange trace_script_cx(enum cx_command command, double seconds, uint32_t answer)
{
	struct cx_exchange e;

	cx_exchange_init(&e);
	e.command = command;
	e.time_us = START_US + (int64_t)(seconds * 1e6 + 0.5);
	e.end = answer ? CX_END_ANSWERED : CX_END_UNANSWERED;
	e.latency_us = answer ? 2000 : CX_NUMBER_ABSENT;
	e.impi = text_from("001010000000001@example.org");
	e.impu = &impu;
	e.impu_count = 1;
	e.answer.kind = answer ? ANSWER_EXPERIMENTAL : ANSWER_SILENT;
	e.answer.code = answer;
	return e;
}
