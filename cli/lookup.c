#include "cli/lookup.h"

#include <stdlib.h>

#include "audit/attempts.h"
#include "audit/mnc_vote.h"
#include "audit/ordinal_list.h"
#include "codec/lookup_key.h"

/* What one search works with. */
struct visiting {
	struct lookup_view view;
	struct ims_subscription record;
	struct arena arena;
};

struct looking {
	struct session *session;
	struct arena *arena;
	struct lookup_view *view;
	enum rc rc;
	struct diag *diag;
};

static bool on_attempt(const struct attempt *attempt, void *context)
{
	struct looking *l = context;
	struct lookup_view *v = l->view;
	struct resolution resolution;
	struct predictor *p = &l->session->predictor;
	unsigned i = v->verdict_count;

	if (i == LOOKUP_VERDICTS_MAX) {
		v->verdicts_left_out++;
		return true;
	}
	v->verdict[i].attempt = *attempt;
	memset(&v->verdict[i].explanation, 0, sizeof(v->verdict[i].explanation));
	l->rc = predict(p, attempt, true, l->arena, &v->verdict[i].verdict, &resolution, l->diag);
	if (l->rc == RC_OK && v->verdict[i].verdict.rule)
		l->rc = explain(p, attempt, &v->verdict[i].verdict, &resolution, l->arena,
				&v->verdict[i].explanation, l->diag);
	v->verdict_count += l->rc == RC_OK;
	return l->rc == RC_OK;
}

static void on_check(const struct record_check_hit *hit, void *context)
{
	struct looking *l = context;

	if (l->view->check_count < LOOKUP_CHECKS_MAX)
		l->view->check[l->view->check_count++] = *hit;
	else
		l->view->checks_left_out++;
}

/* MNC lengths voted by the export, only where the IMSI leaves it open. */
static enum rc vote_if_needed(struct looking *l, const struct ims_subscription *r,
			      struct mnc_vote *vote)
{
	const struct policy *policy = l->session->predictor.policy;
	struct text imsi = r->imsi_count ? r->imsi[0] : TEXT_NONE;

	memset(vote, 0, sizeof(*vote));
	if (!imsi.data && r->impi_count && !identity_imsi_of_impi(r->impi[0].identity, &imsi))
		return RC_OK;
	if (imsi.length < 6 || plmn_mnc_length(imsi, policy->plmn, policy->plmn_count).is_certain)
		return RC_OK;
	return mnc_vote_count_imsi(l->session->snapshot, l->session->cursor, imsi, vote, l->diag);
}

static enum rc view_fill(struct looking *l, const struct ims_subscription *record, uint32_t ordinal)
{
	struct session *s = l->session;
	struct lookup_view *v = l->view;
	struct record_check_context checks = {
		.record = record,
		.directory = s->population.directory,
		.policy = s->predictor.policy,
		.has_global_sets = s->population.has_global_sets,
		.arena = l->arena,
		.hit = on_check,
		.hit_context = l,
	};
	struct mnc_vote vote;
	size_t files;
	const char *const *file = snapshot_get_files(s->snapshot, &files);
	enum rc rc = vote_if_needed(l, record, &vote);

	*v = (struct lookup_view){
		.info = snapshot_get_info(s->snapshot),
		.record = record,
		.hss = hss_profile_name(s->predictor.hss),
		.cscf = cscf_profile_name(s->predictor.cscf),
		.has_observations = s->observations != NULL,
	};
	if (rc == RC_OK)
		rc = attempts_visit(record, s->predictor.policy, vote.rules, vote.count, l->arena,
				    on_attempt, l, l->diag);
	mnc_vote_clear(&vote);
	if (rc == RC_OK)
		rc = l->rc;
	if (rc != RC_OK)
		return rc;
	rc = record_check_all(&checks);
	if (rc != RC_OK)
		return diag_set(l->diag, rc, "no memory to check a record");
	v->evidence[v->evidence_count++] = arena_printf(
		l->arena, "record %u: %s, byte %llu", ordinal + 1,
		record->provenance.file < files ? file[record->provenance.file] : "input",
		(unsigned long long)record->provenance.offset);
	if (!v->evidence[0])
		return diag_set(l->diag, RC_NOMEM, "no memory for the answer");
	return lookup_observed_fill(s, record, l->arena, v->observed, &v->observed_count, l->diag);
}

/* Judges and shows one record, if it holds the identity by this reading. */
static enum rc visit_one(struct lookup_search *s, uint32_t ordinal, unsigned reading,
			 struct visiting *v, struct diag *diag)
{
	struct looking l = {s->session, &v->arena, &v->view, RC_OK, diag};
	enum rc rc = snapshot_read(s->session->cursor, ordinal, &v->record, diag);
	struct text stored;
	const char *column;

	if (rc != RC_OK)
		return rc;
	column = lookup_record_holds(s->wanted, reading, &v->record, &stored);
	if (!column)
		return RC_OK;
	s->column = column;
	if (s->found++ >= LOOKUP_MATCHES_MAX)
		return RC_OK;
	arena_reset(&v->arena);
	rc = view_fill(&l, &v->record, ordinal);
	if (rc == RC_OK)
		s->visit(&v->view, s->context);
	return rc;
}

enum rc lookup_visit(struct lookup_search *s, struct diag *diag)
{
	struct ordinal_list list = {.limit = 0};
	struct visiting *v = malloc(sizeof(*v));
	enum rc rc = RC_OK;

	if (!v)
		return diag_set(diag, RC_NOMEM, "no memory for a lookup");
	s->found = 0;
	arena_init(&v->arena);
	subscription_init(&v->record);
	for (unsigned reading = 0; reading < s->wanted->count && rc == RC_OK && !s->found;
	     reading++) {
		list.count = 0;
		rc = snapshot_find(s->session->cursor, LOOKUP_IDENTITY,
				   s->wanted->reading[reading].text, ordinal_list_visit, &list,
				   diag);
		if (rc == RC_OK && list.failed)
			rc = diag_set(diag, RC_NOMEM, "no memory for what was found");
		for (uint32_t i = 0; i < list.count && rc == RC_OK; i++)
			rc = visit_one(s, list.ordinal[i], reading, v, diag);
	}
	ordinal_list_clear(&list);
	subscription_clear(&v->record);
	arena_clear(&v->arena);
	free(v);
	return rc;
}
