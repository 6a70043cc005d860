/* predict: one attempt or a batch of them. */
#pragma once
#include "cli/command.h"
#include "cli/given_attempt.h"
#include "cli/options.h"

struct predict_options {
	struct common_options common;
	struct policy *policy;
	struct given given; /* of a single question */
};

/* Answers a JSON object a line from path ("-": standard input), one verdict a line in the same
 * order; a line that cannot be read yields a cxaudit/error/1 in its place. Returns an exit code. */
int predict_batch(const struct predict_options *options, const char *path);

/* Opens the snapshot that a question is about (--store, --source). Returns 0 or an exit code. */
struct session;
struct store;
int predict_open(const struct predict_options *options, struct store **store,
		 struct session *session);
