#include "audit/worker.h"

#include <stdio.h>

#include "audit/group_key.h"
#include "audit/listed_scan.h"

#define CHECK_EVERY \
	4096 /* records between looks at the interrupt flag and steps of the progress bar */

static void on_group(const struct rule *rule, struct text key, enum certainty certainty,
		     void *context)
{
	struct worker *w = context;
	struct tally_group added = {
		.rule = rule,
		.key = key,
		.count = 1,
		.certainty = certainty,
		.example = w->ordinal,
		.last = w->ordinal,
	};

	if (group_key_is_set(rule) && (w->filling || !w->population.has_global_sets))
		return;
	if (w->filling)
		w->tally.failed |= !memo_add_group(&w->memo, w->filling, &added);
	else if (!w->visit)
		tally_add_group(&w->tally, &added);
	else
		for (size_t i = 0; i < w->result->group_count; i++)
			if (w->result->group[i].rule == rule &&
			    text_equal(w->result->group[i].key, key))
				w->part_of = w->result->group[i].fingerprint;
}

static void on_finding(const struct audit_finding *finding, void *context)
{
	struct worker *w = context;
	struct audit_finding f = *finding;

	f.part_of = w->part_of;
	w->part_of = 0;
	if (!w->is_stopped)
		w->is_stopped = !w->visit(&f, &w->record, w->visit_context);
}

enum rc worker_init(struct worker *w, struct audit_shared *shared, unsigned part, unsigned parts)
{
	memset(w, 0, sizeof(*w));
	w->shared = shared;
	w->part = part;
	w->parts = parts;
	subscription_init(&w->record);
	subscription_init(&w->other);
	memo_init(&w->memo);
	tally_init(&w->tally);
	collision_list_init(&w->collisions);
	diag_init(&w->diag);
	arena_init(&w->evaluator.arena);
	w->rc = snapshot_cursor_open(shared->request->snapshot, &w->cursor, &w->diag);
	if (w->rc == RC_OK)
		w->rc = snapshot_cursor_open(shared->request->snapshot, &w->lookup, &w->diag);
	if (w->rc == RC_OK)
		w->rc = population_open_snapshot(shared->request->snapshot, w->lookup,
						 &w->population, &w->diag);
	return w->rc;
}

void worker_clear(struct worker *w)
{
	evaluator_clear(&w->evaluator);
	if (w->predictor.population)
		predictor_clear(&w->predictor);
	if (w->population.context)
		population_close_snapshot(&w->population);
	snapshot_cursor_close(w->lookup);
	snapshot_cursor_close(w->cursor);
	subscription_clear(&w->record);
	subscription_clear(&w->other);
	memo_clear(&w->memo);
	tally_clear(&w->tally);
	collision_list_clear(&w->collisions);
}

void worker_prepare(struct worker *w)
{
	const struct audit_request *r = w->shared->request;

	predictor_init(&w->predictor, &w->population, r->hss, r->cscf, r->policy);
	evaluator_init(&w->evaluator, &w->predictor, w->shared->vote.rules, w->shared->vote.count);
	w->evaluator.group = on_group;
	w->evaluator.group_context = w;
}

enum rc worker_collect(struct worker *w)
{
	w->rc = duplicate_collect(w->cursor, w->lookup, w->population.has_global_sets, w->part,
				  w->parts, &w->collisions, &w->diag);
	return w->rc;
}

/* True when test ranges of the policy may cut through the records of one PLMN. */
static bool plmn_is_split_by_policy(const struct policy *p, uint32_t plmn)
{
	char digits[8];

	for (size_t i = 0; i < p->test_range_count; i++) {
		struct text range = p->test_range[i];

		snprintf(digits, sizeof(digits), "%07u", plmn);
		if (!plmn || !memcmp(range.data, digits + 1, range.length < 6 ? range.length : 6))
			return true;
	}
	return false;
}

