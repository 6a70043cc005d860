#include "tests/trace/case_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/ladder.h"

static void note_nodes(struct seen *s, const struct trace_case *c)
{
	char *nodes = s->nodes[s->count];

	for (unsigned i = 0; i < c->event_count && strlen(nodes) < 450; i++) {
		sprintf(nodes + strlen(nodes), "%s%s>%s", i ? " " : "",
			trace_node_str(c->event[i].from), trace_node_str(c->event[i].to));
		if (i < 16)
			s->hop[i] = c->event[i].hop;
		s->repeated += c->event[i].repeated;
		if (c->event[i].sip)
			s->texts += c->event[i].sip->call_id.length;
	}
}

void case_seen_visit(const struct trace_case *c, void *context)
{
	static const char *const kinds[] = {"registration", "deregistration", "session", "request"};
	struct seen *s = context;
	char *line = s->line[s->count];

	assert_true(s->count < CASES_MAX);
	strcpy(line, kinds[c->kind]);
	for (unsigned i = 0; i < c->transaction_count && strlen(line) < 150; i++) {
		const struct trace_transaction *t = &c->transaction[i];

		sprintf(line + strlen(line), " %d:%d", t->request ? (int)t->request->cseq : 0,
			t->final ? t->final->status : 0);
		if (i < 4) {
			s->transaction[i] = *t;
			s->final_vias[i] = t->first_final ? t->first_final->via_count : 0;
		}
	}
	sprintf(line + strlen(line), " cx %u events %u%s%s", c->cx_count, c->event_count,
		c->is_complete ? " complete" : "", c->is_trimmed ? " trimmed" : "");
	note_nodes(s, c);

	FILE *out = fmemopen(s->ladder, sizeof(s->ladder), "w");

	ladder_write_text(out, 0, c);
	fclose(out);
	s->count++;
}

void case_seen_run(const char *const *lines, unsigned count, const struct exchange *cx,
		   unsigned cx_count, struct seen *s)
{
	struct correlator *c;

	*s = (struct seen){0};
	assert_int_equal(correlator_new(NULL, case_seen_visit, s, &c, NULL), RC_OK);
	for (unsigned i = 0; i < count; i++) {
		trace_script_add(c, lines + i, 1, 0);
		for (unsigned k = 0; k < cx_count; k++) {
			struct cx_exchange e =
				trace_script_cx(cx[k].command, cx[k].seconds, cx[k].answer);

			/* each is fed behind the first message that is later, or the last */
			double next = i + 1 < count ? atof(lines[i + 1]) : 1e9;

			if (cx[k].seconds < next && (i == 0 || cx[k].seconds >= atof(lines[i])))
				assert_int_equal(
					correlator_add_cx(c, &e, 100 + k, 200 + k, 0, NULL), RC_OK);
		}
	}
	assert_int_equal(correlator_finish(c, NULL), RC_OK);
	correlator_free(c);
}
