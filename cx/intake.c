#include "cx/intake.h"

#include "codec/cx_decode.h"
#include "codec/diameter.h"

enum rc intake_init(struct intake *i, const struct intake_options *options)
{
	*i = (struct intake){
		.budget.most = options->memory_most,
		.commands = options->commands,
	};
	enum rc rc = queue_init(&i->queue, options->queue_size, options->wake_at);

	if (rc != RC_OK)
		return rc;
	rc = pending_init(&i->pending);
	if (rc != RC_OK)
		queue_clear(&i->queue);
	return rc;
}

void intake_clear(struct intake *i)
{
	struct raw_message *raw;

	pending_close(&i->pending);
	while ((raw = pending_take_old(&i->pending, INT64_MAX)))
		raw_message_free(raw);
	queue_clear(&i->queue);
	pending_clear(&i->pending);
}

static void drop(struct intake *i, enum counter reason, struct observed *o)
{
	counters_add(&i->counters, reason, 1);
	observed_clear(o);
}

static void hand_over(struct intake *i, struct observed *o)
{
	if (!queue_put(&i->queue, o))
		drop(i, COUNTER_DROPPED_QUEUE, o);
}

void intake_received(struct intake *i, struct pending_entry *e, struct text bytes)
{
	struct diameter_header h;
	enum cx_command command;

	if (!diameter_header_read(bytes, &h) || h.application != DIAMETER_APPLICATION_CX)
		return;
	bool is_request = h.flags & DIAMETER_FLAG_REQUEST;

	if (!cx_command_of_header(&h, &command) || !(i->commands & 1u << command)) {
		if (e)
			e->is_foreign = !is_request;
		return;
	}
	if (is_request)
		counters_add(&i->counters, COUNTER_SEEN, 1);
	struct raw_message *raw = e ? raw_message_new(bytes, &i->budget) : NULL;

	if ((!raw || !pending_add(&i->pending, e, raw, is_request)) && is_request)
		counters_add(&i->counters, COUNTER_DROPPED_MEMORY, 1);
}

void intake_answered(struct intake *i, struct pending_entry *request, struct pending_entry *answer)
{
	atomic_fetch_add(&i->handling, 1);
	struct pending_pair pair = pending_take(&i->pending, request, answer);
	struct observed o = {pair.request, pair.answer, CX_END_ANSWERED};

	/* Identifiers alone make it an answer of the request: it may be of another command. */
	if (o.request && (o.answer || (answer && answer->is_foreign))) {
		hand_over(i, &o);
	} else if (o.request) {
		drop(i, COUNTER_DROPPED_MEMORY, &o);
	} else {
		counters_add(&i->counters, COUNTER_LATE, pair.is_late);
		observed_clear(&o);
	}
	atomic_fetch_sub(&i->handling, 1);
}

void intake_answered_here(struct intake *i, struct pending_entry *request, struct text bytes)
{
	struct diameter_header h = {0};

	diameter_header_read(bytes, &h);
	atomic_fetch_add(&i->handling, 1);
	struct pending_pair pair = pending_take(&i->pending, request, NULL);
	struct observed o = {.request = pair.request};

	if (o.request) {
		/* A relay's own answers are errors of the protocol (RFC 6733 7.2); without the E
		 * bit this node is the server itself. */
		o.end = h.flags & DIAMETER_FLAG_ERROR ? CX_END_RELAY_ANSWERED : CX_END_ANSWERED;
		o.answer = raw_message_new(bytes, &i->budget);
		if (o.answer)
			hand_over(i, &o);
		else
			drop(i, COUNTER_DROPPED_MEMORY, &o);
	}
	atomic_fetch_sub(&i->handling, 1);
}

void intake_gone(struct intake *i, struct pending_entry *e)
{
	if (!pending_is_waiting(e))
		return;
	atomic_fetch_add(&i->handling, 1);
	bool is_request = e->is_request;
	struct pending_pair pair = pending_take(&i->pending, e, NULL);
	struct observed o = {.request = pair.request, .end = CX_END_UNANSWERED};

	if (o.request && is_request)
		hand_over(i, &o);
	else
		observed_clear(&o);
	atomic_fetch_sub(&i->handling, 1);
}
