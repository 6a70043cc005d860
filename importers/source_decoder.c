#include "importers/source_decoder.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCKS 4
#define BLOCK_BYTES ((size_t)256 << 10) /* stays in the second-level cache on its way */
#define WAIT_NANOSECONDS 200000000L

struct source_decoder {
	const struct source_codec *codec;
	struct source_raw *raw;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	char *block[BLOCKS];
	size_t length[BLOCKS];
	unsigned first, count; /* full blocks, a ring */
	size_t taken;          /* of the first one */
	bool is_finished;      /* rc and diag tell how */
	enum rc rc;
	struct diag diag;
	atomic_bool stop;
};

static const struct source_codec codecs[] = {
	{"gzip", "\x1f\x8b", 2, source_gzip_open, source_gzip_read, source_gzip_close},
	{"zstd", "\x28\xb5\x2f\xfd", 4, source_archive_open, source_archive_read,
	 source_archive_close},
	{"xz",
	 "\xfd"
	 "7zXZ",
	 6, source_archive_open, source_archive_read, source_archive_close},
	{"bzip2", "BZh", 3, source_archive_open, source_archive_read, source_archive_close},
};

/* RFC 8878 3.1.2: a skippable frame may come first, as pzstd and some backup tools write it. */
static bool is_skippable_zstd(const char *head, size_t length)
{
	return length >= 4 && ((unsigned char)head[0] & 0xf0) == 0x50 &&
	       memcmp(head + 1, "\x2a\x4d\x18", 3) == 0;
}

const struct source_codec *source_codec_find(const char *head, size_t length)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (length >= codecs[i].magic_length &&
		    memcmp(head, codecs[i].magic, codecs[i].magic_length) == 0)
			return &codecs[i];
	return is_skippable_zstd(head, length) ? &codecs[1] : NULL;
}

static enum rc stop_waiting(void *context)
{
	const struct source_decoder *d = context;

	return atomic_load(&d->stop) ? RC_INTERRUPTED : RC_OK;
}

/* Index of a free block, -1 when the decoder is to stop. */
static int wait_free_block(struct source_decoder *d)
{
	int index = -1;

	pthread_mutex_lock(&d->mutex);
	while (d->count == BLOCKS && !atomic_load(&d->stop))
		pthread_cond_wait(&d->changed, &d->mutex);
	if (!atomic_load(&d->stop))
		index = (int)((d->first + d->count) % BLOCKS);
	pthread_mutex_unlock(&d->mutex);
	return index;
}

static void publish_block(struct source_decoder *d, int index, size_t length)
{
	pthread_mutex_lock(&d->mutex);
	d->length[index] = length;
	d->count++;
	pthread_cond_signal(&d->changed);
	pthread_mutex_unlock(&d->mutex);
}

static void finish(struct source_decoder *d, enum rc rc, const struct diag *diag)
{
	pthread_mutex_lock(&d->mutex);
	d->rc = rc;
	d->diag = *diag;
	d->is_finished = true;
	pthread_cond_signal(&d->changed);
	pthread_mutex_unlock(&d->mutex);
}

static void *decode(void *context)
{
	struct source_decoder *d = context;
	struct diag diag;
	void *state = NULL;
	size_t got = 1;
	int index;

	diag_init(&diag);
	enum rc rc = d->codec->open(d->raw, &state, &diag);
	while (!rc && got && (index = wait_free_block(d)) >= 0) {
		rc = d->codec->read(state, d->block[index], BLOCK_BYTES, &got, &diag);
		if (!rc && got)
			publish_block(d, index, got);
	}
	d->codec->close(state);
	finish(d, rc, &diag);
	return NULL;
}

/* Signals are the business of the caller's threads. */
static int start_thread(struct source_decoder *d)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&d->thread, NULL, decode, d);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void release(struct source_decoder *d)
{
	for (int i = 0; i < BLOCKS; i++)
		free(d->block[i]);
	pthread_cond_destroy(&d->changed);
	pthread_mutex_destroy(&d->mutex);
	free(d);
}

enum rc source_decoder_new(const struct source_codec *codec, struct source_raw *raw,
			   struct source_decoder **out, struct diag *diag)
{
	struct source_decoder *d = calloc(1, sizeof(*d));
	bool have_blocks = true;

	if (!d)
		return diag_set(diag, RC_NOMEM, "no memory for decompression");
	d->codec = codec;
	d->raw = raw;
	raw->wait = stop_waiting;
	raw->wait_context = d;
	pthread_mutex_init(&d->mutex, NULL);
	pthread_cond_init(&d->changed, NULL);
	for (int i = 0; i < BLOCKS; i++)
		have_blocks &= (d->block[i] = malloc(BLOCK_BYTES)) != NULL;
	if (!have_blocks || start_thread(d)) {
		release(d);
		return diag_set(diag, RC_NOMEM, "cannot start the thread for decompression");
	}
	*out = d;
	return RC_OK;
}

void source_decoder_free(struct source_decoder *d)
{
	if (!d)
		return;
	pthread_mutex_lock(&d->mutex);
	atomic_store(&d->stop, true);
	pthread_cond_signal(&d->changed);
	pthread_mutex_unlock(&d->mutex);
	pthread_join(d->thread, NULL);
	release(d);
}

/* With the mutex held: false when a wait of WAIT_NANOSECONDS brought nothing. */
static bool wait_for_block(struct source_decoder *d)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_NANOSECONDS;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&d->changed, &d->mutex, &until);
	return d->count || d->is_finished;
}

enum rc source_decoder_read(struct source_decoder *d, void *out, size_t size, size_t *got,
			    source_wait wait, void *wait_context, struct diag *diag)
{
	enum rc rc = RC_OK;

	pthread_mutex_lock(&d->mutex);
	while (!d->count && !d->is_finished && !rc)
		if (!wait_for_block(d) && wait)
			rc = wait(wait_context);
	unsigned first = d->first;
	bool has_block = d->count > 0;
	pthread_mutex_unlock(&d->mutex);
	*got = 0;
	if (rc)
		return diag_set(diag, rc, "reading was interrupted");
	if (!has_block)
		return d->rc ? diag_set(diag, d->rc, "%s", d->diag.text) : RC_OK;

	size_t n = d->length[first] - d->taken;
	if (n > size)
		n = size;
	memcpy(out, d->block[first] + d->taken, n);
	d->taken += n;
	*got = n;
	if (d->taken < d->length[first])
		return RC_OK;
	pthread_mutex_lock(&d->mutex);
	d->taken = 0;
	d->first = (first + 1) % BLOCKS;
	d->count--;
	pthread_cond_signal(&d->changed);
	pthread_mutex_unlock(&d->mutex);
	return RC_OK;
}
