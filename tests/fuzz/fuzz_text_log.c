/* A text log gives the same messages however its bytes are cut, and whatever is found, or the bytes
 * themselves, is read as SIP or refused. */
#include <stdint.h>
#include <stdlib.h>

#include "trace/sip_message.h"
#include "trace/text_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct digest {
	uint64_t hash;
	struct sip_reader *reader;
	struct arena arena, copies;
};

static void require(bool truth)
{
	if (!truth)
		abort();
}

static void read_message(struct digest *d, struct text bytes)
{
	struct sip_message m, copy;
	enum rc rc;

	arena_reset(&d->arena);
	rc = sip_read(d->reader, bytes, &d->arena, &m, NULL);
	require(rc == RC_OK || rc == RC_SYNTAX);
	if (rc != RC_OK)
		return;
	require(m.call_id.length > 0 && m.is_request == (m.status == 0));
	require(m.is_request || (m.status >= 100 && m.status < 700));
	arena_reset(&d->copies);
	require(sip_message_copy(&m, &d->copies, &copy));
	require(text_equal(m.to_uri, copy.to_uri) && text_equal(m.branch, copy.branch));
}

static bool take(const struct capture_message *m, void *context)
{
	struct digest *d = context;

	require(m->frame > 0);
	d->hash = text_hash(d->hash, m->bytes);
	d->hash = text_hash(d->hash, text_of((const char *)&m->time_us, sizeof(m->time_us)));
	d->hash = text_hash(d->hash, text_from(m->source));
	read_message(d, m->bytes);
	return true;
}

static uint64_t read_log(struct digest *d, struct text log, size_t step)
{
	struct text_log *l;

	d->hash = TEXT_HASH_SEED;
	require(text_log_new(take, d, &l, NULL) == RC_OK);
	for (size_t i = 0; i < log.length; i += step)
		require(text_log_add(l,
				     text_of(log.data + i,
					     log.length - i < step ? log.length - i : step),
				     NULL) == RC_OK);
	require(text_log_finish(l, NULL) == RC_OK);
	text_log_free(l);
	return d->hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all = text_of((const char *)data, size);
	struct digest d = {0};

	require(sip_reader_new(&d.reader, NULL) == RC_OK);
	arena_init(&d.arena);
	arena_init(&d.copies);
	read_message(&d, all);
	require(read_log(&d, all, size ? size : 1) == read_log(&d, all, 7));
	arena_clear(&d.arena);
	arena_clear(&d.copies);
	sip_reader_free(d.reader);
	return 0;
}
