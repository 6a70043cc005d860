#include "cx/feed.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "model/identity.h"

#define SECOND_US 1000000
#define OPEN_EACH_US (5 * SECOND_US)
#define RETRY_EACH_US SECOND_US
#define STATUS_EACH_US SECOND_US
#define PRUNE_EACH_US (60 * SECOND_US)
#define PRUNE_ON_US SECOND_US /* while there is something to remove */
#define JUMP_US (INT64_C(3600) * SECOND_US)
#define DOUBT_US (24 * JUMP_US) /* that a clock is not believed after a jump */
#define FAILURES_MOST 10        /* then an I/O error is met by opening the store anew */

enum rc feed_init(struct feed *f, const struct feed_options *options, struct counters *counters,
		  const struct queue *queue, struct diag *diag)
{
	*f = (struct feed){.options = *options, .counters = counters, .queue = queue};
	f->now = moment_now();
	f->status.observer = options->observer;
	f->clock_us = f->now.wall_us - f->now.steady_us;
	f->status.started_at = f->now.wall_us / SECOND_US;
	return cx_decoder_new(&f->decoder, diag);
}

/* The batch cannot be kept any longer. */
static void forget_batch(struct feed *f)
{
	counters_add(f->counters, COUNTER_DROPPED_STORE, observations_forget(f->store));
	f->batch = (struct feed_batch){0};
}

static void give_up_store(struct feed *f)
{
	if (!f->store)
		return;
	forget_batch(f);
	observations_close(f->store);
	f->store = NULL;
	f->failures = 0;
	f->open_at = f->now.steady_us + OPEN_EACH_US;
}

void feed_clear(struct feed *f)
{
	give_up_store(f);
	cx_decoder_free(f->decoder);
	f->decoder = NULL;
}

bool feed_accepts(const struct feed *f)
{
	return f->store && observations_pending(f->store) < f->options.batch_most;
}

static void log_damage(struct feed *f, const struct cx_exchange *e)
{
	struct strbuf who;

	if (!log_limit_allows(&f->damage_limit, f->now.steady_us))
		return;
	strbuf_init(&who);
	if (f->options.mask_identities)
		identity_add_masked(e->impi, &who);
	else
		strbuf_add_text(&who, e->impi);
	log_msg(LOG_LEVEL_WARNING, "a %s or its answer could not be read completely (User-Name %s)",
		cx_command_str(e->command), who.length ? who.data : "not known");
	strbuf_clear(&who);
}

static enum rc decode(struct feed *f, const struct observed *o, struct cx_exchange *e)
{
	struct text request = raw_message_text(o->request), answer = raw_message_text(o->answer);
	bool is_foreign = !o->answer && o->end == CX_END_ANSWERED;
	enum rc rc = is_foreign ? RC_USAGE : cx_decode(f->decoder, request, answer, NULL, e, NULL);

	if (rc != RC_USAGE)
		return rc;
	/* An answer of another command: the host took it for this one's, as its identifiers say. */
	rc = cx_decode(f->decoder, request, TEXT_NONE, NULL, e, NULL);
	e->answer.kind = ANSWER_WITHOUT_CODE;
	e->damage |= CX_DAMAGE_HEADER;
	return rc;
}

static void count_kept(struct feed *f, const struct cx_exchange *e)
{
	f->batch.stored += e->end != CX_END_UNANSWERED;
	f->batch.unanswered += e->end == CX_END_UNANSWERED;
	f->batch.undecodable += e->damage != 0;
	if (e->damage)
		log_damage(f, e);
}

void feed_append(struct feed *f, struct observed *o)
{
	struct cx_exchange e = {
		.time_us = o->request->received.wall_us,
		.latency_us =
			o->answer ? o->answer->received.steady_us - o->request->received.steady_us
				  : CX_NUMBER_ABSENT,
		.end = o->end,
	};
	enum rc rc = decode(f, o, &e);

	if (rc == RC_OK)
		rc = observations_append(f->store, &e, NULL);
	if (rc == RC_OK)
		count_kept(f, &e);
	else
		counters_add(f->counters, COUNTER_DROPPED_MEMORY, 1);
	/* Last, as the exchange points into the messages. */
	observed_clear(o);
}

static void log_trouble(struct feed *f, const char *what, const struct diag *diag)
{
	char line[DIAG_TEXT_MAX + DIAG_FILE_MAX];

	if (log_limit_allows(&f->store_limit, f->now.steady_us))
		log_msg(LOG_LEVEL_ERROR, "%s: %s (seen=%" PRIu64 ", trying again)", what,
			diag_format(diag, line, sizeof(line)),
			counters_get(f->counters, COUNTER_SEEN));
}

struct earlier_run {
	struct text observer;
	uint64_t lost;
};

static bool on_status(const struct observation_status *s, void *context)
{
	struct earlier_run *run = context;
	uint64_t done = s->stored + s->dropped + s->unanswered;

	if (text_equal(s->observer, run->observer) && s->seen > done)
		run->lost = s->seen - done;
	return true;
}

/* A run that was ended without stopping leaves a status with exchanges under way. */
static void tell_loss(struct feed *f)
{
	struct earlier_run run = {.observer = f->options.observer};

	if (observations_status(f->store, on_status, &run, NULL) == RC_OK && run.lost)
		log_msg(LOG_LEVEL_WARNING,
			"this node ended without stopping: %" PRIu64
			" exchanges that were under way when it last wrote may be missing",
			run.lost);
}

