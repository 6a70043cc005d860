#include "trace/provisioning.h"

#include "audit/home_network.h"
#include "audit/rule_table.h"
#include "model/nearest.h"
#include "model/words.h"

/* Rows of the decision table to classes (cx-semantics 7). */
static const struct {
	unsigned first, last;
	enum cause_class cause;
} row_classes[] = {
	{1, 4, CAUSE_IMPI_UNKNOWN},
	{5, 5, CAUSE_NOT_ASSOCIATED},
	{6, 9, CAUSE_BARRED},
	{11, 12, CAUSE_BARRED},
	{15, 15, CAUSE_IMPI_UNKNOWN},
	{17, 17, CAUSE_NOT_ASSOCIATED},
	{18, 21, CAUSE_USER_DATA},
	{22, 22, CAUSE_SCHEME},
	{23, 25, CAUSE_KEYS},
	{26, 26, CAUSE_WRONG_RESPONSE},
	{27, 28, CAUSE_RESYNCHRONISATION},
	{31, 32, CAUSE_ROAMING},
	{33, 35, CAUSE_SCSCF_SELECTION},
	{36, 36, CAUSE_NOT_AUTHORISED},
	{38, 38, CAUSE_POLICY},
	{40, 47, CAUSE_IMPI_UNKNOWN},
	{48, 49, CAUSE_NOT_ASSOCIATED},
	{50, 51, CAUSE_IMPI_UNKNOWN},
	{54, 54, CAUSE_NOT_ASSOCIATED},
	{59, 60, CAUSE_HSS_UNREACHABLE},
	{61, 61, CAUSE_HSS_ERROR},
};

enum cause_class provisioning_class(const char *row)
{
	unsigned number;

	if (!row || row[0] != 'D')
		return CAUSE_UNKNOWN;
	number = (unsigned)(row[1] - '0') * 10 + (unsigned)(row[2] - '0');
	for (size_t i = 0; i < sizeof(row_classes) / sizeof(row_classes[0]); i++)
		if (number >= row_classes[i].first && number <= row_classes[i].last)
			return row_classes[i].cause;
	return CAUSE_UNKNOWN;
}

/* --- the attempt as it was seen --- */

static struct text visited_seen(const struct case_facts *f)
{
	for (unsigned i = 0; i < f->cx_count; i++)
		if (f->cx[i]->command == CX_UAR && f->cx[i]->visited_network.data)
			return f->cx[i]->visited_network;
	for (unsigned i = 0; i < f->c->event_count; i++)
		if (f->c->event[i].sip && f->c->event[i].sip->p_visited_network.data)
			return f->c->event[i].sip->p_visited_network;
	return TEXT_NONE;
}

static struct text scheme_seen(const struct case_facts *f)
{
	static const struct {
		const char *algorithm, *scheme;
	} rows[] = {
		{"AKAv1-MD5", "Digest-AKAv1-MD5"},
		{"AKAv2-MD5", "Digest-AKAv2-MD5"},
		{"MD5", "SIP Digest"},
	};
	struct text algorithm = TEXT_NONE;

	for (unsigned i = 0; i < f->cx_count; i++)
		if (f->cx[i]->command == CX_MAR && f->cx[i]->scheme.data)
			return f->cx[i]->scheme;
	for (unsigned i = 0; i < f->c->transaction_count && !algorithm.data; i++)
		if (f->c->transaction[i].request)
			algorithm = f->c->transaction[i].request->authorization.algorithm;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_equal_nocase(algorithm, text_from(rows[i].algorithm)))
			return text_from(rows[i].scheme);
	return f->policy->scheme.data ? f->policy->scheme : TEXT_LITERAL("Digest-AKAv1-MD5");
}

static void attempt_fill(const struct case_facts *f, struct attempt *a)
{
	*a = (struct attempt){
		.origin = ORIGIN_OBSERVED,
		.impi = f->c->impi.data                ? f->c->impi
			: f->c->method == SIP_REGISTER ? case_impi_of_impu(f->c->impu)
						       : TEXT_NONE,
		.impu = f->c->impu,
		.type = f->c->kind == TRACE_DEREGISTRATION ? AUTHORIZATION_DEREGISTRATION
							   : AUTHORIZATION_REGISTRATION,
		.is_emergency = case_fact_is(f, CASE_EMERGENCY),
		.scheme = scheme_seen(f),
		.from = CX_UAR,
		.visited_basis = VISITED_GIVEN,
	};
	/* What the CSCFs really asked with counts, where it was seen. */
	for (unsigned i = 0; i < f->cx_count; i++)
		if (f->cx[i]->command == CX_UAR && f->cx[i]->impi.data && f->cx[i]->impu_count) {
			a->impi = f->cx[i]->impi;
			a->impu = f->cx[i]->impu[0];
		}
	a->visited_network = visited_seen(f);
	if (!a->visited_network.data)
		a->visited_network =
			home_network_of_impi(a->impi, f->policy, f->arena, &a->visited_basis);
}

