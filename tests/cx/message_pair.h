/* A request and its answer as bytes, from the samples of tests/codec/cx_message.h. */
#pragma once
#include "tests/codec/cx_message.h"

struct message_pair {
	struct cx_message request, answer;
	struct text request_bytes, answer_bytes; /* whole messages, in the members above */
};

void message_pair_make(struct message_pair *p, enum cx_command command);
void message_pair_clear(struct message_pair *p);
