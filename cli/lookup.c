#include "cli/lookup.h"

#include <stdlib.h>

#include "audit/attempts.h"
#include "audit/mnc_vote.h"
#include "audit/ordinal_list.h"
#include "model/collation.h"

#define SPACE_IDENTITY 0 /* enum lookup_space of codec/lookup_key.h */
#define MATCHES_MAX 256  /* subscriptions shown for one query */

/* The query as the store may hold it: a national number gets the policy's country code. */
static struct text query_normalise(struct text query, const struct policy *policy,
				   struct arena *arena)
{
	struct text t = text_trim(query);

	if (policy->country_code.data && t.length > 1 && t.data[0] == '0' && text_is_digits(t) &&
	    !(t.length > 1 && t.data[1] == '0') && t.length < 15) {
		char *national = arena_printf(arena, "+%.*s%.*s", (int)policy->country_code.length,
					      policy->country_code.data, (int)t.length - 1,
					      t.data + 1);

		return national ? text_from(national) : t;
	}
	return t;
}

bool lookup_same_identity(const struct lookup_wanted *w, struct text stored)
{
	char number[64];

	if (w->is_number) {
		struct text user = stored;
		struct uri uri;

		if (uri_parse(stored, &uri, NULL) == RC_OK && uri.scheme != URI_NONE &&
		    uri.user.data)
			user = uri.user;
		else if (text_find(stored, '@') >= 0)
			user = identity_split_impi(stored).user;
		return identity_number(user, number, sizeof(number)) && !strcmp(number, w->number);
	}
	return collation_equal(stored, w->text) || identity_impu_equal(stored, w->text) ||
	       identity_impi_equal(stored, w->text);
}

void lookup_wanted_init(struct lookup_wanted *w, struct text query)
{
	struct uri uri;
	struct text user = query;

	w->text = query;
	if (uri_parse(query, &uri, NULL) == RC_OK && uri.scheme != URI_NONE && uri.user.data)
		user = uri.user;
	else if (text_find(query, '@') >= 0)
		user = identity_split_impi(query).user;
	w->is_number = identity_number(user, w->number, sizeof(w->number)) &&
		       strlen(w->number) >= 5;
}

/* True when the record holds the identity: a lookup key alone proves nothing. */
static bool record_holds(const struct ims_subscription *r, const struct lookup_wanted *w)
{
	for (uint32_t i = 0; i < r->imsi_count; i++)
		if (lookup_same_identity(w, r->imsi[i]))
			return true;
	for (uint32_t i = 0; i < r->msisdn_count; i++)
		if (lookup_same_identity(w, r->msisdn[i]))
			return true;
	for (uint32_t i = 0; i < r->impi_count; i++)
		if (lookup_same_identity(w, r->impi[i].identity))
			return true;
	for (uint32_t i = 0; i < r->impu_count; i++)
		if (lookup_same_identity(w, r->impu[i].identity))
			return true;
	return false;
}

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

	if (i == LOOKUP_VERDICTS_MAX)
		return false;
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

static enum rc visit_one(struct session *s, uint32_t ordinal, const struct lookup_wanted *wanted,
			 struct lookup_view *view, bool *is_match, struct arena *arena,
			 struct ims_subscription *record, struct diag *diag)
{
	struct looking l = {s, arena, view, RC_OK, diag};
	enum rc rc = snapshot_read(s->cursor, ordinal, record, diag);

	*is_match = rc == RC_OK && record_holds(record, wanted);
	return *is_match ? view_fill(&l, record, ordinal) : rc;
}

enum rc lookup_visit(struct session *s, struct text query, const struct policy *policy,
		     void (*visit)(const struct lookup_view *view, void *context), void *context,
		     struct diag *diag)
{
	struct ordinal_list found = {.limit = MATCHES_MAX};
	struct lookup_view *view = malloc(sizeof(*view));
	struct ims_subscription record;
	struct lookup_wanted wanted;
	struct arena arena;
	enum rc rc;

	if (!view)
		return diag_set(diag, RC_NOMEM, "no memory for a lookup");
	arena_init(&arena);
	subscription_init(&record);
	lookup_wanted_init(&wanted, query_normalise(query, policy, &arena));
	rc = snapshot_find(s->cursor, SPACE_IDENTITY, wanted.text, ordinal_list_visit, &found,
			   diag);
	for (uint32_t i = 0; i < found.count && rc == RC_OK; i++) {
		bool is_match;

		rc = visit_one(s, found.ordinal[i], &wanted, view, &is_match, &arena, &record,
			       diag);
		if (rc == RC_OK && is_match)
			visit(view, context);
	}
	ordinal_list_clear(&found);
	subscription_clear(&record);
	arena_clear(&arena);
	free(view);
	return rc;
}

struct nearing {
	struct session *session;
	void (*visit)(struct text identity, void *context);
	void *context;
	struct ims_subscription record;
	unsigned shown;
	enum rc rc;
	struct diag *diag;
};

static bool on_misspelling(struct text t, void *context)
{
	struct nearing *n = context;
	struct ordinal_list found = {.limit = 4};
	struct lookup_wanted wanted;

	lookup_wanted_init(&wanted, t);
	n->rc = snapshot_find(n->session->cursor, SPACE_IDENTITY, t, ordinal_list_visit, &found,
			      n->diag);
	for (uint32_t i = 0; i < found.count && n->rc == RC_OK && n->shown < 5; i++) {
		n->rc = snapshot_read(n->session->cursor, found.ordinal[i], &n->record, n->diag);
		if (n->rc != RC_OK || !record_holds(&n->record, &wanted))
			continue;
		n->visit(n->record.impi_count   ? n->record.impi[0].identity
			 : n->record.impu_count ? n->record.impu[0].identity
						: t,
			 n->context);
		n->shown++;
	}
	ordinal_list_clear(&found);
	return n->rc == RC_OK && n->shown < 5;
}

enum rc lookup_nearest(struct session *s, struct text query,
		       void (*visit)(struct text identity, void *context), void *context,
		       struct diag *diag)
{
	struct nearing n = {.session = s, .visit = visit, .context = context, .diag = diag};
	struct text t = text_trim(query);
	struct strbuf derived;

	strbuf_init(&derived);
	subscription_init(&n.record);
	if (identity_is_imsi(t) &&
	    identity_add_derived_impi(t, plmn_mnc_length(t, NULL, 0).length, &derived))
		t = strbuf_text(&derived);
	identity_visit_misspellings(t, on_misspelling, &n);
	subscription_clear(&n.record);
	strbuf_clear(&derived);
	return n.rc;
}