/* --- facts and lines --- */

static void line_add(struct diagnosis *out, const char *text)
{
	size_t room = sizeof(out->provisioning) / sizeof(out->provisioning[0]);

	if (text && out->provisioning_count < room)
		out->provisioning[out->provisioning_count++] = text;
}

static void impu_lines(struct case_facts *f, const struct ims_subscription *s, uint32_t presented,
		       struct diagnosis *out)
{
	static const char *const barring[] = {[TRI_UNKNOWN] = "barring not exported",
					      [TRI_NO] = "not barred",
					      [TRI_YES] = "barred"};
	unsigned shown = 0;

	for (uint32_t i = 0; i < s->impu_count && shown < 6; i++) {
		const struct impu *p = &s->impu[i];
		enum tri same = presented < s->impu_count ? subscription_same_irs(s, presented, i)
							  : TRI_UNKNOWN;
		const char *state = reg_state_str(p->state);

		shown++;
		line_add(out, arena_printf(f->arena, "IMPU %s: %s%s%s%s%s",
					   case_identity(f, p->identity), barring[p->barred],
					   i == presented    ? ", presented"
					   : same == TRI_YES ? ", same implicit set"
					   : same == TRI_NO  ? ", another implicit set"
							     : "",
					   state ? ", " : "", state ? state : "",
					   p->may_register == TRI_NO ? ", may not register" : ""));
	}
	if (s->impu_count > shown)
		line_add(out, arena_printf(f->arena, "and %u more IMPU%s", s->impu_count - shown,
					   text_plural(s->impu_count - shown)));
}

static void set_facts(struct case_facts *f, const struct ims_subscription *s, uint32_t impu)
{
	enum tri usable = TRI_NO;

	case_fact_set(f, CASE_IMPU_BARRED, s->impu[impu].barred, CASE_NO_PLACE,
		      s->impu[impu].barred == TRI_YES ? "by the store, the IMPU is barred"
						      : "by the store, the IMPU is not barred");
	for (uint32_t i = 0; i < s->impu_count && usable != TRI_YES; i++)
		usable = tri_or(usable, tri_and(tri_not(s->impu[i].barred),
						subscription_same_irs(s, impu, i)));
	case_fact_set(f, CASE_SET_USABLE, usable, CASE_NO_PLACE,
		      usable == TRI_YES
			      ? "by the store, its implicit set holds an IMPU that is not barred"
			      : "by the store, its implicit set holds no IMPU that is not barred");
}

static void pair_facts(struct case_facts *f, const struct provisioning *p, struct diagnosis *out)
{
	const struct ims_subscription *s = p->resolution.subscription;
	bool has_pair = s && p->resolution.impi_index < s->impi_count &&
			p->resolution.impu_index < s->impu_count;

	if (has_pair && s->has_associations == TRI_YES) {
		bool is_associated = subscription_association(s, p->resolution.impi_index,
							      p->resolution.impu_index) != NULL;

		case_fact_set(f, CASE_ASSOCIATED, tri_from_bool(is_associated), CASE_NO_PLACE,
			      is_associated ? NULL : "the store does not associate IMPI and IMPU");
		line_add(out, is_associated ? "IMPI and IMPU are associated"
					    : "IMPI and IMPU are not associated");
	} else if (p->resolution.impi_ordinal != UINT32_MAX &&
		   p->resolution.impu_ordinal != UINT32_MAX && !has_pair) {
		case_fact_set(f, CASE_ASSOCIATED, TRI_NO, CASE_NO_PLACE,
			      "the store has IMPI and IMPU in different subscriptions");
		line_add(out, "IMPI and IMPU belong to different subscriptions");
	}
}

static void record_facts(struct case_facts *f, const struct provisioning *p, bool is_partial,
			 struct diagnosis *out)
{
	const struct ims_subscription *s = p->resolution.subscription;
	bool has_impi = p->resolution.impi_ordinal != UINT32_MAX;
	bool has_impu = p->resolution.impu_ordinal != UINT32_MAX;

