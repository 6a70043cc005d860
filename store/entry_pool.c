#include "store/entry_pool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <limits.h>

#define CHUNK_ENTRIES 340
#define IO_ENTRIES 8192
#define COUNTER_BITS_MAX 16

/* Written to the spill file as it is: only this process reads it. */
struct entry {
	uint32_t key_high, key_low;
	uint32_t ordinal;
};

struct entry_chunk {
	struct entry_chunk *next;
	struct entry entry[CHUNK_ENTRIES];
};

void entry_pool_init(struct entry_pool *p)
{
	memset(p, 0, sizeof(*p));
}

static void free_chain(struct entry_chunk *chunk)
{
	while (chunk) {
		struct entry_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void entry_pool_drop(struct entry_pool *p, unsigned bucket)
{
	struct entry_bucket *b = &p->bucket[bucket];

	for (struct entry_chunk *c = b->first; c; c = c->next)
		p->memory -= sizeof(*c);
	free_chain(b->first);
	free(b->segments);
	*b = (struct entry_bucket){0};
}

void entry_pool_clear(struct entry_pool *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < ENTRY_BUCKETS; i++)
		entry_pool_drop(p, i);
	free_chain(p->free);
	entry_pool_init(p);
}

void entry_spill_clear(struct entry_spill *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->size = 0;
}

static struct entry_chunk *append_chunk(struct entry_pool *p, struct entry_bucket *b)
{
	struct entry_chunk *chunk = p->free;

	if (chunk)
		p->free = chunk->next;
	else
		chunk = malloc(sizeof(*chunk));
	if (!chunk)
		return NULL;
	chunk->next = NULL;
	if (b->last)
		b->last->next = chunk;
	else
		b->first = chunk;
	b->last = chunk;
	b->used = 0;
	p->memory += sizeof(*chunk);
	return chunk;
}

enum rc entry_pool_add(struct entry_pool *p, uint64_t key, uint32_t ordinal, struct diag *diag)
{
	struct entry_bucket *b = &p->bucket[key >> (64 - ENTRY_BUCKET_BITS)];

	if ((!b->last || b->used == CHUNK_ENTRIES) && !append_chunk(p, b))
		return diag_set(diag, RC_NOMEM, "no memory for lookup entries");
	b->last->entry[b->used++] = (struct entry){(uint32_t)(key >> 32), (uint32_t)key, ordinal};
	b->count++;
	p->count++;
	return RC_OK;
}

/* --- spilling -------------------------------------------------------------------------------- */

static enum rc spill_open(struct entry_spill *spill, struct diag *diag)
{
	char name[PATH_MAX];

	if (spill->fd >= 0)
		return RC_OK;
	if (snprintf(name, sizeof(name), "%s.XXXXXX", spill->beside) >= (int)sizeof(name))
		return diag_set(diag, RC_IO, "%s: path is too long", spill->beside);
	spill->fd = mkstemp(name);
	if (spill->fd < 0)
		return diag_set_errno(diag, RC_IO, "temporary file beside %s", spill->beside);
	unlink(name);
	fcntl(spill->fd, F_SETFD, FD_CLOEXEC);
	spill->size = 0;
	return RC_OK;
}

static enum rc spill_write(struct entry_spill *spill, const void *data, size_t size,
			   struct diag *diag)
{
	const char *at = data;

	while (size) {
		ssize_t n = pwrite(spill->fd, at, size, (off_t)spill->size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return diag_set_errno(diag, errno == EFBIG ? RC_FULL : RC_IO,
					      "temporary file beside %s", spill->beside);
		at += n;
		size -= (size_t)n;
		spill->size += (uint64_t)n;
	}
	return RC_OK;
}

static enum rc spill_read(const struct entry_spill *spill, uint64_t offset, void *data, size_t size,
			  struct diag *diag)
{
	char *at = data;

	while (size) {
		ssize_t n = pread(spill->fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return diag_set_errno(diag, RC_IO, "temporary file beside %s",
					      spill->beside);
		at += n;
		size -= (size_t)n;
		offset += (uint64_t)n;
	}
	return RC_OK;
}

static bool add_segment(struct entry_bucket *b, struct entry_segment segment)
{
	if (b->segment_count == b->segment_capacity) {
		uint32_t capacity = b->segment_capacity ? b->segment_capacity * 2 : 4;
		struct entry_segment *grown = realloc(b->segments, capacity * sizeof(*b->segments));

		if (!grown)
			return false;
		b->segments = grown;
		b->segment_capacity = capacity;
	}
	b->segments[b->segment_count++] = segment;
	return true;
}

static enum rc spill_bucket(struct entry_pool *p, struct entry_bucket *b, struct entry_spill *spill,
			    struct diag *diag)
{
	struct entry_segment segment = {spill->size, 0};

	for (const struct entry_chunk *c = b->first; c; c = c->next) {
		uint32_t count = c == b->last ? b->used : CHUNK_ENTRIES;
		enum rc rc = spill_write(spill, c->entry, count * sizeof(struct entry), diag);

		if (rc)
			return rc;
		segment.count += count;
		p->memory -= sizeof(*c);
	}
	if (!add_segment(b, segment))
		return diag_set(diag, RC_NOMEM, "no memory for lookup entries");
	b->last->next = p->free;
	p->free = b->first;
	b->first = b->last = NULL;
	return RC_OK;
}

enum rc entry_pool_spill(struct entry_pool *p, struct entry_spill *spill, struct diag *diag)
{
	enum rc rc = spill_open(spill, diag);

	for (unsigned i = 0; i < ENTRY_BUCKETS && !rc; i++)
		if (p->bucket[i].first)
			rc = spill_bucket(p, &p->bucket[i], spill, diag);
	return rc;
}

/* --- sorting --------------------------------------------------------------------------------- */

void entry_list_clear(struct entry_list *l)
{
	free(l->entries);
	free(l->scratch);
	free(l->counters);
	*l = (struct entry_list){0};
}

static bool list_reserve(struct entry_list *l, size_t count)
{
	if (!l->counters)
		l->counters = malloc(((1u << COUNTER_BITS_MAX) + 1) * sizeof(*l->counters));
	if (!l->counters)
		return false;
	if (count <= l->capacity)
		return true;
	free(l->entries);
	free(l->scratch);
	l->entries = malloc(count * sizeof(*l->entries));
	l->scratch = malloc(count * sizeof(*l->scratch));
	l->capacity = l->entries && l->scratch ? count : 0;
	return l->capacity;
}

static int compare(const void *a, const void *b)
{
	const struct lookup_entry *x = a, *y = b;

	if (x->fingerprint != y->fingerprint)
		return x->fingerprint < y->fingerprint ? -1 : 1;
	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* Stable, for a handful of entries or sorted ones; chosen keys must not make it quadratic. */
static void sort_few(struct lookup_entry *e, size_t count)
{
	size_t moves = 0;

	for (size_t i = 1; i < count; i++) {
		struct lookup_entry entry = e[i];
		size_t j = i;

		for (; j > 0 && e[j - 1].fingerprint > entry.fingerprint; j--)
			e[j] = e[j - 1];
		e[j] = entry;
		moves += i - j;
		if (moves > 16 * count + 64) {
			qsort(e, count, sizeof(*e), compare);
			return;
		}
	}
}

/* Deals scratch into entries by the bits below those of the bucket, then sorts the few of each. The
 * order of arrival, which is that of the ordinals, stays. */
static void sort_list(struct entry_list *l, unsigned bits)
{
	unsigned below = bits - ENTRY_BUCKET_BITS, counter_bits = 0;

	while (counter_bits < COUNTER_BITS_MAX && counter_bits < below &&
	       (size_t)2 << counter_bits < l->count)
		counter_bits++;
	unsigned shift = below - counter_bits;
	uint64_t mask = (1ull << counter_bits) - 1;
	memset(l->counters, 0, ((1ull << counter_bits) + 1) * sizeof(*l->counters));
	for (size_t i = 0; i < l->count; i++)
		l->counters[(l->scratch[i].fingerprint >> shift & mask) + 1]++;
	for (size_t i = 1; i <= mask; i++)
		l->counters[i] += l->counters[i - 1];
	for (size_t i = 0; i < l->count; i++) {
		uint32_t *at = &l->counters[l->scratch[i].fingerprint >> shift & mask];

		l->entries[(*at)++] = l->scratch[i];
	}
	for (size_t i = 0, start = 0; i <= mask; i++) {
		sort_few(l->entries + start, l->counters[i] - start);
		start = l->counters[i];
	}
}

static void drop_repeated(struct entry_list *l)
{
	size_t used = 0;

	for (size_t i = 0; i < l->count; i++)
		if (!used || compare(&l->entries[used - 1], &l->entries[i]) != 0)
			l->entries[used++] = l->entries[i];
	l->count = used;
}

static void take(struct entry_list *l, const struct entry *entries, size_t count, unsigned bits)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t key = (uint64_t)entries[i].key_high << 32 | entries[i].key_low;

		l->scratch[l->count++] =
			(struct lookup_entry){key >> (64 - bits), entries[i].ordinal};
	}
}

enum rc entry_pool_load(const struct entry_pool *p, const struct entry_spill *spill,
			unsigned bucket, unsigned bits, struct entry_list *out, struct diag *diag)
{
	const struct entry_bucket *b = &p->bucket[bucket];
	struct entry *buffer = NULL;
	enum rc rc = RC_OK;

	out->count = 0;
	if (!b->count)
		return RC_OK;
	if (b->segment_count)
		buffer = malloc(IO_ENTRIES * sizeof(*buffer));
	if (!list_reserve(out, b->count) || (b->segment_count && !buffer) ||
	    b->count > UINT32_MAX) {
		free(buffer);
		return diag_set(diag, RC_NOMEM, "no memory to sort lookup entries");
	}
	for (uint32_t i = 0; i < b->segment_count; i++) {
		struct entry_segment s = b->segments[i];

		while (s.count && !rc) {
			size_t n = s.count < IO_ENTRIES ? (size_t)s.count : IO_ENTRIES;

			rc = spill_read(spill, s.offset, buffer, n * sizeof(*buffer), diag);
			if (!rc)
				take(out, buffer, n, bits);
			s.offset += n * sizeof(*buffer);
			s.count -= n;
		}
	}
	free(buffer);
	if (rc)
		return rc;
	for (const struct entry_chunk *c = b->first; c; c = c->next)
		take(out, c->entry, c == b->last ? b->used : CHUNK_ENTRIES, bits);
	sort_list(out, bits);
	drop_repeated(out);
	return RC_OK;
}
