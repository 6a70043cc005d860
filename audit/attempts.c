#include "audit/attempts.h"

#include "base/limits.h"
#include "model/auth_scheme.h"
#include "model/identity.h"

#define IMSI_DIGITS_USUAL 14 /* those in use have 14 or 15 */

struct visiting {
	const struct ims_subscription *record;
	const struct policy *policy;
	const struct plmn_rule *rules; /* the policy's, then the export's */
	size_t rule_count;
	struct arena *arena;
	bool (*visit)(const struct attempt *attempt, void *context);
	void *context;
	bool is_isim_likely; /* every IMPI has a realm of its own: a card may hold it */
	bool is_stopped;
	bool is_out_of_memory;
	uint32_t visited;
};

static void visit(struct visiting *v, const struct attempt *attempt)
{
	v->visited++;
	if (!v->visit(attempt, v->context))
		v->is_stopped = true;
}

/* --- the scheme asked for (design.md 10.5) -------------------------------------------------------
 */

static struct text scheme_of(const struct visiting *v, const struct impi *impi)
{
	unsigned mask;

	if (v->policy->scheme.data)
		return v->policy->scheme;
	if (!impi || !impi->has_schemes || impi->schemes & SCHEME_AKAV1)
		return text_from(auth_scheme_name(SCHEME_AKAV1));
	mask = impi->schemes;
	if (impi->has_default_scheme && impi->default_scheme & mask)
		mask &= impi->default_scheme;
	return text_from(auth_scheme_name(mask));
}

/* --- the visited network at home (design.md 10.4)
 * ------------------------------------------------- */

static void set_visited(const struct visiting *v, struct attempt *a, struct text home)
{
	bool is_told = v->policy->home_visited_network.data != NULL;

	a->visited_basis = is_told ? VISITED_POLICY : VISITED_HOME_DERIVED;
	a->visited_network = is_told ? v->policy->home_visited_network : home;
}

/* --- usim: derived from an IMSI (TS 23.003 13.2 to 13.4B)
 * ------------------------------------------ */

static const struct impi *find_impi(const struct ims_subscription *s, struct text impi)
{
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (identity_impi_equal(s->impi[i].identity, impi))
			return &s->impi[i];
	return s->impi_count ? &s->impi[0] : NULL;
}

static void visit_usim_length(struct visiting *v, struct text imsi, unsigned length,
			      bool is_uncertain)
{
	char home[PLMN_DOMAIN_MAX];
	struct attempt a = {
		.origin = ORIGIN_USIM,
		.imsi = imsi,
		.is_pair_chosen = v->is_isim_likely,
		.is_mnc_length_uncertain = is_uncertain,
	};
	const char *impu;

	if (v->is_stopped || !plmn_home_domain(imsi, length, home))
		return;
	impu = arena_printf(v->arena, "sip:%.*s@%s", (int)imsi.length, imsi.data, home);
	if (!impu) {
		v->is_out_of_memory = v->is_stopped = true;
		return;
	}
	a.impu = text_from(impu);
	a.impi = text_of(impu + 4, a.impu.length - 4);
	set_visited(v, &a, text_of(a.impi.data + imsi.length + 1, a.impi.length - imsi.length - 1));
	a.scheme = scheme_of(v, find_impi(v->record, a.impi));
	visit(v, &a);
}

static void visit_usim(struct visiting *v, struct text imsi)
{
	struct mnc_length mnc;

	if (imsi.length <= 6 || !identity_is_imsi(imsi) || imsi.length > 15)
		return;
	mnc = plmn_mnc_length(imsi, v->rules, v->rule_count);
	visit_usim_length(v, imsi, mnc.length, !mnc.is_certain);
	if (!mnc.is_certain)
		visit_usim_length(v, imsi, 5 - mnc.length, true);
}

/* The IMSI that an IMPI was meant to be derived from: an operator's 3gppnetwork.org realm is never
 * chosen freely, so one that is misspelt tells as much as a right one (cx-semantics 7, D42 to D44).
 */
