#include "tests/cx/message_pair.h"

void message_pair_make(struct message_pair *p, enum cx_command command)
{
	char text[CX_SAMPLE_TEXT_BYTES];
	struct cx_sample sample;

	cx_sample_init(&sample, command, 7, text);
	cx_message_init(&p->request);
	cx_message_init(&p->answer);
	p->request_bytes = cx_sample_request(&sample, &p->request);
	p->answer_bytes = cx_sample_answer(&sample, &p->answer);
}

void message_pair_clear(struct message_pair *p)
{
	cx_message_clear(&p->request);
	cx_message_clear(&p->answer);
}
