#include <stdlib.h>

#include "codec/lookup_key.h"
#include "store/db.h"
#include "store/snapshot_private.h"

#define FEW 64 /* candidates that need no memory of their own */

static enum rc corrupt(const struct snapshot_cursor *c, struct diag *diag)
{
	return diag_set(diag, RC_CORRUPT, "%s: a block of lookup entries does not decode",
			c->snapshot->path);
}

static enum rc check_space(const struct snapshot_cursor *c, int space, struct diag *diag)
{
	if (space < 0 || space >= LOOKUP_SPACES)
		return diag_set(diag, RC_USAGE, "there is no lookup space %d", space);
	if (!c->snapshot->meta.lookup_bits[space])
		return diag_set(diag, RC_UNSUPPORTED, "%s: not indexed by that", c->snapshot->path);
	return RC_OK;
}

/* Takes count ordinals, which must ascend and exist. */
static bool take_ordinals(const struct snapshot_cursor *c, const struct lookup_block *block,
			  uint32_t first, uint32_t count, uint32_t *out)
{
	for (uint32_t i = 0; i < count; i++) {
		out[i] = lookup_block_ordinal(block, first + i);
		if (out[i] >= c->snapshot->meta.ordinals || (i && out[i] <= out[i - 1]))
			return false;
	}
	return true;
}

/* Copies the candidates out of their block, so that visit may look up again. */
static enum rc find_candidates(struct snapshot_cursor *c, int space, uint64_t fingerprint,
			       uint32_t *few, uint32_t **out, uint32_t *count, struct diag *diag)
{
	struct lookup_block block;
	sqlite3_stmt *find;
	uint32_t first;
	int has_row;
	enum rc rc = snapshot_cursor_statement(c, CURSOR_FIND + space, &find, diag);

	*count = 0;
	*out = few;
	if (rc)
		return rc;
	sqlite3_bind_int64(find, 1, (sqlite3_int64)fingerprint);
	rc = db_step(find, &has_row, diag);
	if (rc || !has_row)
		return rc;
	snapshot_cursor_count_block(c);
	uint64_t begin = (uint64_t)sqlite3_column_int64(find, 0);
	if (!lookup_block_open(db_column_blob(find, 1), &block)) {
		sqlite3_reset(find);
		return corrupt(c, diag);
	}
	*count = lookup_block_find(&block, fingerprint - begin, &first);
	if (*count > FEW) {
		*out = malloc(*count * sizeof(**out));
		if (!*out)
			rc = diag_set(diag, RC_NOMEM, "no memory for %u candidates", *count);
	}
	if (!rc && !take_ordinals(c, &block, first, *count, *out))
		rc = corrupt(c, diag);
	sqlite3_reset(find);
	return rc;
}

enum rc snapshot_find(struct snapshot_cursor *c, int lookup_space, struct text t,
		      bool (*visit)(uint32_t ordinal, void *context), void *context,
		      struct diag *diag)
{
	uint32_t few[FEW], *ordinals = NULL, count = 0;
	enum rc rc = check_space(c, lookup_space, diag);

	if (rc)
		return rc;
	uint64_t key = lookup_key((enum lookup_space)lookup_space, t);
	uint64_t fingerprint = key >> (64 - c->snapshot->meta.lookup_bits[lookup_space]);
	rc = find_candidates(c, lookup_space, fingerprint, few, &ordinals, &count, diag);
	for (uint32_t i = 0; i < count && !rc; i++)
		if (!visit(ordinals[i], context))
			break;
	if (ordinals != few)
		free(ordinals);
	return rc;
}

uint64_t snapshot_lookup_key(int lookup_space, struct text t)
{
	return lookup_key((enum lookup_space)lookup_space, t);
}

/* --- many at a time -------------------------------------------------------------------------- */

/* The block under way, and the candidates found last. */
struct walk {
	sqlite3_stmt *find;
	bool is_open;
	uint64_t begin, end; /* fingerprints of the first and the last entry */
	struct lookup_block block;
	uint64_t fingerprint;
	uint32_t *ordinals;
	uint32_t count, capacity;
};

