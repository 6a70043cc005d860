/* Cx messages of any bytes. The first byte says what they are: an exchange, its request as long as
 * the two bytes after it say; or, when odd, the User-Data of a SAA. A decoder that has seen many
 * gives what a new one gives, within the limits, and nothing that needs the messages any more. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/cx_decode.h"
#include "tests/codec/cx_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* Reads every byte of t, so that one that is not there is seen. */
static void check_text(struct text t, size_t most)
{
	volatile unsigned char sum = 0;

	require(t.length <= most && (t.data || !t.length));
	for (size_t i = 0; i < t.length; i++)
		sum = (unsigned char)(sum + (unsigned char)t.data[i]);
}

static void check(const struct cx_exchange *e)
{
	const struct text texts[] = {
		e->origin_host,
		e->origin_realm,
		e->destination_host,
		e->destination_realm,
		e->session,
		e->impi,
		e->visited_network,
		e->server_name,
		e->scheme,
		e->deregistration_info,
		e->answer_scheme,
		e->wildcarded_impu,
		e->answer_origin_host,
		e->error_message,
		e->answer_origin_realm,
		e->user_data_impi,
		e->answer.server_name,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_text(texts[i], LIMIT_IDENTITY_LENGTH);
	require(e->impu_count <= LIMIT_IMPU_PER_SUBSCRIPTION);
	for (uint32_t i = 0; i < e->impu_count; i++)
		check_text(e->impu[i], LIMIT_IDENTITY_LENGTH);
	require(e->answer.mandatory_count <= LIMIT_CAPABILITIES_PER_ANSWER);
	require(e->answer.optional_count <= LIMIT_CAPABILITIES_PER_ANSWER);
	require(e->answer.server_name_count <= LIMIT_CAPABILITIES_PER_ANSWER);
	for (uint32_t i = 0; i < e->answer.server_name_count; i++)
		check_text(e->answer.server_names[i], LIMIT_IDENTITY_LENGTH);
	for (uint32_t i = 0; i < e->user_data_count; i++)
		for (uint32_t k = 0; k < e->user_data[i].count; k++)
			check_text(e->user_data[i].identity[k].identity, LIMIT_IDENTITY_LENGTH);
	for (size_t i = 0; i < e->error_message.length; i++)
		require((unsigned char)e->error_message.data[i] >= 0x20);
	require(e->authorization_type >= CX_NUMBER_ABSENT && e->uar_flags >= CX_NUMBER_ABSENT);
	require((e->user_data_count > 0) == (e->user_data_hash != 0));
}

static void check_equal(const struct cx_exchange *a, const struct cx_exchange *b)
{
	require(a->damage == b->damage && a->command == b->command);
	require(a->user_data_hash == b->user_data_hash);
	require(a->user_data_count == b->user_data_count);
	require(text_equal(a->user_data_impi, b->user_data_impi));
	require(a->impu_count == b->impu_count && text_equal(a->impi, b->impi));
	for (uint32_t i = 0; i < a->user_data_count; i++) {
		require(a->user_data[i].count == b->user_data[i].count);
		require(a->user_data[i].faults == b->user_data[i].faults);
		require(a->user_data[i].ifc_count == b->user_data[i].ifc_count);
	}
}

static struct text copy_of(struct text t)
{
	char *copy = malloc(t.length ? t.length : 1);

	require(copy);
	if (t.length)
		memcpy(copy, t.data, t.length);
	return text_of(copy, t.length);
}

/* From copies of their sizes, which are gone when the exchange is looked at. */
static enum rc decode(struct cx_decoder *d, struct text request, struct text answer,
		      struct arena *arena, struct cx_exchange *out)
{
	struct text copies[] = {copy_of(request), copy_of(answer)};
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	cx_exchange_init(out);
	rc = cx_decode(d, copies[0], copies[1], arena, out, &diag);
	require(rc == RC_OK || strlen(diag.text) > 0);
	free((void *)(uintptr_t)copies[0].data);
	free((void *)(uintptr_t)copies[1].data);
	return rc;
}

static void try_messages(struct text request, struct text answer)
{
	static struct cx_decoder *old;
	struct cx_exchange e, again;
	struct cx_decoder *fresh;
	struct arena arena;

	arena_init(&arena);
	require(old || cx_decoder_new(&old, NULL) == RC_OK);
	require(cx_decoder_new(&fresh, NULL) == RC_OK);
	enum rc rc = decode(old, request, answer, &arena, &e);
	require(decode(fresh, request, answer, &arena, &again) == rc);
	cx_decoder_free(fresh);
	require(rc == RC_OK || rc == RC_SYNTAX || rc == RC_USAGE);
	if (rc == RC_OK) {
		check(&e);
		check_equal(&e, &again);
	}
	arena_clear(&arena);
}

static void try_user_data(struct text user_data)
{
	struct cx_message m;

	cx_message_init(&m);
	cx_message_begin(&m, 301, 0, DIAMETER_APPLICATION_CX, 1, 2);
	cx_message_add(&m, 606, DIAMETER_VENDOR_3GPP, user_data);
	try_messages(TEXT_LITERAL(""), cx_message_end(&m));
	cx_message_clear(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	size_t length;

	if (size < 3)
		return 0;
	if (data[0] & 1) {
		try_user_data(text_of(bytes + 1, size - 1));
		return 0;
	}
	length = (size_t)data[1] << 8 | data[2];
	if (length > size - 3)
		length = size - 3;
	try_messages(text_of(bytes + 3, length), text_of(bytes + 3 + length, size - 3 - length));
	return 0;
}
