#include "audit/duplicate.h"

#include <stdlib.h>

#include "base/strbuf.h"

/* Keyed like codec/lookup_key.h's enum lookup_space, which audit/ may not include. */
#define SPACE_IDENTITY 0
#define SPACE_IRS 1

void collision_list_init(struct collision_list *l)
{
	memset(l, 0, sizeof(*l));
	arena_init(&l->arena);
}

void collision_list_clear(struct collision_list *l)
{
	free(l->item);
	arena_clear(&l->arena);
	memset(l, 0, sizeof(*l));
}

enum certainty collision_certainty(const struct collision *c)
{
	return c->rule->severity == SEVERITY_ERROR ? CERTAINTY_CONDITIONAL : CERTAINTY_CERTAIN;
}

static bool collision_add(struct collision_list *l, const struct collision *c)
{
	if (l->count == l->capacity) {
		size_t capacity = l->capacity ? l->capacity * 2 : 256;
		struct collision *grown = realloc(l->item, capacity * sizeof(*grown));

		if (!grown)
			return false;
		l->item = grown;
		l->capacity = capacity;
	}
	l->item[l->count] = *c;
	if (c->identity.data) {
		l->item[l->count].identity = arena_text(&l->arena, c->identity);
		if (!l->item[l->count].identity.data)
			return false;
	}
	l->count++;
	return true;
}

enum rc collision_list_join(struct collision_list *a, struct collision_list *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (!collision_add(a, &b->item[i]))
			return RC_NOMEM;
	collision_list_clear(b);
	collision_list_init(b);
	return RC_OK;
}

static int collision_compare(const void *a, const void *b)
{
	const struct collision *x = a, *y = b;

	if (x->ordinal != y->ordinal)
		return x->ordinal < y->ordinal ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return text_compare(x->identity, y->identity);
}

void collision_list_sort(struct collision_list *l)
{
	size_t kept = 0;

	if (!l->count)
		return;
	qsort(l->item, l->count, sizeof(l->item[0]), collision_compare);
	for (size_t i = 0; i < l->count; i++)
		if (!kept || collision_compare(&l->item[kept - 1], &l->item[i]) != 0)
			l->item[kept++] = l->item[i];
	l->count = kept;
}

/* An empty list has no memory, and nothing may be added to NULL. */
static const struct collision *item_at(const struct collision_list *l, size_t index)
{
	return index ? l->item + index : l->item;
}

const struct collision *collision_list_end(const struct collision_list *l)
{
	return item_at(l, l->count);
}

const struct collision *collision_list_from(const struct collision_list *l, uint32_t ordinal)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->item[middle].ordinal < ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return item_at(l, low);
}

/* One identity of one record of a run, in canonical form. */
struct holder {
	enum collision_kind kind;
	struct text canonical;
	uint32_t ordinal;
};

struct run {
	struct snapshot_cursor *cursor;
	struct collision_list *out;
	struct ims_subscription record;
	struct holder *holder;
	size_t count, capacity;
	struct arena arena;
	struct strbuf buffer;
	const struct rule *rule[COLLISION_KINDS];
	int space;
	enum rc rc;
	struct diag *diag;
};

static const char *const kind_slugs[COLLISION_KINDS] = {
	[COLLISION_IMSI] = "duplicate-imsi",         [COLLISION_MSISDN] = "duplicate-msisdn",
	[COLLISION_IMPI] = "impi-duplicate",         [COLLISION_IMPU] = "impu-in-two-subscriptions",
	[COLLISION_IRS] = "irs-shared-by-strangers",
};

static bool holder_add(struct run *r, enum collision_kind kind, struct text canonical,
		       uint32_t ordinal)
{
	struct holder *h;

	if (r->count == r->capacity) {
		size_t capacity = r->capacity ? r->capacity * 2 : 64;
		struct holder *grown = realloc(r->holder, capacity * sizeof(*grown));

		if (!grown)
			return false;
		r->holder = grown;
		r->capacity = capacity;
	}
	h = &r->holder[r->count++];
	*h = (struct holder){kind, arena_text(&r->arena, canonical), ordinal};
	return h->canonical.data != NULL;
}

