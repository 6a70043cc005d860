/* A feed with a store that a test decides (fake_observations.h), a clock that it moves, and the log
 * that was written. */
#pragma once
#include "cx/feed.h"
#include "tests/cx/fake_observations.h"

#define SECOND_US INT64_C(1000000)
#define FEED_BATCH 4
#define FEED_BATCH_MOST 10

extern struct counters counters;
extern struct feed feed;
extern struct moment now;
extern char log_text[4096];
extern unsigned log_lines;
extern const struct feed_options usual_feed;

void feed_start(const struct feed_options *options);
/* Set-up with usual_feed, and tear-down, which fails when a copy of a message is left. */
int feed_begin(void **state);
int feed_end(void **state);

/* A tick so many microseconds after the one before. */
void tick(int64_t us);

/* Appends an exchange; is_cut: the request lacks its last bytes. */
void append_sample(enum cx_command command, enum cx_end how, bool is_cut);
void append(enum cx_end how);