	if (p->attempt.impi.data) {
		if (has_impi || !is_partial)
			case_fact_set(f, CASE_IMPI_STORED, tri_from_bool(has_impi), CASE_NO_PLACE,
				      has_impi ? NULL : "the store holds no such IMPI");
		line_add(out,
			 arena_printf(f->arena, "IMPI %s: %s", case_identity(f, p->attempt.impi),
				      has_impi     ? "provisioned"
				      : is_partial ? "not in the export, which is partial"
						   : "not provisioned"));
	}
	if (has_impu || !is_partial)
		case_fact_set(f, CASE_IMPU_STORED, tri_from_bool(has_impu), CASE_NO_PLACE,
			      has_impu ? NULL : "the store holds no such IMPU");
	if (!has_impu)
		line_add(out,
			 arena_printf(f->arena, "IMPU %s: %s", case_identity(f, p->attempt.impu),
				      is_partial ? "not in the export, which is partial"
						 : "not provisioned"));
	if (s)
		impu_lines(f, s, p->resolution.impu_index, out);
	pair_facts(f, p, out);
	if (s && s->ims_authorised != TRI_UNKNOWN) {
		case_fact_set(f, CASE_AUTHORISED, s->ims_authorised, CASE_NO_PLACE,
			      s->ims_authorised == TRI_NO ? "by the store, the subscription is "
							    "suspended or not authorised for IMS"
							  : NULL);
		line_add(out, s->ims_authorised == TRI_YES
				      ? "authorised for IMS"
				      : "suspended, or not authorised for IMS");
	}
	if (s && p->resolution.impu_index < s->impu_count)
		set_facts(f, s, p->resolution.impu_index);
}

/* Where two texts part, byte by byte. */
static const char *first_difference(struct case_facts *f, struct text presented, struct text stored)
{
	size_t i = 0;

	while (i < presented.length && i < stored.length && presented.data[i] == stored.data[i])
		i++;
	if (i == presented.length && i == stored.length)
		return "byte by byte equal";
	if (i == presented.length || i == stored.length)
		return arena_printf(f->arena, "equal up to byte %zu, where the %s one ends", i,
				    i == stored.length ? "stored" : "presented");
	return arena_printf(f->arena,
			    "first difference at byte %zu: presented 0x%02x, stored 0x%02x", i + 1,
			    (unsigned char)presented.data[i], (unsigned char)stored.data[i]);
}

static void nearest_facts(struct case_facts *f, const struct provisioning *p, struct diagnosis *out)
{
	const struct explanation *x = &p->explanation;
	bool is_uri = x->nearest.data && (text_starts_with_nocase(x->nearest, "sip:") ||
					  text_starts_with_nocase(x->nearest, "tel:"));
	struct text presented = is_uri ? p->attempt.impu : p->attempt.impi;
	bool is_odd = case_fact_is(f, is_uri ? CASE_IMPU_ODD : CASE_IMPI_ODD);
	const char *text;

	if (!x->nearest.data || x->difference == DIFFERENCE_NONE ||
	    x->difference == DIFFERENCE_OTHER || !presented.data)
		return;
	text = arena_printf(f->arena, "nearest in the store is %s: %s (%s)",
			    case_identity(f, x->nearest), difference_str(x->difference),
			    first_difference(f, presented, x->nearest));
	line_add(out, text);
	case_fact_set(f, is_odd ? CASE_PRESENTED_MISSPELT : CASE_STORED_MISSPELT, TRI_YES,
		      CASE_NO_PLACE, text);
}

/* Whether the store holds the right spelling of what the UE misspells. */
static enum rc corrected_facts(struct case_facts *f, struct predictor *p,
			       const struct provisioning *v, struct diagnosis *out,
			       struct diag *diag)
{
	struct attempt a = v->attempt;
	struct resolution r;
	struct verdict verdict;
	const char *text;
	enum rc rc;

	if (!f->corrected_impi.data || v->resolution.impi_ordinal != UINT32_MAX)
		return RC_OK;
	a.impi = f->corrected_impi;
	rc = predict(p, &a, false, f->arena, &verdict, &r, diag);
	if (rc != RC_OK || r.impi_ordinal == UINT32_MAX)
		return rc;
	text = arena_printf(f->arena, "the store holds %s: %s (%s)",
			    case_identity(f, f->corrected_impi),
			    difference_str(identity_difference(f->corrected_impi, v->attempt.impi)),
			    first_difference(f, v->attempt.impi, f->corrected_impi));
	line_add(out, text);
	case_fact_set(f, CASE_PRESENTED_MISSPELT, TRI_YES, CASE_NO_PLACE, text);
	return RC_OK;
}