static void open_store(struct feed *f)
{
	struct diag diag;

	f->open_at = f->now.steady_us + OPEN_EACH_US;
	diag_init(&diag);
	diag.rc = observations_open(f->options.folder, OBSERVATIONS_WRITE, &f->store, &diag);
	if (diag.rc != RC_OK) {
		f->store = NULL;
		log_trouble(f, "observations cannot be opened", &diag);
		return;
	}
	log_msg(LOG_LEVEL_NOTICE, "observations go to %s", f->options.folder);
	if (!f->status.updated_at)
		tell_loss(f);
	f->store_limit = (struct log_limit){0};
	f->status_at = 0;
}

/* The status as it will be when the batch is written. */
static struct observation_status next_status(const struct feed *f)
{
	struct observation_status s = f->status;

	counters_status(f->counters, f->queue, &s);
	s.stored += f->batch.stored;
	s.unanswered += f->batch.unanswered;
	s.undecodable += f->batch.undecodable;
	return s;
}

static void count_batch(struct feed *f)
{
	counters_add(f->counters, COUNTER_STORED, f->batch.stored);
	counters_add(f->counters, COUNTER_UNANSWERED, f->batch.unanswered);
	counters_add(f->counters, COUNTER_UNDECODABLE, f->batch.undecodable);
	f->batch = (struct feed_batch){0};
}

static void meet_failure(struct feed *f, const struct diag *diag)
{
	counters_add(f->counters, COUNTER_STORE_FAILURES, 1);
	log_trouble(f, "observations cannot be written", diag);
	f->failures++;
	f->retry_at = f->now.steady_us + RETRY_EACH_US;
	bool is_passing = diag->rc == RC_FULL || diag->rc == RC_BUSY || diag->rc == RC_NOMEM;

	if (!is_passing && (diag->rc != RC_IO || f->failures >= FAILURES_MOST))
		give_up_store(f);
}

bool feed_flush(struct feed *f, struct moment now)
{
	struct diag diag;

	f->now = now;
	if (!f->store)
		return false;
	struct observation_status status = next_status(f);

	status.updated_at = now.wall_us / SECOND_US;
	diag_init(&diag);
	diag.rc = observations_flush(f->store, &status, &diag);
	if (diag.rc != RC_OK) {
		meet_failure(f, &diag);
		return false;
	}
	if (f->failures)
		log_msg(LOG_LEVEL_NOTICE,
			"observations are written again, after %" PRIu32 " failures", f->failures);
	f->failures = 0;
	f->retry_at = 0;
	f->status = status;
	f->flush_at = now.steady_us + f->options.batch_interval_us;
	f->status_at = now.steady_us + STATUS_EACH_US;
	count_batch(f);
	return true;
}

bool feed_is_full(const struct feed *f)
{
	uint32_t pending = f->store ? observations_pending(f->store) : 0;

	/* After a failure the time decides. */
	return !f->failures && pending >= f->options.batch_size &&
	       (pending >= f->options.batch_size + f->options.batch_size / 2 || !feed_accepts(f) ||
		observations_is_block_whole(f->store));
}

static bool is_flush_due(const struct feed *f)
{
	uint32_t pending = observations_pending(f->store);

	if (f->now.steady_us < f->retry_at)
		return false;
	if (pending)
		return feed_is_full(f) || f->now.steady_us >= f->flush_at;
	if (f->now.steady_us < f->status_at)
		return false;
	struct observation_status s = next_status(f);

	return !f->status_at || memcmp(&s, &f->status, sizeof(s)) != 0;
}

/* A clock set wrongly would make everything old at once. */
static void watch_clock(struct feed *f)
{
	int64_t clock_us = f->now.wall_us - f->now.steady_us;
	int64_t jump_us = clock_us - f->clock_us;

	f->clock_us = clock_us;
	if (jump_us < JUMP_US)
		return;
	f->age_at = f->now.steady_us + DOUBT_US;
	if (f->options.retention_us)
		log_msg(LOG_LEVEL_WARNING,
			"the clock went forward by %" PRId64
			" seconds: nothing is removed for its age during a day",
			jump_us / SECOND_US);
}

static void prune(struct feed *f)
{
	const struct feed_options *o = &f->options;
	bool is_by_age = o->retention_us && f->now.steady_us >= f->age_at;
	struct observations_retention retention = {
		.before_us = is_by_age ? f->now.wall_us - o->retention_us : 0,
		.bytes_most = o->retention_size,
	};
	uint64_t removed = 0;
	struct diag diag;

	f->prune_at = f->now.steady_us + PRUNE_EACH_US;
	if (!is_by_age && !o->retention_size)
		return;
	diag_init(&diag);
	diag.rc = observations_prune(f->store, &retention, &removed, &diag);
	if (diag.rc != RC_OK && log_limit_allows(&f->prune_limit, f->now.steady_us))
		log_msg(LOG_LEVEL_WARNING, "old observations cannot be removed: %s", diag.text);
	if (!removed)
		return;
	/* A call does a part; what is left must not wait while as much comes in. */
	f->prune_at = f->now.steady_us + PRUNE_ON_US;
	log_msg(LOG_LEVEL_INFO, "%" PRIu64 " old observations removed", removed);
}

void feed_tick(struct feed *f, struct moment now)
{
	f->now = now;
	watch_clock(f);
	if (!f->store && now.steady_us >= f->open_at)
		open_store(f);
	if (f->store && is_flush_due(f))
		feed_flush(f, now);
	if (f->store && !f->failures && now.steady_us >= f->prune_at)
		prune(f);
}
