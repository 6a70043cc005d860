#include "importers/fhoss_run.h"

#include <stdlib.h>

#define BUFFER_MIN (2 * (FHOSS_RECORD_MAX + FHOSS_RECORD_HEAD))
#define BUFFER_MAX (1u << 20)

void fhoss_runs_init(struct fhoss_runs *r, size_t memory)
{
	*r = (struct fhoss_runs){.memory = memory};
	fhoss_spill_init(&r->spill);
}

static void close_readers(struct fhoss_runs *r)
{
	for (unsigned i = 0; i < r->readers; i++)
		free(r->reader[i].buffer);
	free(r->reader);
	r->reader = NULL;
	r->readers = r->live = 0;
}

void fhoss_runs_clear(struct fhoss_runs *r)
{
	close_readers(r);
	free(r->run);
	fhoss_spill_clear(&r->spill);
	fhoss_runs_init(r, r->memory);
}

size_t fhoss_runs_count(const struct fhoss_runs *r)
{
	return r->count;
}

enum rc fhoss_runs_begin(struct fhoss_runs *r, uint64_t first_key, uint64_t last_key,
			 struct diag *diag)
{
	struct fhoss_run *last = r->count ? &r->run[r->count - 1] : NULL;

	if (last && first_key >= last->last_key) {
		last->last_key = last_key;
		return RC_OK;
	}
	if (r->count == r->capacity) {
		size_t wanted = r->capacity ? r->capacity * 2 : 16;
		struct fhoss_run *grown = realloc(r->run, wanted * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory for sorting");
		r->run = grown;
		r->capacity = wanted;
	}
	r->run[r->count++] = (struct fhoss_run){r->spill.length, r->spill.length, last_key};
	return RC_OK;
}

enum rc fhoss_runs_append(struct fhoss_runs *r, const void *data, size_t length, struct diag *diag)
{
	enum rc rc = fhoss_spill_append(&r->spill, data, length, diag);

	r->run[r->count - 1].end = r->spill.length;
	return rc;
}

/* Makes sure that the whole record at the position is in the buffer; *more = false at the end. */
static enum rc load(struct fhoss_runs *r, struct fhoss_run_reader *reader, bool *more,
		    struct diag *diag)
{
	size_t there = reader->length - reader->at;

	*more = true;
	if (there < FHOSS_RECORD_HEAD ||
	    there < fhoss_run_record_bytes(reader->buffer + reader->at)) {
		size_t room = r->buffer_bytes - there;
		size_t wanted = reader->end - reader->next < room
					? (size_t)(reader->end - reader->next)
					: room;
		enum rc rc;

		*more = there || wanted;
		if (!*more)
			return RC_OK;
		memmove(reader->buffer, reader->buffer + reader->at, there);
		rc = fhoss_spill_read(&r->spill, reader->next, reader->buffer + there, wanted,
				      diag);
		if (rc)
			return rc;
		reader->next += wanted;
		reader->at = 0;
		reader->length = there + wanted;
	}
	memcpy(&reader->key, reader->buffer + reader->at, sizeof(reader->key));
	return RC_OK;
}

static bool is_before(const struct fhoss_runs *r, unsigned a, unsigned b)
{
	const struct fhoss_run_reader *x = &r->reader[a], *y = &r->reader[b];

	return x->key != y->key ? x->key < y->key : a < b;
}

static void sift_down(struct fhoss_runs *r, unsigned at)
{
	for (;;) {
		unsigned child = 2 * at + 1, swap;

		if (child >= r->live)
			return;
		if (child + 1 < r->live && is_before(r, r->heap[child + 1], r->heap[child]))
			child++;
		if (!is_before(r, r->heap[child], r->heap[at]))
			return;
		swap = r->heap[at];
		r->heap[at] = r->heap[child];
		r->heap[child] = swap;
		at = child;
	}
}

/* Opens count runs from first on for reading. */
static enum rc open_readers(struct fhoss_runs *r, size_t first, size_t count, struct diag *diag)
{
	size_t share = r->memory / count;

