#include "importers/fhoss_sorter.h"

#include <stdlib.h>
#include <string.h>

#include "importers/fhoss_run.h"

#define GATHER_BYTES (256u << 10)

/* A record in the buffer while it is sorted. */
struct entry {
	uint64_t key;
	uint32_t offset;
};

struct fhoss_sorter {
	unsigned char *buffer; /* records: key, length, bytes */
	size_t capacity, used;
	size_t entries;
	uint64_t count;
	uint64_t last_key;   /* of the buffer's last record */
	bool is_sorted;      /* the buffer is */
	struct entry *order; /* of an unsorted buffer that stays in memory */
	size_t at;           /* reading it: index of the next entry, or byte offset */
	struct fhoss_runs runs;
};

enum rc fhoss_sorter_new(size_t memory, struct fhoss_sorter **out, struct diag *diag)
{
	struct fhoss_sorter *s = calloc(1, sizeof(*s));

	if (memory < FHOSS_SORTER_MEMORY_MIN)
		memory = FHOSS_SORTER_MEMORY_MIN;
	if (memory > UINT32_MAX)
		memory = UINT32_MAX;
	if (s)
		s->buffer = malloc(memory);
	if (!s || !s->buffer) {
		free(s);
		return diag_set(diag, RC_NOMEM, "no memory for sorting");
	}
	s->capacity = memory;
	s->is_sorted = true;
	fhoss_runs_init(&s->runs, memory);
	*out = s;
	return RC_OK;
}

void fhoss_sorter_free(struct fhoss_sorter *s)
{
	if (!s)
		return;
	free(s->buffer);
	free(s->order);
	fhoss_runs_clear(&s->runs);
	free(s);
}

uint64_t fhoss_sorter_count(const struct fhoss_sorter *s)
{
	return s->count;
}

/* One pass of a radix sort by the byte at shift. */
static void sort_by_byte(const struct entry *from, struct entry *to, size_t n, unsigned shift)
{
	size_t start[256] = {0}, total = 0;

	for (size_t i = 0; i < n; i++)
		start[from[i].key >> shift & 0xff]++;
	for (int i = 0; i < 256; i++) {
		size_t here = start[i];

		start[i] = total;
		total += here;
	}
	for (size_t i = 0; i < n; i++)
		to[start[from[i].key >> shift & 0xff]++] = from[i];
}

/* The buffer's records in order: an array that the caller frees, NULL when memory is out. */
static struct entry *sort_buffer(const struct fhoss_sorter *s)
{
	struct entry *a = malloc(s->entries * sizeof(*a) + 1);
	struct entry *b = malloc(s->entries * sizeof(*b) + 1);
	uint64_t differing = 0;
	size_t offset = 0;

	for (size_t i = 0; a && b && i < s->entries; i++) {
		a[i].offset = (uint32_t)offset;
		memcpy(&a[i].key, s->buffer + offset, sizeof(a[i].key));
		differing |= a[i].key ^ a[0].key;
		offset += fhoss_run_record_bytes(s->buffer + offset);
	}
	for (unsigned shift = 0; a && b && shift < 64; shift += 8) {
		struct entry *swap = a;

		if (!(differing >> shift & 0xff))
			continue;
		sort_by_byte(a, b, s->entries, shift);
		a = b;
		b = swap;
	}
	if (!b) {
		free(a);
		a = NULL;
	}
	free(b);
	return a;
}

static enum rc write_sorted(struct fhoss_sorter *s, struct diag *diag)
{
	struct entry *order = sort_buffer(s);
	unsigned char *gather = malloc(GATHER_BYTES);
	size_t used = 0;
	enum rc rc = RC_OK;

	if (!order || !gather)
		rc = diag_set(diag, RC_NOMEM, "no memory for sorting");
	else
		rc = fhoss_runs_begin(&s->runs, order[0].key, order[s->entries - 1].key, diag);
	for (size_t i = 0; !rc && i < s->entries; i++) {
		const unsigned char *record = s->buffer + order[i].offset;
		size_t length = fhoss_run_record_bytes(record);

		if (used + length > GATHER_BYTES) {
			rc = fhoss_runs_append(&s->runs, gather, used, diag);
			used = 0;
		}
		memcpy(gather + used, record, length);
		used += length;
	}
	if (!rc)
		rc = fhoss_runs_append(&s->runs, gather, used, diag);
	free(gather);
	free(order);
	return rc;
}

static enum rc flush(struct fhoss_sorter *s, struct diag *diag)
{
	uint64_t first;
	enum rc rc;

	if (!s->entries)
		return RC_OK;
	memcpy(&first, s->buffer, sizeof(first));
	if (s->is_sorted) {
		rc = fhoss_runs_begin(&s->runs, first, s->last_key, diag);
		if (!rc)
			rc = fhoss_runs_append(&s->runs, s->buffer, s->used, diag);
	} else {
		rc = write_sorted(s, diag);
	}
	s->used = s->entries = 0;
	s->is_sorted = true;
	return rc;
}

enum rc fhoss_sorter_add(struct fhoss_sorter *s, uint64_t key, const struct fhoss_piece *pieces,
			 size_t count, struct diag *diag)
{
	size_t length = 0;
	uint32_t stored;
	unsigned char *p;

	for (size_t i = 0; i < count; i++)
		length += pieces[i].length;
	if (length > FHOSS_RECORD_MAX)
		return diag_set(diag, RC_LIMIT, "a row of %zu bytes is too long to sort", length);
	if (s->capacity - s->used < length + FHOSS_RECORD_HEAD) {
		enum rc rc = flush(s, diag);

		if (rc)
			return rc;
	}
	s->is_sorted &= !s->entries || key >= s->last_key;
	s->last_key = key;
	stored = (uint32_t)length;
	p = s->buffer + s->used;
	memcpy(p, &key, sizeof(key));
	memcpy(p + sizeof(key), &stored, sizeof(stored));
	p += FHOSS_RECORD_HEAD;
	for (size_t i = 0; i < count; i++) {
		memcpy(p, pieces[i].data, pieces[i].length);
		p += pieces[i].length;
	}
	s->used += length + FHOSS_RECORD_HEAD;
	s->entries++;
	s->count++;
	return RC_OK;
}

enum rc fhoss_sorter_finish(struct fhoss_sorter *s, struct diag *diag)
{
	s->at = 0;
	if (fhoss_runs_count(&s->runs)) {
		enum rc rc = flush(s, diag);

		free(s->buffer);
		s->buffer = NULL;
		return rc ? rc : fhoss_runs_start(&s->runs, diag);
	}
	if (!s->is_sorted) {
		s->order = sort_buffer(s);
		if (!s->order)
			return diag_set(diag, RC_NOMEM, "no memory for sorting");
	}
	return RC_OK;
}

enum rc fhoss_sorter_next(struct fhoss_sorter *s, struct fhoss_record *out, bool *more,
			  struct diag *diag)
{
	const unsigned char *p;

	if (!s->buffer)
		return fhoss_runs_next(&s->runs, out, more, diag);
	*more = s->at < (s->order ? s->entries : s->used);
	if (!*more)
		return RC_OK;
	p = s->buffer + (s->order ? s->order[s->at].offset : s->at);
	s->at += s->order ? 1 : fhoss_run_record_bytes(p);
	fhoss_run_record(p, out);
	return RC_OK;
}
