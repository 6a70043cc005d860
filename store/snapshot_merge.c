#include <stdlib.h>

#include "store/db.h"
#include "store/snapshot_writer_private.h"

/* A group of records under work. */
struct merger {
	struct snapshot_writer *w;
	uint32_t *ordinals;
	size_t count, capacity;
	struct ims_subscription *records;
	size_t record_capacity;
	bool taken[SNAPSHOT_MERGE_MAX];
	struct ims_subscription result;
	sqlite3_stmt *select;
	uint32_t block_first; /* of the block that is loaded; UINT32_MAX: none */
	struct record_block block;
	struct text block_bytes;
};

uint32_t snapshot_writer_block_of(const struct snapshot_writer *w, uint32_t ordinal)
{
	uint32_t low = 0, high = w->block_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (w->block_first[middle] <= ordinal)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* --- the dead -------------------------------------------------------------------------------- */

static enum rc reserve_dead(struct snapshot_writer *w, struct diag *diag)
{
	uint32_t count = w->next;

	if (count <= w->successor_count)
		return RC_OK;
	if (count < UINT32_MAX / 2)
		count += count / 2 + 64;
	unsigned char *dead = realloc(w->dead, count / 8 + 1);
	if (dead) {
		uint32_t used = w->successor_count ? w->successor_count / 8 + 1 : 0;

		memset(dead + used, 0, count / 8 + 1 - used);
		w->dead = dead;
	}
	uint32_t *successor = realloc(w->successor, (size_t)count * sizeof(*successor));
	if (successor)
		w->successor = successor;
	if (!dead || !successor)
		return diag_set(diag, RC_NOMEM, "no memory to merge records");
	w->successor_count = count;
	return RC_OK;
}

static uint32_t living(const struct snapshot_writer *w, uint32_t ordinal)
{
	while (snapshot_writer_is_dead(w, ordinal))
		ordinal = w->successor[ordinal];
	return ordinal;
}

struct burial {
	const struct snapshot_writer *w;
	uint32_t first;
};

static bool is_dead_in_block(uint32_t index, void *context)
{
	const struct burial *burial = context;

	return snapshot_writer_is_dead(burial->w, burial->first + index);
}

static enum rc bury_block(struct snapshot_writer *w, uint32_t first, struct byte_writer *out,
			  struct diag *diag)
{
	struct burial burial = {w, first};
	sqlite3_stmt *select, *update;
	int has_row;
	enum rc rc = snapshot_writer_statement(w, WRITER_SELECT_BLOCK, &select, diag);

	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, first);
	rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	bool ok = has_row &&
		  record_block_bury(db_column_blob(select, 0), is_dead_in_block, &burial, out);
	sqlite3_reset(select);
	if (out->failed)
		return diag_set(diag, RC_NOMEM, "no memory to rewrite a block");
	if (!ok)
		return diag_set(diag, RC_CORRUPT, "%s: a block does not decode", w->path);
	rc = snapshot_writer_statement(w, WRITER_UPDATE_BLOCK, &update, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(update, 1, first);
	db_bind_blob(update, 2, text_of((const char *)out->data, out->length));
	return db_run(update, diag);
}

enum rc snapshot_writer_bury(struct snapshot_writer *w, struct diag *diag)
{
	struct byte_writer out = {0};
	enum rc rc = RC_OK;

	for (uint32_t i = 0; w->dead && i < w->block_count && !rc; i++) {
		uint32_t first = w->block_first[i];
		uint32_t end = i + 1 < w->block_count ? w->block_first[i + 1] : w->next;
		bool has_dead = false;

		for (uint32_t ordinal = first; ordinal < end && !has_dead; ordinal++)
			has_dead = snapshot_writer_is_dead(w, ordinal);
		if (has_dead)
			rc = bury_block(w, first, &out, diag);
	}
	byte_writer_clear(&out);
	return rc;
}

/* --- reading what was written ---------------------------------------------------------------- */

static struct text find_text(void *context, enum record_text kind, uint32_t id)
{
	const struct record_packer *p = context;

	return intern_text(kind == RECORD_TAIL ? &p->tails : &p->texts, id);
}

static enum rc load_block(struct merger *m, uint32_t ordinal, struct diag *diag)
{
	struct snapshot_writer *w = m->w;
	enum rc rc = RC_OK;

	if (ordinal >= w->open_first)
		rc = snapshot_writer_flush(w, diag);
	uint32_t first = w->block_first[snapshot_writer_block_of(w, ordinal)];
	if (rc || first != m->block_first) {
		int has_row = 0;

		m->block_first = UINT32_MAX;
		if (!rc)
			rc = snapshot_writer_statement(w, WRITER_SELECT_BLOCK, &m->select, diag);
		if (rc)
			return rc;
		sqlite3_bind_int64(m->select, 1, first);
		rc = db_step(m->select, &has_row, diag);
		if (rc)
			return rc;
		m->block_bytes = has_row ? db_column_blob(m->select, 0) : text_of("", 0);
		m->block_first = first;
	} else if (ordinal - first >= m->block.next) {
		return RC_OK;
	}
	if (record_block_open(m->block_bytes, &m->block))
		return RC_OK;
	return diag_set(diag, RC_CORRUPT, "%s: a block does not decode", w->path);
}

static enum rc read_record(struct merger *m, uint32_t ordinal, struct ims_subscription *out,
			   struct diag *diag)
{
	const struct record_packer *p = &m->w->packer;
	struct record_dictionary dictionary = {find_text, &m->w->packer};
	struct record_view view;
	enum rc rc = load_block(m, ordinal, diag);

	if (rc)
		return rc;
	if (!record_block_seek(&m->block, ordinal - m->block_first, &view))
		return diag_set(diag, RC_CORRUPT, "%s: a block does not decode", m->w->path);
	return record_unpack(&m->block, &view,
			     view.shape ? intern_text(&p->shapes, view.shape) : view.inline_shape,
			     &dictionary, out, diag);
}

/* --- groups ---------------------------------------------------------------------------------- */

static int compare_ordinals(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The living records of a run of entries, each once. */
static enum rc gather(struct merger *m, const struct lookup_entry *entries, size_t count,
		      struct diag *diag)
{
	size_t used = 0;

	if (count > m->capacity) {
		uint32_t *grown = realloc(m->ordinals, count * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory to merge records");
		m->ordinals = grown;
		m->capacity = count;
	}
	for (size_t i = 0; i < count; i++)
		m->ordinals[i] = living(m->w, entries[i].ordinal);
	qsort(m->ordinals, count, sizeof(*m->ordinals), compare_ordinals);
	for (size_t i = 0; i < count; i++)
		if (!used || m->ordinals[used - 1] != m->ordinals[i])
			m->ordinals[used++] = m->ordinals[i];
	m->count = used;
	return RC_OK;
}

static enum rc read_group(struct merger *m, struct diag *diag)
{
	enum rc rc = RC_OK;

	if (m->count > m->record_capacity) {
		struct ims_subscription *grown =
			realloc(m->records, m->count * sizeof(*m->records));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory to merge records");
		m->records = grown;
		while (m->record_capacity < m->count)
			subscription_init(&m->records[m->record_capacity++]);
	}
	for (size_t i = 0; i < m->count && !rc; i++)
		rc = read_record(m, m->ordinals[i], &m->records[i], diag);
	return rc;
}

/* Puts the result in the place of the records taken; the others stay in the group. */
static enum rc replace(struct merger *m, struct diag *diag)
{
	struct snapshot_writer *w = m->w;
	struct record_tally tally;
	uint32_t ordinal;
	size_t left = 0;
	enum rc rc = snapshot_writer_put(w, &m->result, &ordinal, diag);

	if (!rc)
		rc = reserve_dead(w, diag);
	for (size_t i = 0; i < m->count && !rc; i++) {
		uint32_t old = m->ordinals[i];

		if (!m->taken[i]) {
			m->ordinals[left++] = old;
			continue;
		}
		w->dead[old / 8] |= (unsigned char)(1u << old % 8);
		w->successor[old] = ordinal;
		record_tally_count(&tally, &m->records[i]);
		snapshot_tally_add(&w->tally, &tally, -1);
	}
	m->count = left;
	/* The statement was used in between, or the block grew. */
	if (m->select)
		sqlite3_reset(m->select);
	m->block_first = UINT32_MAX;
	return rc;
}

typedef bool (*merge_function)(const struct ims_subscription *records, size_t count, bool *taken,
			       struct ims_subscription *out, void *context);

static enum rc visit_run(struct merger *m, const struct lookup_entry *entries, size_t count,
			 merge_function merge, void *context, struct diag *diag)
{
	enum rc rc;

	if (count < 2)
		return RC_OK;
	rc = gather(m, entries, count, diag);
	if (m->count > SNAPSHOT_MERGE_MAX)
		return rc;
	while (!rc && m->count > 1) {
		rc = read_group(m, diag);
		if (rc)
			return rc;
		memset(m->taken, false, m->count);
		subscription_reset(&m->result);
		if (!merge(m->records, m->count, m->taken, &m->result, context))
			return RC_OK;
		size_t before = m->count;
		rc = replace(m, diag);
		if (m->count == before)
			break;
	}
	return rc;
}

static void merger_clear(struct merger *m)
{
	for (size_t i = 0; i < m->record_capacity; i++)
		subscription_clear(&m->records[i]);
	free(m->records);
	free(m->ordinals);
	subscription_clear(&m->result);
	if (m->select)
		sqlite3_reset(m->select);
}

enum rc snapshot_writer_merge_some(struct snapshot_writer *w, int lookup_space,
				   merge_function merge, void *context, struct diag *diag)
{
	struct merger merger = {.w = w, .block_first = UINT32_MAX};
	struct entry_list list = {0};
	enum rc rc = snapshot_writer_flush(w, diag);

	if (lookup_space < 0 || lookup_space >= LOOKUP_SPACES)
		rc = diag_set(diag, RC_USAGE, "there is no lookup space %d", lookup_space);
	subscription_init(&merger.result);
	for (unsigned bucket = 0; bucket < ENTRY_BUCKETS && !rc; bucket++) {
		rc = entry_pool_load(&w->pool[lookup_space], &w->spill, bucket, LOOKUP_BITS_MAX,
				     &list, diag);
		for (size_t i = 0, end; i < list.count && !rc; i = end) {
			for (end = i + 1; end < list.count && list.entries[end].fingerprint ==
								      list.entries[i].fingerprint;)
				end++;
			rc = visit_run(&merger, &list.entries[i], end - i, merge, context, diag);
		}
	}
	entry_list_clear(&list);
	merger_clear(&merger);
	return rc;
}

struct whole_groups {
	bool (*merge)(const struct ims_subscription *records, size_t count,
		      struct ims_subscription *out, void *context);
	void *context;
};

static bool merge_whole(const struct ims_subscription *records, size_t count, bool *taken,
			struct ims_subscription *out, void *context)
{
	const struct whole_groups *whole = context;

	memset(taken, true, count);
	return whole->merge(records, count, out, whole->context);
}

enum rc snapshot_writer_merge(struct snapshot_writer *w, int lookup_space,
			      bool (*merge)(const struct ims_subscription *records, size_t count,
					    struct ims_subscription *out, void *context),
			      void *context, struct diag *diag)
{
	struct whole_groups whole = {merge, context};

	return snapshot_writer_merge_some(w, lookup_space, merge_whole, &whole, diag);
}