static void add_duplicates(struct audit_unit *unit, const struct collision *item, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (item[i].rule)
			audit_unit_add(unit, item[i].rule, collision_certainty(&item[i]), false);
}

/* Judges the record of the view on its own. */
static enum rc judge_alone(struct worker *w, const struct snapshot_view *view,
			   const struct collision *item, size_t count)
{
	struct audit_unit unit;
	enum rc rc = snapshot_unpack(w->cursor, view, &w->record, &w->diag);

	w->filling = NULL;
	w->ordinal = view->ordinal;
	if (rc == RC_OK)
		rc = evaluator_judge(&w->evaluator, &w->record, &unit, &w->diag);
	if (rc != RC_OK)
		return rc;
	add_duplicates(&unit, item, count);
	tally_add(&w->tally, &unit, 1, &view->ordinal, 1);
	return RC_OK;
}

/* Judges the first record of a (shape, PLMN) for all that follow. */
static enum rc judge_for_all(struct worker *w, const struct snapshot_view *view,
			     struct memo_entry *e)
{
	enum rc rc = snapshot_unpack(w->cursor, view, &w->record, &w->diag);

	w->filling = e;
	w->ordinal = view->ordinal;
	return rc == RC_OK ? evaluator_judge(&w->evaluator, &w->record, &e->unit, &w->diag) : rc;
}

static enum rc scan_one(struct worker *w, const struct snapshot_view *view,
			const struct collision **next)
{
	const struct collision *end = collision_list_end(&w->shared->collisions);
	const struct collision *first;
	struct memo_entry *e;
	bool is_new;

	while (*next < end && (*next)->ordinal < view->ordinal)
		(*next)++;
	first = *next;
	while (*next < end && (*next)->ordinal == view->ordinal)
		(*next)++;
	if (*next != first || !view->shape || !view->is_local ||
	    (w->shared->request->policy->test_range_count &&
	     plmn_is_split_by_policy(w->shared->request->policy, view->plmn)))
		return judge_alone(w, view, first, (size_t)(*next - first));
	e = memo_get(&w->memo, view->shape, view->plmn, &is_new);
	if (!e)
		return diag_set(&w->diag, RC_NOMEM, "no memory for the verdicts by shape");
	if (is_new) {
		enum rc rc = judge_for_all(w, view, e);

		if (rc != RC_OK)
			return rc;
	}
	memo_count(e, view->ordinal);
	return RC_OK;
}

static enum rc scan_check(struct worker *w)
{
	const struct audit_request *r = w->shared->request;

	if (r->interrupted && *r->interrupted)
		return diag_set(&w->diag, RC_INTERRUPTED, "the audit was interrupted");
	return RC_OK;
}

static enum rc scan_pause(struct worker *w)
{
	const struct audit_request *r = w->shared->request;
	uint64_t done = atomic_fetch_add(&w->shared->done, CHECK_EVERY) + CHECK_EVERY;
	enum rc rc = scan_check(w);

	if (rc != RC_OK)
		return rc;
	if (r->progress && w->part == 0)
		r->progress(r->progress_context, done, snapshot_ordinals(r->snapshot));
	return RC_OK;
}

enum rc worker_scan(struct worker *w, uint32_t first, uint32_t end)
{
	const struct collision *next = collision_list_from(&w->shared->collisions, first);
	uint32_t count = 0;

	w->rc = scan_check(w);
	if (w->rc == RC_OK)
		w->rc = snapshot_scan(w->cursor, first, end, &w->diag);
	while (w->rc == RC_OK) {
		struct snapshot_view view;
		bool more;

		w->rc = snapshot_next(w->cursor, &view, &more, &w->diag);
		if (w->rc != RC_OK || !more)
			break;
		w->rc = scan_one(w, &view, &next);
		if (w->rc == RC_OK && ++count % CHECK_EVERY == 0)
			w->rc = scan_pause(w);
	}
	return w->rc;
}

