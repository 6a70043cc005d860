/* A decoder, and messages for it. Included by one test program each. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "codec/cx_decode.h"
#include "tests/codec/cx_message.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TGPP DIAMETER_VENDOR_3GPP
#define assert_text(t, s)                                    \
	do {                                                 \
		assert_int_equal((t).length, strlen(s));     \
		assert_memory_equal((t).data, s, strlen(s)); \
	} while (0)

struct fixture {
	struct cx_decoder *decoder;
	struct cx_message request, answer;
	struct strbuf user_data;
	struct cx_sample sample;
	char text[CX_SAMPLE_TEXT_BYTES];
	struct arena arena;
	struct cx_exchange e;
	struct diag diag;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	cx_message_init(&f->request);
	cx_message_init(&f->answer);
	strbuf_init(&f->user_data);
	arena_init(&f->arena);
	diag_init(&f->diag);
	*state = f;
	return cx_decoder_new(&f->decoder, &f->diag) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	cx_decoder_free(f->decoder);
	cx_message_clear(&f->request);
	cx_message_clear(&f->answer);
	strbuf_clear(&f->user_data);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

/* Begins a message of that command code. */
static struct cx_message *begin_request(struct fixture *f, uint32_t command)
{
	cx_message_begin(&f->request, command, DIAMETER_FLAG_REQUEST, DIAMETER_APPLICATION_CX, 1,
			 2);
	return &f->request;
}

static struct cx_message *begin_answer(struct fixture *f, uint32_t command)
{
	cx_message_begin(&f->answer, command, 0, DIAMETER_APPLICATION_CX, 1, 2);
	return &f->answer;
}

/* Decodes what the arguments say into f->e. */
static enum rc decode(struct fixture *f, struct text request, struct text answer)
{
	arena_reset(&f->arena);
	return cx_decode(f->decoder, request, answer, &f->arena, &f->e, &f->diag);
}

static void decode_request(struct fixture *f)
{
	assert_int_equal(decode(f, cx_message_end(&f->request), TEXT_NONE), RC_OK);
}

static void decode_answer(struct fixture *f)
{
	assert_int_equal(decode(f, TEXT_NONE, cx_message_end(&f->answer)), RC_OK);
}