	r->buffer_bytes = share < BUFFER_MIN ? BUFFER_MIN : share > BUFFER_MAX ? BUFFER_MAX : share;
	r->reader = calloc(count, sizeof(*r->reader));
	r->live = 0;
	r->is_started = false;
	for (size_t i = 0; r->reader && i < count; i++) {
		struct fhoss_run_reader *reader = &r->reader[i];
		bool more;
		enum rc rc;

		reader->next = r->run[first + i].start;
		reader->end = r->run[first + i].end;
		reader->buffer = malloc(r->buffer_bytes);
		r->readers = (unsigned)i + 1;
		if (!reader->buffer)
			return diag_set(diag, RC_NOMEM, "no memory for sorting");
		rc = load(r, reader, &more, diag);
		if (rc)
			return rc;
		if (more)
			r->heap[r->live++] = (unsigned)i;
	}
	for (unsigned i = r->live; i-- > 0;)
		sift_down(r, i);
	return r->reader ? RC_OK : diag_set(diag, RC_NOMEM, "no memory for sorting");
}

enum rc fhoss_runs_next(struct fhoss_runs *r, struct fhoss_record *out, bool *more,
			struct diag *diag)
{
	struct fhoss_run_reader *reader;

	if (r->is_started && r->live) {
		enum rc rc;

		reader = &r->reader[r->heap[0]];
		reader->at += fhoss_run_record_bytes(reader->buffer + reader->at);
		rc = load(r, reader, more, diag);
		if (rc)
			return rc;
		if (!*more)
			r->heap[0] = r->heap[--r->live];
		sift_down(r, 0);
	}
	r->is_started = true;
	*more = r->live > 0;
	if (*more) {
		reader = &r->reader[r->heap[0]];
		fhoss_run_record(reader->buffer + reader->at, out);
	}
	return RC_OK;
}

/* Merges count runs from first on into one, written at the end of the file, which takes the place
 * of the first. */
static enum rc merge(struct fhoss_runs *r, size_t first, size_t count, struct fhoss_run *out,
		     struct diag *diag)
{
	struct fhoss_record record;
	bool more = true;
	enum rc rc = open_readers(r, first, count, diag);
	unsigned char *gather = malloc(BUFFER_MAX);
	size_t used = 0;

	out->start = r->spill.length;
	if (!rc && !gather)
		rc = diag_set(diag, RC_NOMEM, "no memory for sorting");
	while (!rc) {
		size_t length;

		rc = fhoss_runs_next(r, &record, &more, diag);
		if (rc || !more)
			break;
		length = record.length + FHOSS_RECORD_HEAD;
		if (used + length > BUFFER_MAX) {
			rc = fhoss_spill_append(&r->spill, gather, used, diag);
			used = 0;
		}
		memcpy(gather + used, record.data - FHOSS_RECORD_HEAD, length);
		used += length;
	}
	if (!rc)
		rc = fhoss_spill_append(&r->spill, gather, used, diag);
	out->end = r->spill.length;
	free(gather);
	close_readers(r);
	return rc;
}

enum rc fhoss_runs_start(struct fhoss_runs *r, struct diag *diag)
{
	while (r->count > FHOSS_RUNS_MERGED) {
		size_t merged = 0;

		for (size_t first = 0; first < r->count; first += FHOSS_RUNS_MERGED) {
			size_t count = r->count - first < FHOSS_RUNS_MERGED ? r->count - first
									    : FHOSS_RUNS_MERGED;
			struct fhoss_run out = {0};
			enum rc rc = merge(r, first, count, &out, diag);

			if (rc)
				return rc;
			r->run[merged++] = out;
		}
		r->count = merged;
	}
	return open_readers(r, 0, r->count, diag);
}