static int compare_keys(const void *a, const void *b)
{
	const struct snapshot_wanted *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* The block where the fingerprint would be. */
static enum rc walk_to(struct snapshot_cursor *c, struct walk *w, uint64_t fingerprint,
		       struct diag *diag)
{
	int has_row;
	enum rc rc;

	if (w->is_open && fingerprint <= w->end)
		return RC_OK;
	sqlite3_reset(w->find);
	w->is_open = false;
	sqlite3_bind_int64(w->find, 1, (sqlite3_int64)fingerprint);
	rc = db_step(w->find, &has_row, diag);
	if (rc || !has_row)
		return rc;
	snapshot_cursor_count_block(c);
	w->begin = w->end = (uint64_t)sqlite3_column_int64(w->find, 0);
	if (!lookup_block_open(db_column_blob(w->find, 1), &w->block))
		return corrupt(c, diag);
	for (uint32_t i = 0; i + 1 < w->block.count; i++)
		w->end += lookup_block_gap(&w->block, i);
	w->is_open = true;
	return RC_OK;
}

static enum rc walk_find(struct snapshot_cursor *c, struct walk *w, uint64_t fingerprint,
			 struct diag *diag)
{
	uint32_t first, *grown;
	enum rc rc = walk_to(c, w, fingerprint, diag);

	w->fingerprint = fingerprint;
	w->count = 0;
	if (rc || !w->is_open || fingerprint < w->begin)
		return rc;
	w->count = lookup_block_find(&w->block, fingerprint - w->begin, &first);
	if (w->count > w->capacity) {
		grown = realloc(w->ordinals, w->count * sizeof(*grown));
		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory for %u candidates", w->count);
		w->ordinals = grown;
		w->capacity = w->count;
	}
	return take_ordinals(c, &w->block, first, w->count, w->ordinals) ? RC_OK : corrupt(c, diag);
}

enum rc snapshot_find_many(struct snapshot_cursor *c, int lookup_space,
			   struct snapshot_wanted *wanted, size_t count,
			   void (*visit)(uint32_t number, const uint32_t *ordinals, size_t count,
					 void *context),
			   void *context, struct diag *diag)
{
	struct walk w = {.find = NULL};
	enum rc rc = check_space(c, lookup_space, diag);

	if (!rc)
		rc = snapshot_cursor_statement(c, CURSOR_FIND + lookup_space, &w.find, diag);
	if (rc)
		return rc;
	if (count)
		qsort(wanted, count, sizeof(*wanted), compare_keys);
	for (size_t i = 0; i < count && !rc; i++) {
		uint64_t fingerprint = wanted[i].key >>
				       (64 - c->snapshot->meta.lookup_bits[lookup_space]);

		if (!i || fingerprint != w.fingerprint)
			rc = walk_find(c, &w, fingerprint, diag);
		if (!rc && w.count)
			visit(wanted[i].number, w.ordinals, w.count, context);
	}
	sqlite3_reset(w.find);
	free(w.ordinals);
	return rc;
}

/* --- collisions ------------------------------------------------------------------------------ */

struct runs {
	uint32_t *ordinals;
	uint32_t capacity;
	bool is_stopped;
};

static enum rc visit_runs(struct snapshot_cursor *c, const struct lookup_block *block,
			  struct runs *runs,
			  bool (*visit)(const uint32_t *ordinals, size_t count, void *context),
			  void *context, struct diag *diag)
{
	uint32_t first = 0, count;

	while ((count = lookup_block_next_run(block, &first))) {
		if (count > runs->capacity) {
			uint32_t *grown = realloc(runs->ordinals, count * sizeof(*grown));

			if (!grown)
				return diag_set(diag, RC_NOMEM, "no memory for %u candidates",
						count);
			runs->ordinals = grown;
			runs->capacity = count;
		}
		if (!take_ordinals(c, block, first, count, runs->ordinals))
			return corrupt(c, diag);
		if (!visit(runs->ordinals, count, context)) {
			runs->is_stopped = true;
			return RC_OK;
		}
		first += count;
	}
	return RC_OK;
}

/* The lowest fingerprint of a part; parts divide the whole range evenly. */
static uint64_t part_begin(const struct snapshot_cursor *c, int space, unsigned part,
			   unsigned parts)
{
	uint64_t range = 1ull << c->snapshot->meta.lookup_bits[space];

	return part >= parts ? range : range / parts * part;
}

enum rc snapshot_collisions(struct snapshot_cursor *c, int lookup_space, unsigned part,
			    unsigned parts,
			    bool (*visit)(const uint32_t *ordinals, size_t count, void *context),
			    void *context, struct diag *diag)
{
	struct runs runs = {NULL, 0, false};
	sqlite3_stmt *range;
	int has_row = 1;
	enum rc rc = check_space(c, lookup_space, diag);

	if (!rc && part >= parts)
		rc = diag_set(diag, RC_USAGE, "there is no part %u of %u", part, parts);
	if (!rc)
		rc = snapshot_cursor_statement(c, CURSOR_RANGE + lookup_space, &range, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(range, 1, (sqlite3_int64)part_begin(c, lookup_space, part, parts));
	sqlite3_bind_int64(range, 2, (sqlite3_int64)part_begin(c, lookup_space, part + 1, parts));
	while (!rc && !runs.is_stopped) {
		struct lookup_block block;

		rc = db_step(range, &has_row, diag);
		if (rc || !has_row)
			break;
		snapshot_cursor_count_block(c);
		if (lookup_block_open(db_column_blob(range, 1), &block))
			rc = visit_runs(c, &block, &runs, visit, context, diag);
		else
			rc = corrupt(c, diag);
	}
	sqlite3_reset(range);
	free(runs.ordinals);
	return rc;
}
