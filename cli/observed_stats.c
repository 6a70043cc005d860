#include "cli/observed_stats.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/exit_code.h"
#include "cli/observed.h"

#define HOUR_US (INT64_C(3600) * 1000000)
#define HOSTS_MAX 4096u
#define HOSTS_BYTES_MAX (1u << 20)
#define OBSERVERS_MAX 1024u

static bool on_status(const struct observation_status *status, void *context)
{
	struct observed_stats *s = context;
	struct observation_status *o;

	s->sum.seen += status->seen;
	s->sum.stored += status->stored;
	s->sum.dropped += status->dropped;
	s->sum.unanswered += status->unanswered;
	s->sum.undecodable += status->undecodable;
	s->sum.store_failures += status->store_failures;
	if (s->observer_count == OBSERVERS_MAX)
		return true;
	o = &s->observers[s->observer_count++];
	*o = *status;
	o->observer = arena_text(&s->names, status->observer);
	s->is_out_of_memory |= !o->observer.data;
	return !s->is_out_of_memory;
}

static bool on_exchange(const struct cx_exchange *e, void *context)
{
	struct observed_stats *s = context;
	struct text answerer = e->answer_origin_host.data ? e->answer_origin_host
							  : e->destination_host;
	struct tally_key key = {
		.command = e->command,
		.kind = e->answer.kind,
		.code = e->answer.code,
		.vendor = cx_answer_vendor(&e->answer),
	};

	if (!answer_kind_avp(key.kind))
		key.code = 0;
	s->is_out_of_memory |= observed_tally_add(&s->by_code, &key) != RC_OK;
	key.hour = e->time_us / HOUR_US;
	s->is_out_of_memory |= observed_tally_add(&s->by_hour, &key) != RC_OK;
	key.hour = 0;
	/* 0 is a host that was not told, or one too many. */
	key.asker = e->origin_host.length ? intern_add(&s->hosts, e->origin_host) : 0;
	key.answerer = answerer.length ? intern_add(&s->hosts, answerer) : 0;
	s->is_out_of_memory |= observed_tally_add(&s->by_node, &key) != RC_OK;
	return !s->is_out_of_memory && !command_interrupted;
}

static enum rc count_all(struct observations *observations, const struct observed_options *o,
			 struct observed_stats *s, struct diag *diag)
{
	struct observation_query query = observed_query(o);
	enum rc rc = observations_summarize(observations, &s->summary, diag);

	if (rc == RC_OK)
		rc = observations_status(observations, on_status, s, diag);
	if (rc == RC_OK)
		rc = observations_visit(observations, &query, on_exchange, s, diag);
	if (s->is_out_of_memory)
		rc = diag_set(diag, RC_NOMEM, "no memory to count");
	if (command_interrupted)
		rc = diag_set(diag, RC_INTERRUPTED, "interrupted");
	observed_tally_sort(&s->by_code);
	observed_tally_sort(&s->by_hour);
	observed_tally_sort(&s->by_node);
	return rc;
}

int observed_stats(const struct observed_options *o, int count, char **operands)
{
	struct observed_stats s = {0};
	struct observations *observations;
	struct diag diag;
	enum rc rc;
	int code;

	if (count)
		return command_usage("observed stats", "unexpected operand '%s'", operands[0]);
	code = observed_open(o, OBSERVATIONS_READ, &observations);
	if (code)
		return code;
	diag_init(&diag);
	command_catch_signals();
	arena_init(&s.names);
	intern_init(&s.hosts, HOSTS_MAX, HOSTS_BYTES_MAX);
	s.observers = calloc(OBSERVERS_MAX, sizeof(*s.observers));
	rc = s.observers ? count_all(observations, o, &s, &diag)
			 : diag_set(&diag, RC_NOMEM, "no memory to count");
	observations_close(observations);
	/* A damaged block is told, and what could be counted is shown. */
	if (rc == RC_OK || rc == RC_CORRUPT)
		code = o->common.is_json ? observed_stats_json(&s) : observed_stats_text(&s);
	if (rc == RC_OK && !s.summary.count)
		observed_tell_empty();
	if (rc != RC_OK)
		code = command_fail(EXIT_UNUSABLE, &diag);
	free(s.observers);
	observed_tally_clear(&s.by_code);
	observed_tally_clear(&s.by_node);
	observed_tally_clear(&s.by_hour);
	intern_clear(&s.hosts);
	arena_clear(&s.names);
	return code;
}