static void prediction_facts(struct case_facts *f, const struct provisioning *p,
			     struct diagnosis *out)
{
	const struct verdict *v = &p->verdict;
	const struct rule *rule = v->rule ? rule_find(text_from(v->rule)) : NULL;
	bool is_good = v->outcome == OUTCOME_REGISTERS || v->outcome == OUTCOME_ACCEPTED;
	const char *text;

	if (v->outcome == OUTCOME_UNDECIDED)
		return;
	text = arena_printf(f->arena, "predicted for this attempt: %d %s (%s%s%s)", v->sip_status,
			    v->sip_reason ? v->sip_reason : "", certainty_str(v->certainty),
			    rule ? ", " : "", rule ? rule->id : "");
	line_add(out, text);
	if (rule)
		line_add(out,
			 f->is_masked || !p->explanation.text ? rule->title : p->explanation.text);
	out->has_prediction = true;
	/* An unproven verdict proves nothing: a fact that was not exported may turn it. */
	if (v->certainty == CERTAINTY_UNPROVEN)
		return;
	case_fact_set(f, CASE_PREDICTED_SUCCESS, tri_from_bool(is_good), CASE_NO_PLACE, text);
	case_fact_set(f, CASE_PREDICTED_REFUSAL, tri_from_bool(!is_good), CASE_NO_PLACE, text);
	f->predicted = rule ? provisioning_class(rule->row) : CAUSE_UNKNOWN;
}

/* The credentials for the proxy are those of an IMPI of the caller, where the store knows them. */
static void username_facts(struct case_facts *f, const struct ims_subscription *s)
{
	const struct sip_message *request = f->last ? f->last->request : NULL;
	struct text username = request ? request->proxy_authorization.username : TEXT_NONE;

	if (!username.data || !s || !s->impi_count)
		return;
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (identity_impi_equal(s->impi[i].identity, username))
			return;
	case_fact_set(f, CASE_PROXY_WRONG, TRI_YES, case_place_sip(request),
		      "the retry's username is no IMPI of the caller");
}

/* Of a call: whether who calls and who is called are provisioned and barred. */
static enum rc session_facts(struct case_facts *f, struct predictor *p, struct arena *arena,
			     struct diag *diag)
{
	struct attempt a = {.origin = ORIGIN_OBSERVED, .impi = f->c->impi, .impu = f->c->called};
	struct resolution r;
	struct verdict v;
	enum rc rc;

	if (!f->c->called.data)
		return RC_OK;
	rc = predict(p, &a, false, arena, &v, &r, diag);
	if (rc != RC_OK)
		return rc;
	case_fact_set(
		f, CASE_CALLED_STORED, tri_from_bool(r.impu_ordinal != UINT32_MAX), CASE_NO_PLACE,
		r.impu_ordinal != UINT32_MAX ? NULL : "the store holds no such called identity");
	if (r.subscription && r.impu_index < r.subscription->impu_count)
		case_fact_set(f, CASE_CALLED_BARRED, r.subscription->impu[r.impu_index].barred,
			      CASE_NO_PLACE,
			      r.subscription->impu[r.impu_index].barred == TRI_YES
				      ? NULL
				      : "by the store, the called identity is not barred");
	return RC_OK;
}

enum rc provisioning_join(struct case_facts *f, struct predictor *p, struct diagnosis *out,
			  struct diag *diag)
{
	struct provisioning *v = arena_alloc(f->arena, sizeof(*v));
	bool is_registration = f->c->method == SIP_REGISTER;
	enum rc rc;

	if (!v)
		return diag_set(diag, RC_NOMEM, "no memory for a diagnosis");
	*v = (struct provisioning){0};
	attempt_fill(f, &v->attempt);
	if (!v->attempt.impu.data)
		return RC_OK;
	rc = predict(p, &v->attempt, false, f->arena, &v->verdict, &v->resolution, diag);
	if (rc == RC_OK && v->verdict.rule && is_registration)
		rc = explain(p, &v->attempt, &v->verdict, &v->resolution, f->arena, &v->explanation,
			     diag);
	if (rc != RC_OK)
		return rc;
	f->provisioning = v;
	out->has_store = true;
	case_fact_set(f, CASE_STORE, TRI_YES, CASE_NO_PLACE, NULL);
	record_facts(f, v, p->population->is_partial, out);
	if (!is_registration) {
		username_facts(f, v->resolution.subscription);
		return session_facts(f, p, f->arena, diag);
	}
	nearest_facts(f, v, out);
	rc = corrected_facts(f, p, v, out, diag);
	if (rc != RC_OK)
		return rc;
	prediction_facts(f, v, out);
	out->predicted = v->verdict;
	return RC_OK;
}
