#include "store/observation_batch.h"

#include <stdlib.h>

#include "codec/lookup_key.h"

#define SORTED_BY_BYTES 128 /* entries from which it pays */

void observation_batch_init(struct observation_batch *b)
{
	*b = (struct observation_batch){.first_id = 1};
	exchange_packer_init(&b->packer);
}

void observation_block_clear(struct observation_block *block)
{
	byte_writer_clear(&block->exchanges);
	byte_writer_clear(&block->entries);
}

static void drop_full(struct observation_batch *b)
{
	for (uint32_t i = 0; i < b->full_count; i++)
		observation_block_clear(&b->full[i]);
	b->full_count = 0;
}

void observation_batch_clear(struct observation_batch *b)
{
	if (!b)
		return;
	drop_full(b);
	free(b->full);
	free(b->entries);
	exchange_packer_clear(&b->packer);
	observation_batch_init(b);
}

/* --- lookup entries -------------------------------------------------------------------------- */

static int compare_entries(const void *left, const void *right)
{
	const struct lookup_entry *a = left, *b = right;

	if (a->fingerprint != b->fingerprint)
		return a->fingerprint < b->fingerprint ? -1 : 1;
	return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* By one byte of the fingerprint; entries that are equal in it keep their order. */
static void sort_by_byte(const struct lookup_entry *from, struct lookup_entry *to, size_t count,
			 unsigned shift)
{
	size_t start[257] = {0};

	for (size_t i = 0; i < count; i++)
		start[(from[i].fingerprint >> shift & 0xff) + 1]++;
	for (unsigned i = 1; i < 256; i++)
		start[i] += start[i - 1];
	for (size_t i = 0; i < count; i++)
		to[start[from[i].fingerprint >> shift & 0xff]++] = from[i];
}

/* Several times faster than qsort. Entries come with ascending ordinals, so that a stable order of
 * fingerprints is all. */
static bool sort_by_bytes(struct lookup_entry *entries, size_t count)
{
	struct lookup_entry *scratch = malloc(count * sizeof(*scratch));
	struct lookup_entry *from = entries, *to = scratch;

	if (!scratch)
		return false;
	for (unsigned shift = 0; shift < OBSERVATION_FINGERPRINT_BITS; shift += 8) {
		struct lookup_entry *other = from;

		sort_by_byte(from, to, count, shift);
		from = to;
		to = other;
	}
	memcpy(entries, from, count * sizeof(*entries));
	free(scratch);
	return true;
}

size_t observation_entries_sort(struct lookup_entry *entries, size_t count)
{
	size_t kept = 1;

	if (count < SORTED_BY_BYTES || !sort_by_bytes(entries, count))
		qsort(entries, count, sizeof(*entries), compare_entries);
	for (size_t i = 1; i < count; i++)
		if (compare_entries(&entries[i], &entries[kept - 1]) != 0)
			entries[kept++] = entries[i];
	return kept;
}

static bool reserve_entries(struct observation_batch *b, size_t more)
{
	size_t capacity = b->entry_capacity ? b->entry_capacity : 1024;

	while (capacity - b->entry_count < more)
		capacity *= 2;
	if (capacity == b->entry_capacity)
		return true;
	struct lookup_entry *grown = realloc(b->entries, capacity * sizeof(*grown));
	if (!grown)
		return false;
	b->entries = grown;
	b->entry_capacity = capacity;
	return true;
}

/* IMPI and IMPU of one subscriber mostly have one key: an entry equal to the last is not repeated.
 */
static void add_entry(struct observation_batch *b, struct text identity, uint32_t index)
{
	const struct lookup_entry *last = b->entry_count ? &b->entries[b->entry_count - 1] : NULL;
	struct lookup_entry entry;

	if (!identity.data)
		return;
	entry = (struct lookup_entry){
		observation_fingerprint(lookup_key(LOOKUP_IDENTITY, identity)), index};
	if (!last || compare_entries(&entry, last) != 0)
		b->entries[b->entry_count++] = entry;
}

/* --- blocks ---------------------------------------------------------------------------------- */

bool observation_batch_open_block(struct observation_batch *b, struct observation_block *out)
{
	*out = (struct observation_block){
		.count = b->packer.count, .from_us = b->packer.from_us, .to_us = b->packer.to_us};
	exchange_packer_write(&b->packer, &out->exchanges);
	if (b->entry_count) {
		b->entry_count = observation_entries_sort(b->entries, b->entry_count);
		lookup_block_pack(b->entries, (uint32_t)b->entry_count, &out->entries);
		out->fingerprint = b->entries[0].fingerprint;
	}
	if (!out->exchanges.failed && !out->entries.failed)
		return true;
	observation_block_clear(out);
	return false;
}

static bool reserve_full(struct observation_batch *b)
{
	uint32_t capacity = b->full_capacity ? b->full_capacity * 2 : 16;

	if (b->full_count < b->full_capacity)
		return true;
	struct observation_block *grown = realloc(b->full, capacity * sizeof(*grown));
	if (!grown)
		return false;
	b->full = grown;
	b->full_capacity = capacity;
	return true;
}

static void start_block(struct observation_batch *b)
{
	exchange_packer_reset(&b->packer);
	b->entry_count = 0;
}

/* Moves the open block, which is full, to the others. */
static bool close_block(struct observation_batch *b)
{
	if (!reserve_full(b) || !observation_batch_open_block(b, &b->full[b->full_count]))
		return false;
	b->full_count++;
	start_block(b);
	return true;
}

enum rc observation_batch_add(struct observation_batch *b, const struct cx_exchange *e,
			      struct diag *diag)
{
	bool ok = !exchange_packer_is_full(&b->packer) || close_block(b);

	ok = ok && reserve_entries(b, (size_t)e->impu_count + 1);
	ok = ok && exchange_packer_add(&b->packer, e);
	if (!ok)
		return diag_set(diag, RC_NOMEM, "no memory to keep an exchange");
	add_entry(b, e->impi, b->packer.count - 1);
	for (uint32_t i = 0; i < e->impu_count; i++)
		add_entry(b, e->impu[i], b->packer.count - 1);
	b->total++;
	return RC_OK;
}

void observation_batch_mark_stored(struct observation_batch *b)
{
	drop_full(b);
	b->first_id += b->total - b->packer.count;
	b->total = b->stored = b->packer.count;
	if (!exchange_packer_is_full(&b->packer))
		return;
	b->first_id += b->total;
	b->total = b->stored = 0;
	start_block(b);
}

void observation_batch_forget(struct observation_batch *b)
{
	drop_full(b);
	b->first_id += b->stored;
	b->total = b->stored = 0;
	start_block(b);
}