enum rc worker_scan_listed(struct worker *w, const uint32_t *ordinal, size_t count)
{
	const struct collision *next = collision_list_from(&w->shared->collisions, 0);
	struct listed_scan scan;
	uint32_t done = 0;

	w->evaluator.visit = NULL;
	listed_scan_init(&scan, w->cursor, ordinal, count);
	w->rc = scan_check(w);
	while (w->rc == RC_OK) {
		struct snapshot_view view;
		bool more;

		w->rc = listed_scan_next(&scan, &view, &more, &w->diag);
		if (w->rc != RC_OK || !more)
			break;
		w->rc = scan_one(w, &view, &next);
		if (w->rc == RC_OK && ++done % CHECK_EVERY == 0)
			w->rc = scan_check(w);
	}
	return w->rc;
}

void worker_settle(struct worker *w)
{
	memo_settle(&w->memo, &w->tally);
}

/* How people know a record: its IMSI, IMPI, name or IMPU. */
static struct text record_label(const struct ims_subscription *r)
{
	if (r->imsi_count)
		return r->imsi[0];
	if (r->impi_count)
		return r->impi[0].identity;
	if (r->name.data)
		return r->name;
	return r->impu_count ? r->impu[0].identity : TEXT_LITERAL("a record without identity");
}

static void list_duplicate(struct worker *w, const struct collision *c)
{
	const struct ims_subscription *r = &w->record;
	struct text other = record_label(&w->other);
	const char *evidence[1];
	struct audit_finding f = {
		.rule = c->rule,
		.certainty = collision_certainty(c),
		.severity = finding_severity(c->rule, collision_certainty(c)),
		.imsi = c->kind == COLLISION_IMSI ? c->identity
			: r->imsi_count           ? r->imsi[0]
						  : TEXT_NONE,
		.impi = c->kind == COLLISION_IMPI ? c->identity
			: r->impi_count           ? r->impi[0].identity
						  : TEXT_NONE,
		.impu = c->kind == COLLISION_IMPU ? c->identity : TEXT_NONE,
		.remedy = c->rule->remedy,
		.evidence = evidence,
		.evidence_count = 1,
		.count = 1,
	};

	f.text = arena_printf(&w->evaluator.arena, "%.*s is also held by the subscription of %.*s",
			      (int)c->identity.length, c->identity.data, (int)other.length,
			      other.data);
	evidence[0] = arena_printf(&w->evaluator.arena, "records %u and %u of the input",
				   c->ordinal + 1, c->other + 1);
	f.fingerprint = finding_fingerprint(c->rule, f.imsi, f.impi, c->identity);
	if (f.text && evidence[0])
		on_finding(&f, w);
}

static enum rc list_duplicates(struct worker *w, uint32_t ordinal)
{
	const struct collision_list *l = &w->shared->collisions;
	enum rc rc = RC_OK;

	for (const struct collision *c = collision_list_from(l, ordinal);
	     rc == RC_OK && c < collision_list_end(l) && c->ordinal == ordinal && !w->is_stopped;
	     c++) {
		if (!c->rule)
			continue;
		rc = snapshot_read(w->lookup, c->other, &w->other, &w->diag);
		if (rc == RC_OK)
			list_duplicate(w, c);
	}
	return rc;
}

enum rc worker_list(struct worker *w, uint32_t ordinal)
{
	w->rc = scan_check(w);
	if (w->rc != RC_OK)
		return w->rc;
	w->filling = NULL;
	w->ordinal = ordinal;
	w->evaluator.visit = on_finding;
	w->evaluator.visit_context = w;
	w->rc = snapshot_read(w->lookup, ordinal, &w->record, &w->diag);
	if (w->rc == RC_OK)
		w->rc = evaluator_judge(&w->evaluator, &w->record, &w->unit, &w->diag);
	if (w->rc == RC_OK)
		w->rc = list_duplicates(w, ordinal);
	return w->rc;
}
