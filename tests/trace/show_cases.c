/* Prints what trace_read makes of files: a line for each input, case and event. For
 * test_trace_reader.py. */
#include <stdio.h>
#include <stdlib.h>

#include "trace/ladder.h"
#include "trace/trace_reader.h"

static void print(struct text t)
{
	printf(" %.*s", t.data ? (int)t.length : 1, t.data ? t.data : "-");
}

static void show_event(const struct trace_event *e)
{
	struct strbuf text;

	strbuf_init(&text);
	if (e->sip)
		ladder_add_sip(e->sip, &text);
	else
		ladder_add_cx(e->cx, e->cx->end == CX_END_ANSWERED, &text);
	printf("event %s %s>%s %s %lld\n", e->sip ? "sip" : "cx", trace_node_str(e->from),
	       trace_node_str(e->to), text.data, (long long)e->time_us);
	strbuf_clear(&text);
}

static void show(const struct trace_case *c, void *context)
{
	(void)context;
	printf("case");
	print(c->call_id);
	print(c->impi);
	print(c->impu);
	for (unsigned i = 0; i < c->transaction_count; i++)
		printf(" %d:%d",
		       c->transaction[i].request ? (int)c->transaction[i].request->cseq : 0,
		       c->transaction[i].final ? c->transaction[i].final->status : 0);
	printf("\n");
	for (unsigned i = 0; i < c->event_count; i++)
		show_event(&c->event[i]);
}

int main(int argc, char **argv)
{
	unsigned count = (unsigned)argc - 1;
	struct trace_input_report *report = calloc(count + 1, sizeof(*report));
	struct capture_options options = {0};
	struct correlator *correlator;
	struct diag diag;
	char line[1024];
	enum rc rc;

	diag_init(&diag);
	if (!report || correlator_new(NULL, show, NULL, &correlator, &diag) != RC_OK)
		return 99;
	rc = trace_read((const char *const *)argv + 1, count, &options, correlator, report, &diag);
	for (unsigned i = 0; i < count && rc == RC_OK; i++)
		printf("input %s sip %llu cx %llu unreadable %llu first %llu offset %lld %d%s\n",
		       report[i].format, (unsigned long long)report[i].sip_messages,
		       (unsigned long long)report[i].cx_exchanges,
		       (unsigned long long)report[i].unreadable,
		       (unsigned long long)report[i].first_unreadable,
		       (long long)report[i].clock_offset_us, report[i].has_clock_offset,
		       report[i].is_truncated ? " truncated" : "");
	correlator_free(correlator);
	free(report);
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", diag_format(&diag, line, sizeof(line)));
	return (int)rc;
}