static bool imsi_of_impi(struct text impi, struct text *imsi)
{
	struct impi_parts parts = identity_split_impi(impi);
	struct plmn_domain domain;

	if (text_starts_with_nocase(parts.user, "imsi-"))
		parts.user = text_of(parts.user.data + 5, parts.user.length - 5);
	if (!parts.realm.data || !identity_is_imsi(parts.user) || parts.user.length <= 6 ||
	    !plmn_domain_parse(parts.realm, &domain))
		return false;
	/* Of another country, or something else that is a number: only IMSIs are that long. */
	if (parts.user.length < IMSI_DIGITS_USUAL &&
	    (domain.mcc.length != 3 || memcmp(domain.mcc.data, parts.user.data, 3) != 0))
		return false;
	*imsi = parts.user;
	return true;
}

/* The IMSI that a temporary IMPU of the record shows and of which this is a beginning: the last
 * digits were lost in the IMPI (cx-semantics 7, D40), as those in use have 15 digits unless both
 * agree on fewer. */
static struct text whole_imsi(const struct ims_subscription *s, struct text imsi)
{
	for (uint32_t i = 0; imsi.length < IMSI_DIGITS_MAX && i < s->impu_count; i++) {
		struct text impu = s->impu[i].identity, shown;

		if (impu.length > 4 && text_starts_with_nocase(impu, "sip:") &&
		    imsi_of_impi(text_of(impu.data + 4, impu.length - 4), &shown) &&
		    shown.length == IMSI_DIGITS_MAX &&
		    memcmp(shown.data, imsi.data, imsi.length) == 0)
			return shown;
	}
	return imsi;
}

static void visit_usims(struct visiting *v)
{
	const struct ims_subscription *s = v->record;

	for (uint32_t i = 0; i < s->imsi_count && !v->is_stopped; i++)
		visit_usim(v, s->imsi[i]);
	for (uint32_t i = 0; !s->imsi_count && i < s->impi_count && !v->is_stopped; i++) {
		struct text imsi, other;
		bool is_known = false;

		if (!imsi_of_impi(s->impi[i].identity, &imsi))
			continue;
		imsi = whole_imsi(s, imsi);
		/* Few are a beginning of it, so that few are looked for among the IMPUs. */
		for (uint32_t k = 0; k < i && !is_known; k++)
			is_known = imsi_of_impi(s->impi[k].identity, &other) &&
				   other.length <= imsi.length &&
				   memcmp(imsi.data, other.data, other.length) == 0 &&
				   text_equal(imsi, whole_imsi(s, other));
		if (!is_known)
			visit_usim(v, imsi);
	}
}

/* --- provisioned: an IMPI with its first associated distinct SIP IMPU
 * ------------------------------ */

static bool is_presentable(const struct impu *impu)
{
	if (impu->kind != IMPU_DISTINCT && impu->kind != IMPU_KIND_UNKNOWN)
		return false;
	return text_starts_with_nocase(impu->identity, "sip:") &&
	       !identity_is_wildcarded(impu->identity);
}

static bool is_usable(const struct ims_subscription *s, uint32_t impi, uint32_t impu)
{
	if (!is_presentable(&s->impu[impu]))
		return false;
	return s->has_associations == TRI_UNKNOWN || subscription_association(s, impi, impu);
}

/* Without any SIP IMPU the UE has but the form that it makes of its IMPI. */
static bool set_made_impu(struct visiting *v, struct attempt *a)
{
	const char *impu = arena_printf(v->arena, "sip:%.*s", (int)a->impi.length, a->impi.data);

	if (!impu) {
		v->is_out_of_memory = v->is_stopped = true;
		return false;
	}
	a->impu = text_from(impu);
	a->is_pair_chosen = true;
	return true;
}

/* The realm of the IMPI, or the host of the IMPU where it has none; blanks around are a defect of
 * the export, not of the network. */