static bool holders_of_record(struct run *r, uint32_t ordinal)
{
	const struct ims_subscription *s = &r->record;
	bool ok = true;

	if (r->space == SPACE_IRS) {
		/* IMPUs that nobody may use, or nobody knows who, are no strangers. */
		if (s->kind == RECORD_ORPHAN_IMPU || subscription_is_owner_unknown(s))
			return true;
		for (uint32_t i = 0; i < s->impu_count && ok; i++)
			if (s->impu[i].irs_state == IRS_NAMED)
				ok = holder_add(r, COLLISION_IRS, s->impu[i].irs, ordinal);
		return ok;
	}
	for (uint32_t i = 0; i < s->imsi_count && ok; i++)
		ok = holder_add(r, COLLISION_IMSI, s->imsi[i], ordinal);
	for (uint32_t i = 0; i < s->msisdn_count && ok; i++) {
		char digits[32];

		if (identity_number(s->msisdn[i], digits, sizeof(digits)))
			ok = holder_add(r, COLLISION_MSISDN, text_from(digits), ordinal);
	}
	for (uint32_t i = 0; i < s->impi_count && ok; i++) {
		strbuf_reset(&r->buffer);
		identity_add_canonical_impi(s->impi[i].identity, &r->buffer);
		ok = holder_add(r, COLLISION_IMPI, strbuf_text(&r->buffer), ordinal);
	}
	for (uint32_t i = 0; i < s->impu_count && ok; i++) {
		strbuf_reset(&r->buffer);
		identity_add_canonical_impu(s->impu[i].identity, &r->buffer);
		ok = holder_add(r, COLLISION_IMPU, strbuf_text(&r->buffer), ordinal);
	}
	return ok && !r->buffer.failed;
}

static int holder_compare(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;
	int order;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	order = text_compare(x->canonical, y->canonical);
	if (order)
		return order;
	return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

/* Reports the holders [first, end) of one identity when they belong to different records. */
static bool report_equal(struct run *r, size_t first, size_t end)
{
	const struct rule *rule = r->rule[r->holder[first].kind];

	if (r->holder[first].ordinal == r->holder[end - 1].ordinal)
		return true;
	for (size_t i = first; i < end; i++) {
		uint32_t other = r->holder[i].ordinal == r->holder[first].ordinal
					 ? r->holder[end - 1].ordinal
					 : r->holder[first].ordinal;
		struct collision c = {r->holder[i].ordinal, r->holder[i].kind, rule,
				      r->holder[i].canonical, other};

		if (!collision_add(r->out, &c))
			return false;
	}
	return true;
}

static bool compare_holders(struct run *r)
{
	size_t first = 0;

	if (r->count < 2)
		return true;
	qsort(r->holder, r->count, sizeof(r->holder[0]), holder_compare);
	for (size_t i = 1; i <= r->count; i++) {
		if (i < r->count && r->holder[i].kind == r->holder[first].kind &&
		    text_equal(r->holder[i].canonical, r->holder[first].canonical))
			continue;
		if (i - first > 1 && !report_equal(r, first, i))
			return false;
		first = i;
	}
	return true;
}

static bool on_run(const uint32_t *ordinals, size_t count, void *context)
{
	struct run *r = context;

	r->count = 0;
	arena_reset(&r->arena);
	for (size_t i = 0; i < count; i++) {
		struct collision alone = {.ordinal = ordinals[i], .other = ordinals[i]};

		if (!collision_add(r->out, &alone))
			goto nomem;
		r->rc = snapshot_read(r->cursor, ordinals[i], &r->record, r->diag);
		if (r->rc != RC_OK)
			return false;
		if (!holders_of_record(r, ordinals[i]))
			goto nomem;
	}
	if (compare_holders(r))
		return true;
nomem:
	r->rc = diag_set(r->diag, RC_NOMEM, "no memory to compare %zu colliding subscriptions",
			 count);
	return false;
}

enum rc duplicate_collect(struct snapshot_cursor *scan, struct snapshot_cursor *lookup,
			  bool global_sets, unsigned part, unsigned parts,
			  struct collision_list *out, struct diag *diag)
{
	struct run r = {.cursor = lookup, .out = out, .diag = diag};
	enum rc rc;

	for (size_t i = COLLISION_IMSI; i < COLLISION_KINDS; i++)
		r.rule[i] = rule_find(text_from(kind_slugs[i]));
	subscription_init(&r.record);
	arena_init(&r.arena);
	strbuf_init(&r.buffer);
	r.space = SPACE_IDENTITY;
	rc = snapshot_collisions(scan, SPACE_IDENTITY, part, parts, on_run, &r, diag);
	if (rc == RC_OK && r.rc == RC_OK && global_sets) {
		r.space = SPACE_IRS;
		rc = snapshot_collisions(scan, SPACE_IRS, part, parts, on_run, &r, diag);
	}
	subscription_clear(&r.record);
	arena_clear(&r.arena);
	strbuf_clear(&r.buffer);
	free(r.holder);
	return rc == RC_OK ? r.rc : rc;
}
