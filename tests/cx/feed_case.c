#include "tests/cx/feed_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "tests/cx/message_pair.h"

static struct raw_budget budget = {.most = 1 << 24};
struct counters counters;
static struct queue queue;
struct feed feed;
struct moment now;
char log_text[4096];
unsigned log_lines;

static void keep_log(enum log_level level, const char *line, void *context)
{
	size_t used = strlen(log_text);

	(void)level;
	(void)context;
	snprintf(log_text + used, sizeof(log_text) - used, "%s\n", line);
	log_lines++;
}

const struct feed_options usual_feed = {
	.folder = "store",
	.observer = {"relay.example.org", 17},
	.batch_size = FEED_BATCH,
	.batch_most = FEED_BATCH_MOST,
	.batch_interval_us = 100000,
	.mask_identities = true,
};

void feed_start(const struct feed_options *options)
{
	fake = (struct fake_observations){0};
	memset(&counters, 0, sizeof(counters));
	log_text[0] = '\0';
	log_lines = 0;
	log_set_level(LOG_LEVEL_WARNING);
	log_set_sink(keep_log, NULL);
	assert_int_equal(queue_init(&queue, 8, 8), RC_OK);
	assert_int_equal(feed_init(&feed, options, &counters, &queue, NULL), RC_OK);
	now = moment_now();
}

int feed_begin(void **state)
{
	(void)state;
	feed_start(&usual_feed);
	return 0;
}

int feed_end(void **state)
{
	(void)state;
	feed_clear(&feed);
	queue_clear(&queue);
	return atomic_load(&budget.used) ? -1 : 0;
}

void tick(int64_t us)
{
	now.wall_us += us;
	now.steady_us += us;
	feed_tick(&feed, now);
}

void append_sample(enum cx_command command, enum cx_end how, bool is_cut)
{
	struct message_pair pair;

	message_pair_make(&pair, command);
	if (is_cut)
		pair.request_bytes.length -= 4;
	struct observed o = {raw_message_new(pair.request_bytes, &budget), NULL, how};

	if (how != CX_END_UNANSWERED) {
		o.answer = raw_message_new(pair.answer_bytes, &budget);
		o.request->received = (struct moment){5 * SECOND_US, 100};
		o.answer->received = (struct moment){9 * SECOND_US, 1350};
	}
	counters_add(&counters, COUNTER_SEEN, 1);
	feed_append(&feed, &o);
	assert_null(o.request);
	assert_null(o.answer);
	assert_int_equal(atomic_load(&budget.used), 0);
	message_pair_clear(&pair);
}

void append(enum cx_end how)
{
	append_sample(CX_UAR, how, false);
}