static struct text home_of(const struct attempt *a)
{
	struct text realm = identity_split_impi(a->impi).realm;
	struct uri uri;

	if (!realm.length && uri_parse(text_trim(a->impu), &uri, NULL) == RC_OK)
		realm = uri.host;
	return realm.data ? text_trim(realm) : TEXT_NONE;
}

static void visit_provisioned(struct visiting *v, uint32_t impi)
{
	const struct ims_subscription *s = v->record;
	struct attempt a = {.origin = ORIGIN_PROVISIONED, .impi = s->impi[impi].identity};
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->impu_count; i++) {
		if (!is_usable(s, impi, i))
			continue;
		if (!count++)
			a.impu = s->impu[i].identity;
	}
	a.is_pair_chosen = count > 1;
	if (!count && !set_made_impu(v, &a))
		return;
	set_visited(v, &a, home_of(&a));
	a.scheme = scheme_of(v, &s->impi[impi]);
	visit(v, &a);
}

/* --- which of the two
 * ------------------------------------------------------------------------------ */

static bool contains_nocase(struct text t, const char *part)
{
	size_t length = strlen(part);

	for (size_t i = 0; i + length <= t.length; i++)
		if (text_starts_with_nocase(text_of(t.data + i, t.length - i), part))
			return true;
	return false;
}

/* True when no IMPI was meant to be derived from an IMSI, however badly: only a card with an ISIM
 * has such IMPIs, and the record does not say what the card has (cx-semantics 1.1). */
static bool is_isim_likely(const struct ims_subscription *s, const struct policy *policy)
{
	if (policy->sim_type != SIM_TYPE_UNKNOWN || !s->impi_count)
		return false;
	for (uint32_t i = 0; i < s->impi_count; i++) {
		struct text realm = identity_split_impi(s->impi[i].identity).realm;

		if (!realm.data || contains_nocase(realm, "3gpp") || contains_nocase(realm, "mnc"))
			return false;
	}
	return true;
}

/* --- all ----------------------------------------------------------------------------------------
 */

/* plmn_mnc_length wants one list; the policy's rules win by their source. */
static bool join_rules(struct visiting *v, const struct plmn_rule *export_rules,
		       size_t export_rule_count)
{
	size_t own = v->policy->plmn_count;
	struct plmn_rule *joined;

	v->rules = own ? v->policy->plmn : export_rules;
	v->rule_count = own + export_rule_count;
	if (!own || !export_rule_count)
		return true;
	joined = arena_alloc(v->arena, v->rule_count * sizeof(*joined));
	if (!joined)
		return false;
	memcpy(joined, v->policy->plmn, own * sizeof(*joined));
	memcpy(joined + own, export_rules, export_rule_count * sizeof(*joined));
	v->rules = joined;
	return true;
}

enum rc attempts_visit(const struct ims_subscription *s, const struct policy *policy,
		       const struct plmn_rule *export_rules, size_t export_rule_count,
		       struct arena *arena,
		       bool (*visit_attempt)(const struct attempt *attempt, void *context),
		       void *context, struct diag *diag)
{
	struct visiting v = {
		.record = s,
		.policy = policy,
		.arena = arena,
		.visit = visit_attempt,
		.context = context,
	};

	if (s->kind == RECORD_ORPHAN_IMPU || s->kind == RECORD_DANGLING_ASSOCIATION)
		return RC_OK;
	if (!join_rules(&v, export_rules, export_rule_count))
		return diag_set(diag, RC_NOMEM, "out of memory");
	v.is_isim_likely = is_isim_likely(s, policy);
	if (policy->sim_type != SIM_TYPE_ISIM)
		visit_usims(&v);
	if (!v.visited || v.is_isim_likely)
		for (uint32_t i = 0; i < s->impi_count && !v.is_stopped; i++)
			visit_provisioned(&v, i);
	return v.is_out_of_memory ? diag_set(diag, RC_NOMEM, "out of memory") : RC_OK;
}
